// The algebra that turns the walk over a typed tree into instructions: a value is where the value
// will be found when the code runs.
//
// A value that the walk hands over unused (a field, a constant) costs no instruction; it is an
// operand of what uses it. That holds for fields which rest on nothing of the client: the others
// are read where the walk reads them, because reading is what widens the scope. Registers are
// written once, but for the results of a choice.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "instruction.h"
#include "lapis/lang/semantics.h"

namespace lapis::lang {

class Compiler {
 public:
  template <int type>
  struct Ref {
    Operand at = 0;
  };
  using Bool = Ref<0>;
  using Int = Ref<1>;
  using Text = Ref<2>;
  using Name = Ref<3>;
  using Address = Ref<4>;
  using List = Ref<5>;
  struct Key {
    KeyKind kind = KeyKind::own;
    Operand at = 0;
  };

  explicit Compiler(Code& out) : out_(out) {}

  /// Appends the code of the next program.
  void program(const Program& program);

  // For Semantics.

  // constants
  Bool constant(bool v) { return {operand(Place::immediate, v ? 1 : 0)}; }
  Int constant(std::int64_t v) {
    if (v >= -most_immediate && v < most_immediate) {
      return {operand(Place::immediate, static_cast<std::uint32_t>(v))};
    }
    return {literal(&v, sizeof v)};
  }
  Text constant(const std::string& v) { return {text_literal(v.data(), v.size())}; }
  Name constant(const WireName& v) { return {text_literal(v.octets.data(), v.octets.size())}; }
  Address constant(const IpAddress& v) { return {literal(&v, sizeof v)}; }
  List constant_list(const ListConstant& v);

  // fields
  Bool bool_field(std::uint32_t id) { return {operand(Place::field, id)}; }
  Int int_field(std::uint32_t id) {
    return id == field_asn ? put<Int>(Do::read_int, 0, id) : Int{operand(Place::field, id)};
  }
  Text text_field(std::uint32_t id) {
    const bool place = id == field_country || id == field_continent;
    return place ? put<Text>(Do::read_text, 0, id) : Text{operand(Place::field, id)};
  }
  Name name_field(std::uint32_t id) { return {operand(Place::field, id)}; }
  Address address_field(std::uint32_t id) { return {operand(Place::field, id)}; }

  // locals
  void store(std::uint32_t slot, Bool v) { emit(Do::store_bool, 0, v.at, slot); }
  void store(std::uint32_t slot, Int v) { emit(Do::store_int, 0, v.at, slot); }
  void store(std::uint32_t slot, Text v) { emit(Do::store_text, 0, v.at, slot); }
  void store(std::uint32_t slot, Name v) { emit(Do::store_name, 0, v.at, slot); }
  void store(std::uint32_t slot, Address v) { emit(Do::store_address, 0, v.at, slot); }
  void store(std::uint32_t slot, List v) { emit(Do::store_list, 0, v.at, slot); }
  void store(std::uint32_t slot, Key v) { emit(Do::store_key, 0, v.at, slot, v.kind); }
  Bool load_bool(std::uint32_t slot) { return put<Bool>(Do::load_bool, 0, slot); }
  Int load_int(std::uint32_t slot) { return put<Int>(Do::load_int, 0, slot); }
  Text load_text(std::uint32_t slot) { return put<Text>(Do::load_text, 0, slot); }
  Name load_name(std::uint32_t slot) { return put<Name>(Do::load_name, 0, slot); }
  Address load_address(std::uint32_t slot) { return put<Address>(Do::load_address, 0, slot); }
  List load_list(std::uint32_t slot) { return put<List>(Do::load_list, 0, slot); }
  Key load_key(std::uint32_t slot) { return {KeyKind::own, put<Key>(Do::load_key, 0, slot).at}; }

  // control
  template <class Then, class Else>
  auto choose(Bool test, Then then, Else otherwise) -> decltype(then()) {
    using Value = decltype(then());
    if constexpr (std::is_same_v<Value, Bool>) {
      // Tracing evaluates both arms when the test rests on the client.
      const Operand result = in_register(test);
      const std::size_t begin = emit(Do::if_begin, result, 0, 0);
      const Bool x = then();
      const std::size_t middle = emit(Do::if_middle, result, 0, 0);
      land(begin);
      const Bool y = otherwise();
      land(middle);
      emit(Do::if_end, result, x.at, y.at);
      return {result};
    } else {
      Value result = fresh<Value>();
      const std::size_t branch = emit(Do::branch, 0, test.at, 0);
      move(result, then());
      const std::size_t jump = emit(Do::jump, 0, 0, 0);
      land(branch);
      move(result, otherwise());
      land(jump);
      return result;
    }
  }
  template <class Rest>
  Bool both(Bool first, Rest rest) {
    return joined(Do::both_begin, Do::both_end, first, rest);
  }
  template <class Rest>
  Bool either(Bool first, Rest rest) {
    return joined(Do::either_begin, Do::either_end, first, rest);
  }
  Bool negate(Bool v) { return put<Bool>(Do::negate, v.at); }
  Operand set_apart() { return put<Int>(Do::set_apart).at; }
  void resume(Operand outer) { emit(Do::resume, 0, outer, 0); }

