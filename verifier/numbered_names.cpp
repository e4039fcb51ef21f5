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
  const double found_by_chance = share_of_all(wanted);
  constexpr double common = 1.0 / (1 << 17);
  if (found_by_chance > common) return std::nullopt;
  const WantedBuckets& rarest = wanted.front();
  const WantedHashes hashes(rarest);
  if (hashes.none()) return std::nullopt;
  std::optional<ChosenName> name;
  for (std::size_t i = 0; i < bases.size() && !name; ++i) {
    name = ChosenName::above(bases[i], rarest.seed);
  }
  if (!name) return find_below_long(wanted, found_by_chance, effort, bases);
  for (std::uint64_t i = 0; i < effort.tries && !effort.deadline.passed_at(i); ++i) {
    if (!name->choose(hashes.get(i))) continue;
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
