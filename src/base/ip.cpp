#include "lapis/base/ip.h"

#include <arpa/inet.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>

namespace lapis {
namespace {

std::uint64_t load_be64(const std::uint8_t* p) {
  std::uint64_t v = 0;
  for (int i = 0; i < 8; ++i) v = v << 8 | p[i];
  return v;
}

void store_be64(std::uint64_t v, std::uint8_t* p) {
  for (int i = 7; i >= 0; --i, v >>= 8) p[i] = static_cast<std::uint8_t>(v);
}

/// Mask with the first `bits` (0..64) bits set.
std::uint64_t head_mask(int bits) {
  return bits <= 0 ? 0 : ~std::uint64_t{0} << (64 - bits);
}

}  // namespace

IpAddress IpAddress::v4(std::uint32_t host_order) {
  return from_bits(Family::v4, static_cast<std::uint64_t>(host_order) << 32, 0);
}

IpAddress IpAddress::v6(std::span<const std::uint8_t, 16> octets) {
  const std::uint64_t high = load_be64(octets.data());
  const std::uint64_t low = load_be64(octets.data() + 8);
  if (high == 0 && low >> 32 == 0xFFFF) return v4(static_cast<std::uint32_t>(low));
  return from_bits(Family::v6, high, low);
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  char buffer[INET6_ADDRSTRLEN];
  if (text.empty() || text.size() >= sizeof buffer) return std::nullopt;
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  std::memcpy(buffer, text.data(), text.size());
  buffer[text.size()] = '\0';
  std::array<std::uint8_t, 16> octets{};
  if (inet_pton(AF_INET, buffer, octets.data()) == 1) {
    return v4(static_cast<std::uint32_t>(load_be64(octets.data()) >> 32));
  }
  if (inet_pton(AF_INET6, buffer, octets.data()) == 1) return v6(octets);
  return std::nullopt;
}

std::array<std::uint8_t, 16> IpAddress::octets() const {
  std::array<std::uint8_t, 16> out{};
  store_be64(high_, out.data());
  store_be64(low_, out.data() + 8);
  return out;
}

std::string IpAddress::to_string() const {
  char buffer[INET6_ADDRSTRLEN];
  const auto bytes = octets();
  inet_ntop(is_v4() ? AF_INET : AF_INET6, bytes.data(), buffer, sizeof buffer);
  return buffer;
}

IpAddress IpAddress::masked(int bits) const {
  return from_bits(family_, high_ & head_mask(std::min(bits, 64)), low_ & head_mask(bits - 64));
}

std::optional<Prefix> Prefix::parse(std::string_view text, std::string* error) {
  auto fail = [&](std::string words) -> std::optional<Prefix> {
    if (error != nullptr) *error = std::move(words);
    return std::nullopt;
  };
  const std::size_t slash = text.find('/');
  const std::string_view address_text = text.substr(0, slash);
  const auto address = IpAddress::parse(address_text);
  if (!address) return fail("'" + std::string(address_text) + "' is not an IP address");
  int length = address->width();
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
    if (code != std::errc{} || end != digits.data() + digits.size() || digits.empty()) {
      return fail("'" + std::string(digits) + "' is not a prefix length");
    }
    if (address->is_v4() && address_text.find(':') != std::string_view::npos) length -= 96;
    if (length < 0 || length > address->width()) {
      return fail("prefix length must be between 0 and " + std::to_string(address->width()));
    }
  }
  const Prefix prefix{address->masked(length), static_cast<std::uint8_t>(length)};
  if (prefix.base != *address) {
    return fail("address bits are set beyond the prefix length; the prefix would be " +
                prefix.to_string());
  }
  return prefix;
}

IpAddress Prefix::last() const {
  const IpAddress mask = IpAddress::from_bits(base.family(), ~std::uint64_t{0}, ~std::uint64_t{0});
  const IpAddress head = mask.masked(length);
  const IpAddress width = mask.masked(base.width());
  return IpAddress::from_bits(base.family(), base.high() | (~head.high() & width.high()),
                              base.low() | (~head.low() & width.low()));
}

std::string Prefix::to_string() const {
  return base.to_string() + "/" + std::to_string(length);
}

}  // namespace lapis
