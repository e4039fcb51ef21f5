// The one semantics of the language: a walk over the typed tree, written once and instantiated
// over an *algebra*. The interpreter's algebra has values (`bool`, `int64`, …); the verifier's has
// solver terms. An operation missing on one side does not compile.
//
// An algebra A provides
//   types      Bool, Int, Text, Name, Address, Key, List (of addresses)
//   constants  constant(bool | int64 | const std::string& | const WireName& | const IpAddress&)
//              constant_list(const ListConstant&)               lists of addresses
//   fields     bool_field(id) int_field(id) text_field(id) name_field(id) address_field(id)
//   locals     store(slot, v) for each type; load_bool(slot) load_int … load_list
//   control    choose(Bool, thenThunk, elseThunk)  -> either thunk's type
//              both(Bool, thunk -> Bool)           a and (then b)
//              either(Bool, thunk -> Bool)         a or (else b)
//              negate(Bool)
//              set_apart(), resume(x)              optional, see apart() below
//   equality   equal(X, X) -> Bool for Bool, Int, Text, Name, Address
//   order      less(Int, Int), less(Address, Address) -> Bool
//   numbers    add(Int, Int) subtract(Int, Int) negate_int(Int) scale(Int, int64)
//              modulo(Int, int64 m)   label_count(Name)   length(const List&)
//              bucket(const Key&, const Expr&)
//   text       label(Name, e) lower(Text, e) family(Address)
//   tests      in_numbers(Int, const ListConstant&) in_texts in_names in_addresses
//              in_prefixes(Address, const ListConstant&)
//              under(Name, Name) strictly_under(Name, Name)
//              has_prefix(Name | Text, const std::string&) has_suffix contains glob
//   addresses  prefix_of(Address, int64 bits4, int64 bits6)
//   keys       key_of(Text | Name | Address), key_begin(), key_add(Key&, const Key& part)
//   lists      list_begin(e) -> List; list_add(List&, Address); list_append(List&, List)
//              take(Int, List) unique(List, e) pick(List, Key, e) pick_weighted(e, Key)
//              rotate(List, Key, e) choose on lists (see control)
// An algebra may also watch: when it has enter(e) and leave(e, value), they are called around every
// node of the tree that is evaluated, keys only where they are written with (key …).
#pragma once

#include <cstdint>
#include <string>

#include "lapis/lang/expr.h"
#include "lapis/lang/field.h"

namespace lapis::lang {

/// Algebras that are told of every value.
template <class A>
concept Watching = requires(A& a, const Expr& e, typename A::Bool value) {
  a.enter(e);
  a.leave(e, value);
};

template <class A>
class Semantics {
 public:
  using Bool = typename A::Bool;
  using Int = typename A::Int;
  using Text = typename A::Text;
  using Name = typename A::Name;
  using Address = typename A::Address;
  using Key = typename A::Key;
  using List = typename A::List;

  explicit Semantics(A& algebra) : a(algebra) {}

  /// Value of a boolean expression.
  Bool boolean(const Expr& e) {
    return watched(e, [&] { return boolean_of(e); });
  }
  /// Value of an integer or ttl expression.
  Int integer(const Expr& e) {
    return watched(e, [&] { return integer_of(e); });
  }
  Text text(const Expr& e) {
    return watched(e, [&] { return text_of(e); });
  }
  Name name(const Expr& e) {
    return watched(e, [&] { return name_of(e); });
  }
  Address address(const Expr& e) {
    return watched(e, [&] { return address_of(e); });
  }
  /// A list of addresses.
  List list(const Expr& e) {
    return watched(e, [&] { return list_of(e); });
  }
  /// A key: one name, address or text, or several joined by (key …).
  Key key(const Expr& e) {
    return e.op == Op::key ? watched(e, [&] { return key_of(e); }) : key_of(e);
  }

 private:
  template <class Evaluate>
  auto watched(const Expr& e, Evaluate evaluate) -> decltype(evaluate()) {
    if constexpr (Watching<A>) {
      a.enter(e);
      auto value = evaluate();
      a.leave(e, value);
      return value;
    } else {
      return evaluate();
    }
  }

