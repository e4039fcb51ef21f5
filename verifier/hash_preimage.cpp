#include "hash_preimage.h"

#include <algorithm>
#include <bit>

#include "xxh64_steps.h"

namespace lapis::verify {
namespace {

using xxh64::lane;
using xxh64::prime1;
using xxh64::prime2;
using xxh64::prime3;
using xxh64::prime4;
using xxh64::prime5;
using xxh64::read;
using xxh64::round;
using xxh64::stripe;

/// The odd number that undoes multiplication by `x` modulo 2^64, by Newton's method.
constexpr std::uint64_t inverse(std::uint64_t x) {
  std::uint64_t out = x;
  for (int i = 0; i < 6; ++i) out *= 2 - x * out;
  return out;
}
static_assert(prime1 * inverse(prime1) == 1 && prime5 * inverse(prime5) == 1);

/// Undoes x ^= x >> shift.
std::uint64_t unshift(std::uint64_t x, int shift) {
  std::uint64_t out = x;
  for (int done = shift; done < 64; done += shift) out = x ^ (out >> shift);
  return out;
}

/// The state when all but the last octets, fewer than a stripe, have been taken in.
std::uint64_t after_stripes(std::span<const std::uint8_t> key, std::uint64_t seed) {
  if (key.size() < stripe) return seed + prime5 + key.size();
  auto v = xxh64::start(seed);
  for (std::size_t at = 0; at + stripe <= key.size(); at += stripe) {
    for (std::size_t i = 0; i < v.size(); ++i) {
      v[i] = round(v[i], read<std::uint64_t>(key.data() + at + lane * i));
    }
  }
  std::uint64_t h = 0;
  for (std::size_t i = 0; i < v.size(); ++i) h += std::rotl(v[i], xxh64::turns[i]);
  for (std::uint64_t x : v) h = xxh64::joined(h, round(0, x));
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
