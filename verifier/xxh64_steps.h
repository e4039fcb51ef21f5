// The steps of XXH64, for those who run it backwards or in parts; `stable_hash` is the whole.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace lapis::verify::xxh64 {

// Names as in the specification of XXH64 (github.com/Cyan4973/xxHash, doc/xxhash_spec.md).
inline constexpr std::uint64_t prime1 = 0x9E3779B185EBCA87ULL;
inline constexpr std::uint64_t prime2 = 0xC2B2AE3D27D4EB4FULL;
inline constexpr std::uint64_t prime3 = 0x165667B19E3779F9ULL;
inline constexpr std::uint64_t prime4 = 0x85EBCA77C2B2AE63ULL;
inline constexpr std::uint64_t prime5 = 0x27D4EB2F165667C5ULL;
inline constexpr std::size_t stripe = 32;
inline constexpr std::size_t lane = 8;
inline constexpr std::size_t lanes = stripe / lane;
/// How far the end of each lane is turned before they are added up.
inline constexpr std::array<int, lanes> turns{1, 7, 12, 18};

template <class T>
T read(const std::uint8_t* at) {
  T out = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) out |= static_cast<T>(T{at[i]} << (8 * i));
  return out;
}

/// The lanes before the first stripe.
inline std::array<std::uint64_t, lanes> start(std::uint64_t seed) {
  return {seed + prime1 + prime2, seed + prime2, seed, seed - prime1};
}

inline std::uint64_t round(std::uint64_t state, std::uint64_t input) {
  return std::rotl(state + input * prime2, 31) * prime1;
}

/// One lane joined to the sum of all; `mixed` is the lane as an input to a round that began at 0.
inline std::uint64_t joined(std::uint64_t h, std::uint64_t mixed) {
  return (h ^ mixed) * prime1 + prime4;
}

/// The last mixing.
inline std::uint64_t finished(std::uint64_t h) {
  h = (h ^ (h >> 33)) * prime2;
  h = (h ^ (h >> 29)) * prime3;
  return h ^ (h >> 32);
}

}  // namespace lapis::verify::xxh64
