#include "hash_preimage.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace lapis::verify {
namespace {

// Names as in the specification of XXH64 (github.com/Cyan4973/xxHash, doc/xxhash_spec.md).
constexpr std::uint64_t prime1 = 0x9E3779B185EBCA87ULL;
constexpr std::uint64_t prime2 = 0xC2B2AE3D27D4EB4FULL;
constexpr std::uint64_t prime3 = 0x165667B19E3779F9ULL;
constexpr std::uint64_t prime4 = 0x85EBCA77C2B2AE63ULL;
constexpr std::uint64_t prime5 = 0x27D4EB2F165667C5ULL;
constexpr std::size_t stripe = 32;
constexpr std::size_t lane = 8;

/// The odd number that undoes multiplication by `x` modulo 2^64, by Newton's method.
constexpr std::uint64_t inverse(std::uint64_t x) {
  std::uint64_t out = x;
  for (int i = 0; i < 6; ++i) out *= 2 - x * out;
  return out;
}
static_assert(prime1 * inverse(prime1) == 1 && prime5 * inverse(prime5) == 1);

template <class T>
T read(const std::uint8_t* at) {
  T out = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) out |= static_cast<T>(T{at[i]} << (8 * i));
  return out;
}

std::uint64_t round(std::uint64_t state, std::uint64_t input) {
  return std::rotl(state + input * prime2, 31) * prime1;
}

/// Undoes x ^= x >> shift.
std::uint64_t unshift(std::uint64_t x, int shift) {
  std::uint64_t out = x;
  for (int done = shift; done < 64; done += shift) out = x ^ (out >> shift);
  return out;
}

/// The state when all but the last octets, fewer than a stripe, have been taken in.
std::uint64_t after_stripes(std::span<const std::uint8_t> key, std::uint64_t seed) {
  if (key.size() < stripe) return seed + prime5 + key.size();
  std::array<std::uint64_t, 4> v{seed + prime1 + prime2, seed + prime2, seed, seed - prime1};
  for (std::size_t at = 0; at + stripe <= key.size(); at += stripe) {
    for (std::size_t i = 0; i < 4; ++i) {
      v[i] = round(v[i], read<std::uint64_t>(key.data() + at + lane * i));
    }
  }
  std::uint64_t h =
      std::rotl(v[0], 1) + std::rotl(v[1], 7) + std::rotl(v[2], 12) + std::rotl(v[3], 18);
  for (std::uint64_t x : v) h = (h ^ round(0, x)) * prime1 + prime4;
  return h + key.size();
}

}  // namespace

std::optional<ChosenName> ChosenName::above(const dns::Name& base, std::uint64_t seed) {
  ChosenName out;
  for (std::size_t label = 15; label <= dns::max_label_octets; ++label) {
    out.size_ = 1 + label + base.size();
    if (out.size_ > out.octets_.size()) return std::nullopt;
    // Of a short name the first eight octets hold the length of the label.
    out.free_ = out.size_ < stripe ? lane : out.size_ / stripe * stripe;
    if (out.free_ + lane > 1 + label) continue;
    out.octets_[0] = static_cast<std::uint8_t>(label);
    std::fill_n(out.octets_.begin() + 1, label, static_cast<std::uint8_t>('h'));
    std::copy_n(base.data(), base.size(), out.octets_.begin() + 1 + static_cast<long>(label));
    out.before_ = after_stripes(out.octets(), seed);
    if (out.size_ < stripe) {
      out.before_ ^= round(0, read<std::uint64_t>(out.octets_.data()));
      out.before_ = std::rotl(out.before_, 27) * prime1 + prime4;
    }
    return out;
  }
  return std::nullopt;
}

bool ChosenName::choose(std::uint64_t hash) {
  // The last mixing, undone.
  std::uint64_t h = unshift(hash, 32) * inverse(prime3);
  h = unshift(h, 29) * inverse(prime2);
  h = unshift(h, 33);
  // What follows the free octets, undone from the end: single ones, at most one of four, eights.
  const std::uint8_t* const end = octets_.data() + size_;
  const std::uint8_t* const next = octets_.data() + free_ + lane;
  const std::size_t rest = static_cast<std::size_t>(end - next);
  const std::uint8_t* at = end;
  for (std::size_t i = 0; i < rest % 4; ++i) {
    --at;
    h = std::rotr(h * inverse(prime1), 11) ^ (*at * prime5);
  }
  if (rest % lane >= 4) {
    at -= 4;
    h = std::rotr((h - prime3) * inverse(prime2), 23) ^
        (std::uint64_t{read<std::uint32_t>(at)} * prime1);
  }
  while (at > next) {
    at -= lane;
    h = std::rotr((h - prime4) * inverse(prime1), 27) ^ round(0, read<std::uint64_t>(at));
  }
  // Which eight octets lead from the state before to here.
  h = std::rotr((h - prime4) * inverse(prime1), 27) ^ before_;
  const std::uint64_t wanted = std::rotr(h * inverse(prime1), 31) * inverse(prime2);
  for (std::size_t i = 0; i < lane; ++i) {
    const auto octet = static_cast<std::uint8_t>(wanted >> (8 * i));
    if (octet >= 'A' && octet <= 'Z') return false;
    octets_[free_ + i] = octet;
  }
  return true;
}

}  // namespace lapis::verify
