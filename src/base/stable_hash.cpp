#include "lapis/base/stable_hash.h"

#include <xxhash.h>

namespace lapis {

std::uint64_t stable_hash(std::span<const std::uint8_t> bytes, std::uint64_t seed) {
  return XXH64(bytes.data(), bytes.size(), seed);
}

std::uint64_t bucket_seed(std::string_view salt, std::uint64_t buckets) {
  return XXH64(salt.data(), salt.size(), buckets);
}

}  // namespace lapis
