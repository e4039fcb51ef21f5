// Names below a long constant that several hashes put into rare buckets.
//
// Where a constant is longer than the octets that XXH64 takes in after its stripes of 32, no octet
// of a label in front can be computed from the hash that is wanted (compare hash_preimage.h), so
// names are tried. But they need not be hashed one by one: a stripe goes into four lanes of eight
// octets that have nothing to do with one another until the end. With a whole stripe of a label
// free, and some thousand choices for each of its lanes, what the lanes come to is computed once
// per choice; each of the trillions of combinations then costs putting four numbers together. The
// length is chosen so that nothing comes after the last stripe.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "lapis/dns/name.h"
#include "numbered_names.h"
#include "xxh64_steps.h"

namespace lapis::verify {

class RareNames {
 public:
  /// Nothing when `base` leaves no room for labels with a free stripe.
  static std::optional<RareNames> above(const dns::Name& base, std::uint64_t seed);

  static constexpr std::uint64_t choices = 2048;  ///< for each lane
  static constexpr std::uint64_t count = choices * choices * choices * choices;

  /// Calls `found` for each of the first names, as many as the tries, that are in the wanted
  /// buckets of the hash with the seed given, until it returns true. Says whether it did. The
  /// octets are valid during the call. REQUIRES: tries <= count
  bool search(const WantedBuckets& wanted, const Effort& effort,
              const std::function<bool(std::span<const std::uint8_t>)>& found);

 private:
  RareNames() = default;

  /// What a choice of a lane's octets comes to.
  struct Choice {
    std::uint64_t turned = 0;  ///< its part of the sum of lanes
    std::uint64_t mixed = 0;   ///< what is joined to the sum
  };
  std::array<std::vector<Choice>, xxh64::lanes> lanes_;
  std::array<std::uint8_t, dns::max_name_octets> octets_{};
  std::size_t size_ = 0;
  std::size_t free_ = 0;  ///< where the free stripe begins
};

}  // namespace lapis::verify