  Bool boolean_of(const Expr& e) {
    switch (e.op) {
      case Op::constant:
        return a.constant(std::get<bool>(e.value));
      case Op::field:
        return a.bool_field(e.index);
      case Op::local:
        return a.load_bool(e.index);
      case Op::let:
        return let(e, [&](const Expr& body) { return boolean(body); });
      case Op::if_:
        return branch(e, [&](const Expr& arm) { return boolean(arm); });
      case Op::not_:
        return a.negate(boolean(*e.args[0]));
      case Op::and_:
        return all_of(e, 0, e.args.size());
      case Op::or_:
        return any_of(e, 0, e.args.size());
      case Op::implies:
        return a.either(a.negate(boolean(*e.args[0])), [&] { return boolean(*e.args[1]); });
      case Op::eq:
        return equality(e);
      case Op::ne:
        return a.negate(equality(e));
      case Op::lt:
        return ordered(*e.args[0], *e.args[1]);
      case Op::ge:
        return a.negate(ordered(*e.args[0], *e.args[1]));
      case Op::gt:
        return ordered_swapped(e);
      case Op::le:
        return a.negate(ordered_swapped(e));
      case Op::in:
        return membership(e);
      case Op::in_prefix:
        return a.in_prefixes(address(*e.args[0]), list_constant(*e.args[1]));
      case Op::under:
        return a.under(name(*e.args[0]), name(*e.args[1]));
      case Op::strictly_under:
        return a.strictly_under(name(*e.args[0]), name(*e.args[1]));
      case Op::has_prefix:
        return on_text(e, [&](auto x) { return a.has_prefix(x, pattern(e)); });
      case Op::has_suffix:
        return on_text(e, [&](auto x) { return a.has_suffix(x, pattern(e)); });
      case Op::contains:
        return on_text(e, [&](auto x) { return a.contains(x, pattern(e)); });
      case Op::glob:
        return a.glob(name(*e.args[0]), pattern(e));
      default:
        return a.template special<Bool>(e, *this);
    }
  }

  Int integer_of(const Expr& e) {
    switch (e.op) {
      case Op::constant:
        return a.constant(std::get<std::int64_t>(e.value));
      case Op::field:
        return a.int_field(e.index);
      case Op::local:
        return a.load_int(e.index);
      case Op::let:
        return let(e, [&](const Expr& body) { return integer(body); });
      case Op::if_:
        return branch(e, [&](const Expr& arm) { return integer(arm); });
      case Op::add:
        return fold(e, [&](Int x, Int y) { return a.add(x, y); });
      case Op::sub:
        return a.subtract(integer(*e.args[0]), integer(*e.args[1]));
      case Op::neg:
        return a.negate_int(integer(*e.args[0]));
      case Op::mul:
        return a.scale(integer(*e.args[0]), std::get<std::int64_t>(e.args[1]->value));
      case Op::mod:
        return a.modulo(integer(*e.args[0]), std::get<std::int64_t>(e.args[1]->value));
      case Op::min:
        return fold(e, [&](Int x, Int y) { return lesser(x, y); });
      case Op::max:
        return fold(e, [&](Int x, Int y) { return greater(x, y); });
      case Op::length:
        return a.length(list(*e.args[0]));
      case Op::label_count:
        return a.label_count(name(*e.args[0]));
      case Op::bucket:
        return a.bucket(key(*e.args[0]), e);
      default:
        return a.template special<Int>(e, *this);
    }
  }

  Text text_of(const Expr& e) {
    switch (e.op) {
      case Op::constant:
        return a.constant(std::get<std::string>(e.value));
      case Op::field:
        return a.text_field(e.index);
      case Op::local:
        return a.load_text(e.index);
      case Op::let:
        return let(e, [&](const Expr& body) { return text(body); });
      case Op::if_:
        return branch(e, [&](const Expr& arm) { return text(arm); });
      case Op::label:
        return a.label(name(*e.args[0]), e);
      case Op::lower:
        return a.lower(text(*e.args[0]), e);
      case Op::family:
        return a.family(address(*e.args[0]));
      default:
        return a.template special<Text>(e, *this);
    }
  }

