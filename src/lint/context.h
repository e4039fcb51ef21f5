// What every rule reads: the zone, its name tree, what each name owns, which names are occluded.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "lapis/lint/lint.h"
#include "lapis/zone/name_tree.h"
#include "lapis/zone/rr_type.h"

namespace lapis::lint {

class ZoneSet;

namespace rr = zone::rr;
using Index = zone::NameTree::Index;
inline constexpr Index none = zone::NameTree::none;

/// What a name owns, as far as the rules ask.
enum Owns : std::uint8_t {
  owns_ns = 1,
  owns_cname = 2,
  owns_dname = 4,
  owns_address = 8,
  owns_svcb = 16,
};

/// Where a name in the zone leads.
enum class Target : std::uint8_t {
  outside,      ///< not in this zone
  below_cut,    ///< at or below a delegation
  below_dname,  ///< redirected
  alias,        ///< owns a CNAME
  address,      ///< owns an address, or one that could not be read
  no_address,   ///< exists (or a wildcard stands for it) without address
  missing,      ///< does not exist
};

class Context {
 public:
  Context(const zone::LoadedZone& loaded, const SourceMap& source_map,
          const LintOptions& lint_options);

  const zone::LoadedZone& zone;
  const SourceMap& sources;
  const zone::ZoneRecords& records;
  const LintOptions& options;
  const zone::NameTree tree;

  const zone::Record& record(Index index) const { return records.records[index]; }
  /// First record of a type at a node, or null.
  const zone::Record* first_of(Index node, std::uint16_t type) const;
  bool owns(Index node, Owns what) const { return (owns_[node] & what) != 0; }
  /// A delegation: NS records not at the apex.
  bool is_cut(Index node) const { return node != 0 && owns(node, owns_ns); }
  /// The highest delegation or DNAME strictly above the node, or none. The data of a node that
  /// has one is never answered, except as glue.
  Index covered_by(Index node) const { return cover_[node]; }
  bool is_covered(Index node) const { return cover_[node] != none; }
  bool is_ns_target(Index node) const { return ns_target_[node]; }
  /// Some CNAME of the zone leads here. Found out for all names when first asked.
  bool is_alias_target(Index node);
  Target target(dns::NameView name, Index* node = nullptr) const;
  /// The name in the rdata at `offset`. REQUIRES: the type has one there.
  dns::NameView rdata_name(const zone::Record& record, std::size_t offset) const;
  std::string text(Index node) const { return dns::to_text(tree.name(node)); }
  /// From now on names that belong to another zone of the set are none of this one's. The set must
  /// outlive the context's use.
  void join(const ZoneSet& zones);
  /// Queries for the name are answered from this zone, not from another one given below its apex:
  /// where both are served, the longer apex wins, delegated or not. REQUIRES: the name is at or
  /// below the apex.
  bool answers_for(dns::NameView name) const;
  /// The name that results when the origin is written without its final dot, or none: names at
  /// and below it are mistakes, and reported as such.
  Index doubled_origin() const { return doubled_; }
  /// The node is the doubled origin, or on the way to it.
  bool leads_to_doubled_origin(Index node) const;

  /// Adds a finding with the rule's severity and returns it for more detail; the reference is
  /// good until the next call.
  Diagnostic& add(const char* rule, const zone::Record& at, std::string message) {
    return add(rule, at.span, std::move(message));
  }
  Diagnostic& add(const char* rule, Span at, std::string message);
  /// Takes back a warning about the record: another finding says more.
  void withdraw_warning(const char* rule, const zone::Record& at);
  /// A finding says that a name in this record is not what its author meant: what else seems wrong
  /// with it has the same cause.
  bool is_misspelt(const zone::Record& record) const;
  Diagnostics take_findings();

 private:
  void collect_types();
  void collect_covers();
  void collect_ns_targets();

  std::vector<std::uint8_t> owns_;
  std::vector<Index> cover_;
  std::vector<bool> ns_target_;
  std::vector<bool> alias_target_;  // empty until asked
  Index doubled_ = none;
  const ZoneSet* zones_ = nullptr;  // null where no other zone lies below this one
  Diagnostics findings_;
  Diagnostic dropped_;
  struct Count {
    std::size_t found = 0;
    Span last;
  };
  std::map<std::string, Count> counts_;
};

// The groups of rules, one function each (files of the same name).
void check_rrsets(Context& context);
void check_apex(Context& context);
void check_delegations(Context& context);
void check_targets(Context& context);
void check_chains(Context& context);
void check_wildcards(Context& context);
void check_values(Context& context);
void check_serial(Context& context);
void check_spelling(Context& context);
void check_labels(Context& context);
void check_dnssec(Context& context);

}  // namespace lapis::lint
