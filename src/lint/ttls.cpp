// ttl-zero, ttl-very-long. A TTL above 2^31-1 is the loader's to refuse.
#include "values.h"

namespace lapis::lint {

void TtlPolicy::see_unusual(const zone::Record& record) {
  // The TTLs of signatures and chain records follow what they cover.
  if (record.type == rr::rrsig || record.type == rr::nsec || record.type == rr::nsec3 ||
      record.type == rr::nsec3param) {
    return;
  }
  Seen& seen = record.ttl == 0 ? zero_ : long_;
  if (seen.first == nullptr || &record < seen.first) seen.first = &record;
  ++seen.count;
}

void TtlPolicy::report(Context& context) const {
  const auto more = [](std::size_t count) {
    return count > 1 ? "; " + std::to_string(count - 1) + " more in this zone" : std::string();
  };
  if (zero_.first != nullptr) {
    context.add("ttl-zero", *zero_.first,
                "TTL 0: no cache keeps this, every query comes here" + more(zero_.count));
  }
  if (long_.first != nullptr) {
    context.add("ttl-very-long", *long_.first,
                "TTL " + std::to_string(long_.first->ttl) +
                    " is above a week: a mistake stays in caches that long" + more(long_.count));
  }
}

}  // namespace lapis::lint
