// The checks: each asks one kind of question about a set and reports what refutes it.
//
// A check gets a Run and leaves findings in it; what could not be decided is counted there and
// never passes for an answer.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "finder.h"
#include "lapis/verify/verify.h"
#include "model.h"

namespace lapis::verify {

/// A finding with its place in the report: by program, then by rule.
struct Placed {
  std::uint32_t program = 0;  ///< number of programs: after all of them
  std::uint32_t rank = 0;
  std::uint32_t other = 0;
  Diagnostic finding;
};

/// One run of the verifier: what the checks share.
class Run {
 public:
  Run(const program::ProgramSet& set, const Options& options);

  /// Calls `work(i, finder)` for all i < count, on all threads; findings made meanwhile may be
  /// added from any.
  void for_each(std::size_t count, const std::function<void(std::size_t, Finder&)>& work);
  void add(Placed placed);
  void undecided(const std::string& question, const std::string& reason);

  Diagnostic finding(const std::string& rule, Severity severity, std::uint32_t program,
                     std::string message, Span span) const;
  const lang::Program& program(std::uint32_t i) const { return model.set().programs[i]; }
  /// Fills `reached_by` for all reachable programs.
  void find_reaching();

  Model model;
  const Options& options;
  SolverLimits limits;
  FinderStats finder_stats;
  std::uint64_t compared = 0;
  std::vector<char> satisfiable;  ///< by program; set by the core checks
  std::vector<char> reachable;    ///< by program
  /// A query that reaches it, unless that there is one came from the cache; see reaching().
  std::vector<std::optional<ConcreteQuery>> reached_by;

  std::vector<Placed> findings;
  std::vector<std::string> undecided_questions;
  std::string defect;

 private:
  std::mutex mutex_;
};

/// unsatisfiable, unreachable and conflict.
void check_core(Run& run);

/// Questions about answers that a run will ask, made before the space is.
struct AnswerQuestions {
  struct PerProgram {
    Bool empty = bool_false;          ///< both lists empty
    Bool gap = bool_false;            ///< exactly one list empty
    Bool outside_pools = bool_false;  ///< an address in no pool
    std::vector<Bool> broken;         ///< by invariant: its condition is false
  };
  std::vector<PerProgram> programs;
  std::vector<Bool> broken_without;  ///< by invariant: false when no program answers
  /// Later program, earlier program, "they answer differently": pairs whose answers vary.
  struct Conditions {
    struct Branch {
      Bool taken = bool_false;  ///< path and test
      Span test;
      Span arm;
      bool value = true;  ///< arm taken when the test is this
    };
    std::vector<Branch> branches;
    struct Conjunct {
      Bool without = bool_false;  ///< the rest holds and this does not
      Span span;
      const lang::Expr* expr = nullptr;
      std::vector<const lang::Expr*> rest;
    };
    std::vector<Conjunct> conjuncts;
  };
  std::vector<Conditions> conditions;
};
AnswerQuestions make_questions(Model& model);
std::vector<Bool> all_of(const AnswerQuestions& questions);

/// Is there a query that both programs match? `common` are their common cubes; it, `run` and
/// `finder` must outlive the question. `what` begins its name.
Question common_question(const Run& run, Finder& finder, std::uint32_t earlier, std::uint32_t later,
                         const Cover& common, const std::string& what);

/// empty-answer, mixed-family-gap, answer-outside-pool and invariant.
void check_answers(Run& run, const AnswerQuestions& questions);
/// answer-differs and ttl-spread.
void check_overlaps(Run& run);
/// redundant-condition and constant-branch.
void check_conditions(Run& run, const AnswerQuestions& questions);
/// coverage.
void check_coverage(Run& run);

/// What must be shown so that the dispatch index chooses as the ordered list does; made before the
/// space is.
struct IndexQuestions {
  struct Open {
    std::uint32_t program = 0;
    Bool missed = bool_false;  ///< the program matches where the index does not lead to it
    bool scope = false;        ///< or where the scope takes it that it can't
    bool settled = false;      ///< or does not where the index takes it that it does
  };
  std::vector<Open> open;          ///< those that did not fold to false
  std::uint64_t implications = 0;  ///< in all
  std::string broken;              ///< what is wrong with the index itself; empty when nothing is
};
IndexQuestions make_index_questions(Run& run);
/// index-differs.
void check_index(Run& run, const IndexQuestions& questions);
/// step-limit, and the bound for the report.
std::uint64_t check_steps(Run& run);

}  // namespace lapis::verify
