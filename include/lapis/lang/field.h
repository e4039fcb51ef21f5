// The fields of a query: one table for the checker (types), the interpreter (values) and the
// verifier (variables).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "lapis/lang/type.h"

namespace lapis::lang {

/// Field numbers; declared attributes follow as first_attribute + index.
enum FieldId : std::uint32_t {
  field_qname,
  field_zone,
  field_qtype,
  field_client,
  field_resolver,
  field_transport,
  field_site,
  field_region,
  field_country,
  field_continent,
  field_asn,
  first_attribute,
};

struct FieldRow {
  FieldId id;
  std::string_view name;
  Kind kind;
  std::string_view doc;
};

/// All built-in fields, by FieldId.
const std::array<FieldRow, first_attribute>& field_table();

inline constexpr std::array<std::string_view, 2> qtype_values{"A", "AAAA"};
inline constexpr std::array<std::string_view, 3> transport_values{"udp", "tcp", "tls"};
inline constexpr std::int64_t max_ttl = 2147483647;  // RFC 2181 §8
inline constexpr std::size_t max_text = 255;         // octets of any string a query brings
inline constexpr std::int64_t max_asn = 4294967295;  // RFC 6793

}  // namespace lapis::lang
