// The text of an SPF record (RFC 7208 §12) as a list of terms.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lapis::lint {

enum class SpfTermKind : std::uint8_t {
  all,
  include,
  a,
  mx,
  ptr,
  ip4,
  ip6,
  exists,
  redirect,
  exp,
  unknown_modifier,
};

struct SpfTerm {
  SpfTermKind kind = SpfTermKind::all;
  char qualifier = '+';
  std::string_view text;    ///< as written
  std::string_view domain;  ///< the domain-spec, empty when it is the domain itself
  std::size_t begin = 0;    ///< offset in the record's text

  /// A term that costs a look-up of the ten (RFC 7208 §4.6.4).
  bool counts() const;
};

struct SpfRecord {
  std::vector<SpfTerm> terms;
  std::string error;  ///< why the record is a permanent error (RFC 7208 §2.6.7), or empty
};

/// The text is an SPF record: "v=spf1" and then its end or a space (RFC 7208 §4.5).
bool is_spf(std::string_view text);
/// Reads a whole record; stops at the first error. REQUIRES: is_spf(text); it outlives the result.
SpfRecord parse_spf(std::string_view text);

}  // namespace lapis::lint
