#include "lapis/lint/zone_diff.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "answer_text.h"
#include "context.h"
#include "lapis/dns/rdata.h"
#include "lapis/zone/servable.h"

namespace lapis::lint {
namespace {

using Octets = std::vector<std::uint8_t>;

std::uint32_t serial_of(const Context& zone) {
  const zone::Record* soa = zone.first_of(0, rr::soa);
  if (soa == nullptr) return 0;
  const auto rdata = zone.records.rdata(*soa);
  std::uint32_t serial = 0;
  for (std::size_t i = rdata.size() - 20; i < rdata.size() - 16; ++i)
    serial = serial << 8 | rdata[i];
  return serial;
}

/// One RRset, ready to be compared.
struct RRset {
  std::uint32_t ttl = 0;
  std::vector<const zone::Record*> records;
};

std::map<std::uint16_t, RRset> rrsets_at(const Context& zone, Index node) {
  std::map<std::uint16_t, RRset> sets;
  if (node == none) return sets;
  for (Index i = zone.tree.node(node).first_record; i != none; i = zone.tree.next_record(i)) {
    RRset& set = sets[zone.record(i).type];
    if (set.records.empty()) set.ttl = zone.record(i).ttl;
    set.ttl = std::min(set.ttl, zone.record(i).ttl);
    set.records.push_back(&zone.record(i));
  }
  return sets;
}

/// Which records of `a` are not in `b`, as text and in order.
std::vector<std::string> without(const Context& zone_a, const RRset& a, const Context& zone_b,
                                 const RRset& b) {
  std::vector<std::string> texts;
  for (const zone::Record* record : a.records) {
    const auto rdata = zone_a.records.rdata(*record);
    const bool there = std::any_of(b.records.begin(), b.records.end(), [&](const auto* other) {
      return dns::same_rdata(record->type, rdata, zone_b.records.rdata(*other));
    });
    if (!there) texts.push_back(rdata_to_text(record->type, rdata));
  }
  std::sort(texts.begin(), texts.end());
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
  return texts;
}

/// What decides about the answers for a name.
std::string source_of(const Context& zone, dns::NameView name) {
  const Index node = zone.tree.closest(name);
  const bool exact = zone.tree.name(node).size() == name.size();
  const Index cover = zone.covered_by(node);
  const Index above = cover != none ? cover : node;
  if (zone.is_cut(above)) return "is delegated at " + zone.text(above);
  if (cover != none || (!exact && zone.owns(node, owns_dname))) {
    return "is redirected by the DNAME of " + zone.text(above);
  }
  if (exact) {
    return zone.tree.node(node).first_record != none ? "is in the zone"
                                                     : "is an empty non-terminal";
  }
  const Index wildcard = zone.tree.wildcard_below(node);
  if (wildcard != none) return "is answered by the wildcard " + zone.text(wildcard);
  return "does not exist";
}

class Differ {
 public:
  Differ(const Context& before, const Context& after, Responder& old_server, Responder& new_server)
      : before_(before), after_(after), old_server_(old_server), new_server_(new_server) {}

  ZoneDiff run() {
    diff_.origin = dns::to_text(before_.records.origin);
    diff_.serial_before = serial_of(before_);
    diff_.serial_after = serial_of(after_);
    // Names of both versions in canonical order, each once.
    std::vector<dns::NameView> names;
    for (Index i = 0; i < before_.tree.size(); ++i) names.push_back(before_.tree.name(i));
    for (Index i = 0; i < after_.tree.size(); ++i) {
      if (before_.tree.find(after_.tree.name(i)) == none) names.push_back(after_.tree.name(i));
    }
    std::sort(names.begin(), names.end(),
              [](dns::NameView a, dns::NameView b) { return dns::canonical_compare(a, b) < 0; });
    for (const dns::NameView name : names) compare_rrsets(name);
    if (diff_.rrsets.empty()) return std::move(diff_);
    for (const dns::NameView name : names) compare_answers(name);
    return std::move(diff_);
  }

 private:
  void compare_rrsets(dns::NameView name) {
    const auto old_sets = rrsets_at(before_, before_.tree.find(name));
    const auto new_sets = rrsets_at(after_, after_.tree.find(name));
    std::set<std::uint16_t> types;
    for (const auto& [type, set] : old_sets) types.insert(type);
    for (const auto& [type, set] : new_sets) types.insert(type);
    for (const std::uint16_t type : types) {
      const auto old_set = old_sets.find(type);
      const auto new_set = new_sets.find(type);
      RRsetChange change;
      change.existed = old_set != old_sets.end();
      change.exists = new_set != new_sets.end();
      const RRset nothing;
      const RRset& a = change.existed ? old_set->second : nothing;
      const RRset& b = change.exists ? new_set->second : nothing;
      change.removed = without(before_, a, after_, b);
      change.added = without(after_, b, before_, a);
      change.ttl_before = a.ttl;
      change.ttl_after = b.ttl;
      const bool same_ttl = !change.existed || !change.exists || a.ttl == b.ttl;
      if (change.removed.empty() && change.added.empty() && same_ttl) continue;
      change.owner = dns::to_text(name);
      change.type = zone::type_to_text(type);
      diff_.rrsets.push_back(std::move(change));
    }
  }

  /// Where a class is answered by the same delegation or DNAME in both versions, the class of all
  /// names below that one says all there is to say.
  bool is_covered_alike(dns::NameView name) const {
    const Index a = before_.tree.find(name);
    const Index b = after_.tree.find(name);
    if (a == none || b == none || !before_.is_covered(a) || !after_.is_covered(b)) return false;
    return dns::equal(before_.tree.name(before_.covered_by(a)),
                      after_.tree.name(after_.covered_by(b)));
  }

