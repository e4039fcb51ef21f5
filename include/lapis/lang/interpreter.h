// The production interpreter: the algebra of values for `Semantics`.
//
// Evaluation neither allocates nor fails: working memory is sized when a set is loaded, and the
// checker has excluded everything that could go wrong. While it runs it keeps the *scope*: how many
// leading bits of the client address the evaluation has looked at so far (RFC 7871 §7.2.1), so that
// every client that shares these bits is sure to get the same value. For boolean expressions
// ClientTrace (client_trace.h) says the same more sharply.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "lapis/base/ip.h"
#include "lapis/base/stable_hash.h"
#include "lapis/dns/hashed_name.h"
#include "lapis/dns/name.h"
#include "lapis/lang/semantics.h"
#include "lapis/lang/set.h"

namespace lapis::lang {

/// One attribute value as the interpreter reads it: `text` for string and one-of attributes
/// (borrowed, at most `max_text` octets), `number` for int (value) and bool (0/1).
struct AttributeValue {
  std::int64_t number = 0;
  std::string_view text;
};

/// Everything a program may look at, for one query. Borrowed; lives as long as the call.
struct QueryFields {
  dns::NameView qname;  ///< owner of the address RRset being answered; any case
  dns::NameView zone;   ///< apex of the zone that holds it
  /// `qname` with its suffixes hashed, when whoever asks has that already; else null. `qname` and
  /// `zone` are then in lower case.
  const dns::HashedName* hashed_qname = nullptr;
  bool ipv6 = false;  ///< qtype: false "A", true "AAAA"
  IpAddress client;
  IpAddress resolver;
  std::uint8_t transport = 0;                         ///< 0 udp, 1 tcp, 2 tls
  std::string_view site, region, country, continent;  ///< at most `max_text` octets each
  std::uint32_t asn = 0;
  /// Leading client bits on which country, continent and asn depend, one number for each.
  std::array<std::uint8_t, 3> place_bits{};
  const AttributeValue* attributes = nullptr;  ///< one per declared attribute; null: defaults

  /// REQUIRES: `field` is country, continent or asn.
  std::uint8_t bits_of_place(std::uint32_t field) const {
    return place_bits[field - field_country];
  }
};

/// What the answering program gave, for invariants.
struct AnswerView {
  std::string_view program;
  std::span<const IpAddress> ipv4;
  std::span<const IpAddress> ipv6;
  std::int64_t ttl = 0;
};

/// An address value with how many leading bits of the client it carries.
struct TracedAddress {
  IpAddress ip;
  std::uint8_t client_bits = 0;
};

/// A list of addresses: borrowed from the set or from working memory.
struct AddressList {
  const IpAddress* data = nullptr;
  std::uint32_t count = 0;
};

/// Key octets of a choice. A single name, address or text is its own octets; `(key A B …)` is the
/// XXH64 of each part in turn, 8 octets each, little-endian.
struct KeyOctets {
  static constexpr std::size_t max_parts = 32;
  std::array<std::uint8_t, 256> own;
  std::span<const std::uint8_t> view;  ///< into `own` of the same object when `inside`
  std::uint32_t size = 0;
  bool inside = true;

  std::span<const std::uint8_t> octets() const {
    return inside ? std::span<const std::uint8_t>(own.data(), size) : view;
  }
};

/// Rank of an element in a rendezvous hash: the highest ranks are picked.
std::uint64_t rendezvous_rank(const IpAddress& element, std::uint64_t key_hash);
/// Cost of an element with a weight (> 0): -log2(u)/weight in fixed point, u from the rank; the
/// lowest costs are picked, so an element is first with probability weight / sum of weights.
struct WeightedCost {
  std::uint64_t negative_log = 0;  ///< -log2(u) in units of 2^-40
  std::uint64_t weight = 1;
  friend bool operator<(const WeightedCost& a, const WeightedCost& b);
};
WeightedCost weighted_cost(const IpAddress& element, std::uint64_t key_hash, std::int64_t weight);

/// Working memory of evaluations; reused, never shared between threads.
class Memory {
 public:
  struct Slot {
    std::int64_t number = 0;
    std::string_view text;
    dns::NameView name;
    TracedAddress address;
    AddressList list;
    std::uint8_t client_bits = 0;  ///< leading client bits the value depends on; see ClientTrace
  };
  void prepare(const Set& set);

