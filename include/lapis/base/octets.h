// Numbers in network byte order (RFC 1700) out of octets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace lapis {

/// REQUIRES: at + 2 <= octets.size()
inline std::uint16_t read16(std::span<const std::uint8_t> octets, std::size_t at) {
  return static_cast<std::uint16_t>(octets[at] << 8 | octets[at + 1]);
}

/// REQUIRES: at + 4 <= octets.size()
inline std::uint32_t read32(std::span<const std::uint8_t> octets, std::size_t at) {
  return static_cast<std::uint32_t>(read16(octets, at)) << 16 | read16(octets, at + 2);
}

}  // namespace lapis
