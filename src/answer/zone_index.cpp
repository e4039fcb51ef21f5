#include "zone_index.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace lapis::answer {

ZoneIndex::ZoneIndex(std::size_t zones)
    : slots_(std::bit_ceil(zones * 2 + 2)), apex_of_slot_(slots_.size()) {
  apexes_.reserve(zones);
}

std::int32_t ZoneIndex::look_up(const dns::HashedName& name, int labels) const {
  const std::uint64_t hash = name.hash(labels);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = hash & mask; slots_[i].zone != none; i = (i + 1) & mask) {
    if (slots_[i].hash != hash) continue;
    // Both are in lower case.
    const dns::NameView apex = apexes_[apex_of_slot_[i]];
    const dns::NameView wanted = name.suffix(labels);
    if (apex.size() == wanted.size() && std::memcmp(apex.data(), wanted.data(), apex.size()) == 0) {
      return slots_[i].zone;
    }
  }
  return none;
}

bool ZoneIndex::add(dns::NameView apex, std::int32_t zone) {
  dns::HashedName name;
  name.assign(apex);
  if (look_up(name, name.labels()) != none) return false;
  const std::size_t mask = slots_.size() - 1;
  std::size_t i = name.hash() & mask;
  while (slots_[i].zone != none) i = (i + 1) & mask;
  slots_[i] = {name.hash(), zone};
  apex_of_slot_[i] = static_cast<std::uint32_t>(apexes_.size());
  apexes_.emplace_back(name.view());
  label_counts_.set(static_cast<std::size_t>(name.labels()));
  longest_ = std::max(longest_, name.labels());
  return true;
}

std::int32_t ZoneIndex::find(const dns::HashedName& name, int max_labels) const {
  for (int k = std::min(max_labels, longest_); k >= 0; --k) {
    if (!label_counts_.test(static_cast<std::size_t>(k))) continue;
    const std::int32_t zone = look_up(name, k);
    if (zone != none) return zone;
  }
  return none;
}

}  // namespace lapis::answer
