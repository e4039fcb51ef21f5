#include "name_choice.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>

namespace lapis::verify {

dns::Name natural_zone(const ConstantNames& names, dns::NameView qname) {
  const int labels = qname.label_count();
  if (labels <= 2) return dns::Name(qname);
  for (int keep = 2; keep <= labels; ++keep) {
    const dns::NameView at = qname.parent(labels - keep);
    const ClassNumber c = names.class_of(at);
    if (c % 2 == 0) return dns::Name(at);
  }
  return dns::Name(qname.parent(labels - 2));
}

std::optional<dns::Name> name_of_class(const ConstantNames& names, ClassNumber c, std::uint64_t t) {
  const auto& node = names.node(ConstantNames::node_of(c));
  dns::Name name(node.name.view());
  if (c % 2 == 0) {
    if (t > 0) return std::nullopt;
    return name;
  }
  // Below the node, away from its children: a label that leads to none of them.
  static const std::array<std::string, 3> usual{"www", "api", "a"};
  for (std::uint64_t skipped = 0, i = 0; i < t + 4096; ++i) {
    const std::string label = i < usual.size() ? usual[i] : "n" + std::to_string(i - usual.size());
    dns::Name longer = name;
    const std::span<const std::uint8_t> octets(reinterpret_cast<const std::uint8_t*>(label.data()),
                                               label.size());
    if (!longer.prepend(octets)) continue;
    if (!node.children.empty() && names.class_of(longer) != c) continue;
    // Nor to an ancestor of one, so that what is put in front stays in the class.
    const bool leads = std::any_of(
        node.children.begin(), node.children.end(),
        [&](std::uint32_t child) { return dns::is_under(names.node(child).name.view(), longer); });
    if (node.children.size() <= 64 && leads) continue;
    if (skipped++ == t) return longer;
  }
  return std::nullopt;
}

bool speaks_of_zone(const Space& space, const std::vector<Constraint>& on) {
  for (const Constraint& c : on) {
    const Space::Axis& axis = space.axis(c.dimension);
    Var var = axis.var;
    if (var == UINT32_MAX) {
      const BoolNode& node = space.terms().node(axis.atom);
      if (node.op == BoolOp::apex) return true;
      if (node.op != BoolOp::pattern) continue;
      var = space.terms().pattern_of(node.a).var;
    }
    if (space.terms().variable_of(var).index == lang::field_zone) return true;
  }
  return false;
}

}  // namespace lapis::verify
