#include "lapis/lint/lint.h"

#include <algorithm>

#include "context.h"
#include "lapis/zone/servable.h"

namespace lapis::lint {

Diagnostics lint_zone(const zone::LoadedZone& zone, const SourceMap&, const LintOptions& options) {
  Diagnostics findings = zone.diagnostics;
  // Nothing could be read: that is said already, and a missing SOA would be no second defect.
  if (zone.records.records.empty() && zone.rejected.empty() && has_errors(findings))
    return findings;
  Context context(zone, options);
  for (const auto check : {check_rrsets, check_apex, check_delegations, check_targets, check_chains,
                           check_wildcards}) {
    check(context);
  }
  auto append = [&](Diagnostics more) {
    std::move(more.begin(), more.end(), std::back_inserter(findings));
  };
  append(zone::structure_errors(zone, context.tree));
  append(context.take_findings());
  std::stable_sort(findings.begin(), findings.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return a.span.file != b.span.file ? a.span.file < b.span.file : a.span.begin < b.span.begin;
  });
  return findings;
}

}  // namespace lapis::lint
