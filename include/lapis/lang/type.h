// Types of the addressing language.
//
// A type says more than its kind: integers carry their range (so that overflow is excluded when a
// set is checked, never met at run time), strings that come from a closed domain carry it, lists
// carry the bounds of their length. All expressions are total: a well-typed one has a value for
// every query.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace lapis::lang {

enum class Kind : std::uint8_t {
  boolean,
  integer,
  text,  ///< string
  name,  ///< domain name, compared without case
  ipv4,
  ipv6,
  address,  ///< either family
  prefix,
  ttl,  ///< seconds, 0 … 2^31-1 (RFC 2181 §8)
  key,  ///< what choices are made by: (key A B …)
  list,
  nothing,  ///< element kind of the empty list; fits everywhere
};

/// Name of a kind as it stands in diagnostics ("a string", …) without article.
const char* to_string(Kind kind);

struct Type {
  Kind kind = Kind::nothing;
  Kind element = Kind::nothing;  ///< for lists
  std::int64_t low = 0;          ///< integer and ttl: least value; list: least length
  std::int64_t high = 0;         ///< integer and ttl: greatest value; list: greatest length
  /// For text from a closed domain: its values, sorted; null for open strings.
  std::shared_ptr<const std::vector<std::string>> domain;

  static Type boolean() { return simple(Kind::boolean); }
  static Type integer(std::int64_t low, std::int64_t high);
  static Type text() { return simple(Kind::text); }
  static Type one_of(std::vector<std::string> values);
  static Type name() { return simple(Kind::name); }
  static Type ttl(std::int64_t low, std::int64_t high);
  static Type simple(Kind kind);
  static Type list_of(Kind element, std::int64_t least, std::int64_t most);

  bool is_address() const {
    return kind == Kind::ipv4 || kind == Kind::ipv6 || kind == Kind::address;
  }
  bool is_number() const { return kind == Kind::integer || kind == Kind::ttl; }
};

/// Human description, e.g. "int 0..100", "list of ipv4", "one of \"free\" \"pro\"".
std::string to_string(const Type& type);

/// A value of kind `from` can stand where `to` is wanted (same kind, ipv4/ipv6 as address, the
/// empty list as any list).
bool fits(Kind from, Kind to);

/// Least type that covers both, for the arms of `if`; false when there is none.
bool join(const Type& a, const Type& b, Type& out);

}  // namespace lapis::lang
