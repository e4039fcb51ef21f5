// What of a program set the queries of a test reach: programs, both sides of every condition, both
// arms of every branch.
//
// A condition is an argument of `and`, `or` or `implies` in a match, or the whole match when it is
// none of these. A branch is an arm of `if` or `cond`, in a match or a response.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "lapis/program/program_set.h"
#include "lapis/program/trace.h"

namespace lapis::suite {

struct Goal {
  enum class Kind : std::uint8_t { program, condition, branch } kind = Kind::program;
  std::uint32_t program = 0;           ///< index
  const lang::Expr* expr = nullptr;    ///< the condition, or the test of the branch
  const lang::Expr* within = nullptr;  ///< match, list or TTL that `expr` is part of
  bool side = true;                    ///< the value of `expr`
  bool covered = false;
  bool impossible = false;  ///< proved that no query gets there; it does not count
};

const char* to_string(Goal::Kind kind);

class Coverage {
 public:
  /// `set` must outlive it.
  explicit Coverage(const program::ProgramSet& set);

  void add(const program::Trace& trace);
  const std::vector<Goal>& goals() const { return goals_; }
  const program::ProgramSet& set() const { return set_; }
  /// Goal number `index` is proved to be out of reach.
  void exclude(std::size_t index) { goals_[index].impossible = true; }

  struct Count {
    std::size_t covered = 0;
    std::size_t all = 0;
  };
  Count count(Goal::Kind kind) const;
  Count count() const;
  std::size_t impossible() const;
  /// In percent, 100 when there is nothing to cover.
  static double percent(Count count);

  /// `program pro`, `condition (= plan "pro") of pro is false`, …
  std::string describe(const Goal& goal, const SourceMap& sources) const;
  /// Where it is in the source.
  Span place(const Goal& goal) const;

 private:
  using Key = std::tuple<std::uint32_t, const lang::Expr*, bool, Goal::Kind>;
  void want(Goal goal);
  template <class Counts>
  Count count_if(Counts counts) const;
  void cover(const Key& key);
  void collect_conditions(std::uint32_t program, const lang::Expr& e, const lang::Expr& within);
  void collect_branches(std::uint32_t program, const lang::Expr& e, const lang::Expr& within);
  void visit(std::uint32_t program, const lang::Observation& seen);

  const program::ProgramSet& set_;
  std::vector<Goal> goals_;
  std::map<Key, std::size_t> index_;
};

/// A query that reaches a goal, or why there is none.
struct Suggestion {
  enum class Kind : std::uint8_t { query, impossible, undecided } kind = Kind::undecided;
  std::size_t goal = 0;  ///< index into goals()
  Witness query;
  std::string reason;  ///< undecided
};

struct Suggestions {
  std::vector<Suggestion> all;  ///< in the order of goals; none for goals covered on the way
  /// A witness that did not reach its goal when it was replayed: a defect of Lapis, in words.
  std::string internal_error;
};

/// Asks the verifier which of the goals that are not covered no query can reach, and excludes them.
/// What is not decided in `limit_seconds` (0 is no limit) stays wanted. Empty, or a defect of
/// Lapis.
std::string exclude_impossible(Coverage& coverage, double limit_seconds);

/// Asks the verifier for a query for each goal that is not covered, and replays it: `coverage` then
/// counts what the suggested queries reach. `limit_seconds` 0 is no limit.
Suggestions suggest(Coverage& coverage, double limit_seconds);

}  // namespace lapis::suite
