#include <algorithm>
#include <array>

#include "lapis/dns/query.h"

namespace lapis::dns {
namespace {

/// RFC 7871 §6 and §7.1.2: as many address octets as the source prefix length needs, no bits set
/// beyond it, and a scope of 0 in queries. Anything else is FORMERR.
bool parse_subnet(std::span<const std::uint8_t> data, Edns& edns) {
  if (data.size() < 4) return false;
  ClientSubnet subnet;
  subnet.family = read16(data.data());
  subnet.source = data[2];
  const std::uint8_t scope = data[3];
  subnet.octets = static_cast<std::uint8_t>(std::min<std::size_t>(data.size() - 4, 255));
  subnet.raw = data.data();
  const int width = subnet.family == 1 ? 32 : subnet.family == 2 ? 128 : 0;
  if (scope != 0 || subnet.family > 2 || subnet.source > width) return false;
  if (data.size() - 4 != (subnet.source + 7u) / 8u) return false;
  std::array<std::uint8_t, 16> octets{};
  std::copy(data.begin() + 4, data.end(), octets.begin());
  const int spare = subnet.source % 8;
  if (spare != 0 && (octets[subnet.octets - 1u] & (0xFF >> spare)) != 0) return false;
  if (subnet.family == 1) {
    subnet.address = IpAddress::v4(read32(octets.data()));
  } else if (subnet.family == 2) {
    std::uint64_t high = static_cast<std::uint64_t>(read32(octets.data())) << 32;
    high |= read32(octets.data() + 4);
    std::uint64_t low = static_cast<std::uint64_t>(read32(octets.data() + 8)) << 32;
    low |= read32(octets.data() + 12);
    // Not IpAddress::v6: a prefix of the v4-mapped range is an IPv6 prefix here, and the scope
    // that answers it is counted in IPv6 bits.
    subnet.address = IpAddress::from_bits(Family::v6, high, low);
  }
  edns.has_subnet = true;
  edns.subnet = subnet;
  return true;
}

/// RFC 7873 §5.2.2: 8 octets, or 16 to 40.
bool parse_cookie(std::span<const std::uint8_t> data, Edns& edns) {
  if (data.size() != 8 && (data.size() < 16 || data.size() > 40)) return false;
  edns.cookie_size = static_cast<std::uint8_t>(data.size());
  edns.cookie = data.data();
  return true;
}

/// Of an option given twice the first counts.
bool parse_option(std::uint16_t code, std::span<const std::uint8_t> data, Edns& edns) {
  switch (code) {
    case edns_option::nsid:
      edns.nsid = true;
      return true;  // RFC 5001 §2.1: data is ignored
    case edns_option::client_subnet:
      return edns.has_subnet || parse_subnet(data, edns);
    case edns_option::cookie:
      return edns.cookie_size != 0 || parse_cookie(data, edns);
    case edns_option::tcp_keepalive:
      // RFC 7828 §3.2.1: a query carries no timeout. Over UDP the option is ignored all the same,
      // and the transport is not known here.
      edns.tcp_keepalive = true;
      edns.tcp_keepalive_timeout = !data.empty();
      return true;
    case edns_option::padding:
      edns.padding = true;
      return true;
    default:
      return true;  // RFC 6891 §6.1.2: unknown options are ignored
  }
}

}  // namespace

bool parse_edns_options(std::span<const std::uint8_t> options, Edns& edns) {
  while (!options.empty()) {
    if (options.size() < 4) return false;
    const std::uint16_t code = read16(options.data());
    const std::size_t size = read16(options.data() + 2);
    if (options.size() < 4 + size) return false;
    if (!parse_option(code, options.subspan(4, size), edns)) return false;
    options = options.subspan(4 + size);
  }
  return true;
}

}  // namespace lapis::dns
