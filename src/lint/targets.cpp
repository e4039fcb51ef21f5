// ns-target-is-cname, mx-target-is-cname, srv-target-is-cname, target-does-not-exist,
// null-mx-mixed. A target that is misspelt (spelling.h) is reported as that only.
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

void report_alias(Context& context, const zone::Record& r, const char* rule, dns::NameView name,
                  const zone::Record* alias, bool is_own_ns) {
  Diagnostic& finding = context.add(
      rule, r, dns::to_text(name) + " is an alias; the target must be a host's own name");
  if (is_own_ns) finding.severity = Severity::error;
  if (alias == nullptr) return;
  finding.related.push_back(
      {"", alias->type == rr::dname ? "the DNAME that makes it one" : "the alias", alias->span});
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
    return report_alias(context, r, field.alias_rule, name, context.first_of(node, rr::cname),
                        is_own_ns);
  }
  // RFC 6672 section 2.2: every name below a DNAME is an alias, synthesised from it. Where the
  // target owns data there, that data is what is reported (data-below-dname).
  if (where == Target::below_dname && field.alias_rule != nullptr &&
      context.tree.find(name) == none) {
    return report_alias(context, r, field.alias_rule, name, context.first_of(node, rr::dname),
                        is_own_ns);
  }
  if (where != Target::no_address && where != Target::missing) return;
  const bool svcb = r.type == rr::svcb || r.type == rr::https;
  if (svcb && where == Target::no_address && is_alias_mode(context, r) &&
      context.owns(node, owns_svcb)) {
    return;
  }
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

}  // namespace

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
