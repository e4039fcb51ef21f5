// ns-target-is-cname, mx-target-is-cname, srv-target-is-cname, target-does-not-exist,
// null-mx-mixed. A target that is misspelt (spelling.h) is reported as that only. Targets in other
// zones given are looked up there; of nameservers parent_child.cpp does so.
#include "answer_space.h"
#include "context.h"
#include "spelling.h"

namespace lapis::lint {
namespace {

struct TargetField {
  std::size_t offset;      // of the name in the rdata
  std::size_t word;        // of the name in the text of the rdata
  const char* alias_rule;  // null: an alias is allowed
  bool needs_address;      // the name is where a service is
};

bool target_field(std::uint16_t type, TargetField& field) {
  switch (type) {
    case rr::ns:
      field = {0, 0, "ns-target-is-cname", true};
      return true;
    case rr::mx:
      field = {2, 1, "mx-target-is-cname", true};
      return true;
    case rr::srv:
      field = {6, 3, "srv-target-is-cname", true};
      return true;
    case rr::svcb:
    case rr::https:
      field = {2, 1, nullptr, true};
      return true;
    case rr::cname:
    case rr::dname:
    case rr::ptr:
      field = {0, 0, nullptr, false};
      return true;
    default:
      return false;
  }
}

bool is_alias_mode(const Context& context, const zone::Record& r) {
  const auto rdata = context.records.rdata(r);
  return rdata[0] == 0 && rdata[1] == 0;
}

Diagnostic& report_alias(Context& context, const zone::Record& r, const char* rule,
                         dns::NameView name, const zone::Record* alias, bool is_own_ns) {
  Diagnostic& finding = context.add(
      rule, r, dns::to_text(name) + " is an alias; the target must be a host's own name");
  if (is_own_ns) finding.severity = Severity::error;
  if (alias != nullptr) {
    finding.related.push_back(
        {"", alias->type == rr::dname ? "the DNAME that makes it one" : "the alias", alias->span});
  }
  return finding;
}

/// An SVCB record in alias mode leads to SVCB records as well as to addresses (RFC 9460 section 3).
bool leads_to_svcb(const Context& context, const zone::Record& r, const Context& home,
                   Index target) {
  const bool svcb = r.type == rr::svcb || r.type == rr::https;
  return svcb && is_alias_mode(context, r) && home.owns(target, owns_svcb);
}

void check_target(Context& context, const zone::Record& r, const TargetField& field, Index owner) {
  const dns::NameView name = context.rdata_name(r, field.offset);
  if (report_spelling(context, r, field.offset, field.word) || !field.needs_address) return;
  if (name.is_root()) return;
  Index node = none;
  const Target where = context.target(name, &node);
  // BIND refuses a zone whose own nameservers are aliases or have no address.
  const bool is_own_ns = r.type == rr::ns && owner == 0;
  if (where == Target::alias && field.alias_rule != nullptr) {
    report_alias(context, r, field.alias_rule, name, context.first_of(node, rr::cname), is_own_ns);
    return;
  }
  // RFC 6672 section 2.2: every name below a DNAME is an alias, synthesised from it. Where the
  // target owns data there, that data is what is reported (data-below-dname).
  if (where == Target::below_dname && field.alias_rule != nullptr &&
      context.tree.find(name) == none) {
    report_alias(context, r, field.alias_rule, name, context.first_of(node, rr::dname), is_own_ns);
    return;
  }
  if (where != Target::no_address && where != Target::missing) return;
  if (where == Target::no_address && leads_to_svcb(context, r, context, node)) return;
  Diagnostic& finding =
      context.add("target-does-not-exist", r,
                  dns::to_text(name) + (where == Target::missing ? " does not exist in this zone"
                                                                 : " has no address record"));
  if (is_own_ns) finding.severity = Severity::error;
  if (where == Target::missing) suggest_final_dot(context, r, field.word, finding);
}

void check_null_mx(Context& context, Index node) {
  const zone::Record* null_mx = nullptr;
  const zone::Record* other = nullptr;
  for (Index i = context.tree.node(node).first_record; i != none; i = context.tree.next_record(i)) {
    const zone::Record& r = context.record(i);
    if (r.type != rr::mx) continue;
    const zone::Record*& kind = context.rdata_name(r, 2).is_root() ? null_mx : other;
    if (kind == nullptr) kind = &r;
  }
  if (null_mx == nullptr || other == nullptr) return;
  Diagnostic& finding =
      context.add("null-mx-mixed", *null_mx,
                  context.text(node) + " has a null MX, which says no mail, and another MX");
  finding.related.push_back({"", "the other MX", other->span});
}

/// Whether the code that answers queries for `home` says so, too.
bool bears_out(ReplayAlone& replay, dns::NameView name, const Context& home, bool is_alias,
               bool& asked) {
  const ReplayAnswer v4 = replay.ask(name, rr::a, home);
  const ReplayAnswer v6 = replay.ask(name, rr::aaaa, home);
  asked = v4.asked;
  if (!asked) return true;
  return is_alias ? v4.aliases > 0 : v4.aliases == 0 && v4.answered.empty() && v6.answered.empty();
}

void check_far_target(const ZoneSet& zones, ReplayAlone& replay, Context& context,
                      const zone::Record& r, const TargetField& field) {
  const dns::NameView name = context.rdata_name(r, field.offset);
  if (name.is_root()) return;
  const Context* home = zones.find(name);
  if (home == nullptr || home == &context || context.is_misspelt(r)) return;
  Index node = none;
  const Target where = home->target(name, &node);
  const bool is_alias = where == Target::alias;
  if (is_alias ? field.alias_rule == nullptr
               : where != Target::no_address && where != Target::missing) {
    return;
  }
  if (where == Target::no_address && leads_to_svcb(context, r, *home, node)) return;
  const char* rule = is_alias ? field.alias_rule : "target-does-not-exist";
  bool asked = false;
  if (!bears_out(replay, name, *home, is_alias, asked)) {
    report_disagreement(context, r, rule, name);
    return;
  }
  Diagnostic& finding =
      is_alias ? report_alias(context, r, rule, name, home->first_of(node, rr::cname), false)
               : context.add(rule, r,
                             dns::to_text(name) +
                                 (where == Target::missing ? " does not exist in "
                                                           : " has no address in ") +
                                 dns::to_text(home->records.origin));
  if (asked) finding.witness = zone_query(name, *home);
}

}  // namespace

void check_far_targets(const ZoneSet& zones) {
  if (zones.size() < 2) return;
  ReplayAlone replay;
  for (std::size_t i = 0; i < zones.size(); ++i) {
    Context& context = zones[i];
    for (Index r = 0; r < context.records.records.size(); ++r) {
      const zone::Record& record = context.record(r);
      TargetField field{};
      if (record.type == rr::ns || !target_field(record.type, field) || !field.needs_address) {
        continue;
      }
      const Index owner = context.tree.owner_of(r);
      if (context.is_covered(owner) || !context.answers_for(context.tree.name(owner))) continue;
      check_far_target(zones, replay, context, record, field);
    }
  }
}

void check_targets(Context& context) {
  Index last_mx_owner = none;
  for (Index i = 0; i < context.records.records.size(); ++i) {
    const zone::Record& r = context.record(i);
    const Index owner = context.tree.owner_of(i);
    TargetField field{};
    if (!target_field(r.type, field) || context.is_covered(owner)) continue;
    if (r.type == rr::mx && owner != last_mx_owner && context.first_of(owner, rr::mx) == &r) {
      last_mx_owner = owner;
      check_null_mx(context, owner);
    }
    check_target(context, r, field, owner);
  }
}

}  // namespace lapis::lint
