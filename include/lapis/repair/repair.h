// Changes of a program set that remove a finding, each proved before anyone sees it.
//
// A proposal is a change of the text. It becomes a fix only when the changed set checks, the
// verifier has decided every question about it, the finding is gone and no other has come, and the
// comparison of both sets has shown what is answered differently, which for most is nothing.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "lapis/base/diagnostic.h"
#include "lapis/base/source.h"
#include "lapis/lang/set.h"
#include "lapis/report/fix.h"
#include "lapis/verify/verify.h"

namespace lapis::repair {

struct Options {
  /// As the findings were made with; its time limit holds for each proof.
  verify::Options verify;
  double limit_seconds = 0;  ///< for all proposals together; 0: none. What is left has no fix
  /// apply_all: move an unreachable program up where that makes it reachable, instead of leaving
  /// it out. Queries are then answered differently.
  bool reorder = false;
  /// Findings that were accepted: nothing is proposed for them.
  Diagnostics accepted;
};

/// A file as it becomes.
struct FixedFile {
  std::uint32_t file = 0;  ///< its number in the SourceMap
  std::string text;
};

struct Suggestions {
  std::vector<report::Fix> fixes;  ///< in the order of the findings; the best of each first
  std::string internal_error;      ///< a defect of Lapis, as in verify::Report
};

/// Fixes of `findings`, which the checker and the verifier have of the set that `files` are, each
/// to be made on its own.
Suggestions suggest(const SourceMap& sources, const std::vector<lang::SetFile>& files,
                    const Diagnostics& findings, const Options& options);

struct Applied {
  std::vector<FixedFile> files;    ///< only those that change
  std::vector<report::Fix> fixes;  ///< in the order made; places are those of the text before each
  std::string internal_error;      ///< nothing is changed then
};

/// Makes one fix after the other, each proved on what the one before left, until no finding has
/// one.
Applied apply_all(const SourceMap& sources, const std::vector<lang::SetFile>& files,
                  const Diagnostics& findings, const Options& options);

}  // namespace lapis::repair
