// The zone linter: every defect of a loaded zone, one finding each, placed on the offending record.
//
// All rules, those of the loader included, stand in one table, from which `lapis explain ID` and
// docs/lint/ are made. Severity error is for what NSD 4.6 or BIND 9.18 refuses or what can not
// work; warning for what is wrong but answered; note for what is worth knowing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "lapis/base/diagnostic.h"
#include "lapis/base/rule.h"
#include "lapis/base/source.h"
#include "lapis/zone/load.h"

namespace lapis::lint {

using lapis::RuleInfo;

/// Every rule of loader and linter, in the order they are documented.
std::span<const RuleInfo> lint_rules();
/// The rule of that id, or null.
const RuleInfo* find_lint_rule(std::string_view id);

struct LintOptions {
  /// A chain of more CNAME records than this is reported by chain-too-long.
  std::size_t max_chain = 8;
  /// Findings kept for each rule; a last one then says how many are left out.
  std::size_t max_findings_per_rule = 10'000;
  /// The zone as it is published now, for serial-not-increased; or null.
  const zone::LoadedZone* previous = nullptr;
  /// Unix time at which signatures must be valid; without it their times are not looked at.
  std::optional<std::uint32_t> at;
  /// Seconds before a signature's end from which rrsig-expires-soon reports it.
  std::uint32_t expiry_margin = 3 * 86'400;
};

/// The loader's diagnostics and the findings of all rules, in the order of their place. Has every
/// error of zone::serving_errors(zone).
Diagnostics lint_zone(const zone::LoadedZone& zone, const SourceMap& sources,
                      const LintOptions& options = {});

/// The same for zones that belong together, with what only all of them show (reverse zones against
/// forward zones, what a query meets on its way through all of them). One list for each zone.
std::vector<Diagnostics> lint_zones(std::span<const zone::LoadedZone* const> zones,
                                    const SourceMap& sources, const LintOptions& options = {});

}  // namespace lapis::lint
