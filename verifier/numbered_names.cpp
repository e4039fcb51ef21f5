#include "numbered_names.h"

#include <algorithm>
#include <charconv>

#include "hash_preimage.h"
#include "lapis/base/stable_hash.h"
#include "rare_names.h"
#include "scramble.h"

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

namespace {

double share(const WantedBuckets& w) {
  return static_cast<double>(w.count) / static_cast<double>(w.buckets);
}

/// Rare ones first: most names fail there.
void sort_by_rarity(std::vector<WantedBuckets>& wanted) {
  std::sort(wanted.begin(), wanted.end(),
            [](const WantedBuckets& a, const WantedBuckets& b) { return share(a) < share(b); });
}

bool in_all(const std::vector<WantedBuckets>& wanted, std::span<const std::uint8_t> name) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const WantedBuckets& w) {
    const std::uint64_t at = bucket_of(name, w.seed, w.buckets);
    return w.only >= 0 ? at == static_cast<std::uint64_t>(w.only)
                       : static_cast<bool>(w.good[static_cast<std::size_t>(at)]);
  });
}

/// Names tried for one that is below a long constant: combinations cost a fraction of whole names.
constexpr std::uint64_t most_combined = std::uint64_t{1} << 34;

/// The same where no base is short enough for the hash to be run backwards. Only in a search that
/// may take its time, and where it is all but sure to find one.
std::optional<dns::Name> find_below_long(const std::vector<WantedBuckets>& wanted, double share,
                                         const Effort& effort,
                                         const std::vector<dns::Name>& bases) {
  constexpr std::uint64_t thorough = std::uint64_t{1} << 28;
  constexpr double surely = 8;  // one in e^8 such searches ends without a name
  if (effort.tries < thorough || share * static_cast<double>(most_combined) < surely)
    return std::nullopt;
  for (const dns::Name& base : bases) {
    auto names = RareNames::above(base, wanted.front().seed);
    if (!names) continue;
    std::optional<dns::Name> out;
    names->search(wanted.front(), {most_combined, effort.deadline},
                  [&](std::span<const std::uint8_t> octets) {
                    if (!in_all(wanted, octets)) return false;
                    out.emplace(dns::NameView(octets.data(), octets.size()));
                    return true;
                  });
    return out;
  }
  return std::nullopt;
}

}  // namespace

std::optional<dns::Name> find_by_hash(std::vector<WantedBuckets> wanted, const Effort& effort,
                                      const std::vector<dns::Name>& bases) {
  sort_by_rarity(wanted);
  double found_by_chance = 1;
  for (const WantedBuckets& w : wanted) found_by_chance *= share(w);
  constexpr double common = 1.0 / (1 << 17);
  if (found_by_chance > common) return std::nullopt;
  const WantedBuckets& rarest = wanted.front();
  std::vector<std::uint64_t> buckets;
  if (rarest.only >= 0) buckets.push_back(static_cast<std::uint64_t>(rarest.only));
  for (std::uint64_t b = 0; rarest.only < 0 && b < rarest.buckets; ++b) {
    if (rarest.good[static_cast<std::size_t>(b)]) buckets.push_back(b);
  }
  if (buckets.empty()) return std::nullopt;
  std::optional<ChosenName> name;
  for (std::size_t i = 0; i < bases.size() && !name; ++i) {
    name = ChosenName::above(bases[i], rarest.seed);
  }
  if (!name) return find_below_long(wanted, found_by_chance, effort, bases);
  const std::uint64_t multiples = UINT64_MAX / rarest.buckets;  // the last, partial one left out
  for (std::uint64_t i = 0; i < effort.tries && !effort.deadline.passed_at(i); ++i) {
    const std::uint64_t bucket = buckets[i % buckets.size()];
    if (!name->choose(scramble(i) % multiples * rarest.buckets + bucket)) continue;
    const std::span<const std::uint8_t> octets = name->octets();
    if (in_all(wanted, octets)) return dns::Name(dns::NameView(octets.data(), octets.size()));
  }
  return std::nullopt;
}

std::optional<std::uint64_t> find_in_buckets(
    std::vector<WantedBuckets> wanted, const Effort& effort,
    const std::function<std::span<const std::uint8_t>(std::uint64_t)>& octets) {
  sort_by_rarity(wanted);
  for (std::uint64_t t = 0; t < effort.tries && !effort.deadline.passed_at(t); ++t) {
    const std::span<const std::uint8_t> name = octets(t);
    if (in_all(wanted, name)) return t;
  }
  return std::nullopt;
}

}  // namespace lapis::verify
