// special-address: addresses that nobody reaches from the public Internet.
#include <algorithm>
#include <array>

#include "lapis/base/ip.h"
#include "values.h"

namespace lapis::lint {
namespace {

struct Block {
  IpAddress base;
  int length;
  const char* text;
  const char* what;
};

constexpr IpAddress v4(std::uint64_t value) {
  return IpAddress::from_bits(Family::v4, value << 32, 0);
}
constexpr IpAddress v6(std::uint64_t high, std::uint64_t low = 0) {
  return IpAddress::from_bits(Family::v6, high, low);
}

/// From the IANA special-purpose address registries (RFC 6890), the blocks that are not globally
/// reachable, and multicast. The most specific first.
constexpr auto blocks = std::to_array<Block>({
    {v4(0x00000000), 8, "0.0.0.0/8", "no host's address (RFC 1122)"},
    {v4(0x0A000000), 8, "10.0.0.0/8", "private (RFC 1918)"},
    {v4(0x64400000), 10, "100.64.0.0/10", "shared behind carrier NAT (RFC 6598)"},
    {v4(0x7F000000), 8, "127.0.0.0/8", "loopback (RFC 1122)"},
    {v4(0xA9FE0000), 16, "169.254.0.0/16", "link-local (RFC 3927)"},
    {v4(0xAC100000), 12, "172.16.0.0/12", "private (RFC 1918)"},
    {v4(0xC0000200), 24, "192.0.2.0/24", "for documentation (RFC 5737)"},
    {v4(0xC0A80000), 16, "192.168.0.0/16", "private (RFC 1918)"},
    {v4(0xC6120000), 15, "198.18.0.0/15", "for benchmarks (RFC 2544)"},
    {v4(0xC6336400), 24, "198.51.100.0/24", "for documentation (RFC 5737)"},
    {v4(0xCB007100), 24, "203.0.113.0/24", "for documentation (RFC 5737)"},
    {v4(0xE0000000), 4, "224.0.0.0/4", "multicast (RFC 5771)"},
    {v4(0xF0000000), 4, "240.0.0.0/4", "reserved (RFC 1112)"},
    {v6(0, 0), 128, "::/128", "the unspecified address (RFC 4291)"},
    {v6(0, 1), 128, "::1/128", "loopback (RFC 4291)"},
    {v6(0x0100000000000000), 64, "100::/64", "discarded (RFC 6666)"},
    {v6(0x20010DB800000000), 32, "2001:db8::/32", "for documentation (RFC 3849)"},
    {v6(0x3FFF000000000000), 20, "3fff::/20", "for documentation (RFC 9637)"},
    {v6(0xFC00000000000000), 7, "fc00::/7", "unique local (RFC 4193)"},
    {v6(0xFE80000000000000), 10, "fe80::/10", "link-local (RFC 4291)"},
    {v6(0xFEC0000000000000), 10, "fec0::/10", "site-local, deprecated (RFC 3879)"},
    {v6(0xFF00000000000000), 8, "ff00::/8", "multicast (RFC 4291)"},
});

/// First octets of the IPv4 blocks.
constexpr std::array<bool, 256> may_be_special = [] {
  std::array<bool, 256> octets{};
  for (const int octet : {0, 10, 100, 127, 169, 172, 192, 198, 203}) {
    octets[static_cast<std::size_t>(octet)] = true;
  }
  for (std::size_t octet = 224; octet < 256; ++octet) octets[octet] = true;
  return octets;
}();

std::uint64_t read64(const std::uint8_t* p) {
  std::uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | p[i];
  return value;
}

/// ::ffff:a.b.c.d in an AAAA record: no packet ever has it as destination (RFC 4291 §2.5.5.2).
bool is_mapped(std::span<const std::uint8_t> rdata) {
  return read64(rdata.data()) == 0 && rdata[8] == 0 && rdata[9] == 0 && rdata[10] == 0xFF &&
         rdata[11] == 0xFF;
}

std::size_t block_of(std::span<const std::uint8_t> rdata) {
  if (rdata.size() == 16 && is_mapped(rdata)) return blocks.size();
  const IpAddress address =
      rdata.size() == 4
          ? IpAddress::from_bits(Family::v4,
                                 (std::uint64_t{rdata[0]} << 24 | std::uint64_t{rdata[1]} << 16 |
                                  std::uint64_t{rdata[2]} << 8 | rdata[3])
                                     << 32,
                                 0)
          : IpAddress::from_bits(Family::v6, read64(rdata.data()), read64(rdata.data() + 8));
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    if (address.family() == blocks[i].base.family() &&
        address.common_bits(blocks[i].base) >= blocks[i].length) {
      return i;
    }
  }
  return blocks.size() + 1;
}

}  // namespace

void SpecialAddresses::see(const Context& context, const zone::Record& record) {
  const auto rdata = context.records.rdata(record);
  // Nearly every address of nearly every zone is ordinary: the first octet decides.
  if (rdata.size() == 4 && !may_be_special[rdata[0]]) return;
  if (rdata.size() == 16 && (rdata[0] & 0xE0) == 0x20 && rdata[0] != 0x3F &&
      !(rdata[1] == 0x01 && rdata[2] == 0x0D)) {
    return;
  }
  const std::size_t block = block_of(rdata);
  if (block > blocks.size()) return;
  if (seen_.empty()) seen_.resize(blocks.size() + 1);
  Seen& seen = seen_[block];
  if (seen.first == nullptr || &record < seen.first) seen.first = &record;
  ++seen.count;
}

void SpecialAddresses::report(Context& context) const {
  for (std::size_t i = 0; i < seen_.size(); ++i) {
    const Seen& seen = seen_[i];
    if (seen.first == nullptr) continue;
    std::string message = i == blocks.size()
                              ? "an IPv4-mapped IPv6 address, to which no packet is ever sent"
                              : std::string("an address in ") + blocks[i].text + ", " +
                                    blocks[i].what + ", which the Internet does not reach";
    if (seen.count > 1) {
      message += "; " + std::to_string(seen.count - 1) + " more in this zone";
    }
    context.add("special-address", *seen.first, std::move(message));
  }
}

}  // namespace lapis::lint
