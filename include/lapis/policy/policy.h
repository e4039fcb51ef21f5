// What a project does with findings: `.lapis.yaml`, suppressions at the place, baselines.
//
// Verifier and linter report with the severities of their rules. A policy is applied to a Report
// once, before it is rendered: it sets levels, leaves out what was accepted, and says from which
// severity a run fails. It changes nothing about what was proved, and the server does not apply
// one when it decides whether to load a set (docs/findings.md).
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lapis/base/rule.h"
#include "lapis/report/report.h"

namespace lapis::policy {

/// What the command line says.
struct Options {
  bool ignore = false;   ///< --no-policy: no file, no suppression, no baseline
  std::string file;      ///< --policy FILE; empty: the nearest .lapis.yaml of each file
  std::string baseline;  ///< --baseline FILE; empty: what the policy file names
  bool update_baseline = false;
  std::optional<Severity> fail_level;  ///< --fail-level; empty: what the policy file says, or error
  /// Errors stay errors: for a command that tells what the server would load.
  bool keep_errors = false;
};

/// What became of a report.
struct Outcome {
  bool fails = false;   ///< a finding at or above the level from which the run fails
  bool broken = false;  ///< a policy file or baseline could not be used; findings say why
};

/// Applies the policies of all files in `sources` to `report`: its findings, `silenced`,
/// `policies` and verdict. Reads policy files into `sources`. `report.rulebooks` and
/// report::rules() are the rules there are.
Outcome apply(const Options& options, report::Report& report, SourceMap& sources);

/// The effective levels for `paths`, and where each comes from, as text or as JSON. Errors of the
/// policy files go to `errors`.
std::string effective(const Options& options, const std::vector<std::string>& paths,
                      const std::vector<std::span<const RuleInfo>>& rulebooks, bool json,
                      SourceMap& sources, Diagnostics& errors);

}  // namespace lapis::policy
