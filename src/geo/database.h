// One MaxMind DB file, turned into a table for each field that is taken from it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "field_table.h"
#include "lapis/geo/places.h"

namespace lapis::geo {

class Database {
 public:
  /// The table of one field and the values it has numbers of.
  struct Column {
    std::string key;  ///< as Choice::key
    FieldTable table;
    std::vector<std::string> texts;      ///< of country and continent, by ValueNumber
    std::vector<std::uint32_t> numbers;  ///< of asn, by ValueNumber
  };
  struct Wanted {
    bool wanted = false;
    bool optional = false;  ///< a database without such values will do
    std::string key;
    Span span;
  };
  using AllWanted = std::array<Wanted, field_count>;

  /// Nothing, with all that is wrong in `errors`. `file` is only read.
  static std::optional<Database> build(const std::string& path, std::string_view file,
                                       const AllWanted& wanted, Diagnostics& errors);
  /// Made from these octets, for these fields and keys.
  bool made_from(const std::string& path, std::uint64_t digest, const AllWanted& wanted) const;
  static std::uint64_t digest_of(std::string_view file);

  const Column* column(Field field) const {
    const auto& column = columns_[static_cast<std::size_t>(field)];
    return column ? &*column : nullptr;
  }
  DatabaseInfo info() const;

 private:
  std::string path_;
  std::string type_;
  std::uint64_t build_epoch_ = 0;
  std::uint64_t digest_ = 0;
  std::array<std::optional<Column>, field_count> columns_;
  std::array<bool, field_count> left_out_{};  ///< asked for if there, and not there
};

}  // namespace lapis::geo
