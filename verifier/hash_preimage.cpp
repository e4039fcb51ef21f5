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

/// The state before the last mixing.
std::uint64_t unfinished(std::uint64_t hash) {
  std::uint64_t h = unshift(hash, 32) * inverse(prime3);
  h = unshift(h, 29) * inverse(prime2);
  return unshift(h, 33);
}

/// Which eight octets lead from one state to another.
std::uint64_t lane_between(std::uint64_t before, std::uint64_t after) {
  const std::uint64_t h = std::rotr((after - prime4) * inverse(prime1), 27) ^ before;
  return std::rotr(h * inverse(prime1), 31) * inverse(prime2);
}

std::uint64_t with_lane(std::uint64_t before, std::uint64_t octets) {
  return std::rotl(before ^ round(0, octets), 27) * prime1 + prime4;
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
      out.before_ = with_lane(out.before_, read<std::uint64_t>(out.octets_.data()));
    }
    return out;
  }
  return std::nullopt;
}

bool ChosenName::choose(std::uint64_t hash) {
  std::uint64_t h = unfinished(hash);
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
  const std::uint64_t wanted = lane_between(before_, h);
  for (std::size_t i = 0; i < lane; ++i) {
    const auto octet = static_cast<std::uint8_t>(wanted >> (8 * i));
    if (octet >= 'A' && octet <= 'Z') return false;
    octets_[free_ + i] = octet;
  }
  return true;
}

std::optional<ChosenText> ChosenText::after(const std::string& start, std::uint64_t seed) {
  constexpr std::size_t most_octets = 255;  // docs/language.md, "Fields"
  ChosenText out;
  out.text_ = start;
  const auto free = [&] { return out.text_.size(); };
  // A whole lane, and not the last of a stripe: that one is mixed with the others.
  while (free() % lane != 0 || free() % stripe == stripe - lane) out.text_ += '-';
  out.text_.append(lane, '-');
  if (out.text_.size() > most_octets) return std::nullopt;
  const std::span<const std::uint8_t> octets(
      reinterpret_cast<const std::uint8_t*>(out.text_.data()), out.text_.size());
  out.before_ = after_stripes(octets, seed);
  for (std::size_t at = octets.size() / stripe * stripe; at + lane < octets.size(); at += lane) {
    out.before_ = with_lane(out.before_, read<std::uint64_t>(octets.data() + at));
  }
  return out;
}

bool ChosenText::choose(std::uint64_t hash) {
  const std::uint64_t wanted = lane_between(before_, unfinished(hash));
  constexpr std::uint64_t high_bits = 0x8080808080808080ULL;
  if ((wanted & high_bits) != 0) return false;
  for (std::size_t i = 0; i < lane; ++i) {
    const auto octet = static_cast<std::uint8_t>(wanted >> (8 * i));
    if (octet <= ' ' || octet > '~') return false;
    text_[text_.size() - lane + i] = static_cast<char>(octet);
  }
  return true;
}

}  // namespace lapis::verify
