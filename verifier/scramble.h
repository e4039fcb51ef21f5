// Numbers that look random and are the same on every run.
#pragma once

#include <cstdint>

namespace lapis::verify {

/// One step of splitmix64 (Steele, Lea, Flood 2014) from `x`.
inline std::uint64_t scramble(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15ULL;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

/// The next number of the sequence that begins at `state`.
inline std::uint64_t next_random(std::uint64_t& state) {
  const std::uint64_t out = scramble(state);
  state += 0x9E3779B97F4A7C15ULL;
  return out;
}

}  // namespace lapis::verify
