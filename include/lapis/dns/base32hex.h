// Base 32 with the extended hex alphabet, as NSEC3 owner labels use it (RFC 4648 §7, RFC 5155
// §1.3).
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace lapis::dns {

/// 32 characters in either case to 20 octets; false when they are not that.
inline bool decode_base32hex(std::span<const std::uint8_t> text,
                             std::array<std::uint8_t, 20>& out) {
  if (text.size() != 32) return false;
  std::uint64_t bits = 0;
  int held = 0;
  std::size_t n = 0;
  for (const std::uint8_t c : text) {
    int value = -1;
    if (c >= '0' && c <= '9') value = c - '0';
    if (c >= 'a' && c <= 'v') value = c - 'a' + 10;
    if (c >= 'A' && c <= 'V') value = c - 'A' + 10;
    if (value < 0) return false;
    bits = bits << 5 | static_cast<std::uint64_t>(value);
    held += 5;
    if (held >= 8) {
      held -= 8;
      out[n++] = static_cast<std::uint8_t>(bits >> held);
    }
  }
  return true;
}

/// The other way; letters in lower case.
inline std::array<std::uint8_t, 32> encode_base32hex(const std::array<std::uint8_t, 20>& octets) {
  std::array<std::uint8_t, 32> text;
  std::uint64_t bits = 0;
  int held = 0;
  std::size_t n = 0;
  for (const std::uint8_t octet : octets) {
    bits = bits << 8 | octet;
    for (held += 8; held >= 5;) {
      held -= 5;
      text[n++] = static_cast<std::uint8_t>("0123456789abcdefghijklmnopqrstuv"[bits >> held & 31]);
    }
  }
  return text;
}

}  // namespace lapis::dns
