// How commands show what they found: the --format and --color options and the exit code.
#pragma once

#include <chrono>
#include <string>

#include "command.h"
#include "lapis/policy/policy.h"
#include "lapis/report/report.h"

namespace lapis::cli {

/// Values of --format, --color and of the options that say which findings count.
struct OutputOptions {
  std::string format = "text";
  std::string colour = "auto";
  policy::Options policy = {};
  std::string fail_level = {};  ///< as given
  bool print_policy = false;    ///< --print-config

  report::Format parsed() const;
  report::TextStyle style(int descriptor) const;
};

/// Adds --format (all report formats), --color and the options of the policy to `command`.
void add_output_options(CLI::App& command, OutputOptions& options);

/// Applies the policies of the files in `sources`, writes the report to standard output and returns
/// the exit code of its verdict.
Exit show(report::Report report, SourceMap& sources, const OutputOptions& options);

/// Findings of `report` that the policies leave out. `sources` is as before afterwards.
Diagnostics accepted_findings(const report::Report& report, SourceMap& sources,
                              const OutputOptions& options);

/// For --print-config: writes the effective levels for `paths` and where they come from.
Exit print_policy(const std::vector<std::string>& paths, const OutputOptions& options);

/// Writes the findings to standard error as text; for commands whose output is something else.
void complain(const Diagnostics& findings, const SourceMap& sources, const OutputOptions& options);

/// What keeps two things from being compared, in `format` where that can hold findings, else as
/// text on standard error. The exit code is not that of a difference: a pipeline must tell them
/// apart.
Exit not_comparable(const Diagnostics& findings, const SourceMap& sources,
                    const std::string& format);

/// Exit code for findings that kept a command from its work: a file that can't be read is wrong
/// usage, anything else of severity error a finding.
Exit exit_of(const Diagnostics& findings);

/// False, with a message on standard error, when one of `paths` can't be read.
bool readable(const std::vector<std::string>& paths);

/// Milliseconds since it was made.
class Stopwatch {
 public:
  double elapsed_ms() const {
    return std::chrono::duration<double, std::milli>(Clock::now() - start_).count();
  }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point start_ = Clock::now();
};

}  // namespace lapis::cli
