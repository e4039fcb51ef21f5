// All zones that are checked together, and which of them a name belongs to.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "context.h"

namespace lapis::lint {

class ZoneSet {
 public:
  /// The contexts must outlive the set. Of two zones of one name the first counts.
  explicit ZoneSet(std::span<Context* const> contexts);

  std::size_t size() const { return contexts_.size(); }
  Context& operator[](std::size_t i) const { return *contexts_[i]; }
  /// The zone with the longest apex that `name` is at or below; null when there is none.
  Context* find(dns::NameView name) const;
  /// Some zone's apex lies strictly below `apex`.
  bool any_below(dns::NameView apex) const;
  /// The zone of exactly this apex, or null.
  Context* find_apex(dns::NameView apex) const;

 private:
  std::vector<Context*> contexts_;
  std::unordered_multimap<std::uint64_t, Context*> by_apex_;
  std::unordered_set<std::uint64_t> above_;  // hashes of the names above apexes
  int least_labels_ = 128;
  int most_labels_ = 0;
};

/// ptr-without-address, address-without-ptr.
void check_reverse(const ZoneSet& zones);
/// ds-no-key, ds-missing.
void check_parent_keys(const ZoneSet& zones);

}  // namespace lapis::lint
