#include "wanted_buckets.h"

#include <algorithm>

#include "lapis/base/stable_hash.h"
#include "scramble.h"

namespace lapis::verify {

void sort_by_rarity(std::vector<WantedBuckets>& wanted) {
  std::sort(wanted.begin(), wanted.end(),
            [](const WantedBuckets& a, const WantedBuckets& b) { return a.share() < b.share(); });
}

bool in_all(const std::vector<WantedBuckets>& wanted, std::span<const std::uint8_t> octets) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const WantedBuckets& w) {
    return w.is_good(bucket_of(octets, w.seed, w.buckets));
  });
}

double share_of_all(const std::vector<WantedBuckets>& wanted) {
  double out = 1;
  for (const WantedBuckets& w : wanted) out *= w.share();
  return out;
}

WantedHashes::WantedHashes(const WantedBuckets& wanted) : buckets_(wanted.buckets) {
  if (wanted.only >= 0) {
    numbers_.push_back(static_cast<std::uint64_t>(wanted.only));
    return;
  }
  for (std::uint64_t b = 0; b < buckets_; ++b) {
    if (wanted.is_good(b)) numbers_.push_back(b);
  }
}

std::uint64_t WantedHashes::get(std::uint64_t i) const {
  const std::uint64_t multiples = UINT64_MAX / buckets_;  // the last, partial one left out
  return scramble(i) % multiples * buckets_ + numbers_[i % numbers_.size()];
}

}  // namespace lapis::verify
