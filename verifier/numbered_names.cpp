#include "numbered_names.h"

#include <algorithm>
#include <charconv>

#include "lapis/base/stable_hash.h"

namespace lapis::verify {

std::span<const std::uint8_t> NumberedNames::octets(std::uint64_t t) {
  const dns::Name& base = bases_[t % bases_.size()];
  constexpr std::size_t most_digits = 20;
  char* const digits = reinterpret_cast<char*>(buffer_.data()) + 2;
  char* const end = std::to_chars(digits, digits + most_digits, t / bases_.size()).ptr;
  const auto label = static_cast<std::size_t>(end - digits) + 1;
  if (1 + label + base.size() > dns::max_name_octets) return {base.data(), base.size()};
  buffer_[0] = static_cast<std::uint8_t>(label);
  buffer_[1] = 'h';
  std::copy_n(base.data(), base.size(), buffer_.data() + 1 + label);
  return {buffer_.data(), 1 + label + base.size()};
}

std::optional<std::uint64_t> find_in_buckets(
    std::vector<WantedBuckets> wanted, std::uint64_t limit,
    const std::function<std::span<const std::uint8_t>(std::uint64_t)>& octets) {
  // Rare ones first: most names fail there.
  std::sort(wanted.begin(), wanted.end(), [](const WantedBuckets& a, const WantedBuckets& b) {
    return static_cast<double>(a.count) / static_cast<double>(a.buckets) <
           static_cast<double>(b.count) / static_cast<double>(b.buckets);
  });
  for (std::uint64_t t = 0; t < limit; ++t) {
    const std::span<const std::uint8_t> name = octets(t);
    const bool all = std::all_of(wanted.begin(), wanted.end(), [&](const WantedBuckets& w) {
      const std::uint64_t at = bucket_of(name, w.seed, w.buckets);
      return w.only >= 0 ? at == static_cast<std::uint64_t>(w.only)
                         : static_cast<bool>(w.good[static_cast<std::size_t>(at)]);
    });
    if (all) return t;
  }
  return std::nullopt;
}

}  // namespace lapis::verify
