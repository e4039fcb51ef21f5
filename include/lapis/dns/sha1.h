// SHA-1, for the hashed owner names of NSEC3 (RFC 5155 §5) and nothing else. Its own few lines,
// because a query must not allocate and the library's one-shot functions do.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "lapis/dns/name.h"

namespace lapis::dns {

using Sha1 = std::array<std::uint8_t, 20>;

/// REQUIRES: message.size() <= 1024
Sha1 sha1(std::span<const std::uint8_t> message);

/// IH(salt, name, iterations) of RFC 5155 §5. REQUIRES: salt.size() <= 255; `name` in lower case
Sha1 nsec3_hash(NameView name, std::span<const std::uint8_t> salt, int iterations);

}  // namespace lapis::dns
