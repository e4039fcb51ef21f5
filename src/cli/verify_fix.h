// `lapis verify --fix` and `--suggest-fixes`: proved changes of a set that remove its findings.
#pragma once

#include "lapis/report/report.h"
#include "lapis/verify/verify.h"
#include "output.h"

namespace lapis::cli {

struct FixOptions {
  bool fix = false;      ///< change the files
  bool suggest = false;  ///< show what each finding's fixes are
  bool reorder = false;  ///< with `fix`: rather move an unreachable program than leave it out
  verify::Options verify;
};

/// Puts fixes of the findings of `report` into it; all files in `sources` are those of the set.
/// What the policy has accepted has none.
Exit suggest_fixes(report::Report& report, SourceMap& sources, const OutputOptions& output,
                   const FixOptions& options);

/// Shows all fixes there are as a diff and writes the files. `written` is set when some were.
Exit apply_fixes(const report::Report& report, SourceMap& sources, const OutputOptions& output,
                 const FixOptions& options, bool& written);

}  // namespace lapis::cli