  // equality and order
  Bool equal(Bool x, Bool y) { return put<Bool>(Do::equal_bool, x.at, y.at); }
  Bool equal(Int x, Int y) { return put<Bool>(Do::equal_int, x.at, y.at); }
  Bool equal(Text x, Text y) { return put<Bool>(Do::equal_text, x.at, y.at); }
  Bool equal(Name x, Name y) { return put<Bool>(Do::equal_name, x.at, y.at); }
  Bool equal(Address x, Address y) { return put<Bool>(Do::equal_address, x.at, y.at); }
  Bool less(Int x, Int y) { return put<Bool>(Do::less_int, x.at, y.at); }
  Bool less(Address x, Address y) { return put<Bool>(Do::less_address, x.at, y.at); }

  // numbers
  Int add(Int x, Int y) { return put<Int>(Do::add, x.at, y.at); }
  Int subtract(Int x, Int y) { return put<Int>(Do::subtract, x.at, y.at); }
  Int negate_int(Int x) { return put<Int>(Do::negate_int, x.at); }
  Int scale(Int x, std::int64_t factor) { return put<Int>(Do::scale, x.at, constant(factor).at); }
  Int modulo(Int x, std::int64_t m) { return put<Int>(Do::modulo, x.at, constant(m).at); }
  Int label_count(Name name) { return put<Int>(Do::label_count, name.at); }
  Int length(List list) { return put<Int>(Do::length, list.at); }
  Int bucket(Key key, const Expr& e);

  // text
  Text label(Name name, const Expr& e) { return put<Text>(Do::label, name.at, pointer(&e)); }
  Text lower(Text text, const Expr& e) { return put<Text>(Do::lower, text.at, pointer(&e)); }
  Text family(Address address) { return put<Text>(Do::family, address.at); }

  // tests
  Bool in_numbers(Int x, const ListConstant& list) {
    return put<Bool>(Do::in_numbers, x.at, pointer(&list));
  }
  Bool in_texts(Text x, const ListConstant& list) {
    return put<Bool>(Do::in_texts, x.at, pointer(&list));
  }
  Bool in_names(Name x, const ListConstant& list) {
    return put<Bool>(Do::in_names, x.at, pointer(&list));
  }
  Bool in_addresses(Address x, const ListConstant& list) {
    return put<Bool>(Do::in_addresses, x.at, pointer(&list));
  }
  Bool in_prefixes(Address x, const ListConstant& list) {
    if (list.prefixes.size() == 1) {
      return put<Bool>(Do::in_prefix, x.at, literal(&list.prefixes[0], sizeof(Prefix)));
    }
    return put<Bool>(Do::in_prefixes, x.at, pointer(&list));
  }
  Bool under(Name name, Name ancestor) { return put<Bool>(Do::under, name.at, ancestor.at); }
  Bool strictly_under(Name name, Name ancestor) {
    return put<Bool>(Do::strictly_under, name.at, ancestor.at);
  }
  Bool has_prefix(Text x, const std::string& p) { return test(Do::has_prefix_text, x.at, p); }
  Bool has_prefix(Name x, const std::string& p) { return test(Do::has_prefix_name, x.at, p); }
  Bool has_suffix(Text x, const std::string& p) { return test(Do::has_suffix_text, x.at, p); }
  Bool has_suffix(Name x, const std::string& p) { return test(Do::has_suffix_name, x.at, p); }
  Bool contains(Text x, const std::string& p) { return test(Do::contains_text, x.at, p); }
  Bool contains(Name x, const std::string& p) { return test(Do::contains_name, x.at, p); }
  Bool glob(Name x, const std::string& pattern) { return test(Do::glob, x.at, pattern); }

  // addresses
  Address prefix_of(Address x, std::int64_t bits4, std::int64_t bits6) {
    const auto bits = static_cast<std::uint32_t>(bits4 | bits6 << 8);
    return put<Address>(Do::prefix_of, x.at, bits);
  }

  // keys
  Key key_of(Text text) { return {KeyKind::text, text.at}; }
  Key key_of(Name name) { return {KeyKind::name, name.at}; }
  Key key_of(Address address) { return put<Key>(Do::key_address, address.at); }
  Key key_begin() { return put<Key>(Do::key_begin); }
  void key_add(Key& key, Key part) { emit(Do::key_add, key.at, part.at, 0, part.kind); }

