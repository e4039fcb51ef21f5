// Any octets as a geo database: refused with a message, or tables that know an answer for every
// address.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

#include "geo/database.h"

namespace {

using lapis::IpAddress;
namespace geo = lapis::geo;

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view file(reinterpret_cast<const char*>(data), size);
  geo::Database::AllWanted wanted;
  for (auto& field : wanted) field.wanted = true;
  wanted[1].optional = true;
  wanted[2].key = "autonomous_system_number";
  wanted[2].optional = true;
  lapis::Diagnostics errors;
  std::optional<geo::Database> database = geo::Database::build("fuzz", file, wanted, errors);
  require(database.has_value() == errors.empty());
  if (!database) {
    for (const lapis::Diagnostic& d : errors) require(!d.message.empty() && !d.help.empty());
    return 0;
  }
  const geo::Places places({std::make_shared<const geo::Database>(std::move(*database))});
  for (std::size_t i = 0; i + 16 <= size && i < 512; i += 7) {
    std::array<std::uint8_t, 16> octets;
    std::copy_n(data + i, octets.size(), octets.begin());
    for (const IpAddress& address :
         {IpAddress::v6(octets), IpAddress::v4(std::uint32_t{octets[0]} << 24U | octets[3])}) {
      const geo::Place place = places.find(address);
      require(place.country.size() <= 255 && place.continent.size() <= 255);
      for (const std::uint8_t bits : place.bits) require(bits <= address.width());
      // Its own prefix, and whoever is in it, have the value.
      const geo::Place first = places.find(address.masked(place.bits[0]));
      require(first.country == place.country && first.bits[0] <= place.bits[0]);
    }
  }
  return 0;
}
