// The first 8 octets of a name's canonical key as a number: what most comparisons of a search
// among sorted names need.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "lapis/dns/name.h"

namespace lapis::answer {

/// Of `labels` without the root. Below one common ancestor, a name with a smaller number comes
/// first in canonical order (RFC 4034 §6.1); of two with the same number either may. What the key
/// is: dns::canonical_key.
inline std::uint64_t canonical_prefix(std::span<const std::uint8_t> labels) {
  std::array<std::uint8_t, dns::max_name_octets / 2 + 1> starts;
  std::size_t count = 0;
  for (std::size_t i = 0; i < labels.size(); i += labels[i] + std::size_t{1}) {
    starts[count++] = static_cast<std::uint8_t>(i);
  }
  std::uint64_t prefix = 0;
  unsigned room = 64;
  const auto put = [&](std::uint8_t octet) {
    if (room == 0) return;
    room -= 8;
    prefix |= std::uint64_t{octet} << room;
  };
  while (count != 0 && room != 0) {
    const std::uint8_t* label = labels.data() + starts[--count];
    for (std::size_t i = 1; i <= *label && room != 0; ++i) {
      put(dns::to_lower(label[i]));
      // The end of a label comes before all octets, 0 among them.
      if (label[i] == 0) put(1);
    }
    put(0);
    put(0);
  }
  return prefix;
}

}  // namespace lapis::answer
