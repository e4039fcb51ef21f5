#include "realise.h"

#include <algorithm>

#include "ground.h"
#include "name_choice.h"

namespace lapis::verify {

using lang::field_qname;

namespace {

constexpr std::size_t search_states = 400'000;

}  // namespace

Realiser::Realiser(const lang::Set& set, const Space& space, Deadline deadline)
    : set_(set), space_(space), deadline_(deadline) {
  defaults_ = defaults();
}

ConcreteQuery Realiser::defaults() const {
  ConcreteQuery q;
  q.qname = *dns::parse_name("www.example.com.");
  q.zone = *dns::parse_name("example.com.");
  q.client = *IpAddress::parse("192.0.2.1");
  q.resolver = *IpAddress::parse("203.0.113.53");
  for (const auto* field : {&q.site, &q.region}) {
    const lang::Type type =
        set_.field_type(field == &q.site ? lang::field_site : lang::field_region);
    if (type.domain) *const_cast<std::string*>(field) = type.domain->front();
  }
  for (const lang::Attribute& attribute : set_.attributes) {
    q.numbers.push_back(0);
    q.texts.emplace_back();
    if (const auto* flag = std::get_if<bool>(&attribute.default_value)) {
      q.numbers.back() = *flag ? 1 : 0;
    } else if (const auto* number = std::get_if<std::int64_t>(&attribute.default_value)) {
      q.numbers.back() = *number;
    } else {
      q.texts.back() = std::get<std::string>(attribute.default_value);
    }
  }
  return q;
}

bool Realiser::put_number(const Variable& v, const Space::Axis* axis, Dimension d,
                          const std::vector<const Constraint*>& on, ConcreteQuery& out) const {
  ClassSet allowed = axis->universe;
  for (const Constraint* c : on) {
    if (c->numbers) {
      set_number(out, v.index, c->numbers->first);
      return true;
    }
    allowed = allowed.intersect(c->set);
  }
  if (allowed.empty()) return false;
  if (v.kind == VarKind::flag) {
    if (!allowed.contains(static_cast<ClassNumber>(number_of_field(out, v.index)))) {
      set_number(out, v.index, allowed.first());
    }
    return true;
  }
  if (allowed.contains(space_.class_of_number(d, number_of_field(out, v.index)))) return true;
  const auto [low, high] = space_.number_range(d, allowed.first());
  set_number(out, v.index, std::clamp<std::int64_t>(0, low, high));
  return true;
}

bool Realiser::put_address(const Variable& v, Dimension d, const std::vector<const Constraint*>& on,
                           ConcreteQuery& out) const {
  IpAddress& at = v.index == lang::field_client ? out.client : out.resolver;
  ClassSet allowed = space_.axis(d).universe;
  for (const Constraint* c : on) {
    if (c->address) {
      at = *c->address;
      return true;
    }
    allowed = allowed.intersect(c->set);
  }
  if (allowed.empty()) return false;
  if (allowed.contains(space_.class_of_address(d, at))) return true;
  const auto [low, high] = space_.address_range(d, allowed.first());
  at = low == high || next_address(low) == high ? low : next_address(low);
  return true;
}

Outcome Realiser::put_text(Var var, const std::vector<Constraint>& on, ConcreteQuery& out) const {
  const Variable& v = space_.terms().variable_of(var);
  const Dimension d = space_.of_variable(var);
  const std::string current = text_of_field(out, v.index);
  const bool good = std::all_of(on.begin(), on.end(), [&](const Constraint& c) {
    if (c.dimension == d) return c.set.contains(space_.class_of_text(d, current));
    const Pattern& p =
        space_.terms().pattern_of(space_.terms().node(space_.axis(c.dimension).atom).a);
    return c.set.contains(matches(p, current) ? 1 : 0);
  });
  if (good) return Outcome::found;
  const bool patterns =
      std::any_of(on.begin(), on.end(), [&](const Constraint& c) { return c.dimension != d; });
  if (!patterns) {
    ClassSet allowed = space_.axis(d).universe;
    for (const Constraint& c : on) allowed = allowed.intersect(c.set);
    if (allowed.empty()) return Outcome::impossible;
    const std::vector<std::string>& texts = space_.axis(d).texts;
    if (allowed.first() < texts.size()) {
      set_text(out, v.index, texts[allowed.first()]);
      return Outcome::found;
    }
  }
  std::string text;
  const Search search = find_text(space_, var, on, {search_states, deadline_}, text);
  if (search == Search::stopped) set_text(out, v.index, text);
  if (search == Search::stopped) return Outcome::found;
  return search == Search::exhausted ? Outcome::impossible : Outcome::gave_up;
}

Outcome Realiser::put_names(const std::vector<Constraint>& on, ConcreteQuery& out) const {
  const Dimension tree = space_.of_field(VarKind::name, field_qname);
  const bool simple =
      std::all_of(on.begin(), on.end(), [&](const Constraint& c) { return c.dimension == tree; });
  if (simple) {
    ClassSet allowed = space_.axis(tree).universe;
    for (const Constraint& c : on) allowed = allowed.intersect(c.set);
    if (allowed.empty()) return Outcome::impossible;
    if (!allowed.contains(space_.names().class_of(out.qname))) {
      std::uint64_t looked = 0;
      std::optional<dns::Name> name;
      for (const auto& [low, high] : allowed.ranges()) {
        for (ClassNumber c = low; c <= high && !name && looked < 64; ++c, ++looked) {
          name = name_of_class(space_.names(), c, 0);
        }
      }
      if (!name) return looked < 64 ? Outcome::impossible : Outcome::gave_up;
      out.qname = *name;
    }
    out.zone = natural_zone(space_.names(), out.qname);
    return Outcome::found;
  }
  NamePair pair;
  const Search search = find_name(space_, on, {search_states, deadline_}, pair);
  if (search == Search::stopped) {
    out.qname = pair.qname;
    out.zone = speaks_of_zone(space_, on) ? pair.zone : natural_zone(space_.names(), pair.qname);
  }
  if (search == Search::stopped) return Outcome::found;
  return search == Search::exhausted ? Outcome::impossible : Outcome::gave_up;
}

Outcome Realiser::realise(const std::vector<Constraint>& constraints, std::uint64_t tries,
                          ConcreteQuery& out, std::vector<std::size_t>& culprits) const {
  ConstraintGroups groups;
  for (std::size_t i = 0; i < constraints.size(); ++i) {
    const Space::Axis& axis = space_.axis(constraints[i].dimension);
    Var var = axis.var;
    if (var == UINT32_MAX) {
      const BoolNode& node = space_.terms().node(axis.atom);
      if (node.op == BoolOp::apex) groups.names.push_back(i);
      if (node.op == BoolOp::before) groups.hashes.push_back(i);
      if (is_relation(node.op)) groups.relations.push_back(i);
      if (node.op != BoolOp::pattern) continue;
      var = space_.terms().pattern_of(node.a).var;
    }
    switch (space_.terms().variable_of(var).kind) {
      case VarKind::name:
      case VarKind::label_count:
      case VarKind::label_text:
        groups.names.push_back(i);
        break;
      case VarKind::text:
        groups.texts[var].push_back(i);
        break;
      case VarKind::bucket:
        groups.hashes.push_back(i);
        break;
      default:
        groups.others[var].push_back(i);
        break;
    }
  }
  out = defaults_;
  auto members = [&](const std::vector<std::size_t>& indices) {
    std::vector<Constraint> on;
    for (std::size_t i : indices) on.push_back(constraints[i]);
    return on;
  };
  for (const auto& [var, indices] : groups.others) {
    const Variable& v = space_.terms().variable_of(var);
    const Dimension d = space_.of_variable(var);
    std::vector<const Constraint*> on;
    for (std::size_t i : indices) on.push_back(&constraints[i]);
    const bool good = v.kind == VarKind::address ? put_address(v, d, on, out)
                                                 : put_number(v, &space_.axis(d), d, on, out);
    if (!good) {
      culprits = indices;
      return Outcome::impossible;
    }
  }
  for (const auto& [var, indices] : groups.texts) {
    const Outcome outcome = put_text(var, members(indices), out);
    if (outcome == Outcome::impossible) culprits = indices;
    if (outcome != Outcome::found) return outcome;
  }
  if (!groups.names.empty()) {
    const Outcome outcome = put_names(members(groups.names), out);
    if (outcome == Outcome::impossible) culprits = groups.names;
    if (outcome != Outcome::found) return outcome;
  }
  if (groups.hashes.empty() && groups.relations.empty()) return Outcome::found;
  return find_keys(set_, space_, constraints, groups, {tries, deadline_}, out, culprits);
}

Outcome Realiser::realise(const Cube& cube, std::uint64_t tries, ConcreteQuery& out) const {
  std::vector<Constraint> constraints;
  for (const Cube::Factor& factor : cube.factors()) {
    constraints.push_back({factor.dimension, factor.set, std::nullopt, std::nullopt});
  }
  std::vector<std::size_t> culprits;
  return realise(constraints, tries, out, culprits);
}

}  // namespace lapis::verify
