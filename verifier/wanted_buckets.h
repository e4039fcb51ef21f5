// Buckets of hashes that a key has to be in, and hashes that are in them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace lapis::verify {

/// Buckets of one hash that are wanted.
struct WantedBuckets {
  std::uint64_t seed = 0;
  std::uint64_t buckets = 0;
  std::vector<bool> good;  ///< by bucket
  std::int64_t only = -1;  ///< instead of `good`: this one
  std::size_t count = 0;   ///< of the good ones

  bool is_good(std::uint64_t bucket) const {
    return only >= 0 ? bucket == static_cast<std::uint64_t>(only)
                     : static_cast<bool>(good[static_cast<std::size_t>(bucket)]);
  }
  /// Of all keys, those in a wanted bucket.
  double share() const { return static_cast<double>(count) / static_cast<double>(buckets); }
};

/// Rare ones first: most keys fail there.
void sort_by_rarity(std::vector<WantedBuckets>& wanted);

/// The octets are in a wanted bucket of every hash.
bool in_all(const std::vector<WantedBuckets>& wanted, std::span<const std::uint8_t> octets);

/// The share of keys that are in all by chance.
double share_of_all(const std::vector<WantedBuckets>& wanted);

/// Hashes in wanted buckets, in turns, and otherwise as by chance.
class WantedHashes {
 public:
  explicit WantedHashes(const WantedBuckets& wanted);
  bool none() const { return numbers_.empty(); }
  /// REQUIRES: !none()
  std::uint64_t get(std::uint64_t i) const;

 private:
  std::uint64_t buckets_;
  std::vector<std::uint64_t> numbers_;  // of the wanted ones
};

}  // namespace lapis::verify
