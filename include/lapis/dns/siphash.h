// SipHash-2-4 (Aumasson, Bernstein), the keyed hash of interoperable DNS cookies (RFC 9018 §4.4).
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace lapis::dns {

/// The 64-bit hash; RFC 9018 puts it on the wire in little-endian order, as its reference
/// implementation does.
std::uint64_t siphash24(std::span<const std::uint8_t, 16> key,
                        std::span<const std::uint8_t> message);

}  // namespace lapis::dns
