#include "lapis/zone/records.h"

namespace lapis::zone {

dns::NameView ZoneRecords::owner(const Record& record) const {
  const std::uint8_t* start = octets.data() + record.owner;
  std::size_t size = 1;
  for (const std::uint8_t* p = start; *p != 0; p += *p + 1) size += *p + std::size_t{1};
  return {start, size};
}

}  // namespace lapis::zone