  Name name_of(const Expr& e) {
    switch (e.op) {
      case Op::constant:
        return a.constant(std::get<WireName>(e.value));
      case Op::local:
        return a.load_name(e.index);
      case Op::let:
        return let(e, [&](const Expr& body) { return name(body); });
      case Op::if_:
        return branch(e, [&](const Expr& arm) { return name(arm); });
      default:
        return a.name_field(e.index);
    }
  }

  Address address_of(const Expr& e) {
    switch (e.op) {
      case Op::constant:
        return a.constant(std::get<IpAddress>(e.value));
      case Op::local:
        return a.load_address(e.index);
      case Op::let:
        return let(e, [&](const Expr& body) { return address(body); });
      case Op::if_:
        return branch(e, [&](const Expr& arm) { return address(arm); });
      case Op::prefix_of:
        return a.prefix_of(address(*e.args[0]), e.number, e.number6);
      default:
        return a.address_field(e.index);
    }
  }

  Key key_of(const Expr& e) {
    if (e.op == Op::key) {
      Key joined = a.key_begin();
      for (const Expr* part : e.args) a.key_add(joined, key(*part));
      return joined;
    }
    switch (e.type.kind) {
      case Kind::name:
        return a.key_of(name(e));
      case Kind::text:
        return a.key_of(text(e));
      case Kind::key:
        return key_value(e);
      default:
        return a.key_of(address(e));
    }
  }

  List list_of(const Expr& e) {
    switch (e.op) {
      case Op::constant:
        return a.constant_list(list_in(e.value));
      case Op::local:
        return a.load_list(e.index);
      case Op::let:
        return let(e, [&](const Expr& body) { return list(body); });
      case Op::if_:
        return branch(e, [&](const Expr& arm) { return list(arm); });
      case Op::list: {
        List out = a.list_begin(e);
        for (const Expr* element : e.args) a.list_add(out, address(*element));
        return out;
      }
      case Op::append: {
        List out = a.list_begin(e);
        for (const Expr* part : e.args) a.list_append(out, list(*part));
        return out;
      }
      case Op::take: {
        Int count = integer(*e.args[0]);
        return a.take(count, list(*e.args[1]));
      }
      case Op::unique:
        return a.unique(list(*e.args[0]), e);
      case Op::if_empty: {
        List first = list(*e.args[0]);
        return a.choose(
            a.equal(a.length(first), a.constant(std::int64_t{0})), [&] { return list(*e.args[1]); },
            [&] { return first; });
      }
      case Op::pick: {
        List from = list(*e.args[0]);
        return a.pick(from, key(*e.args[1]), e);
      }
      case Op::pick_weighted:
        return a.pick_weighted(key(*e.args[2]), e);
      case Op::rotate: {
        List from = list(*e.args[0]);
        return a.rotate(from, key(*e.args[1]), e);
      }
      default:
        return a.template special<List>(e, *this);
    }
  }

  template <class Body>
  auto let(const Expr& e, Body body) -> decltype(body(e)) {
    apart([&] { bind(e, *e.args[0]); });
    return body(*e.args[1]);
  }

  void bind(const Expr& e, const Expr& value) {
    switch (value.type.kind) {
      case Kind::boolean:
        a.store(e.index, boolean(value));
        break;
      case Kind::integer:
      case Kind::ttl:
        a.store(e.index, integer(value));
        break;
      case Kind::text:
        a.store(e.index, text(value));
        break;
      case Kind::name:
        a.store(e.index, name(value));
        break;
      case Kind::key:
        a.store(e.index, key(value));
        break;
      case Kind::list:
        a.store(e.index, list(value));
        break;
      default:
        a.store(e.index, address(value));
        break;
    }
  }

  /// Runs `f` in the middle of another expression. An algebra that gathers what operands have
  /// looked at keeps the two apart: set_apart() puts by what the outer one has gathered so far,
  /// resume() brings it back.
  template <class F>
  auto apart(F f) {
    if constexpr (requires { a.resume(a.set_apart()); }) {
      struct Resume {
        A& a;
        decltype(a.set_apart()) outer;
        ~Resume() { a.resume(outer); }
      } resume{a, a.set_apart()};
      return f();
    } else {
      return f();
    }
  }

