#include "space.h"

#include <algorithm>

#include "lapis/dns/name.h"

namespace lapis::verify {

// ---- names

void ConstantNames::build(std::vector<lang::WireName> names) {
  names.emplace_back();
  lang::sort_names(names);
  std::vector<std::uint32_t> path;
  for (lang::WireName& name : names) {
    const auto number = static_cast<std::uint32_t>(nodes_.size());
    while (!path.empty() && !dns::is_under(name.view(), nodes_[path.back()].name.view())) {
      nodes_[path.back()].end = 2 * number - 1;
      path.pop_back();
    }
    by_octets_.emplace(name.octets, number);
    Node node;
    node.name = std::move(name);
    node.self = 2 * number;
    if (!path.empty()) {
      node.parent = path.back();
      nodes_[path.back()].children.push_back(number);
    }
    nodes_.push_back(std::move(node));
    path.push_back(number);
  }
  for (std::uint32_t n : path) nodes_[n].end = classes() - 1;
}

std::uint32_t ConstantNames::find(const lang::WireName& name) const {
  return by_octets_.at(name.octets);
}

ClassNumber ConstantNames::class_of(dns::NameView name) const {
  const int labels = name.label_count();
  for (int i = 0; i <= labels; ++i) {
    const dns::NameView at = name.parent(i);
    const auto found =
        by_octets_.find(std::string(reinterpret_cast<const char*>(at.data()), at.size()));
    if (found != by_octets_.end()) return nodes_[found->second].self + (i == 0 ? 0 : 1);
  }
  return 1;
}

// ---- axes

namespace {

/// IPv4-mapped addresses (RFC 4291 §2.5.5.2) never appear as IPv6 values.
const std::pair<IpAddress, IpAddress> mapped{
    IpAddress::from_bits(Family::v6, 0, 0xFFFFULL << 32),
    IpAddress::from_bits(Family::v6, 0, (0xFFFFULL << 32) | 0xFFFFFFFFULL)};

template <class T>
void sort_unique(std::vector<T>& v) {
  std::sort(v.begin(), v.end());
  v.erase(std::unique(v.begin(), v.end()), v.end());
}

template <class T>
ClassNumber class_in(const std::vector<T>& starts, const T& value) {
  return static_cast<ClassNumber>(std::upper_bound(starts.begin(), starts.end(), value) -
                                  starts.begin() - 1);
}

}  // namespace

Space::Space(const Terms& terms, const lang::Set& set, const std::vector<Bool>& roots)
    : terms_(terms), set_(set) {
  std::vector<Bool> atoms;
  std::vector<bool> seen;
  for (Bool root : roots) terms_.atoms(root, atoms, seen);
  std::sort(atoms.begin(), atoms.end());
  add_axes(atoms);
  tests_.reserve(atoms.size());
  for (Bool atom : atoms) add_test(atom);
}

Dimension Space::axis_of(Var var) {
  if (by_variable_.size() <= var) by_variable_.resize(terms_.variable_count(), UINT32_MAX);
  Dimension& d = by_variable_[var];
  if (d != UINT32_MAX) return d;
  d = static_cast<Dimension>(axes_.size());
  Axis& axis = axes_.emplace_back();
  axis.var = var;
  const Variable& v = terms_.variable_of(var);
  switch (v.kind) {
    case VarKind::number:
    case VarKind::label_count:
    case VarKind::bucket:
      axis.numbers.push_back(v.low);
      axis.greatest = v.high;
      break;
    case VarKind::address:
      axis.addresses = {first_address(Family::v4), first_address(Family::v6), mapped.first,
                        next_address(mapped.second)};
      break;
    case VarKind::text: {
      const lang::Type type = set_.field_type(v.index);
      axis.open = type.domain == nullptr;
      if (type.domain) axis.texts = *type.domain;
      break;
    }
    case VarKind::label_text:
      axis.open = true;
      break;
    default:
      break;
  }
  return d;
}

void Space::add_axes(const std::vector<Bool>& atoms) {
  std::vector<lang::WireName> names;
  by_variable_.assign(terms_.variable_count(), UINT32_MAX);
  for (Bool atom : atoms) {
    const BoolNode& n = terms_.node(atom);
    switch (n.op) {
      case BoolOp::flag:
        axis_of(n.a);
        break;
      case BoolOp::in_numbers: {
        Axis& axis = axes_[axis_of(n.a)];
        for (const auto& [low, high] : terms_.number_ranges(n.b)) {
          axis.numbers.push_back(low);
          if (high < axis.greatest) axis.numbers.push_back(high + 1);
        }
        break;
      }
      case BoolOp::in_addresses: {
        Axis& axis = axes_[axis_of(n.a)];
        for (const auto& [low, high] : terms_.address_ranges(n.b)) {
          axis.addresses.push_back(low);
          if (high != last_address(Family::v6)) axis.addresses.push_back(next_address(high));
        }
        break;
      }
      case BoolOp::in_texts: {
        Axis& axis = axes_[axis_of(n.a)];
        const auto& texts = terms_.texts(n.b);
        if (axis.open) axis.texts.insert(axis.texts.end(), texts.begin(), texts.end());
        break;
      }
      case BoolOp::under:
      case BoolOp::is_name:
        axis_of(n.a);
        names.push_back(terms_.name(n.b));
        break;
      case BoolOp::pattern:
        axis_of(terms_.pattern_of(n.a).var);
        break;
      case BoolOp::number_less:
      case BoolOp::number_equal: {
        std::vector<Var> vars;
        terms_.variables(n.a, vars);
        terms_.variables(n.b, vars);
        for (Var var : vars) axis_of(var);
        break;
      }
      case BoolOp::address_equal:
      case BoolOp::address_less:
        for (Var var = 0; var < terms_.variable_count(); ++var) {
          const Variable& v = terms_.variable_of(var);
          if (v.kind == VarKind::address &&
              (v.index == terms_.masked(n.a).field || v.index == terms_.masked(n.b).field)) {
            axis_of(var);
          }
        }
        break;
      default:
        break;
    }
  }
  names_.build(std::move(names));
  for (Axis& axis : axes_) {
    sort_unique(axis.numbers);
    sort_unique(axis.addresses);
    sort_unique(axis.texts);
    const VarKind kind = terms_.variable_of(axis.var).kind;
    if (kind == VarKind::name) {
      axis.classes = names_.classes();
    } else if (kind == VarKind::address) {
      axis.classes = static_cast<ClassNumber>(axis.addresses.size());
    } else if (kind == VarKind::text || kind == VarKind::label_text) {
      axis.classes = static_cast<ClassNumber>(axis.texts.size() + (axis.open ? 1 : 0));
    } else if (kind != VarKind::flag) {
      axis.classes = static_cast<ClassNumber>(axis.numbers.size());
    }
    axis.universe = ClassSet(0, axis.classes - 1);
    if (kind == VarKind::address) {
      axis.universe = axis.universe.without(ClassSet(class_in(axis.addresses, mapped.first),
                                                     class_in(axis.addresses, mapped.second)));
    }
  }
}

void Space::add_test(Bool atom) {
  const BoolNode& n = terms_.node(atom);
  Test test;
  auto on_axis = [&](Var var) -> Axis& {
    test.dimension = by_variable_[var];
    return axes_[test.dimension];
  };
  std::vector<ClassSet::Range> ranges;
  switch (n.op) {
    case BoolOp::flag:
      on_axis(n.a);
      ranges = {{1, 1}};
      break;
    case BoolOp::in_numbers: {
      const Axis& axis = on_axis(n.a);
      for (const auto& [low, high] : terms_.number_ranges(n.b)) {
        ranges.emplace_back(class_in(axis.numbers, low), class_in(axis.numbers, high));
      }
      break;
    }
    case BoolOp::in_addresses: {
      const Axis& axis = on_axis(n.a);
      for (const auto& [low, high] : terms_.address_ranges(n.b)) {
        ranges.emplace_back(class_in(axis.addresses, low), class_in(axis.addresses, high));
      }
      break;
    }
    case BoolOp::in_texts: {
      on_axis(n.a);
      for (const std::string& text : terms_.texts(n.b)) {
        const ClassNumber c = class_of_text(test.dimension, text);
        ranges.emplace_back(c, c);
      }
      break;
    }
    case BoolOp::under:
    case BoolOp::is_name: {
      on_axis(n.a);
      const auto& node = names_.node(names_.find(terms_.name(n.b)));
      ranges = {{node.self, n.op == BoolOp::under ? node.end : node.self}};
      break;
    }
    default: {
      test.dimension = static_cast<Dimension>(axes_.size());
      Axis& axis = axes_.emplace_back();
      axis.atom = atom;
      axis.universe = ClassSet(0, 1);
      ranges = {{1, 1}};
      break;
    }
  }
  test.set = ClassSet::of(std::move(ranges)).intersect(axes_[test.dimension].universe);
  tests_.emplace(atom, std::move(test));
}

Dimension Space::of_variable(Var var) const {
  return var < by_variable_.size() ? by_variable_[var] : UINT32_MAX;
}

Dimension Space::of_field(VarKind kind, std::uint32_t field) const {
  for (Dimension d = 0; d < axes_.size(); ++d) {
    if (axes_[d].var == UINT32_MAX) continue;
    const Variable& v = terms_.variable_of(axes_[d].var);
    if (v.kind == kind && v.index == field) return d;
  }
  return UINT32_MAX;
}

ClassNumber Space::class_of_number(Dimension d, std::int64_t value) const {
  return class_in(axes_[d].numbers, value);
}

ClassNumber Space::class_of_address(Dimension d, const IpAddress& address) const {
  return class_in(axes_[d].addresses, address);
}

ClassNumber Space::class_of_text(Dimension d, const std::string& text) const {
  const auto& texts = axes_[d].texts;
  const auto at = std::lower_bound(texts.begin(), texts.end(), text);
  if (at != texts.end() && *at == text) return static_cast<ClassNumber>(at - texts.begin());
  return static_cast<ClassNumber>(texts.size());
}

std::pair<std::int64_t, std::int64_t> Space::number_range(Dimension d, ClassNumber c) const {
  const Axis& axis = axes_[d];
  const bool last = c + 1 == axis.numbers.size();
  return {axis.numbers[c], last ? axis.greatest : axis.numbers[c + 1] - 1};
}

std::pair<IpAddress, IpAddress> Space::address_range(Dimension d, ClassNumber c) const {
  const Axis& axis = axes_[d];
  const bool last = c + 1 == axis.addresses.size();
  return {axis.addresses[c],
          last ? last_address(Family::v6) : previous_address(axis.addresses[c + 1])};
}

// ---- cubes

namespace {

/// Adds a cube to a union, growing a cube there when the two differ in one dimension only.
void add_cube(std::vector<Cube>& cubes, Cube cube) {
  constexpr std::size_t looked_at = 64;
  const std::size_t start = cubes.size() > looked_at ? cubes.size() - looked_at : 0;
  for (std::size_t i = start; i < cubes.size(); ++i) {
    if (cubes[i].contains(cube)) return;
    const auto& a = cubes[i].factors();
    const auto& b = cube.factors();
    if (a.size() != b.size()) continue;
    std::size_t differ = 0;
    std::size_t where = 0;
    for (std::size_t k = 0; k < a.size() && differ < 2; ++k) {
      if (a[k].dimension != b[k].dimension) {
        differ = 2;
      } else if (!(a[k].set == b[k].set)) {
        ++differ;
        where = k;
      }
    }
    if (differ == 1) {
      cubes[i].replace(a[where].dimension, a[where].set.unite(b[where].set));
      return;
    }
  }
  cubes.push_back(std::move(cube));
}

/// The least cube that contains all.
Cube hull(const std::vector<Cube>& cubes) {
  Cube out;
  for (const Cube::Factor& factor : cubes[0].factors()) {
    std::vector<ClassSet::Range> ranges;
    bool everywhere = true;
    for (const Cube& cube : cubes) {
      const ClassSet* set = cube.find(factor.dimension);
      if (set == nullptr) {
        everywhere = false;
        break;
      }
      ranges.insert(ranges.end(), set->ranges().begin(), set->ranges().end());
    }
    if (everywhere) out.replace(factor.dimension, ClassSet::of(std::move(ranges)));
  }
  return out;
}

}  // namespace

Cover Space::cover(Bool x, std::size_t most) const {
  std::unordered_map<std::uint64_t, Cover> known;
  return cover(x, true, most, known);
}

Cover Space::cover(Bool x, bool positive, std::size_t most,
                   std::unordered_map<std::uint64_t, Cover>& known) const {
  const BoolNode& n = terms_.node(x);
  if (n.op == BoolOp::constant) {
    Cover out;
    if ((x == bool_true) == positive) out.cubes.emplace_back();
    return out;
  }
  if (n.op == BoolOp::not_) return cover(terms_.arguments(x)[0], !positive, most, known);
  if (Terms::is_atom(n.op)) {
    const Test& t = test(x);
    const ClassSet set = positive ? t.set : axes_[t.dimension].universe.without(t.set);
    Cover out;
    if (set.empty()) return out;
    Cube cube;
    if (!(set == axes_[t.dimension].universe)) cube.narrow(t.dimension, set);
    out.cubes.push_back(std::move(cube));
    return out;
  }
  const std::uint64_t key = std::uint64_t{x} * 2 + (positive ? 1 : 0);
  if (const auto at = known.find(key); at != known.end()) return at->second;
  Cover out;
  const bool conjunction = (n.op == BoolOp::and_) == positive;
  if (!conjunction) {
    for (Bool arg : terms_.arguments(x)) {
      Cover part = cover(arg, positive, most, known);
      out.exact = out.exact && part.exact;
      for (Cube& cube : part.cubes) add_cube(out.cubes, std::move(cube));
    }
    if (out.cubes.size() > most) {
      out.cubes = {hull(out.cubes)};
      out.exact = false;
    }
  } else {
    out.cubes.emplace_back();
    std::vector<Cover> parts;
    for (Bool arg : terms_.arguments(x)) parts.push_back(cover(arg, positive, most, known));
    // Single cubes first: they cut down what is multiplied out.
    std::stable_sort(parts.begin(), parts.end(), [](const Cover& a, const Cover& b) {
      return a.cubes.size() < b.cubes.size();
    });
    for (Cover& part : parts) {
      out.exact = out.exact && part.exact;
      std::vector<Cube> product;
      for (const Cube& a : out.cubes) {
        for (const Cube& b : part.cubes) {
          Cube both;
          if (a.intersect(b, both)) add_cube(product, std::move(both));
        }
      }
      out.cubes = std::move(product);
      if (out.cubes.size() > most) {
        out.cubes = {hull(out.cubes)};
        out.exact = false;
      }
    }
  }
  known.emplace(key, out);
  return out;
}

}  // namespace lapis::verify
