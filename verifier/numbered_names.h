// Names by number, and the search for one that several hashes put into wanted buckets. Two buckets
// of one in a thousand each take a million names, so nothing is done for a name but to write its
// octets and to hash them.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "deadline.h"
#include "lapis/dns/name.h"
#include "wanted_buckets.h"

namespace lapis::verify {

/// Names made by putting a label in front of others, without a search or an allocation.
class NumberedNames {
 public:
  /// REQUIRES: not empty.
  explicit NumberedNames(std::vector<dns::Name> bases) : bases_(std::move(bases)) {}

  /// A label "h" and a number, then the base; the base alone where that would be too long. Valid
  /// until the next call.
  std::span<const std::uint8_t> octets(std::uint64_t t);

 private:
  std::vector<dns::Name> bases_;
  std::array<std::uint8_t, dns::max_name_octets + 32> buffer_{};
};

/// How long names are tried.
struct Effort {
  std::uint64_t tries = 0;
  Deadline deadline;
};

/// Tries hashes of the rarest wanted buckets, with names made for them in front of one of `bases`:
/// as many times fewer as these buckets are rare. Where no base is short enough
/// for that, many tries and buckets all of which are likely to be met by one in 2^31 names have
/// combinations tried instead (rare_names.h). Nothing where buckets are so common that trying names
/// one by one does it.
std::optional<dns::Name> find_by_hash(std::vector<WantedBuckets> wanted, const Effort& effort,
                                      const std::vector<dns::Name>& bases);

/// The least number below the tries whose octets are in wanted buckets of all hashes.
std::optional<std::uint64_t> find_in_buckets(
    std::vector<WantedBuckets> wanted, const Effort& effort,
    const std::function<std::span<const std::uint8_t>(std::uint64_t)>& octets);

}  // namespace lapis::verify