  std::vector<Slot> slots;
  std::vector<KeyOctets> keys;               // by slot, sized only when a set stores keys
  std::vector<IpAddress> addresses;          // room of list-building nodes
  std::vector<std::array<char, 256>> texts;  // room of text-building nodes
  std::vector<std::uint64_t> ranks;
  std::array<char, 1024> name_text;
};

class Interpreter {
 public:
  using Bool = bool;
  using Int = std::int64_t;
  using Text = std::string_view;
  using Name = dns::NameView;
  using Address = TracedAddress;
  using Key = KeyOctets;
  using List = AddressList;

  /// `query.qname` and `query.zone` must be lower case, and `query.attributes` not null when the
  /// set declares attributes. `answer` is for invariants only.
  Interpreter(const QueryFields& query, Memory& memory, const AnswerView* answer = nullptr)
      : q_(query), m_(memory), answer_(answer) {}

  /// Leading client bits looked at so far.
  std::uint8_t scope() const { return scope_; }
  /// Nodes of leaf kind read so far are not counted; see Program::steps for the proved bound.
  void reset_scope() { scope_ = 0; }

  bool evaluate(const Expr& e) { return Semantics<Interpreter>(*this).boolean(e); }
  std::int64_t number(const Expr& e) { return Semantics<Interpreter>(*this).integer(e); }
  AddressList list(const Expr& e) { return Semantics<Interpreter>(*this).list(e); }

  // constants
  Bool constant(bool v) const { return v; }
  Int constant(std::int64_t v) const { return v; }
  Text constant(const std::string& v) const { return v; }
  Name constant(const WireName& v) const { return v.view(); }
  Address constant(const IpAddress& v) const { return {v, 0}; }
  List constant_list(const ListConstant& v) const {
    return {v.addresses.data(), static_cast<std::uint32_t>(v.addresses.size())};
  }

  // fields
  Bool bool_field(std::uint32_t id) const { return attribute(id).number != 0; }
  Int int_field(std::uint32_t id) {
    if (id != field_asn) return attribute(id).number;
    consult(q_.bits_of_place(id));
    return q_.asn;
  }
  Text text_field(std::uint32_t id) {
    switch (id) {
      case field_qtype:
        return qtype_values[q_.ipv6 ? 1 : 0];
      case field_transport:
        return transport_values[q_.transport];
      case field_site:
        return q_.site;
      case field_region:
        return q_.region;
      case field_country:
        consult(q_.bits_of_place(id));
        return q_.country;
      case field_continent:
        consult(q_.bits_of_place(id));
        return q_.continent;
      default:
        return attribute(id).text;
    }
  }
  Name name_field(std::uint32_t id) const { return id == field_zone ? q_.zone : q_.qname; }
  Address address_field(std::uint32_t id) const {
    if (id == field_resolver) return {q_.resolver, 0};
    return {q_.client, static_cast<std::uint8_t>(q_.client.width())};
  }

  // locals
  void store(std::uint32_t slot, bool v) { m_.slots[slot].number = v ? 1 : 0; }
  void store(std::uint32_t slot, std::int64_t v) { m_.slots[slot].number = v; }
  void store(std::uint32_t slot, Text v) { m_.slots[slot].text = v; }
  void store(std::uint32_t slot, Name v) { m_.slots[slot].name = v; }
  void store(std::uint32_t slot, const Address& v) { m_.slots[slot].address = v; }
  void store(std::uint32_t slot, List v) { m_.slots[slot].list = v; }
  void store(std::uint32_t slot, const Key& v) { m_.keys[slot] = v; }
  Bool load_bool(std::uint32_t slot) const { return m_.slots[slot].number != 0; }
  Int load_int(std::uint32_t slot) const { return m_.slots[slot].number; }
  Text load_text(std::uint32_t slot) const { return m_.slots[slot].text; }
  Name load_name(std::uint32_t slot) const { return m_.slots[slot].name; }
  Address load_address(std::uint32_t slot) const { return m_.slots[slot].address; }
  List load_list(std::uint32_t slot) const { return m_.slots[slot].list; }
  Key load_key(std::uint32_t slot) const { return m_.keys[slot]; }