  /// The types that may be answered in ways of their own: those at the name, at the wildcard that
  /// stands for it, and, along aliases, at what they lead to.
  static void add_types(const Context& zone, dns::NameView name, std::set<std::uint16_t>& types) {
    dns::Name at(name);
    constexpr int longest = 16;
    for (int step = 0; step < longest; ++step) {
      if (!dns::is_under(at, zone.records.origin)) return;
      Index node = zone.tree.closest(at);
      if (zone.tree.name(node).size() != at.size()) {
        node = zone.tree.wildcard_below(node);
        if (node == none) return;
      }
      const zone::Record* alias = nullptr;
      for (Index i = zone.tree.node(node).first_record; i != none; i = zone.tree.next_record(i)) {
        types.insert(zone.record(i).type);
        if (zone.record(i).type == rr::cname) alias = &zone.record(i);
      }
      if (alias == nullptr) return;
      at = dns::Name(zone.rdata_name(*alias, 0));
    }
  }

  struct Difference {
    std::vector<std::string> types;
    bool other_types = false;
    bool every_type = false;
    std::string before;
    std::string after;

    bool operator==(const Difference&) const = default;
  };

  /// How the answers for one name differ, types with the same difference together.
  std::vector<Difference> differences(dns::NameView name, std::string& query) {
    std::set<std::uint16_t> types;
    add_types(before_, name, types);
    add_types(after_, name, types);
    // Whatever type stands for all that are not named; A says most to people, when it is free.
    std::uint16_t other = rr::a;
    constexpr std::uint16_t private_use = 65280;
    if (types.contains(rr::a)) other = private_use;
    while (types.contains(other)) ++other;
    types.insert(other);
    std::vector<Difference> found;
    std::size_t changed = 0;
    for (const std::uint16_t type : types) {
      Difference one;
      one.before = old_server_.ask(name, type);
      one.after = new_server_.ask(name, type);
      if (one.before == one.after) continue;
      ++changed;
      if (query.empty()) query = dns::to_text(name) + " " + zone::type_to_text(type);
      auto same = std::find_if(found.begin(), found.end(), [&](const Difference& d) {
        return d.before == one.before && d.after == one.after;
      });
      if (same == found.end()) same = found.insert(found.end(), std::move(one));
      if (type == other) {
        same->other_types = true;
      } else {
        same->types.push_back(zone::type_to_text(type));
      }
    }
    // Every type alike: no list of them.
    if (found.size() == 1 && changed == types.size()) {
      found[0].types.clear();
      found[0].every_type = true;
    }
    return found;
  }

  /// A name below `parent` that neither version has; nothing when there is no room for one.
  std::optional<dns::Name> any_other_below(dns::NameView parent) const {
    for (int n = 0; n < 1000; ++n) {
      const std::string label = "any-other" + (n == 0 ? std::string() : std::to_string(n));
      dns::Name name(parent);
      const auto* octets = reinterpret_cast<const std::uint8_t*>(label.data());
      if (!name.prepend({octets, label.size()})) return std::nullopt;
      if (before_.tree.find(name) == none && after_.tree.find(name) == none) return name;
    }
    return std::nullopt;
  }

  void add(dns::NameView name, Scope scope, Difference difference, std::string query,
           dns::NameView asked) {
    AnswerChange change;
    change.name = dns::to_text(name);
    change.scope = scope;
    change.types = std::move(difference.types);
    change.other_types = difference.other_types;
    change.every_type = difference.every_type;
    change.before = std::move(difference.before);
    change.after = std::move(difference.after);
    change.query = std::move(query);
    const std::string was = source_of(before_, asked);
    const std::string is = source_of(after_, asked);
    if (was == is) {
      change.reason = is;
    } else {
      change.reason = was + "; now " + is;
    }
    diff_.answers.push_back(std::move(change));
  }

  void compare_answers(dns::NameView name) {
    if (is_covered_alike(name)) return;
    std::string query;
    std::string query_below;
    std::vector<Difference> at = differences(name, query);
    std::vector<Difference> under;
    const auto other = any_other_below(name);
    if (other) under = differences(*other, query_below);
    const bool same_source = other && source_of(before_, name) == source_of(before_, *other) &&
                             source_of(after_, name) == source_of(after_, *other);
    if (!at.empty() && at == under && same_source) {
      for (Difference& one : at) add(name, Scope::name_and_below, std::move(one), query, name);
      return;
    }
    for (Difference& one : at) add(name, Scope::name, std::move(one), query, name);
    for (Difference& one : under) add(name, Scope::below, std::move(one), query_below, *other);
  }

  const Context& before_;
  const Context& after_;
  Responder& old_server_;
  Responder& new_server_;
  ZoneDiff diff_;
};

}  // namespace

Result<ZoneDiff> diff_zones(const zone::LoadedZone& before, const zone::LoadedZone& after,
                            const SourceMap& sources) {
  Diagnostics errors = zone::serving_errors(before);
  Diagnostics more = zone::serving_errors(after);
  std::move(more.begin(), more.end(), std::back_inserter(errors));
  if (!errors.empty()) return errors;
  if (!dns::equal(before.records.origin, after.records.origin)) {
    return error_at({}, "zone-name",
                    "these are different zones: " + dns::to_text(before.records.origin) + " and " +
                        dns::to_text(after.records.origin),
                    "give --origin NAME if only the files do not say it");
  }
  auto old_server = Responder::make(before.records);
  if (!old_server.ok()) return old_server.errors();
  auto new_server = Responder::make(after.records);
  if (!new_server.ok()) return new_server.errors();
  const LintOptions options;
  const Context old_zone(before, sources, options);
  const Context new_zone(after, sources, options);
  return Differ(old_zone, new_zone, *old_server, *new_server).run();
}

}  // namespace lapis::lint
