// The solver's door: is there a query for which a formula holds? With
// encoding.h the only place that knows Z3.
//
// Formulas become finite-domain bit-vector problems: a dimension is the number of its class, a
// variable that is compared with another is its value. What the solver can't see (which names a
// pattern allows, which buckets a key has) is checked on each model; a combination that has no
// query is excluded and the question asked again, so both answers are exact:
//   unsatisfiable  no query at all
//   satisfiable    here is one, concrete
//   undecided      a limit was reached, with the reason in words; never one of the others
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "deadline.h"
#include "realise.h"
#include "space.h"

namespace lapis::verify {

/// Shared by all solvers of a run.
struct SolverLimits {
  Deadline deadline;
  std::string smt2_directory;             ///< empty: nothing is written
  std::atomic<std::uint64_t> queries{0};  ///< asked so far
  std::uint64_t key_tries = std::uint64_t{1} << 24;
  std::size_t refinements = 20'000;
  bool expired() const { return deadline.passed(); }
};

struct SolverAnswer {
  enum class Kind : std::uint8_t { satisfiable, unsatisfiable, undecided } kind = Kind::undecided;
  ConcreteQuery query;            ///< when satisfiable
  std::vector<std::size_t> core;  ///< when unsatisfiable: numbers of excluded formulas needed
  std::string reason;             ///< when undecided

  bool satisfiable() const { return kind == Kind::satisfiable; }
  bool unsatisfiable() const { return kind == Kind::unsatisfiable; }
  bool undecided() const { return kind == Kind::undecided; }
};

/// One per thread.
class Solver {
 public:
  Solver(const Space& space, const Realiser& realiser, SolverLimits& limits);
  ~Solver();
  Solver(const Solver&) = delete;
  Solver& operator=(const Solver&) = delete;

  /// Is there a query for which all of `required` hold and none of `excluded`? `name` says in
  /// exported files what is asked. With `shown`, the query or the core depends on nothing that was
  /// asked before, so that a report is the same however work was divided: ten times as dear.
  SolverAnswer check(const std::vector<Bool>& required, const std::vector<Bool>& excluded,
                     const std::string& name, bool shown);

 private:
  class Query;
  struct Context;
  std::unique_ptr<Context> context_;  // shared by questions whose answers are not shown
  const Space& space_;
  const Realiser& realiser_;
  SolverLimits& limits_;
};

}  // namespace lapis::verify
