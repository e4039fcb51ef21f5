// The commands of `lapis` and what they share. One file a command; each registers itself with
// `add_…`, and its callback leaves the exit code in `Status`.
#pragma once

#include <CLI/CLI.hpp>

namespace lapis::cli {

/// Exit codes, the same for every command.
enum class Exit : int {
  fine = 0,       ///< warnings and notes alone do not fail
  findings = 1,   ///< findings of severity error
  usage = 2,      ///< wrong usage, or a file that can't be read
  undecided = 3,  ///< not decided, or out of time or memory
  internal = 70,  ///< a defect of Lapis (EX_SOFTWARE)
};

using Status = Exit;

void add_serve(CLI::App& app, Status& status);
void add_check(CLI::App& app, Status& status);
void add_verify(CLI::App& app, Status& status);
void add_diff(CLI::App& app, Status& status);
void add_eval(CLI::App& app, Status& status);
void add_lint(CLI::App& app, Status& status);
void add_explain(CLI::App& app, Status& status);
void add_test(CLI::App& app, Status& status);
void add_lsp(CLI::App& app, Status& status);
void add_manual(CLI::App& app, Status& status);
void add_trace(CLI::App& app, Status& status);
void add_fmt(CLI::App& app, Status& status);

}  // namespace lapis::cli
