// An algebra for `Semantics` that says, beside the value of a boolean expression, how much of the
// client's address that value rests on.
//
// The claim it makes of a value: every client of the same family that shares these leading bits
// gives the same value, whatever the order in which the parts were looked at. A conjunction is
// false as soon as one part is, so it rests on the false part that needs the fewest bits, and on
// nothing of the client when a part is false for every client; likewise a disjunction that is true.
// This makes the scope of RFC 7871 §7.2.1 as short as the structure of the expression shows it can
// be.
//
// Values other than booleans carry no bits of their own: what their making has looked at gathers in
// the interpreter's scope and is taken over by the test they end up in.
#pragma once

#include <algorithm>
#include <utility>

#include "lapis/lang/interpreter.h"

namespace lapis::lang {

/// A truth value and the leading client bits it rests on.
struct Truth {
  bool value = false;
  std::uint8_t bits = 0;
};

class ClientTrace : public Interpreter {
 public:
  using Bool = Truth;

  using Interpreter::Interpreter;

  Truth evaluate(const Expr& e) {
    reset_scope();
    return Semantics<ClientTrace>(*this).boolean(e);
  }

  using Interpreter::constant;
  Bool constant(bool v) const { return {v, 0}; }
  Bool bool_field(std::uint32_t id) const { return {Interpreter::bool_field(id), 0}; }

  // What the making of a value has looked at belongs to whoever uses the value, not to whatever
  // stands around it.
  std::uint8_t set_apart() { return std::exchange(scope_, std::uint8_t{0}); }
  void resume(std::uint8_t outer) { scope_ = outer; }

  template <class Value>
  void store(std::uint32_t slot, const Value& v) {
    Interpreter::store(slot, v);
    m_.slots[slot].client_bits = scope_;
  }
  void store(std::uint32_t slot, Truth v) {
    Interpreter::store(slot, v.value);
    m_.slots[slot].client_bits = v.bits;
  }
  Bool load_bool(std::uint32_t slot) const {
    return {Interpreter::load_bool(slot), m_.slots[slot].client_bits};
  }
  Int load_int(std::uint32_t slot) {
    recall(slot);
    return Interpreter::load_int(slot);
  }
  Text load_text(std::uint32_t slot) {
    recall(slot);
    return Interpreter::load_text(slot);
  }
  Name load_name(std::uint32_t slot) {
    recall(slot);
    return Interpreter::load_name(slot);
  }
  Address load_address(std::uint32_t slot) {
    recall(slot);
    return Interpreter::load_address(slot);
  }
  List load_list(std::uint32_t slot) {
    recall(slot);
    return Interpreter::load_list(slot);
  }
  Key load_key(std::uint32_t slot) {
    recall(slot);
    return Interpreter::load_key(slot);
  }

  template <class Then, class Else>
  auto choose(Truth test, Then then, Else otherwise) -> decltype(then()) {
    using Result = decltype(then());
    if constexpr (std::is_same_v<Result, Truth>) {
      if (test.bits == 0) return test.value ? then() : otherwise();
      const Truth x = then();
      const Truth y = otherwise();
      Truth taken = test.value ? x : y;
      taken.bits = std::max(taken.bits, test.bits);
      // Both arms agree: then the test decides nothing.
      if (x.value == y.value) taken.bits = std::min(taken.bits, std::max(x.bits, y.bits));
      return taken;
    } else {
      consult(test.bits);
      return test.value ? then() : otherwise();
    }
  }
  template <class Rest>
  Truth both(Truth first, Rest rest) {
    return joined(first, rest, false);
  }
  template <class Rest>
  Truth either(Truth first, Rest rest) {
    return joined(first, rest, true);
  }
  Bool negate(Truth v) const { return {!v.value, v.bits}; }

  Bool equal(Truth x, Truth y) { return {x.value == y.value, std::max(x.bits, y.bits)}; }
  template <class Value>
  Bool equal(const Value& x, const Value& y) {
    return traced(Interpreter::equal(x, y));
  }
  template <class Value>
  Bool less(const Value& x, const Value& y) {
    return traced(Interpreter::less(x, y));
  }
  Bool in_numbers(Int x, const ListConstant& list) {
    return traced(Interpreter::in_numbers(x, list));
  }
  Bool in_texts(Text x, const ListConstant& list) { return traced(Interpreter::in_texts(x, list)); }
  Bool in_names(Name x, const ListConstant& list) { return traced(Interpreter::in_names(x, list)); }
  Bool in_addresses(const Address& x, const ListConstant& list) {
    return traced(Interpreter::in_addresses(x, list));
  }
  Bool in_prefixes(const Address& x, const ListConstant& list) {
    return traced(Interpreter::in_prefixes(x, list));
  }
  Bool in_prefix(const Address& x, const Prefix& prefix) {
    return traced(Interpreter::in_prefix(x, prefix));
  }
  Bool under(Name name, Name ancestor) { return traced(Interpreter::under(name, ancestor)); }
  Bool strictly_under(Name name, Name ancestor) {
    return traced(Interpreter::strictly_under(name, ancestor));
  }
  template <class X>
  Bool has_prefix(X x, const std::string& p) {
    return traced(Interpreter::has_prefix(x, p));
  }
  template <class X>
  Bool has_suffix(X x, const std::string& p) {
    return traced(Interpreter::has_suffix(x, p));
  }
  template <class X>
  Bool contains(X x, const std::string& p) {
    return traced(Interpreter::contains(x, p));
  }
  Bool glob(Name x, const std::string& pattern) { return traced(Interpreter::glob(x, pattern)); }

  Bool compare_lists(bool for_none, List a, List b) {
    return traced(Interpreter::compare_lists(for_none, a, b));
  }
  template <class T, class S>
  T special(const Expr& e, S& semantics) {
    if constexpr (std::is_same_v<T, Truth>) {
      const List a = semantics.list(*e.args[0]);
      const List b = semantics.list(*e.args[1]);
      return compare_lists(e.op == Op::disjoint, a, b);
    } else {
      return Interpreter::special<T>(e, semantics);
    }
  }

 private:
  void recall(std::uint32_t slot) { consult(m_.slots[slot].client_bits); }
  /// What was gathered for the operands of a test now belongs to its result.
  Truth traced(bool value) { return {value, std::exchange(scope_, std::uint8_t{0})}; }

  /// Conjunction (`decisive` false) or disjunction (`decisive` true).
  template <class Rest>
  Truth joined(Truth first, Rest rest, bool decisive) {
    if (first.value == decisive) {
      if (first.bits == 0) return first;
      const Truth second = rest();
      if (second.value == decisive) first.bits = std::min(first.bits, second.bits);
      return first;
    }
    Truth second = rest();
    if (second.value != decisive) second.bits = std::max(first.bits, second.bits);
    return second;
  }
};

}  // namespace lapis::lang
