// Domain attributes: the values that zones give to the attributes a program set declares.
//
// A row of values belongs to a name; a query takes the row of the nearest enclosing name that has
// one (the query name itself first), else the zone-wide row, else the declared defaults. Every row
// is complete: what a source leaves out is filled with the next outer value at build time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lapis/base/result.h"
#include "lapis/base/source.h"
#include "lapis/dns/hashed_name.h"
#include "lapis/dns/name.h"
#include "lapis/lang/interpreter.h"

namespace lapis::program {

class ProgramSet;

using lang::AttributeValue;

/// Immutable after building; safe to read from all workers.
class AttributeTable {
 public:
  AttributeTable();
  ~AttributeTable();
  AttributeTable(AttributeTable&&) noexcept;
  AttributeTable& operator=(AttributeTable&&) noexcept;

  /// A value given for the whole zone, with the place in the configuration that gives it.
  struct ZoneWide {
    std::string name;
    std::string value;
    Span name_span;
    Span value_span;
  };

  /// Checks and stores the zone-wide values and the rows of a CSV file (`file` in `sources`, 0 for
  /// none; header "name,ATTRIBUTE,…", one row a name, names relative to `zone` when without final
  /// dot, empty cells inherit). Errors: unknown attribute, value outside its type, name outside
  /// the zone, repeated name, wrong number of cells; all of them, with positions.
  static Result<AttributeTable> build(const ProgramSet& set, dns::NameView zone,
                                      const std::vector<ZoneWide>& zone_wide,
                                      const SourceMap& sources, std::uint32_t file);

  /// The values for `qname`, one per declared attribute in declaration order; null only when the
  /// table was default-constructed (then the set's defaults apply).
  const AttributeValue* row(const dns::HashedName& qname) const;
  const AttributeValue* row(dns::NameView qname) const;

  /// Where the value of one attribute for one name comes from.
  struct Origin {
    enum class Kind : std::uint8_t { declared, zone_wide, row } kind = Kind::declared;
    dns::Name row;  ///< for Kind::row: the name whose row gives the value itself
  };
  /// Origin of attribute number `attribute` in row(qname). For traces; allocates nothing.
  Origin origin(dns::NameView qname, std::size_t attribute) const;

  /// No row was built: the set's defaults apply everywhere.
  bool empty() const;

 private:
  struct Data;
  std::unique_ptr<Data> data_;
};

}  // namespace lapis::program
