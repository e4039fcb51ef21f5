// The symbolic algebra for lang::Semantics: the same walk over the typed tree that the interpreter
// makes, with formulas for values.
//
// A text, name, address or key is a list of guarded bases: under which condition it is which
// constant or field. Guards exclude one another and cover everything, so a test on such a value is
// the disjunction of the tests on its bases, and nothing is approximated. A list is a sequence of
// addresses, each with the condition under which it is there.
//
// The operations mirror lang::Interpreter by name and order.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "lapis/lang/interpreter.h"
#include "lapis/lang/semantics.h"
#include "lapis/lang/set.h"
#include "term.h"

namespace lapis::verify {

struct SymBool {
  Bool term = bool_false;
};
struct SymInt {
  Number term = 0;
};

inline constexpr std::uint32_t no_field = UINT32_MAX;

struct TextBase {
  std::string constant;
  Var var = no_field;  ///< no_field: it is the constant
  bool lowered = false;
  friend auto operator<=>(const TextBase&, const TextBase&) = default;
};
struct NameBase {
  lang::WireName constant;
  std::uint32_t field = no_field;
  friend auto operator<=>(const NameBase&, const NameBase&) = default;
};
struct AddressBase {
  IpAddress constant;
  MaskedAddress masked{no_field, 32, 128};
  bool is_constant() const { return masked.field == no_field; }
  friend auto operator<=>(const AddressBase&, const AddressBase&) = default;
};

template <class Base>
struct Guarded {
  std::vector<std::pair<Bool, Base>> cases;
};

using SymText = Guarded<TextBase>;
using SymName = Guarded<NameBase>;
using SymAddress = Guarded<AddressBase>;
using SymKey = Guarded<KeyTerm>;

struct SymList {
  struct Element {
    Bool present = bool_true;
    AddressBase address;
  };
  std::vector<Element> elements;
  /// Row-major: element i comes before element j. Empty: the order of `elements`.
  std::vector<Bool> order;
};

/// What an answering program gave, as terms: for invariants.
struct SymAnswer {
  std::string program;
  SymList ipv4;
  SymList ipv6;
  Number ttl = 0;
};

class Symbolic {
 public:
  using Bool = SymBool;
  using Int = SymInt;
  using Text = SymText;
  using Name = SymName;
  using Address = SymAddress;
  using Key = SymKey;
  using List = SymList;

  Symbolic(Terms& terms, const lang::Set& set);

  verify::Bool condition(const lang::Expr& e) {
    return lang::Semantics<Symbolic>(*this).boolean(e).term;
  }
  Number number(const lang::Expr& e) { return lang::Semantics<Symbolic>(*this).integer(e).term; }
  SymList list(const lang::Expr& e) { return lang::Semantics<Symbolic>(*this).list(e); }
  /// For invariants: what answered.
  void set_answer(const SymAnswer* answer) { answer_ = answer; }

  // constants
  Bool constant(bool v) { return {terms_.constant(v)}; }
  Int constant(std::int64_t v) { return {terms_.number(v)}; }
  Text constant(const std::string& v);
  Name constant(const lang::WireName& v);
  Address constant(const IpAddress& v);
  List constant_list(const lang::ListConstant& v) const;

  // fields
  Bool bool_field(std::uint32_t id);
  Int int_field(std::uint32_t id);
  Text text_field(std::uint32_t id);
  Name name_field(std::uint32_t id);
  Address address_field(std::uint32_t id);

  // locals
  void store(std::uint32_t slot, const Bool& v) { local(slot).boolean = v; }
  void store(std::uint32_t slot, const Int& v) { local(slot).integer = v; }
  void store(std::uint32_t slot, const Text& v) { local(slot).text = v; }
  void store(std::uint32_t slot, const Name& v) { local(slot).name = v; }
  void store(std::uint32_t slot, const Address& v) { local(slot).address = v; }
  void store(std::uint32_t slot, const Key& v) { local(slot).key = v; }
  void store(std::uint32_t slot, const List& v) { local(slot).list = v; }
  Bool load_bool(std::uint32_t slot) { return local(slot).boolean; }
  Int load_int(std::uint32_t slot) { return local(slot).integer; }
  Text load_text(std::uint32_t slot) { return local(slot).text; }
  Name load_name(std::uint32_t slot) { return local(slot).name; }
  Address load_address(std::uint32_t slot) { return local(slot).address; }
  Key load_key(std::uint32_t slot) { return local(slot).key; }
  List load_list(std::uint32_t slot) { return local(slot).list; }

