// The names that an attributes file has rows for, with their places: what the linter compares with
// the zone. The values are AttributeTable's matter.
#pragma once

#include <cstdint>
#include <vector>

#include "lapis/base/source.h"
#include "lapis/dns/name.h"

namespace lapis::program {

/// A row of an attributes file.
struct AttributeRow {
  dns::Name name;
  Span span;  ///< of the cell with the name
};

/// The names of the rows of a CSV file, in file order; rows that AttributeTable::build refuses are
/// left out. `file` is in `sources`; names without final dot are completed with `zone`.
std::vector<AttributeRow> attribute_rows(dns::NameView zone, const SourceMap& sources,
                                         std::uint32_t file);

}  // namespace lapis::program
