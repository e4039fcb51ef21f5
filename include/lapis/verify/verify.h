// The verifier: questions over all possible queries, each answered proved or refuted with a
// witness that was replayed on the production interpreter, or undecided with a reason.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "lapis/base/diagnostic.h"
#include "lapis/base/source.h"
#include "lapis/program/program_set.h"
#include "lapis/report/report.h"

namespace lapis::verify {

struct Options {
  unsigned jobs = 0;              ///< threads; 0: one per core
  double limit_seconds = 0;       ///< for the whole run; 0: none. Reached: undecided
  std::uint64_t limit_steps = 0;  ///< bound on evaluation steps per query to enforce; 0: none
  std::string smt2_directory;     ///< writes every solver query there; empty: no
  /// Directory that keeps what was proved from one run to the next; empty: no. Made when it is not
  /// there. It is believed, so nobody else may write to it. Does not change a verdict or a finding.
  std::string cache_directory;
  bool core_only = false;  ///< unsatisfiable, unreachable and conflict alone
  bool coverage = false;   ///< say as a note which queries reach no program
  /// Called now and then with work done and work in all, for a progress line; may be empty.
  std::function<void(std::uint64_t, std::uint64_t)> progress;
};

using report::to_string;
using report::Verdict;

/// What the run cost, for --stats.
struct Stats {
  std::uint64_t programs = 0;
  std::uint64_t solver_queries = 0;
  std::uint64_t settled_without_solver = 0;
  std::uint64_t settled_by_cache = 0;
  std::uint64_t pairs_compared = 0;
  std::uint64_t witnesses_replayed = 0;
  std::uint64_t name_classes = 0;
  std::uint64_t max_steps = 0;  ///< largest number of evaluation steps any query can cost
  double seconds = 0;
};

struct Report {
  Verdict verdict = Verdict::undecided;
  Diagnostics findings;          ///< in program order, errors and warnings
  std::string undecided_reason;  ///< for Verdict::undecided
  /// Not empty when a witness did not replay: a defect of Lapis itself, to be reported as such
  /// with exit code >= 64.
  std::string internal_error;
  /// Not empty when what was proved could not be kept: no reason to doubt the verdict.
  std::string cache_error;
  Stats stats;
};

/// Verifies `set`. Never throws; a solver limit or failure gives Verdict::undecided.
Report verify(const program::ProgramSet& set, const SourceMap& sources, const Options& options);

/// A query that is wanted: one that no program before `program` matches, that `program` itself
/// matches when `answers` is set, and for which `condition` holds.
struct QueryGoal {
  std::uint32_t program = 0;  ///< index; the number of programs (without `answers`): none matches
  bool answers = true;
  const lang::Expr* condition = nullptr;  ///< boolean, over the fields; null: no condition
};

struct QueryAnswer {
  enum class Kind : std::uint8_t {
    query,     ///< `witness`, replayed on the interpreter
    none,      ///< proved: there is no such query
    undecided  ///< `reason` says why
  } kind = Kind::undecided;
  Witness witness;
  std::string reason;
};

struct QueryAnswers {
  std::vector<QueryAnswer> answers;  ///< one for each goal
  std::string internal_error;        ///< as in Report
};

/// Finds a query for each goal. Expressions are borrowed; they may share nodes with the set's.
/// Never throws; of `options`, jobs, limit_seconds and smt2_directory count.
QueryAnswers find_queries(const program::ProgramSet& set, const std::vector<QueryGoal>& goals,
                          const Options& options);

}  // namespace lapis::verify
