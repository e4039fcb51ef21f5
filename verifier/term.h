// Terms: what a program means, as a formula over the fields of a query.
//
// A Bool is a number into a `Terms` store: the same formula is always the same number, constants
// are folded while formulas are built, and everything below an atom is already in the form that
// the space of classes and the solver read. Text, name and address values do not appear here: the
// symbolic algebra (symbolic.h) has turned tests on them into atoms.
//
// Filled by one thread; any number of threads may read afterwards.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "lapis/base/ip.h"
#include "lapis/lang/constant.h"

namespace lapis::verify {

using Bool = std::uint32_t;    ///< number of a formula in Terms
using Number = std::uint32_t;  ///< number of an integer term in Terms
using Var = std::uint32_t;     ///< number of a variable in Terms

inline constexpr Bool bool_false = 0;
inline constexpr Bool bool_true = 1;

/// One quantity of a query that atoms speak about.
enum class VarKind : std::uint8_t {
  flag,         ///< a bool attribute; `index` is the field
  number,       ///< an int attribute or asn
  text,         ///< a text field or string attribute
  address,      ///< client or resolver
  name,         ///< qname or zone: where it lies in the tree of constant names
  label_count,  ///< of qname or zone
  label_text,   ///< `position`-th label from the right of qname or zone
  bucket,       ///< hash of `key` with `seed`, modulo `high` + 1
};

struct Variable {
  VarKind kind = VarKind::flag;
  std::uint32_t index = 0;     ///< FieldId; for bucket the key
  std::uint32_t position = 0;  ///< label_text
  std::int64_t low = 0;        ///< number, label_count, bucket
  std::int64_t high = 0;
  std::uint64_t seed = 0;  ///< bucket
  friend auto operator<=>(const Variable&, const Variable&) = default;
};

/// A part of a key: a constant, or a field as it is, masked or lower-cased.
struct KeyPart {
  enum class Kind : std::uint8_t { octets, name, address, text, label } kind = Kind::octets;
  std::string octets;          ///< for a constant
  std::uint32_t field = 0;     ///< FieldId
  std::uint32_t position = 0;  ///< label
  std::uint8_t bits4 = 32;     ///< address
  std::uint8_t bits6 = 128;
  bool lowered = false;  ///< text
  friend auto operator<=>(const KeyPart&, const KeyPart&) = default;
};

/// Parts of `(key A B …)`; a single part is the value itself when `!joined`.
struct KeyTerm {
  std::vector<KeyPart> parts;
  bool joined = false;
  friend auto operator<=>(const KeyTerm&, const KeyTerm&) = default;
};

/// A text's octets, borrowed.
std::span<const std::uint8_t> octets(const std::string& text);

/// An element of a choice: an address, with its weight when the choice is weighted (else 0).
struct RankedElement {
  IpAddress address;
  std::int64_t weight = 0;
  friend auto operator<=>(const RankedElement&, const RankedElement&) = default;
};

/// A field's address with all but its first bits cleared.
struct MaskedAddress {
  std::uint32_t field = 0;
  std::uint8_t bits4 = 32;
  std::uint8_t bits6 = 128;
  friend auto operator<=>(const MaskedAddress&, const MaskedAddress&) = default;
};

enum class PatternKind : std::uint8_t { prefix, suffix, contains, glob, equal };

/// A regular property of a text or name variable (names in presentation form).
struct Pattern {
  Var var = 0;
  PatternKind kind = PatternKind::prefix;
  bool lowered = false;  ///< of the text in lower case
  std::string text;
  friend auto operator<=>(const Pattern&, const Pattern&) = default;
};

/// Ranges are inclusive, sorted, disjoint and not adjacent.
using NumberRanges = std::vector<std::pair<std::int64_t, std::int64_t>>;
using AddressRanges = std::vector<std::pair<IpAddress, IpAddress>>;

enum class BoolOp : std::uint8_t {
  constant,
  not_,
  and_,
  or_,
  flag,           ///< variable `a`
  in_numbers,     ///< variable `a` in number ranges `b`
  in_addresses,   ///< variable `a` in address ranges `b`
  in_texts,       ///< variable `a` in text set `b`
  under,          ///< variable `a` (a name) equals or is below name `b`
  is_name,        ///< variable `a` (a name) equals name `b`
  pattern,        ///< pattern `a`
  apex,           ///< qname = zone
  address_equal,  ///< masked addresses `a` and `b`
  address_less,   ///< masked addresses `a` and `b`
  number_less,    ///< numbers `a` < `b`
  number_equal,   ///< numbers `a` = `b`
  before,         ///< for key `c`, element `a` is chosen before element `b`
};

struct BoolNode {
  BoolOp op = BoolOp::constant;
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  std::uint32_t c = 0;
  std::uint32_t first = 0;  ///< arguments of and, or; not: first
  std::uint32_t count = 0;
};

enum class NumberOp : std::uint8_t { constant, variable, add, scale, mod, choose };

struct NumberNode {
  NumberOp op = NumberOp::constant;
  std::int64_t value = 0;  ///< constant, factor, modulus
  std::uint32_t a = 0;     ///< variable or number; choose: the test
  std::uint32_t b = 0;
  std::uint32_t c = 0;
  std::int64_t low = 0;  ///< range of the value
  std::int64_t high = 0;
};

/// A table of distinct values, numbered from 0.
template <class T>
class Interned {
 public:
  std::uint32_t put(const T& value) {
    const auto [at, fresh] = numbers_.emplace(value, static_cast<std::uint32_t>(values_.size()));
    if (fresh) values_.push_back(&at->first);
    return at->second;
  }
  const T& operator[](std::uint32_t number) const { return *values_[number]; }
  std::size_t size() const { return values_.size(); }

