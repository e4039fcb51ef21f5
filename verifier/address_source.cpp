#include "address_source.h"

#include <algorithm>

#include "scramble.h"

namespace lapis::verify {
namespace {

constexpr std::uint64_t endless = UINT64_MAX;

/// Any of low … high.
std::uint64_t between(std::uint64_t low, std::uint64_t high, std::uint64_t dice) {
  const std::uint64_t span = high - low;
  return span == UINT64_MAX ? dice : low + dice % (span + 1);
}

}  // namespace

AddressRanges AddressSource::everything() {
  const IpAddress before_mapped =
      IpAddress::from_bits(Family::v6, 0, (std::uint64_t{0xFFFF} << 32) - 1);
  const IpAddress after_mapped = IpAddress::from_bits(Family::v6, 0, std::uint64_t{0x10000} << 32);
  return {{first_address(Family::v4), last_address(Family::v4)},
          {first_address(Family::v6), before_mapped},
          {after_mapped, last_address(Family::v6)}};
}

AddressSource::AddressSource(AddressRanges ranges, int bits4, int bits6) {
  for (const auto& [low, high] : ranges) {
    // A range may span the families.
    if (low.is_v4() != high.is_v4()) {
      parts_.push_back({low, last_address(Family::v4), bits4, 0});
      parts_.push_back({first_address(Family::v6), high, bits6, 0});
    } else {
      parts_.push_back({low, high, low.is_v4() ? bits4 : bits6, 0});
    }
  }
  for (Part& part : parts_) {
    const int bits = part.bits;
    if (bits == 0) {
      part.count = 1;
    } else if (bits <= 64) {
      part.count = (part.high.high() >> (64 - bits)) - (part.low.high() >> (64 - bits));
      if (part.count != endless) ++part.count;
    } else if (part.low.high() == part.high.high()) {
      part.count = (part.high.low() >> (128 - bits)) - (part.low.low() >> (128 - bits));
      if (part.count != endless) ++part.count;
    } else {
      part.count = endless;
    }
    count_ = part.count > endless - count_ ? endless : count_ + part.count;
  }
}

IpAddress AddressSource::inside(const Part& part, std::uint64_t number) {
  const Family family = part.low.family();
  if (part.count == endless) {
    const std::uint64_t dice = scramble(number);
    const std::uint64_t high = between(part.low.high(), part.high.high(), dice);
    const std::uint64_t from = high == part.low.high() ? part.low.low() : 0;
    const std::uint64_t to = high == part.high.high() ? part.high.low() : UINT64_MAX;
    return IpAddress::from_bits(family, high, between(from, to, scramble(dice)));
  }
  if (number == 0 || part.bits == 0) return part.low;
  if (part.bits <= 64) {
    const std::uint64_t prefix = (part.low.high() >> (64 - part.bits)) + number;
    return IpAddress::from_bits(family, prefix << (64 - part.bits), 0);
  }
  const std::uint64_t prefix = (part.low.low() >> (128 - part.bits)) + number;
  return IpAddress::from_bits(family, part.low.high(), prefix << (128 - part.bits));
}

IpAddress AddressSource::sample(std::uint64_t number) const {
  // Part by part in turn, so that none starves another.
  const Part& part = parts_[number % parts_.size()];
  const std::uint64_t at = number / parts_.size();
  return inside(part, part.count == endless ? at : scramble(at) % part.count);
}

IpAddress AddressSource::get(std::uint64_t number) const {
  const bool any = std::any_of(parts_.begin(), parts_.end(),
                               [](const Part& part) { return part.count == endless; });
  if (any || count_ == endless) {
    // Part by part in turn, so that none starves another.
    const Part& part = parts_[number % parts_.size()];
    const std::uint64_t at = number / parts_.size();
    return inside(part, part.count == endless ? at : at % part.count);
  }
  for (const Part& part : parts_) {
    if (number < part.count) return inside(part, number);
    number -= part.count;
  }
  return parts_.back().low;
}

}  // namespace lapis::verify