  // control
  template <class Then, class Else>
  auto choose(const Bool& test, Then then, Else otherwise) -> decltype(then()) {
    auto x = then();
    auto y = otherwise();
    return merge(test.term, x, y);
  }
  template <class Rest>
  Bool both(const Bool& first, Rest rest) {
    return {terms_.both(first.term, rest().term)};
  }
  template <class Rest>
  Bool either(const Bool& first, Rest rest) {
    return {terms_.either(first.term, rest().term)};
  }
  Bool negate(const Bool& v) { return {terms_.negate(v.term)}; }

  // equality and order
  Bool equal(const Bool& x, const Bool& y) { return {terms_.same(x.term, y.term)}; }
  Bool equal(const Int& x, const Int& y) { return {terms_.equal(x.term, y.term)}; }
  Bool equal(const Text& x, const Text& y);
  Bool equal(const Name& x, const Name& y);
  Bool equal(const Address& x, const Address& y);
  Bool less(const Int& x, const Int& y) { return {terms_.less(x.term, y.term)}; }
  Bool less(const Address& x, const Address& y);

  // numbers
  Int add(const Int& x, const Int& y) { return {terms_.add(x.term, y.term)}; }
  Int subtract(const Int& x, const Int& y) {
    return {terms_.add(x.term, terms_.scale(y.term, -1))};
  }
  Int negate_int(const Int& x) { return {terms_.scale(x.term, -1)}; }
  Int scale(const Int& x, std::int64_t factor) { return {terms_.scale(x.term, factor)}; }
  Int modulo(const Int& x, std::int64_t m) { return {terms_.mod(x.term, m)}; }
  Int label_count(const Name& name);
  Int length(const List& list);
  Int bucket(const Key& key, const lang::Expr& e);

  // text
  Text label(const Name& name, const lang::Expr& e);
  Text lower(const Text& text, const lang::Expr& e);
  Text family(const Address& address);

  // tests
  Bool in_numbers(const Int& x, const lang::ListConstant& list);
  Bool in_texts(const Text& x, const lang::ListConstant& list);
  Bool in_names(const Name& x, const lang::ListConstant& list);
  Bool in_addresses(const Address& x, const lang::ListConstant& list);
  Bool in_prefixes(const Address& x, const lang::ListConstant& list);
  Bool under(const Name& name, const Name& ancestor) { return relate(name, ancestor, false); }
  Bool strictly_under(const Name& name, const Name& ancestor) {
    return relate(name, ancestor, true);
  }
  template <class X>
  Bool has_prefix(const X& x, const std::string& p) {
    return test(x, PatternKind::prefix, p);
  }
  template <class X>
  Bool has_suffix(const X& x, const std::string& p) {
    return test(x, PatternKind::suffix, p);
  }
  template <class X>
  Bool contains(const X& x, const std::string& p) {
    return test(x, PatternKind::contains, p);
  }
  Bool glob(const Name& x, const std::string& p) { return test(x, PatternKind::glob, p); }

  // addresses
  Address prefix_of(const Address& x, std::int64_t bits4, std::int64_t bits6);

  // keys
  Key key_of(const Text& text);
  Key key_of(const Name& name);
  Key key_of(const Address& address);
  Key key_begin() const;
  void key_add(Key& key, const Key& part);

  // lists
  List list_begin(const lang::Expr&) const { return {}; }
  void list_add(List& list, const Address& address);
  void list_append(List& list, const List& part);
  List take(const Int& count, const List& list);
  List unique(const List& list, const lang::Expr& e);
  List pick(const List& list, const Key& key, const lang::Expr& e);
  List pick_weighted(const Key& key, const lang::Expr& e);
  List rotate(const List& list, const Key& key, const lang::Expr& e);