 private:
  std::map<T, std::uint32_t> numbers_;
  std::vector<const T*> values_;
};

/// ASCII letters in lower case.
std::string lowered(std::string text);

class Terms {
 public:
  Terms();
  Terms(const Terms&) = delete;
  Terms& operator=(const Terms&) = delete;

  // formulas
  Bool constant(bool value) const { return value ? bool_true : bool_false; }
  Bool negate(Bool x);
  Bool both(Bool x, Bool y);
  Bool either(Bool x, Bool y);
  Bool all(std::vector<Bool> parts);
  Bool any(std::vector<Bool> parts);
  Bool choose(Bool test, Bool then, Bool otherwise);
  Bool same(Bool x, Bool y);

  // atoms
  Bool flag(Var var);
  Bool in_numbers(Var var, NumberRanges ranges);
  Bool in_addresses(Var var, AddressRanges ranges);
  /// `texts` sorted, without repeats.
  Bool in_texts(Var var, std::vector<std::string> texts);
  Bool under(Var var, const lang::WireName& name);
  Bool is_name(Var var, const lang::WireName& name);
  Bool pattern(const Pattern& pattern);
  Bool apex();
  Bool address_equal(const MaskedAddress& x, const MaskedAddress& y);
  Bool address_less(const MaskedAddress& x, const MaskedAddress& y);
  Bool less(Number x, Number y);
  Bool equal(Number x, Number y);
  Bool in_ranges(Number x, const NumberRanges& ranges);
  Bool before(const RankedElement& x, const RankedElement& y, std::uint32_t key);

  // numbers
  Number number(std::int64_t value);
  Number variable_number(Var var);
  Number add(Number x, Number y);
  Number scale(Number x, std::int64_t factor);
  Number mod(Number x, std::int64_t modulus);
  Number choose_number(Bool test, Number then, Number otherwise);
  bool is_constant(Number x) const { return numbers_[x].op == NumberOp::constant; }

  Var variable(const Variable& variable);
  std::uint32_t key(const KeyTerm& key) { return keys_.put(key); }

