#include "subjects.h"

#include <algorithm>
#include <vector>

namespace lapis::lint {
namespace {

bool before(const Span& a, const Span& b) {
  return a.file != b.file ? a.file < b.file : a.begin < b.begin;
}

}  // namespace

void name_subjects(const zone::LoadedZone& zone, Diagnostics& findings) {
  if (findings.empty()) return;
  std::vector<const zone::Record*> by_place;
  for (const auto* list : {&zone.records.records, &zone.rejected}) {
    for (const zone::Record& record : *list) by_place.push_back(&record);
  }
  const auto in_order = [](const zone::Record* a, const zone::Record* b) {
    return before(a->span, b->span);
  };
  if (!std::is_sorted(by_place.begin(), by_place.end(), in_order)) {
    std::sort(by_place.begin(), by_place.end(), in_order);
  }
  const std::string apex = dns::to_text(zone.records.origin);
  for (Diagnostic& finding : findings) {
    finding.zone = apex;
    if (!finding.span.known()) continue;
    // The last record that begins at or before the finding, if it reaches that far.
    const auto after = std::upper_bound(
        by_place.begin(), by_place.end(), finding.span,
        [](const Span& span, const zone::Record* record) { return before(span, record->span); });
    if (after == by_place.begin()) continue;
    const zone::Record& record = **(after - 1);
    if (record.span.file == finding.span.file && finding.span.begin < record.span.end) {
      finding.owner = dns::to_text(zone.records.owner(record));
    }
  }
}

}  // namespace lapis::lint
