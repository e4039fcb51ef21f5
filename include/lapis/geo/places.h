// Where clients are: country, continent and autonomous system by address, from MaxMind DB files.
//
// A file is read whole, checked, and turned into tables of its own; then it is closed. So queries
// never touch what somebody else may overwrite or cut off, and what is damaged is refused when it
// is loaded. Immutable afterwards and safe to use from all workers.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lapis/base/diagnostic.h"
#include "lapis/base/ip.h"
#include "lapis/base/result.h"

namespace lapis::geo {

enum class Field : std::uint8_t { country, continent, asn };
inline constexpr std::size_t field_count = 3;
/// "country", "continent", "asn".
const char* to_string(Field field);

/// A set of fields: bit `1 << field`.
using Fields = std::uint8_t;
inline constexpr Fields all_fields = 7;
constexpr Fields only(Field field) {
  return static_cast<Fields>(1U << static_cast<unsigned>(field));
}

/// The database that a field is taken from.
struct Choice {
  std::string path;
  /// Keys from the record to the value, with slashes between them ("country/iso_code"); empty: the
  /// usual ones of the field.
  std::string key;
  Span span;  ///< of the path, for findings
};

struct Choices {
  /// By Field. Without a choice for `continent` that of `country` counts, as far as it has one.
  std::array<std::optional<Choice>, field_count> fields;
  std::uint32_t max_age_days = 0;  ///< a database older than this is warned of; 0: no such limit
  bool any() const { return fields[0] || fields[1] || fields[2]; }
};

/// What is known of one client. Texts are borrowed from the Places.
struct Place {
  std::string_view country;    ///< "" when unknown, at most 255 octets
  std::string_view continent;  ///< likewise
  std::uint32_t asn = 0;       ///< 0 when unknown
  /// By Field: leading bits of the address that the value rests on, counted in its family. Every
  /// address that shares them has the same value.
  std::array<std::uint8_t, field_count> bits{};
};

/// One file, for logs and traces.
struct DatabaseInfo {
  std::string path;
  std::string type;               ///< as the file calls itself, printable ASCII
  std::uint64_t build_epoch = 0;  ///< Unix time
  Fields fields = 0;              ///< what is taken from it
  std::size_t ranges = 0;         ///< of addresses with one value, over all fields and families
};

class Database;

class Places {
 public:
  /// Reads and checks every file: all errors, not the first. `now` is Unix time, for the age of
  /// databases. Files whose octets are those that `previous` (may be null) was made from are taken
  /// over instead of being turned into tables again.
  static Result<std::shared_ptr<const Places>> load(const Choices& choices, std::int64_t now,
                                                    const Places* previous, Diagnostics& warnings);

  /// Total; does not allocate. Fields that are not asked for are left unknown, resting on nothing.
  Place find(const IpAddress& address, Fields fields = all_fields) const;

  /// "192.0.2.0/24 in GeoLite2-ASN.mmdb (GeoLite2-ASN, built 2026-11-20)": where the value of a
  /// field comes from. The network is the largest around the address that has this value.
  std::string origin(const IpAddress& address, Field field) const;

  std::vector<DatabaseInfo> databases() const;

  explicit Places(std::vector<std::shared_ptr<const Database>> databases);

 private:
  std::vector<std::shared_ptr<const Database>> databases_;
  std::array<const Database*, field_count> of_field_{};  ///< null: unknown for every address
};

/// "GeoLite2-ASN.mmdb (GeoLite2-ASN, built 2026-11-20, 6 days old): asn, 12 ranges of addresses".
std::string to_string(const DatabaseInfo& database, std::int64_t now);

}  // namespace lapis::geo
