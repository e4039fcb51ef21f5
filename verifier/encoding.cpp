#include "encoding.h"

#include <algorithm>

#include "words.h"

namespace lapis::verify {
namespace {

unsigned bits_for(std::uint64_t values) {  // to number 0 … values - 1
  unsigned bits = 1;
  while (bits < 64 && (std::uint64_t{1} << bits) < values) ++bits;
  return bits;
}

/// Bits of two's complement that hold all of low … high.
unsigned signed_bits(std::int64_t low, std::int64_t high) {
  unsigned bits = 1;
  while (bits < 64 &&
         (low < -(std::int64_t{1} << (bits - 1)) || high > (std::int64_t{1} << (bits - 1)) - 1)) {
    ++bits;
  }
  return bits;
}

constexpr unsigned address_bits = 129;  // family, then the left-aligned address

}  // namespace

Encoding::Encoding(const Space& space, z3::context& z3, z3::solver& solver,
                   const std::vector<Bool>& atoms)
    : space_(space), terms_(space.terms()), z3_(z3), solver_(solver), atoms_(atoms) {
  find_related();
  tie_buckets();
  add_ranks();
}

void Encoding::add_facts() {
  for (Bool atom : atoms_) tie_pattern(atom);
  tie_names();
  tie_choices();
}

// ---- variables

void Encoding::find_related() {
  for (Bool atom : atoms_) {
    const BoolNode& n = terms_.node(atom);
    if (n.op == BoolOp::number_less || n.op == BoolOp::number_equal) {
      std::vector<Var> vars;
      terms_.variables(n.a, vars);
      terms_.variables(n.b, vars);
      for (Var var : vars) relate(var);
    } else if (n.op == BoolOp::in_numbers && terms_.variable_of(n.a).kind == VarKind::label_count) {
      relate(n.a);  // facts about names are about its value
    } else if (n.op == BoolOp::address_equal || n.op == BoolOp::address_less) {
      address_value(terms_.masked(n.a).field);
      address_value(terms_.masked(n.b).field);
    }
  }
  // Tests of a related variable are tests of its value.
  for (Bool atom : atoms_) {
    const BoolNode& n = terms_.node(atom);
    if (n.op != BoolOp::in_addresses) continue;
    const auto at = addresses_.find(terms_.variable_of(n.a).index);
    if (at != addresses_.end()) related_.emplace(n.a, at->second);
  }
}

void Encoding::relate(Var var) {
  if (related_.count(var) == 0) related_.emplace(var, number_constant(var));
}

z3::expr Encoding::between(Var var, std::int64_t low, std::int64_t high) {
  const z3::expr& x = by_value(var);
  const unsigned bits = x.get_sort().bv_size();
  if (low == high) return x == number_value(low, bits);
  return z3::sge(x, number_value(low, bits)) && z3::sle(x, number_value(high, bits));
}

z3::expr Encoding::number_constant(Var var) {
  const Variable& v = terms_.variable_of(var);
  const z3::expr x = z3_.bv_const(("v" + std::to_string(var)).c_str(), signed_bits(v.low, v.high));
  solver_.add(z3::sge(x, number_value(v.low, x.get_sort().bv_size())));
  solver_.add(z3::sle(x, number_value(v.high, x.get_sort().bv_size())));
  return x;
}

z3::expr Encoding::address_value(const IpAddress& address) {
  const z3::expr family = z3_.bv_val(address.is_v4() ? 0U : 1U, 1);
  return z3::concat(z3::concat(family, z3_.bv_val(static_cast<std::uint64_t>(address.high()), 64)),
                    z3_.bv_val(static_cast<std::uint64_t>(address.low()), 64));
}

z3::expr Encoding::address_value(std::uint32_t field) {
  const auto at = addresses_.find(field);
  if (at != addresses_.end()) return at->second;
  const z3::expr x = z3_.bv_const(("a" + std::to_string(field)).c_str(), address_bits);
  solver_.add(
      z3::implies(x.extract(128, 128) == z3_.bv_val(0U, 1), x.extract(95, 0) == z3_.bv_val(0, 96)));
  // No IPv4-mapped addresses (RFC 4291 §2.5.5.2).
  solver_.add(
      !(x.extract(128, 128) == z3_.bv_val(1U, 1) && x.extract(127, 32) == z3_.bv_val(0xFFFF, 96)));
  addresses_.emplace(field, x);
  return x;
}

z3::expr Encoding::masked(const MaskedAddress& m) {
  const z3::expr x = address_value(m.field);
  if (m.bits4 == 32 && m.bits6 == 128) return x;
  auto cut = [&](unsigned bits) {
    if (bits == 128) return x;
    const unsigned kept = 1 + bits;  // with the family
    return z3::concat(x.extract(128, address_bits - kept), z3_.bv_val(0, address_bits - kept));
  };
  return z3::ite(x.extract(128, 128) == z3_.bv_val(0U, 1), cut(m.bits4), cut(m.bits6));
}

z3::expr Encoding::dimension(Dimension d) {
  const auto at = dimensions_.find(d);
  if (at != dimensions_.end()) return at->second;
  const Space::Axis& axis = space_.axis(d);
  const bool boolean = axis.classes == 2 && axis.universe == ClassSet(0, 1);
  const std::string name = "d" + std::to_string(d);
  const z3::expr x =
      boolean ? z3_.bool_const(name.c_str()) : z3_.bv_const(name.c_str(), bits_for(axis.classes));
  dimensions_.emplace(d, x);
  if (!boolean) solver_.add(member(x, axis.universe, axis.classes));
  return x;
}

z3::expr Encoding::member(const z3::expr& x, const ClassSet& set, ClassNumber classes) {
  if (x.is_bool()) {
    if (set.empty()) return z3_.bool_val(false);
    if (set.count() == 2) return z3_.bool_val(true);
    return set.contains(1) ? x : !x;
  }
  const unsigned bits = x.get_sort().bv_size();
  z3::expr_vector ranges(z3_);
  for (const auto& [low, high] : set.ranges()) {
    if (low == high) {
      ranges.push_back(x == z3_.bv_val(low, bits));
      continue;
    }
    z3::expr_vector ends(z3_);
    if (low > 0) ends.push_back(z3::uge(x, z3_.bv_val(low, bits)));
    if (high < (std::uint64_t{1} << bits) - 1) {
      ends.push_back(z3::ule(x, z3_.bv_val(std::min(high, classes - 1), bits)));
    }
    ranges.push_back(z3::mk_and(ends));
  }
  return z3::mk_or(ranges);
}

// ---- formulas

z3::expr Encoding::encode(Bool x) {
  const auto at = encoded_.find(x);
  if (at != encoded_.end()) return at->second;
  const BoolNode& n = terms_.node(x);
  z3::expr out(z3_);
  switch (n.op) {
    case BoolOp::constant:
      out = z3_.bool_val(x == bool_true);
      break;
    case BoolOp::not_:
      out = !encode(terms_.arguments(x)[0]);
      break;
    case BoolOp::and_:
    case BoolOp::or_: {
      z3::expr_vector parts(z3_);
      for (Bool arg : terms_.arguments(x)) parts.push_back(encode(arg));
      out = n.op == BoolOp::and_ ? z3::mk_and(parts) : z3::mk_or(parts);
      break;
    }
    default:
      out = encode_atom(x, n);
      break;
  }
  encoded_.emplace(x, out);
  return out;
}

z3::expr Encoding::encode_atom(Bool x, const BoolNode& n) {
  switch (n.op) {
    case BoolOp::in_numbers:
      if (const auto at = related_.find(n.a); at != related_.end()) {
        const unsigned bits = at->second.get_sort().bv_size();
        z3::expr_vector ranges(z3_);
        for (const auto& [low, high] : terms_.number_ranges(n.b)) {
          ranges.push_back(z3::sge(at->second, number_value(low, bits)) &&
                           z3::sle(at->second, number_value(high, bits)));
        }
        return z3::mk_or(ranges);
      }
      break;
    case BoolOp::in_addresses:
      if (const auto at = related_.find(n.a); at != related_.end()) {
        z3::expr_vector ranges(z3_);
        for (const auto& [low, high] : terms_.address_ranges(n.b)) {
          ranges.push_back(z3::uge(at->second, address_value(low)) &&
                           z3::ule(at->second, address_value(high)));
        }
        return z3::mk_or(ranges);
      }
      break;
    case BoolOp::address_equal:
      return masked(terms_.masked(n.a)) == masked(terms_.masked(n.b));
    case BoolOp::address_less:
      return z3::ult(masked(terms_.masked(n.a)), masked(terms_.masked(n.b)));
    case BoolOp::number_less:
    case BoolOp::number_equal: {
      const unsigned bits = std::max(width(n.a), width(n.b)) + 1;
      const z3::expr a = number(n.a, bits);
      const z3::expr b = number(n.b, bits);
      return n.op == BoolOp::number_less ? z3::slt(a, b) : a == b;
    }
    case BoolOp::before: {
      const z3::expr first = ranks_.at({n.c, n.a});
      const z3::expr second = ranks_.at({n.c, n.b});
      return z3::ult(first, second);
    }
    default:
      break;
  }
  const Space::Test& test = space_.test(x);
  return member(dimension(test.dimension), test.set, space_.axis(test.dimension).classes);
}

/// Bits that hold the number and everything on the way to it.
unsigned Encoding::width(Number x) {
  const NumberNode& n = terms_.number_node(x);
  unsigned bits = signed_bits(n.low, n.high);
  switch (n.op) {
    case NumberOp::add:
      return std::max({bits, width(n.a), width(n.b)});
    case NumberOp::scale:
      return std::max({bits, width(n.a), signed_bits(n.value, n.value)});
    case NumberOp::mod:
      return std::max({bits, width(n.a), signed_bits(0, n.value)});
    case NumberOp::choose:
      return std::max({bits, width(n.b), width(n.c)});
    default:
      return bits;
  }
}

z3::expr Encoding::number(Number x, unsigned bits) {
  const NumberNode& n = terms_.number_node(x);
  switch (n.op) {
    case NumberOp::constant:
      return number_value(n.value, bits);
    case NumberOp::variable: {
      const z3::expr v = related_.at(n.a);
      return z3::sext(v, bits - v.get_sort().bv_size());
    }
    case NumberOp::add:
      return number(n.a, bits) + number(n.b, bits);
    case NumberOp::scale:
      return number(n.a, bits) * number_value(n.value, bits);
    case NumberOp::mod:
      return z3::smod(number(n.a, bits), number_value(n.value, bits));
    case NumberOp::choose:
      return z3::ite(encode(n.a), number(n.b, bits), number(n.c, bits));
  }
  return number_value(0, bits);
}

/// Elements of choices by the same key have an order: a rank each, all different.
void Encoding::add_ranks() {
  std::map<std::pair<std::uint32_t, bool>, std::vector<std::uint32_t>> elements;
  for (Bool atom : atoms_) {
    const BoolNode& n = terms_.node(atom);
    if (n.op != BoolOp::before) continue;
    auto& of_key = elements[{n.c, terms_.element(n.a).weight > 0}];
    for (std::uint32_t e : {n.a, n.b}) {
      if (std::find(of_key.begin(), of_key.end(), e) == of_key.end()) of_key.push_back(e);
    }
  }
  for (const auto& [key, of_key] : elements) {
    z3::expr_vector all(z3_);
    for (std::uint32_t e : of_key) {
      const std::string name = "r" + std::to_string(key.first) + "_" + std::to_string(e);
      const z3::expr rank = z3_.bv_const(name.c_str(), bits_for(of_key.size()));
      ranks_.emplace(std::make_pair(key.first, e), rank);
      all.push_back(rank);
    }
    if (all.size() > 1) solver_.add(z3::distinct(all));
  }
}

/// The value of a pattern on the constants of its text variable is known.
void Encoding::tie_pattern(Bool atom) {
  const BoolNode& n = terms_.node(atom);
  if (n.op != BoolOp::pattern) return;
  const Pattern& p = terms_.pattern_of(n.a);
  if (terms_.variable_of(p.var).kind != VarKind::text) return;
  const Dimension d = space_.of_variable(p.var);
  const Space::Axis& axis = space_.axis(d);
  const z3::expr x = encode(atom);
  const auto in_use = dimensions_.find(d);
  if (in_use == dimensions_.end()) return;
  std::vector<ClassSet::Range> yes;
  for (ClassNumber c = 0; c < axis.texts.size(); ++c) {
    if (matches(p, axis.texts[c])) yes.emplace_back(c, c);
  }
  const ClassSet holds = ClassSet::of(yes);
  const ClassSet other(static_cast<ClassNumber>(axis.texts.size()),
                       static_cast<ClassNumber>(axis.texts.size()));
  solver_.add(z3::implies(x, member(in_use->second, holds.unite(other), axis.classes)));
  if (!holds.empty()) {
    solver_.add(z3::implies(member(in_use->second, holds, axis.classes), x));
  }
}

}  // namespace lapis::verify
