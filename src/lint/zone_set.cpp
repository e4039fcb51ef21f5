#include "zone_set.h"

#include <algorithm>

namespace lapis::lint {

ZoneSet::ZoneSet(std::span<Context* const> contexts) : contexts_(contexts.begin(), contexts.end()) {
  for (Context* context : contexts_) {
    const dns::NameView apex = context->records.origin;
    if (find_apex(apex) != nullptr) continue;
    by_apex_.emplace(dns::hash(apex), context);
    least_labels_ = std::min(least_labels_, apex.label_count());
    most_labels_ = std::max(most_labels_, apex.label_count());
  }
  if (contexts_.size() < 2) return;
  for (const auto& [hash, context] : by_apex_) {
    for (dns::NameView name = context->records.origin; !name.is_root();) {
      name = name.parent();
      above_.insert(dns::hash(name));
    }
  }
}

bool ZoneSet::any_below(dns::NameView apex) const {
  // Two names of one hash would cost look-ups that find nothing, no more.
  return above_.contains(dns::hash(apex));
}

Context* ZoneSet::find_apex(dns::NameView apex) const {
  const auto [begin, end] = by_apex_.equal_range(dns::hash(apex));
  for (auto at = begin; at != end; ++at) {
    if (dns::equal(at->second->records.origin, apex)) return at->second;
  }
  return nullptr;
}

Context* ZoneSet::find(dns::NameView name) const {
  const int labels = name.label_count();
  if (labels > most_labels_) name = name.parent(labels - most_labels_);
  for (int left = std::min(labels, most_labels_); left >= least_labels_; --left) {
    if (Context* context = find_apex(name)) return context;
    if (left > 0) name = name.parent();
  }
  return nullptr;
}

}  // namespace lapis::lint
