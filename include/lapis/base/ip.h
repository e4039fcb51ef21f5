// IP addresses and prefixes as values.
//
// An address is 128 bits, left-aligned: an IPv4 address sits in the top 32 bits, so that "the
// first n bits" means the same for both families. IPv4-mapped IPv6 addresses (RFC 4291 §2.5.5.2)
// are turned into IPv4 on the way in and never appear as values.
#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace lapis {

enum class Family : std::uint8_t { v4 = 4, v6 = 6 };

/// An IPv4 or IPv6 address. Order: all IPv4 before all IPv6, then by numeric value.
class IpAddress {
 public:
  constexpr IpAddress() = default;
  static IpAddress v4(std::uint32_t host_order);
  /// 16 octets in network order; a v4-mapped address becomes IPv4.
  static IpAddress v6(std::span<const std::uint8_t, 16> octets);
  /// Left-aligned bits as stored. REQUIRES: for v4 the low 96 bits are zero.
  static constexpr IpAddress from_bits(Family family, std::uint64_t high, std::uint64_t low) {
    IpAddress a;
    a.family_ = family;
    a.high_ = high;
    a.low_ = low;
    return a;
  }
  /// Strict textual form (inet_pton); nothing when `text` is not an address.
  static std::optional<IpAddress> parse(std::string_view text);

  Family family() const { return family_; }
  bool is_v4() const { return family_ == Family::v4; }
  /// Number of bits of this family: 32 or 128.
  int width() const { return is_v4() ? 32 : 128; }
  std::uint64_t high() const { return high_; }
  std::uint64_t low() const { return low_; }
  std::uint32_t v4_value() const { return static_cast<std::uint32_t>(high_ >> 32); }
  /// Octets in network order; the first 4 count for IPv4, all 16 for IPv6.
  std::array<std::uint8_t, 16> octets() const;
  std::size_t octet_count() const { return is_v4() ? 4 : 16; }
  std::string to_string() const;

  /// The address with all but the first `bits` bits cleared. REQUIRES: 0 <= bits <= width().
  IpAddress masked(int bits) const;
  /// Length of the common leading bit string; 0 when the families differ.
  int common_bits(const IpAddress& other) const {
    if (family_ != other.family_) return 0;
    const int common = high_ != other.high_ ? std::countl_zero(high_ ^ other.high_)
                                            : 64 + std::countl_zero(low_ ^ other.low_);
    return common < width() ? common : width();
  }

  friend constexpr std::strong_ordering operator<=>(const IpAddress&, const IpAddress&) = default;
  friend constexpr bool operator==(const IpAddress&, const IpAddress&) = default;

 private:
  Family family_ = Family::v4;
  std::uint64_t high_ = 0;
  std::uint64_t low_ = 0;
};

/// A prefix such as 192.0.2.0/24: bits beyond the length are always zero.
struct Prefix {
  IpAddress base;
  std::uint8_t length = 0;

  /// "addr/len", or a bare address as a host prefix. Nothing when malformed or when bits are set
  /// beyond the length; `error` then says which, and for set host bits names the prefix meant.
  static std::optional<Prefix> parse(std::string_view text, std::string* error = nullptr);
  bool contains(const IpAddress& address) const {
    return address.family() == base.family() && address.common_bits(base) >= length;
  }
  /// Highest address inside.
  IpAddress last() const;
  std::string to_string() const;
  friend auto operator<=>(const Prefix&, const Prefix&) = default;
};

}  // namespace lapis