  // lists
  List list_begin(const Expr& e) { return put<List>(Do::list_begin, 0, e.storage); }
  void list_add(List& list, Address address) { emit(Do::list_add, list.at, address.at, 0); }
  void list_append(List& list, List part) { emit(Do::list_append, list.at, part.at, 0); }
  List take(Int count, List list) { return put<List>(Do::take, count.at, list.at); }
  List unique(List list, const Expr& e) { return put<List>(Do::unique, list.at, pointer(&e)); }
  List pick(List list, Key key, const Expr& e) { return wide(Do::pick, list, key, e); }
  List pick_weighted(Key key, const Expr& e) { return wide(Do::pick_weighted, {}, key, e); }
  List rotate(List list, Key key, const Expr& e) { return wide(Do::rotate, list, key, e); }

  template <class T, class S>
  T special(const Expr& e, S& semantics) {
    if constexpr (std::is_same_v<T, Bool>) {
      const List a = semantics.list(*e.args[0]);
      const List b = semantics.list(*e.args[1]);
      return put<Bool>(e.op == Op::disjoint ? Do::disjoint : Do::subset, a.at, b.at);
    } else {
      // What was answered: the checker lets it stand in invariants only.
      std::abort();
    }
  }

 private:
  static constexpr std::int64_t most_immediate = 1 << 29;

  static Do move_of(Bool) { return Do::move_bool; }
  static Do move_of(Int) { return Do::move_int; }
  static Do move_of(Text) { return Do::move_text; }
  static Do move_of(Name) { return Do::move_name; }
  static Do move_of(Address) { return Do::move_address; }
  static Do move_of(List) { return Do::move_list; }

  std::uint32_t& counter(Bool) { return used_.bools; }
  std::uint32_t& counter(Int) { return used_.ints; }
  std::uint32_t& counter(Text) { return used_.texts; }
  std::uint32_t& counter(Name) { return used_.names; }
  std::uint32_t& counter(Address) { return used_.addresses; }
  std::uint32_t& counter(List) { return used_.lists; }
  std::uint32_t& counter(Key) { return used_.keys; }

  /// A register that nothing has been written to.
  template <class Value>
  Value fresh() {
    Value value;
    value.at = operand(Place::reg, counter(value)++);
    return value;
  }
  std::size_t emit(Do what, std::uint32_t to, Operand x, Operand y, KeyKind kind = KeyKind::own) {
    const Instruction instruction{what, kind, to, x, y};
    Code::Cell& cell = code_.emplace_back();
    std::memcpy(cell.octets, &instruction, sizeof instruction);
    return code_.size() - 1;
  }
  template <class Value>
  Value put(Do what, Operand x = 0, Operand y = 0) {
    Value value = fresh<Value>();
    emit(what, value.at, x, y);
    return value;
  }
  List wide(Do what, List list, Key key, const Expr& e) {
    const List out = fresh<List>();
    emit(what, out.at, list.at, key.at, key.kind);
    const Expr* const at = &e;
    std::memcpy(code_.emplace_back().octets, &at, sizeof at);
    return out;
  }
  template <class Value>
  void move(Value to, Value from) {
    emit(move_of(to), to.at, from.at, 0);
    if constexpr (std::is_same_v<Value, List>) ends_.emplace(to.at, from.at);
  }
  void move(Key to, Key from) { emit(Do::move_key, to.at, from.at, 0, from.kind); }

  /// Lets the jump at `at` lead to what comes next.
  void land(std::size_t at) {
    const auto target = static_cast<std::uint32_t>(code_.size());
    std::memcpy(code_[at].octets + offsetof(Instruction, y), &target, sizeof target);
  }
  /// The register of a value that will be overwritten.
  Operand in_register(Bool v) {
    return place_of(v.at) == Place::reg ? v.at : put<Bool>(Do::move_bool, v.at).at;
  }
  template <class Rest>
  Bool joined(Do begin, Do end, Bool first, Rest rest) {
    const Operand result = in_register(first);
    const std::size_t jump = emit(begin, result, 0, 0);
    const Bool second = rest();
    emit(end, result, second.at, 0);
    land(jump);
    return {result};
  }
  Bool test(Do what, Operand x, const std::string& pattern) {
    return put<Bool>(what, x, pointer(&pattern));
  }

  Operand literal(const void* octets, std::size_t count);
  Operand text_literal(const char* octets, std::size_t count);
  template <class T>
  Operand pointer(const T* p) {
    return literal(&p, sizeof p);
  }
  /// Writes the constant lists that `list` may be into wire form.
  void build_wire(List list, std::uint16_t type, std::uint32_t ttl);

  Code& out_;
  std::vector<Code::Cell> code_;      // of the program being compiled
  std::vector<Code::Cell> literals_;  // the same; those before the base, backwards
  Registers::Counts used_;
  std::multimap<Operand, Operand> ends_;  // what a list register may be moved from
};

}  // namespace lapis::lang
