// ns-target-is-cname, mx-target-is-cname, srv-target-is-cname, target-does-not-exist,
// null-mx-mixed; address-as-name and missing-final-dot, which explain a missing target.
#include "context.h"

namespace lapis::lint {
namespace {

/// The first labels are an IPv4 address: 192.0.2.1 written where a name belongs.
bool looks_like_address(dns::NameView name, dns::NameView origin) {
  const int extra = name.label_count() - 4;
  if (extra != 0 && !(dns::is_under(name, origin) && extra == origin.label_count())) return false;
  for (int label = 0; label < 4; ++label) {
    const auto digits = name.first_label();
    if (digits.size() > 3) return false;
    int value = 0;
    for (const std::uint8_t c : digits) {
      if (c < '0' || c > '9') return false;
      value = value * 10 + (c - '0');
    }
    if (value > 255) return false;
    name = name.parent();
  }
  return true;
}

bool has_origin_twice(dns::NameView name, dns::NameView origin) {
  if (origin.is_root() || !dns::is_under(name, origin)) return false;
  const int own = name.label_count() - origin.label_count();
  if (own < origin.label_count()) return false;
  dns::NameView inner = name.parent(own - origin.label_count());
  // The octets of the origin without its root label, at the place before the last origin.
  const dns::NameView first(inner.data(), inner.size());
  return dns::equal(dns::Name(origin), [&] {
    dns::Name copy;
    std::vector<std::span<const std::uint8_t>> labels;
    dns::NameView at = first;
    for (int i = 0; i < origin.label_count(); ++i, at = at.parent()) {
      labels.push_back(at.first_label());
    }
    for (auto label = labels.rbegin(); label != labels.rend(); ++label) copy.prepend(*label);
    return copy;
  }());
}

struct TargetField {
  std::size_t offset;
  const char* alias_rule;  // null: an alias is allowed
};

bool target_field(const Context& context, const zone::Record& r, TargetField& field) {
  switch (r.type) {
    case rr::ns:
      field = {0, "ns-target-is-cname"};
      return true;
    case rr::mx:
      field = {2, "mx-target-is-cname"};
      return true;
    case rr::srv:
      field = {6, "srv-target-is-cname"};
      return true;
    case rr::svcb:
    case rr::https:
      field = {2, nullptr};
      return true;
    default:
      (void)context;
      return false;
  }
}

bool is_alias_mode(const Context& context, const zone::Record& r) {
  const auto rdata = context.records.rdata(r);
  return rdata[0] == 0 && rdata[1] == 0;
}

/// True when what is wrong with the name is how it is written.
bool check_spelling(Context& context, const zone::Record& r, dns::NameView name) {
  if (looks_like_address(name, context.records.origin)) {
    context.add("address-as-name", r,
                "an address stands where " + zone::type_to_text(r.type) + " takes a name");
    return true;
  }
  if (has_origin_twice(name, context.records.origin) && context.target(name) == Target::missing) {
    context.add("missing-final-dot", r,
                "the target is read as " + dns::to_text(name) + "; is its final dot missing?");
    return true;
  }
  return false;
}

void check_target(Context& context, const zone::Record& r, const TargetField& field, Index owner) {
  const dns::NameView name = context.rdata_name(r, field.offset);
  if (name.is_root() || check_spelling(context, r, name)) return;
  Index node = none;
  const Target where = context.target(name, &node);
  // BIND refuses a zone whose own nameservers are aliases or have no address.
  const bool is_own_ns = r.type == rr::ns && owner == 0;
  if (where == Target::alias && field.alias_rule != nullptr) {
    Diagnostic& finding =
        context.add(field.alias_rule, r,
                    dns::to_text(name) + " is an alias; the target must be a host's own name");
    if (is_own_ns) finding.severity = Severity::error;
    if (const zone::Record* cname = context.first_of(node, rr::cname)) {
      finding.related.push_back({"", "the alias", cname->span});
    }
    return;
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
    if (!target_field(context, r, field)) {
      if (r.type == rr::cname && !context.is_covered(owner)) {
        check_spelling(context, r, context.rdata_name(r, 0));
      }
      continue;
    }
    if (context.is_covered(owner)) continue;
    if (r.type == rr::mx && owner != last_mx_owner && context.first_of(owner, rr::mx) == &r) {
      last_mx_owner = owner;
      check_null_mx(context, owner);
    }
    check_target(context, r, field, owner);
  }
}

}  // namespace lapis::lint