  // what only invariants use
  template <class T, class S>
  T special(const lang::Expr& e, S& semantics) {
    if constexpr (std::is_same_v<T, Text>) {
      return constant(answer_->program);
    } else if constexpr (std::is_same_v<T, Bool>) {
      const List a = semantics.list(*e.args[0]);
      const List b = semantics.list(*e.args[1]);
      return {e.op == lang::Op::disjoint ? disjoint(a, b) : subset(a, b)};
    } else if constexpr (std::is_same_v<T, Int>) {
      return {answer_->ttl};
    } else {
      return e.op == lang::Op::answer_ipv4 ? answer_->ipv4 : answer_->ipv6;
    }
  }

  verify::Bool disjoint(const List& a, const List& b);
  verify::Bool subset(const List& a, const List& b);
  /// Number of addresses present.
  Number count(const List& list);
  /// At least one address is present.
  verify::Bool not_empty(const List& list);

  Var name_var(std::uint32_t field);
  Var address_var(std::uint32_t field);

 private:
  struct Local {
    Bool boolean;
    Int integer;
    Text text;
    Name name;
    Address address;
    Key key;
    List list;
  };
  Local& local(std::uint32_t slot) {
    if (slot >= locals_.size()) locals_.resize(slot + 1);
    return locals_[slot];
  }

  Bool merge(verify::Bool test, const Bool& x, const Bool& y) {
    return {terms_.choose(test, x.term, y.term)};
  }
  Int merge(verify::Bool test, const Int& x, const Int& y) {
    return {terms_.choose_number(test, x.term, y.term)};
  }
  template <class Base>
  Guarded<Base> merge(verify::Bool test, const Guarded<Base>& x, const Guarded<Base>& y);
  List merge(verify::Bool test, const List& x, const List& y);

  /// Disjunction over the cases of `x` of `test(base)`.
  template <class Base, class Test>
  Bool over(const Guarded<Base>& x, Test test);
  template <class Base>
  void add_case(Guarded<Base>& to, verify::Bool guard, const Base& base);

  Bool relate(const Name& name, const Name& ancestor, bool strictly);
  Bool test(const Text& x, PatternKind kind, const std::string& p);
  Bool test(const Name& x, PatternKind kind, const std::string& p);

  verify::Bool text_in(const TextBase& base, const std::vector<std::string>& sorted);
  const std::vector<std::string>* domain_of(Var var) const;
  verify::Bool address_in(const AddressBase& base, const AddressRanges& ranges);
  verify::Bool same_address(const AddressBase& x, const AddressBase& y);
  /// Condition that element i comes before element j.
  static verify::Bool before(const List& list, std::size_t i, std::size_t j);

  Terms& terms_;
  const lang::Set& set_;
  const SymAnswer* answer_ = nullptr;
  std::vector<Local> locals_;
  mutable std::map<std::uint32_t, lang::Type> types_;  // of text fields
  lang::QueryFields no_query_;
  lang::Memory memory_;
  lang::Interpreter constants_;  // for tests on constants
};

/// For a key with this hash `x` is chosen before `y`, both weighted or both not.
bool comes_first(const RankedElement& x, const RankedElement& y, std::uint64_t key_hash);

/// Octets of a key whose parts are all known; `octets_of` gives those of a part that is not
/// constant.
template <class OctetsOf>
std::string key_octets(const KeyTerm& key, OctetsOf octets_of) {
  auto part_octets = [&](const KeyPart& part) {
    return part.kind == KeyPart::Kind::octets ? part.octets : std::string(octets_of(part));
  };
  if (!key.joined) return part_octets(key.parts[0]);
  std::string out;
  for (const KeyPart& part : key.parts) {
    const std::string octets = part_octets(part);
    std::uint64_t h =
        stable_hash({reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size()}, 0);
    for (int i = 0; i < 8; ++i, h >>= 8) out += static_cast<char>(h & 0xFF);
  }
  return out;
}

/// The key is the same for every query.
bool is_constant(const KeyTerm& key);
/// The octets of a constant key, as they are hashed.
std::string constant_octets(const KeyTerm& key);

}  // namespace lapis::verify