  // control
  template <class Then, class Else>
  auto choose(bool test, Then then, Else otherwise) -> decltype(then()) {
    return test ? then() : otherwise();
  }
  template <class Rest>
  bool both(bool first, Rest rest) {
    return first && rest();
  }
  template <class Rest>
  bool either(bool first, Rest rest) {
    return first || rest();
  }
  Bool negate(bool v) const { return !v; }

  // equality and order
  Bool equal(bool x, bool y) const { return x == y; }
  Bool equal(Int x, Int y) const { return x == y; }
  Bool equal(Text x, Text y) const { return x == y; }
  Bool equal(Name x, Name y) const { return same_octets(x, y); }
  Bool equal(const Address& x, const Address& y) {
    compared(x, y);
    return x.ip == y.ip;
  }
  Bool less(Int x, Int y) const { return x < y; }
  Bool less(const Address& x, const Address& y) {
    compared(x, y);
    return x.ip < y.ip;
  }

  // numbers
  Int add(Int x, Int y) const { return x + y; }
  Int subtract(Int x, Int y) const { return x - y; }
  Int negate_int(Int x) const { return -x; }
  Int scale(Int x, std::int64_t factor) const { return x * factor; }
  Int modulo(Int x, std::int64_t m) const {
    const std::int64_t r = x % m;
    return r < 0 ? r + m : r;
  }
  Int label_count(Name name) const { return name.label_count(); }
  Int length(const List& list) const { return list.count; }
  Int bucket(const Key& key, const Expr& e) const {
    return bucket(key.octets(), e.seed, static_cast<std::uint64_t>(e.number));
  }
  Int bucket(std::span<const std::uint8_t> key, std::uint64_t seed, std::uint64_t count) const {
    return static_cast<Int>(bucket_of(key, seed, count));
  }

  // text
  Text label(Name name, const Expr& e);
  Text lower(Text text, const Expr& e);
  Text family(const Address& address) const { return address.ip.is_v4() ? "ipv4" : "ipv6"; }

  // tests
  Bool in_numbers(Int x, const ListConstant& list) const {
    return std::binary_search(list.numbers.begin(), list.numbers.end(), x);
  }
  Bool in_texts(Text x, const ListConstant& list) const {
    return std::binary_search(list.texts.begin(), list.texts.end(), x);
  }
  Bool in_names(Name x, const ListConstant& list) const;
  Bool in_addresses(const Address& x, const ListConstant& list);
  Bool in_prefixes(const Address& x, const ListConstant& list);
  /// in_prefixes() for a list of one.
  Bool in_prefix(const Address& x, const Prefix& prefix) {
    if (x.ip.family() != prefix.base.family()) return false;
    const int common = x.ip.common_bits(prefix.base);
    const bool inside = common >= prefix.length;
    consult(std::min<int>(inside ? prefix.length : common + 1, x.client_bits));
    return inside;
  }
  Bool under(Name name, Name ancestor) const;
  Bool strictly_under(Name name, Name ancestor) const {
    return name.size() != ancestor.size() && under(name, ancestor);
  }
  Bool has_prefix(Text x, const std::string& p) const { return x.starts_with(p); }
  Bool has_suffix(Text x, const std::string& p) const { return x.ends_with(p); }
  Bool contains(Text x, const std::string& p) const { return x.find(p) != Text::npos; }
  Bool has_prefix(Name x, const std::string& p) { return has_prefix(presentation(x), p); }
  Bool has_suffix(Name x, const std::string& p) { return has_suffix(presentation(x), p); }
  Bool contains(Name x, const std::string& p) { return contains(presentation(x), p); }
  Bool glob(Name x, const std::string& pattern) const;

