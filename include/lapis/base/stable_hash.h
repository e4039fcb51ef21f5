// The documented hash behind `bucket` and the other choices that must be the same on every server,
// in every version: XXH64 (little-endian, as specified by its author).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace lapis {

/// XXH64 of `bytes` with `seed`.
std::uint64_t stable_hash(std::span<const std::uint8_t> bytes, std::uint64_t seed);

/// Seed of a bucket function: XXH64 of the salt's bytes with seed = `buckets`. Functions with
/// another salt or another number of buckets are therefore independent of one another.
std::uint64_t bucket_seed(std::string_view salt, std::uint64_t buckets);

/// XXH64(key bytes, seed) mod `buckets`. Key bytes: a name in lower-cased wire form with its root
/// label, an address as its 4 or 16 octets in network order, a string as UTF-8.
/// REQUIRES: buckets > 0.
inline std::uint64_t bucket_of(std::span<const std::uint8_t> key, std::uint64_t seed,
                               std::uint64_t buckets) {
  return stable_hash(key, seed) % buckets;
}

}  // namespace lapis