  template <class Arm>
  auto branch(const Expr& e, Arm arm) -> decltype(arm(e)) {
    return a.choose(
        apart([&] { return boolean(*e.args[0]); }), [&] { return arm(*e.args[1]); },
        [&] { return arm(*e.args[2]); });
  }

  Key key_value(const Expr& e) {
    switch (e.op) {
      case Op::local:
        return a.load_key(e.index);
      case Op::let:
        return let(e, [&](const Expr& body) { return key(body); });
      default:
        return branch(e, [&](const Expr& arm) { return key(arm); });
    }
  }

  /// Conjunction of the arguments from `first` up to `last`: left to right, halved so that the
  /// recursion stays shallow however many there are.
  Bool all_of(const Expr& e, std::size_t first, std::size_t last) {
    if (last - first == 1) return boolean(*e.args[first]);
    if (last - first == 2) {
      return a.both(boolean(*e.args[first]), [&] { return boolean(*e.args[first + 1]); });
    }
    const std::size_t middle = first + (last - first) / 2;
    return a.both(all_of(e, first, middle), [&] { return all_of(e, middle, last); });
  }

  Bool any_of(const Expr& e, std::size_t first, std::size_t last) {
    if (last - first == 1) return boolean(*e.args[first]);
    if (last - first == 2) {
      return a.either(boolean(*e.args[first]), [&] { return boolean(*e.args[first + 1]); });
    }
    const std::size_t middle = first + (last - first) / 2;
    return a.either(any_of(e, first, middle), [&] { return any_of(e, middle, last); });
  }

  Bool equality(const Expr& e) {
    const Expr& x = *e.args[0];
    const Expr& y = *e.args[1];
    switch (x.type.kind) {
      case Kind::boolean:
        return a.equal(boolean(x), boolean(y));
      case Kind::integer:
      case Kind::ttl:
        return a.equal(integer(x), integer(y));
      case Kind::text:
        return a.equal(text(x), text(y));
      case Kind::name:
        return a.equal(name(x), name(y));
      default:
        return a.equal(address(x), address(y));
    }
  }

  Bool ordered(const Expr& x, const Expr& y) {
    if (x.type.is_number()) return a.less(integer(x), integer(y));
    return a.less(address(x), address(y));
  }

  /// y < x, with x evaluated first as in every other form.
  Bool ordered_swapped(const Expr& e) {
    if (e.args[0]->type.is_number()) {
      Int x = integer(*e.args[0]);
      return a.less(integer(*e.args[1]), x);
    }
    Address x = address(*e.args[0]);
    return a.less(address(*e.args[1]), x);
  }

  Bool membership(const Expr& e) {
    const Expr& x = *e.args[0];
    const ListConstant& values = list_constant(*e.args[1]);
    switch (x.type.kind) {
      case Kind::integer:
      case Kind::ttl:
        return a.in_numbers(integer(x), values);
      case Kind::text:
        return a.in_texts(text(x), values);
      case Kind::name:
        return a.in_names(name(x), values);
      default:
        return a.in_addresses(address(x), values);
    }
  }

  template <class Test>
  Bool on_text(const Expr& e, Test test) {
    if (e.args[0]->type.kind == Kind::name) return test(name(*e.args[0]));
    return test(text(*e.args[0]));
  }

  template <class Combine>
  Int fold(const Expr& e, Combine combine) {
    Int total = integer(*e.args[0]);
    for (std::size_t i = 1; i < e.args.size(); ++i) total = combine(total, integer(*e.args[i]));
    return total;
  }

  Int lesser(Int x, Int y) {
    return a.choose(
        a.less(y, x), [&] { return y; }, [&] { return x; });
  }
  Int greater(Int x, Int y) {
    return a.choose(
        a.less(x, y), [&] { return y; }, [&] { return x; });
  }

  static const ListConstant& list_constant(const Expr& e) { return list_in(e.value); }
  static const std::string& pattern(const Expr& e) {
    return std::get<std::string>(e.args[1]->value);
  }

  A& a;
};

}  // namespace lapis::lang