  const BoolNode& node(Bool x) const { return bools_[x]; }
  std::span<const Bool> arguments(Bool x) const {
    return {arguments_.data() + bools_[x].first, bools_[x].count};
  }
  const NumberNode& number_node(Number x) const { return numbers_[x]; }
  const Variable& variable_of(Var var) const { return variables_[var]; }
  std::size_t variable_count() const { return variables_.size(); }
  std::size_t size() const { return bools_.size(); }
  const NumberRanges& number_ranges(std::uint32_t id) const { return number_ranges_[id]; }
  const AddressRanges& address_ranges(std::uint32_t id) const { return address_ranges_[id]; }
  const std::vector<std::string>& texts(std::uint32_t id) const { return texts_[id]; }
  const lang::WireName& name(std::uint32_t id) const { return names_[id]; }
  std::size_t name_count() const { return names_.size(); }
  const Pattern& pattern_of(std::uint32_t id) const { return patterns_[id]; }
  const MaskedAddress& masked(std::uint32_t id) const { return masked_[id]; }
  const RankedElement& element(std::uint32_t id) const { return elements_[id]; }
  const KeyTerm& key_of(std::uint32_t id) const { return keys_[id]; }

  /// The atoms below `x`, each once, added to `out`.
  void atoms(Bool x, std::vector<Bool>& out, std::vector<bool>& seen) const;
  /// Variables below a number.
  void variables(Number x, std::vector<Var>& out) const;
  static bool is_atom(BoolOp op) {
    return op != BoolOp::constant && op != BoolOp::not_ && op != BoolOp::and_ && op != BoolOp::or_;
  }

 private:
  struct Hash {
    const Terms* terms;
    std::size_t operator()(Bool x) const;
  };
  struct Same {
    const Terms* terms;
    bool operator()(Bool x, Bool y) const;
  };
  Bool put(BoolNode node, std::span<const Bool> arguments = {});
  Bool gather(BoolOp op, std::vector<Bool> parts);
  Number put_number(const NumberNode& node);
  /// Compares by enumeration when only one small variable is involved.
  bool enumerable(Number x, Var& var) const;
  std::int64_t value(Number x, std::int64_t of_variable) const;

  std::vector<BoolNode> bools_;
  std::vector<Bool> arguments_;
  std::unordered_set<Bool, Hash, Same> known_;
  std::vector<NumberNode> numbers_;
  std::map<std::tuple<NumberOp, std::int64_t, std::uint32_t, std::uint32_t, std::uint32_t>, Number>
      known_numbers_;
  Interned<Variable> variables_;
  Interned<NumberRanges> number_ranges_;
  Interned<AddressRanges> address_ranges_;
  Interned<std::vector<std::string>> texts_;
  Interned<lang::WireName> names_;
  Interned<Pattern> patterns_;
  Interned<MaskedAddress> masked_;
  Interned<RankedElement> elements_;
  Interned<KeyTerm> keys_;
};

/// Arithmetic modulo 2^64: what the checker admits never leaves 64 bits, but a formula may pass
/// through values that no query takes.
inline std::int64_t wrapping_add(std::int64_t x, std::int64_t y) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(x) + static_cast<std::uint64_t>(y));
}
inline std::int64_t wrapping_multiply(std::int64_t x, std::int64_t y) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(x) * static_cast<std::uint64_t>(y));
}

/// The next address in order; the one after the last IPv4 address is `::`. REQUIRES: not the last.
IpAddress next_address(const IpAddress& address);
IpAddress previous_address(const IpAddress& address);
IpAddress first_address(Family family);
IpAddress last_address(Family family);
/// Range of a prefix.
std::pair<IpAddress, IpAddress> range_of(const Prefix& prefix);
/// The value lies in one of the ranges.
template <class Ranges, class Value>
bool inside(const Ranges& ranges, const Value& value) {
  return std::any_of(ranges.begin(), ranges.end(), [&](const auto& range) {
    return range.first <= value && value <= range.second;
  });
}
/// Sorts and merges.
AddressRanges tidy(AddressRanges ranges);
NumberRanges tidy(NumberRanges ranges);

}  // namespace lapis::verify
