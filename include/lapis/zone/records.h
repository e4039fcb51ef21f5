// The records of one zone as read from text: the contract between the zone-file loader (which
// fills it), the linter (which reads it with its positions) and the served zone (which is built
// from it and then forgets it).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lapis/base/result.h"
#include "lapis/base/source.h"
#include "lapis/dns/name.h"

namespace lapis::zone {

/// One resource record; names and rdata lie in ZoneRecords::octets.
struct Record {
  std::uint32_t owner = 0;  ///< offset of the owner, uncompressed wire form, case as written
  std::uint32_t rdata = 0;  ///< offset of the rdata, uncompressed wire form
  std::uint16_t rdata_size = 0;
  std::uint16_t type = 0;
  std::uint32_t ttl = 0;  ///< seconds
  Span span;              ///< from the first to the last character of the record's own text
};

/// All records of one zone in file order, class IN. Move-only in spirit: copying is expensive.
struct ZoneRecords {
  dns::Name origin;  ///< the zone's apex
  std::vector<Record> records;
  std::vector<std::uint8_t> octets;

  dns::NameView owner(const Record& record) const;
  std::span<const std::uint8_t> rdata(const Record& record) const {
    return {octets.data() + record.rdata, record.rdata_size};
  }
};

}  // namespace lapis::zone
