#include "rare_names.h"

#include <algorithm>

#include "scramble.h"

namespace lapis::verify {
namespace {

__extension__ using Wide = unsigned __int128;
using xxh64::lane;
using xxh64::lanes;
using xxh64::stripe;

/// The octets of a choice: letters and digits, so that they are a label's as they are.
void write_choice(std::size_t k, std::uint64_t choice, std::uint8_t* out) {
  static constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::uint64_t x = scramble(k * RareNames::choices + choice);
  for (std::size_t i = 0; i < lane; ++i, x /= alphabet.size()) {
    out[i] = static_cast<std::uint8_t>(alphabet[x % alphabet.size()]);
  }
}

void write_label(std::size_t size, std::uint8_t* out) {
  out[0] = static_cast<std::uint8_t>(size);
  std::fill_n(out + 1, size, static_cast<std::uint8_t>('h'));
}

}  // namespace

std::optional<RareNames> RareNames::above(const dns::Name& base, std::uint64_t seed) {
  constexpr std::size_t whole = 1 + dns::max_label_octets;  // a label of the greatest length
  // One such label, or a shorter one before it, so that all of the name is stripes.
  std::size_t prefix = whole;
  while ((prefix + base.size()) % stripe != 0 || prefix == whole + 1) ++prefix;
  RareNames out;
  out.size_ = prefix + base.size();
  if (out.size_ > out.octets_.size()) return std::nullopt;
  const std::size_t first = prefix - whole;  // octets of the shorter label with its length
  if (first > 0) write_label(first - 1, out.octets_.data());
  write_label(dns::max_label_octets, out.octets_.data() + first);
  std::copy_n(base.data(), base.size(), out.octets_.data() + prefix);
  // 63 octets in a row hold a whole stripe, wherever they begin.
  out.free_ = (first + 1 + stripe - 1) / stripe * stripe;
  const auto start = xxh64::start(seed);
  for (std::size_t k = 0; k < lanes; ++k) {
    std::uint64_t before = start[k];
    for (std::size_t at = 0; at < out.free_; at += stripe) {
      before = xxh64::round(before, xxh64::read<std::uint64_t>(out.octets_.data() + at + lane * k));
    }
    out.lanes_[k].reserve(choices);
    for (std::uint64_t c = 0; c < choices; ++c) {
      std::array<std::uint8_t, lane> octets;
      write_choice(k, c, octets.data());
      std::uint64_t v = xxh64::round(before, xxh64::read<std::uint64_t>(octets.data()));
      for (std::size_t at = out.free_ + stripe; at < out.size_; at += stripe) {
        v = xxh64::round(v, xxh64::read<std::uint64_t>(out.octets_.data() + at + lane * k));
      }
      out.lanes_[k].push_back({std::rotl(v, xxh64::turns[k]), xxh64::round(0, v)});
    }
  }
  return out;
}

bool RareNames::search(const WantedBuckets& wanted, const Effort& effort,
                       const std::function<bool(std::span<const std::uint8_t>)>& found) {
  const std::uint64_t buckets = wanted.buckets;
  // h * floor((2^64 - 1) / n) / 2^64 is h / n rounded down, or one less.
  const std::uint64_t reciprocal = UINT64_MAX / buckets;
  const auto bucket = [&](std::uint64_t h) {
    const auto quotient = static_cast<std::uint64_t>((static_cast<Wide>(h) * reciprocal) >> 64);
    const std::uint64_t rest = h - quotient * buckets;
    return rest >= buckets ? rest - buckets : rest;
  };
  for (std::uint64_t t = 0; t < effort.tries; t += choices) {
    if (effort.deadline.passed_at(t / choices)) return false;
    const std::array<std::uint64_t, lanes - 1> picked{
        t / choices % choices, t / choices / choices % choices, t / choices / choices / choices};
    const Choice& a = lanes_[0][picked[0]];
    const Choice& b = lanes_[1][picked[1]];
    const Choice& c = lanes_[2][picked[2]];
    const std::uint64_t sum = a.turned + b.turned + c.turned;
    const std::uint64_t last = std::min(choices, effort.tries - t);
    for (std::uint64_t d = 0; d < last; ++d) {
      std::uint64_t h = sum + lanes_[3][d].turned;
      for (const std::uint64_t mixed : {a.mixed, b.mixed, c.mixed, lanes_[3][d].mixed}) {
        h = xxh64::joined(h, mixed);
      }
      if (!wanted.is_good(bucket(xxh64::finished(h + size_)))) continue;
      for (std::size_t k = 0; k < lanes; ++k) {
        write_choice(k, k + 1 < lanes ? picked[k] : d, octets_.data() + free_ + lane * k);
      }
      if (found({octets_.data(), size_})) return true;
    }
  }
  return false;
}

}  // namespace lapis::verify