  // addresses
  Address prefix_of(const Address& x, std::int64_t bits4, std::int64_t bits6) const {
    const int bits = static_cast<int>(x.ip.is_v4() ? bits4 : bits6);
    return {x.ip.masked(bits), static_cast<std::uint8_t>(std::min<int>(x.client_bits, bits))};
  }

  // keys
  Key key_of(Text text) const;
  Key key_of(Name name) const;
  Key key_of(const Address& address);
  Key key_begin() const {
    Key key;
    key.size = 0;
    return key;
  }
  void key_add(Key& key, const Key& part) const { key_add(key, part.octets()); }
  void key_add(Key& key, std::span<const std::uint8_t> part) const;

  // lists
  List list_begin(const Expr& e) const { return list_at(e.storage); }
  List list_at(std::uint32_t storage) const { return {m_.addresses.data() + storage, 0}; }
  void list_add(List& list, const Address& address) {
    // An address that came from the client is an output that differs between clients.
    consult(address.client_bits);
    room(list)[list.count++] = address.ip;
  }
  void list_append(List& list, List part) const {
    std::copy_n(part.data, part.count, room(list) + list.count);
    list.count += part.count;
  }
  List take(Int count, List list) const {
    const auto most =
        static_cast<std::uint32_t>(std::clamp<Int>(count, 0, static_cast<Int>(list.count)));
    return {list.data, most};
  }
  List unique(List list, const Expr& e) const;
  List pick(List list, const Key& key, const Expr& e) { return pick(list, key.octets(), e); }
  List pick_weighted(const Key& key, const Expr& e) { return pick_weighted(key.octets(), e); }
  List rotate(List list, const Key& key, const Expr& e) const {
    return rotate(list, key.octets(), e);
  }
  List pick(List list, std::span<const std::uint8_t> key, const Expr& e);
  List pick_weighted(std::span<const std::uint8_t> key, const Expr& e);
  List rotate(List list, std::span<const std::uint8_t> key, const Expr& e) const;

  /// Whether no element of `a` is in `b`, or all are.
  Bool compare_lists(bool for_none, List a, List b) const {
    return for_none ? disjoint(a, b) : subset(a, b);
  }

  // comparison of lists, and what only invariants use
  template <class T, class S>
  T special(const Expr& e, S& semantics) {
    if constexpr (std::is_same_v<T, Text>) {
      return answer_->program;
    } else if constexpr (std::is_same_v<T, bool>) {
      const List a = semantics.list(*e.args[0]);
      const List b = semantics.list(*e.args[1]);
      return compare_lists(e.op == Op::disjoint, a, b);
    } else if constexpr (std::is_same_v<T, Int>) {
      return answer_->ttl;
    } else {
      const auto& from = e.op == Op::answer_ipv4 ? answer_->ipv4 : answer_->ipv6;
      return List{from.data(), static_cast<std::uint32_t>(from.size())};
    }
  }

 protected:
  void consult(int bits) { scope_ = std::max(scope_, static_cast<std::uint8_t>(bits)); }
  /// Two addresses were compared: bits up to the first difference count.
  void compared(const Address& x, const Address& y) {
    const int bits = x.ip == y.ip ? x.ip.width() : x.ip.common_bits(y.ip) + 1;
    if (x.ip.family() != y.ip.family()) return;
    consult(std::min<int>(bits, x.client_bits));
    consult(std::min<int>(bits, y.client_bits));
  }
  static bool disjoint(List a, List b);
  static bool subset(List a, List b);

  const QueryFields& q_;
  Memory& m_;
  const AnswerView* answer_;
  std::uint8_t scope_ = 0;

 private:
  const AttributeValue& attribute(std::uint32_t id) const {
    return q_.attributes[id - first_attribute];
  }
  static bool same_octets(Name x, Name y) {
    return x.size() == y.size() && std::equal(x.data(), x.data() + x.size(), y.data());
  }
  /// Presentation form in working memory; valid until the next call.
  Text presentation(Name name) const;
  /// Lists under construction always lie in working memory.
  IpAddress* room(const List& list) const {
    return m_.addresses.data() + (list.data - m_.addresses.data());
  }
};

}  // namespace lapis::lang
