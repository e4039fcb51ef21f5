#include "term.h"

#include "lapis/dns/name.h"

#include <algorithm>
#include <limits>

namespace lapis::verify {

// ---- addresses and ranges

namespace {

constexpr std::uint64_t v4_step = std::uint64_t{1} << 32;
constexpr std::uint64_t ones = std::numeric_limits<std::uint64_t>::max();

}  // namespace

IpAddress first_address(Family family) {
  return IpAddress::from_bits(family, 0, 0);
}

IpAddress last_address(Family family) {
  return family == Family::v4 ? IpAddress::from_bits(family, ones << 32, 0)
                              : IpAddress::from_bits(family, ones, ones);
}

IpAddress next_address(const IpAddress& address) {
  if (address.is_v4()) {
    if (address == last_address(Family::v4)) return first_address(Family::v6);
    return IpAddress::from_bits(Family::v4, address.high() + v4_step, 0);
  }
  const std::uint64_t low = address.low() + 1;
  return IpAddress::from_bits(Family::v6, address.high() + (low == 0 ? 1 : 0), low);
}

IpAddress previous_address(const IpAddress& address) {
  if (address.is_v4()) return IpAddress::from_bits(Family::v4, address.high() - v4_step, 0);
  if (address == first_address(Family::v6)) return last_address(Family::v4);
  const std::uint64_t low = address.low() - 1;
  return IpAddress::from_bits(Family::v6, address.high() - (low == ones ? 1 : 0), low);
}

std::pair<IpAddress, IpAddress> range_of(const Prefix& prefix) {
  return {prefix.base, prefix.last()};
}

AddressRanges tidy(AddressRanges ranges) {
  std::sort(ranges.begin(), ranges.end());
  AddressRanges out;
  for (const auto& r : ranges) {
    const bool touches = !out.empty() && (out.back().second == last_address(Family::v6) ||
                                          r.first <= next_address(out.back().second));
    if (touches) {
      out.back().second = std::max(out.back().second, r.second);
    } else {
      out.push_back(r);
    }
  }
  return out;
}

NumberRanges tidy(NumberRanges ranges) {
  std::sort(ranges.begin(), ranges.end());
  NumberRanges out;
  for (const auto& r : ranges) {
    const bool touches =
        !out.empty() && (out.back().second == std::numeric_limits<std::int64_t>::max() ||
                         r.first <= out.back().second + 1);
    if (touches) {
      out.back().second = std::max(out.back().second, r.second);
    } else {
      out.push_back(r);
    }
  }
  return out;
}

// ---- the store

namespace {

std::size_t mix(std::size_t h, std::size_t v) {
  h ^= v + 0x9E3779B97F4A7C15ULL + (h << 6) + (h >> 2);
  return h;
}

}  // namespace

std::size_t Terms::Hash::operator()(Bool x) const {
  const BoolNode& n = terms->bools_[x];
  std::size_t h = mix(mix(mix(static_cast<std::size_t>(n.op), n.a), n.b), n.c);
  for (Bool arg : terms->arguments(x)) h = mix(h, arg);
  return h;
}

bool Terms::Same::operator()(Bool x, Bool y) const {
  const BoolNode& m = terms->bools_[x];
  const BoolNode& n = terms->bools_[y];
  if (m.op != n.op || m.a != n.a || m.b != n.b || m.c != n.c || m.count != n.count) return false;
  const auto xs = terms->arguments(x);
  return std::equal(xs.begin(), xs.end(), terms->arguments(y).begin());
}

std::span<const std::uint8_t> octets(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string lowered(std::string text) {
  for (char& c : text) c = static_cast<char>(dns::to_lower(static_cast<std::uint8_t>(c)));
  return text;
}

Terms::Terms() : known_(1024, Hash{this}, Same{this}) {
  put({BoolOp::constant, 0, 0, 0, 0, 0});
  put({BoolOp::constant, 1, 0, 0, 0, 0});
}

Bool Terms::put(BoolNode node, std::span<const Bool> arguments) {
  node.first = static_cast<std::uint32_t>(arguments_.size());
  node.count = static_cast<std::uint32_t>(arguments.size());
  arguments_.insert(arguments_.end(), arguments.begin(), arguments.end());
  bools_.push_back(node);
  const auto number = static_cast<Bool>(bools_.size() - 1);
  const auto [at, fresh] = known_.insert(number);
  if (fresh) return number;
  bools_.pop_back();
  arguments_.resize(node.first);
  return *at;
}

Bool Terms::negate(Bool x) {
  if (x <= bool_true) return 1 - x;
  if (bools_[x].op == BoolOp::not_) return arguments_[bools_[x].first];
  return put({BoolOp::not_, 0, 0, 0, 0, 0}, std::array{x});
}

Bool Terms::gather(BoolOp op, std::vector<Bool> parts) {
  const Bool neutral = op == BoolOp::and_ ? bool_true : bool_false;
  std::vector<Bool> kept;
  for (Bool part : parts) {
    if (part == neutral) continue;
    if (part == 1 - neutral) return part;
    if (bools_[part].op == op) {
      const auto inner = arguments(part);
      kept.insert(kept.end(), inner.begin(), inner.end());
    } else {
      kept.push_back(part);
    }
  }
  std::sort(kept.begin(), kept.end());
  kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
  for (Bool part : kept) {
    // x and its negation together: the negation is known only if it was built before.
    if (bools_[part].op == BoolOp::not_ &&
        std::binary_search(kept.begin(), kept.end(), arguments_[bools_[part].first])) {
      return 1 - neutral;
    }
  }
  if (kept.empty()) return neutral;
  if (kept.size() == 1) return kept[0];
  return put({op, 0, 0, 0, 0, 0}, kept);
}

Bool Terms::all(std::vector<Bool> parts) {
  return gather(BoolOp::and_, std::move(parts));
}
Bool Terms::any(std::vector<Bool> parts) {
  return gather(BoolOp::or_, std::move(parts));
}
Bool Terms::both(Bool x, Bool y) {
  return gather(BoolOp::and_, {x, y});
}
Bool Terms::either(Bool x, Bool y) {
  return gather(BoolOp::or_, {x, y});
}

Bool Terms::choose(Bool test, Bool then, Bool otherwise) {
  if (test == bool_true || then == otherwise) return then;
  if (test == bool_false) return otherwise;
  return either(both(test, then), both(negate(test), otherwise));
}

Bool Terms::same(Bool x, Bool y) {
  return choose(x, y, negate(y));
}

Var Terms::variable(const Variable& variable) {
  return variables_.put(variable);
}

Bool Terms::flag(Var var) {
  return put({BoolOp::flag, var, 0, 0, 0, 0});
}

Bool Terms::in_numbers(Var var, NumberRanges ranges) {
  const Variable& v = variables_[var];
  NumberRanges within;
  for (const auto& [low, high] : tidy(std::move(ranges))) {
    if (high < v.low || low > v.high) continue;
    within.emplace_back(std::max(low, v.low), std::min(high, v.high));
  }
  if (within.empty()) return bool_false;
  if (within.size() == 1 && within[0].first == v.low && within[0].second == v.high) {
    return bool_true;
  }
  return put({BoolOp::in_numbers, var, number_ranges_.put(within), 0, 0, 0});
}

Bool Terms::in_addresses(Var var, AddressRanges ranges) {
  ranges = tidy(std::move(ranges));
  if (ranges.empty()) return bool_false;
  if (ranges.size() == 1 && ranges[0].first == first_address(Family::v4) &&
      ranges[0].second == last_address(Family::v6)) {
    return bool_true;
  }
  return put({BoolOp::in_addresses, var, address_ranges_.put(ranges), 0, 0, 0});
}

Bool Terms::in_texts(Var var, std::vector<std::string> texts) {
  if (texts.empty()) return bool_false;
  return put({BoolOp::in_texts, var, texts_.put(texts), 0, 0, 0});
}

Bool Terms::under(Var var, const lang::WireName& name) {
  if (name.view().is_root()) return bool_true;
  return put({BoolOp::under, var, names_.put(name), 0, 0, 0});
}

Bool Terms::is_name(Var var, const lang::WireName& name) {
  return put({BoolOp::is_name, var, names_.put(name), 0, 0, 0});
}

Bool Terms::pattern(const Pattern& p) {
  return put({BoolOp::pattern, patterns_.put(p), 0, 0, 0, 0});
}

Bool Terms::apex() {
  return put({BoolOp::apex, 0, 0, 0, 0, 0});
}

Bool Terms::address_equal(const MaskedAddress& x, const MaskedAddress& y) {
  if (x == y) return bool_true;
  const auto& [first, second] = std::minmax(x, y);
  return put({BoolOp::address_equal, masked_.put(first), masked_.put(second), 0, 0, 0});
}

Bool Terms::address_less(const MaskedAddress& x, const MaskedAddress& y) {
  if (x == y) return bool_false;
  return put({BoolOp::address_less, masked_.put(x), masked_.put(y), 0, 0, 0});
}

Bool Terms::before(const RankedElement& x, const RankedElement& y, std::uint32_t key) {
  if (x == y) return bool_false;
  // Of two different elements exactly one comes first.
  if (y < x) return negate(before(y, x, key));
  return put({BoolOp::before, elements_.put(x), elements_.put(y), key, 0, 0});
}

// ---- numbers

Number Terms::put_number(const NumberNode& node) {
  const auto [at, fresh] =
      known_numbers_.emplace(std::make_tuple(node.op, node.value, node.a, node.b, node.c), 0);
  if (fresh) {
    numbers_.push_back(node);
    at->second = static_cast<Number>(numbers_.size() - 1);
  }
  return at->second;
}

Number Terms::number(std::int64_t value) {
  return put_number({NumberOp::constant, value, 0, 0, 0, value, value});
}

Number Terms::variable_number(Var var) {
  const Variable& v = variables_[var];
  if (v.low == v.high) return number(v.low);
  return put_number({NumberOp::variable, 0, var, 0, 0, v.low, v.high});
}

Number Terms::add(Number x, Number y) {
  const NumberNode& m = numbers_[x];
  const NumberNode& n = numbers_[y];
  if (is_constant(x) && is_constant(y)) return number(wrapping_add(m.value, n.value));
  if (is_constant(x) && m.value == 0) return y;
  if (is_constant(y) && n.value == 0) return x;
  NumberNode sum{NumberOp::add, 0, std::min(x, y), std::max(x, y), 0, 0, 0};
  // The checker excludes overflow for types; the ranges here are at least as narrow unless a
  // branch that can't be taken is counted, so they saturate.
  if (__builtin_add_overflow(m.low, n.low, &sum.low)) {
    sum.low = std::numeric_limits<std::int64_t>::min();
  }
  if (__builtin_add_overflow(m.high, n.high, &sum.high)) {
    sum.high = std::numeric_limits<std::int64_t>::max();
  }
  return put_number(sum);
}

Number Terms::scale(Number x, std::int64_t factor) {
  if (factor == 0) return number(0);
  if (factor == 1) return x;
  const NumberNode& n = numbers_[x];
  if (is_constant(x)) return number(wrapping_multiply(n.value, factor));
  NumberNode product{NumberOp::scale, factor, x, 0, 0, 0, 0};
  std::int64_t a = 0;
  std::int64_t b = 0;
  const bool over_a = __builtin_mul_overflow(n.low, factor, &a);
  const bool over_b = __builtin_mul_overflow(n.high, factor, &b);
  if (over_a) {
    a = (n.low < 0) == (factor < 0) ? std::numeric_limits<std::int64_t>::max()
                                    : std::numeric_limits<std::int64_t>::min();
  }
  if (over_b) {
    b = (n.high < 0) == (factor < 0) ? std::numeric_limits<std::int64_t>::max()
                                     : std::numeric_limits<std::int64_t>::min();
  }
  product.low = std::min(a, b);
  product.high = std::max(a, b);
  return put_number(product);
}

namespace {

std::int64_t floor_mod(std::int64_t x, std::int64_t m) {
  const std::int64_t r = x % m;
  return r < 0 ? r + m : r;
}

}  // namespace

Number Terms::mod(Number x, std::int64_t modulus) {
  const NumberNode& n = numbers_[x];
  if (is_constant(x)) return number(floor_mod(n.value, modulus));
  if (n.low >= 0 && n.high < modulus) return x;
  return put_number({NumberOp::mod, modulus, x, 0, 0, 0, modulus - 1});
}

Number Terms::choose_number(Bool test, Number then, Number otherwise) {
  if (test == bool_true || then == otherwise) return then;
  if (test == bool_false) return otherwise;
  return put_number({NumberOp::choose, 0, test, then, otherwise,
                     std::min(numbers_[then].low, numbers_[otherwise].low),
                     std::max(numbers_[then].high, numbers_[otherwise].high)});
}

void Terms::variables(Number x, std::vector<Var>& out) const {
  const NumberNode& n = numbers_[x];
  switch (n.op) {
    case NumberOp::constant:
      break;
    case NumberOp::variable:
      if (std::find(out.begin(), out.end(), n.a) == out.end()) out.push_back(n.a);
      break;
    case NumberOp::add:
      variables(n.a, out);
      variables(n.b, out);
      break;
    case NumberOp::scale:
    case NumberOp::mod:
      variables(n.a, out);
      break;
    case NumberOp::choose:
      variables(n.b, out);
      variables(n.c, out);
      break;
  }
}

bool Terms::enumerable(Number x, Var& var) const {
  const NumberNode& n = numbers_[x];
  switch (n.op) {
    case NumberOp::constant:
      return true;
    case NumberOp::variable: {
      const Variable& v = variables_[n.a];
      constexpr std::uint64_t most = 4096;
      if (static_cast<std::uint64_t>(v.high) - static_cast<std::uint64_t>(v.low) > most) {
        return false;
      }
      if (var != UINT32_MAX && var != n.a) return false;
      var = n.a;
      return true;
    }
    case NumberOp::add:
      return enumerable(n.a, var) && enumerable(n.b, var);
    case NumberOp::scale:
    case NumberOp::mod:
      return enumerable(n.a, var);
    case NumberOp::choose:
      return false;
  }
  return false;
}

std::int64_t Terms::value(Number x, std::int64_t of_variable) const {
  const NumberNode& n = numbers_[x];
  switch (n.op) {
    case NumberOp::constant:
      return n.value;
    case NumberOp::variable:
      return of_variable;
    case NumberOp::add:
      return wrapping_add(value(n.a, of_variable), value(n.b, of_variable));
    case NumberOp::scale:
      return wrapping_multiply(value(n.a, of_variable), n.value);
    case NumberOp::mod:
      return floor_mod(value(n.a, of_variable), n.value);
    case NumberOp::choose:
      break;
  }
  return 0;
}

Bool Terms::in_ranges(Number x, const NumberRanges& ranges) {
  const NumberNode n = numbers_[x];
  NumberRanges touching;
  for (const auto& r : ranges) {
    if (r.second >= n.low && r.first <= n.high) touching.push_back(r);
  }
  if (touching.empty()) return bool_false;
  if (touching.size() == 1 && touching[0].first <= n.low && touching[0].second >= n.high) {
    return bool_true;
  }
  if (n.op == NumberOp::constant) return bool_true;  // its one value touches
  if (n.op == NumberOp::variable) return in_numbers(n.a, touching);
  if (n.op == NumberOp::choose) {
    return choose(n.a, in_ranges(n.b, touching), in_ranges(n.c, touching));
  }
  if (n.op == NumberOp::add && (is_constant(n.a) || is_constant(n.b))) {
    const std::int64_t shift = numbers_[is_constant(n.a) ? n.a : n.b].value;
    NumberRanges shifted;
    for (auto [low, high] : touching) {
      if (__builtin_sub_overflow(low, shift, &low)) {
        low = shift > 0 ? std::numeric_limits<std::int64_t>::min()
                        : std::numeric_limits<std::int64_t>::max();
      }
      if (__builtin_sub_overflow(high, shift, &high)) {
        high = shift > 0 ? std::numeric_limits<std::int64_t>::min()
                         : std::numeric_limits<std::int64_t>::max();
      }
      shifted.emplace_back(low, high);
    }
    return in_ranges(is_constant(n.a) ? n.b : n.a, tidy(std::move(shifted)));
  }
  Var var = UINT32_MAX;
  if (enumerable(x, var)) {
    NumberRanges kept;
    for (std::int64_t v = variables_[var].low; v <= variables_[var].high; ++v) {
      const std::int64_t y = value(x, v);
      const bool inside = std::any_of(touching.begin(), touching.end(),
                                      [&](const auto& r) { return r.first <= y && y <= r.second; });
      if (inside) kept.emplace_back(v, v);
    }
    return in_numbers(var, std::move(kept));
  }
  std::vector<Bool> parts;
  for (const auto& [low, high] : touching) {
    std::vector<Bool> both_ends;
    if (low == high) {
      both_ends.push_back(
          put({BoolOp::number_equal, std::min(x, number(low)), std::max(x, number(low)), 0, 0, 0}));
    } else {
      if (low > n.low) {
        both_ends.push_back(negate(put({BoolOp::number_less, x, number(low), 0, 0, 0})));
      }
      if (high < n.high) {
        both_ends.push_back(negate(put({BoolOp::number_less, number(high), x, 0, 0, 0})));
      }
    }
    parts.push_back(all(std::move(both_ends)));
  }
  return any(std::move(parts));
}

Bool Terms::less(Number x, Number y) {
  const NumberNode m = numbers_[x];
  const NumberNode n = numbers_[y];
  constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  if (m.high < n.low) return bool_true;
  if (m.low >= n.high) return bool_false;
  if (is_constant(y)) return in_ranges(x, {{least, n.value - 1}});
  if (is_constant(x)) return in_ranges(y, {{m.value + 1, most}});
  if (m.op == NumberOp::choose) return choose(m.a, less(m.b, y), less(m.c, y));
  if (n.op == NumberOp::choose) return choose(n.a, less(x, n.b), less(x, n.c));
  return put({BoolOp::number_less, x, y, 0, 0, 0});
}

Bool Terms::equal(Number x, Number y) {
  if (x == y) return bool_true;
  const NumberNode m = numbers_[x];
  const NumberNode n = numbers_[y];
  if (m.high < n.low || m.low > n.high) return bool_false;
  if (is_constant(y)) return in_ranges(x, {{n.value, n.value}});
  if (is_constant(x)) return in_ranges(y, {{m.value, m.value}});
  if (m.op == NumberOp::choose) return choose(m.a, equal(m.b, y), equal(m.c, y));
  if (n.op == NumberOp::choose) return choose(n.a, equal(x, n.b), equal(x, n.c));
  return put({BoolOp::number_equal, std::min(x, y), std::max(x, y), 0, 0, 0});
}

// ---- walking

void Terms::atoms(Bool x, std::vector<Bool>& out, std::vector<bool>& seen) const {
  if (seen.size() < bools_.size()) seen.resize(bools_.size());
  std::vector<Bool> stack{x};
  while (!stack.empty()) {
    const Bool at = stack.back();
    stack.pop_back();
    if (seen[at]) continue;
    seen[at] = true;
    const BoolNode& n = bools_[at];
    if (is_atom(n.op)) {
      out.push_back(at);
      // Tests inside numbers bring atoms of their own.
      if (n.op == BoolOp::number_less || n.op == BoolOp::number_equal) {
        std::vector<Number> numbers{n.a, n.b};
        while (!numbers.empty()) {
          const NumberNode& number = numbers_[numbers.back()];
          numbers.pop_back();
          if (number.op == NumberOp::choose) {
            stack.push_back(number.a);
            numbers.insert(numbers.end(), {number.b, number.c});
          } else if (number.op == NumberOp::add) {
            numbers.insert(numbers.end(), {number.a, number.b});
          } else if (number.op == NumberOp::scale || number.op == NumberOp::mod) {
            numbers.push_back(number.a);
          }
        }
      }
    } else {
      for (Bool arg : arguments(at)) stack.push_back(arg);
    }
  }
}

}  // namespace lapis::verify
