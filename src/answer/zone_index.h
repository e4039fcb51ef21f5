// Which zone a name belongs to: the one with the longest apex that the name is at or below.
#pragma once

#include <bitset>
#include <cstdint>
#include <vector>

#include "lapis/dns/hashed_name.h"

namespace lapis::answer {

class ZoneIndex {
 public:
  static constexpr std::int32_t none = -1;

  /// Number of slots for `zones` apexes.
  explicit ZoneIndex(std::size_t zones = 0);

  /// False when the apex is there already.
  bool add(dns::NameView apex, std::int32_t zone);

  /// The zone with the longest apex of at most `max_labels` labels; none() when there is none.
  std::int32_t find(const dns::HashedName& name, int max_labels) const;

 private:
  struct Slot {
    std::uint64_t hash = 0;
    std::int32_t zone = none;
  };
  std::int32_t look_up(const dns::HashedName& name, int labels) const;

  std::vector<Slot> slots_;
  std::vector<dns::Name> apexes_;  // in lower case, in order of adding
  std::vector<std::uint32_t> apex_of_slot_;
  std::bitset<128> label_counts_;  // numbers of labels that some apex has
  int longest_ = -1;
};

}  // namespace lapis::answer
