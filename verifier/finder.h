// Finds a query for which a formula holds and that no program of a list matches, or proves that
// there is none.
//
// Three ways, cheapest first: a query made from the formula's cubes and shown to the interpreter;
// subtraction of the other programs' cubes; the solver. A query is believed only when the
// interpreter agrees. One Finder per thread.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "model.h"
#include "proof_cache.h"
#include "realise.h"
#include "solver.h"
#include "subtract.h"

namespace lapis::verify {

struct Question {
  std::vector<Bool> formulas;    ///< all of which must hold
  const Cover* cover = nullptr;  ///< contains their conjunction; null: made of the only one
  /// Programs that must not match.
  std::span<const std::uint32_t> excluded;
  /// The formulas on a concrete query, by the production interpreter; null: they are evaluated.
  std::function<bool(const lang::QueryFields&)> holds;
  std::string name;  ///< for exported solver queries
  /// The answer after which there is nothing to report: the only one that is kept in the cache, and
  /// that may come from there, then without a query.
  enum class Quiet : std::uint8_t { neither, query, none } quiet = Quiet::neither;
};

struct Found {
  enum class Kind : std::uint8_t { query, none, undecided } kind = Kind::undecided;
  ConcreteQuery query;
  /// Kind::none: excluded programs that together leave nothing (not minimal).
  std::vector<std::uint32_t> by;
  bool by_cubes = false;  ///< proved by subtraction, so `by` can be made minimal by it
  bool kept = false;      ///< from the cache: `query` and `by` are empty
  std::string reason;     ///< undecided
  bool none() const { return kind == Kind::none; }
  bool found() const { return kind == Kind::query; }
};

/// Key of a question whose quiet answer is asked for.
ContentKey key_of(const Model& model, std::span<const Bool> formulas,
                  std::span<const std::uint32_t> excluded, Question::Quiet quiet);

/// What finders share.
struct FinderStats {
  ProofCache* cache = nullptr;  ///< null: nothing is kept
  std::atomic<std::uint64_t> settled_by_cache{0};
  std::atomic<std::uint64_t> settled_without_solver{0};
  std::atomic<std::uint64_t> replayed{0};
};

class Finder {
 public:
  Finder(const Model& model, const Realiser& realiser, SolverLimits& limits, FinderStats& stats);

  Found find(const Question& question);
  /// The interpreter's verdict on a program's match. `query` has lower-case names.
  bool matches(std::size_t program, const lang::QueryFields& query);
  /// First program of the list that matches, or UINT32_MAX.
  std::uint32_t first_of(std::span<const std::uint32_t> programs, const lang::QueryFields& query);

  /// Least sublist of `by` whose cubes still cover `cover`: without any one, something is left.
  std::vector<std::uint32_t> minimal_cover(const Cover& cover, std::vector<std::uint32_t> by);
  /// The same by the solver, for programs whose matches are not unions of cubes.
  std::vector<std::uint32_t> minimal_by_solver(Bool formula, std::vector<std::uint32_t> by,
                                               const std::string& name);
  /// A witness that did not replay: a defect of ours, in words; empty while there is none.
  const std::string& defect() const { return defect_; }
  const Realiser& realiser() const { return realiser_; }
  lang::Memory& memory() { return memory_; }

 private:
  bool accepted(const Question& question, const ConcreteQuery& query);
  bool subtract(const Question& question, const Cover& cover, Found& out);
  Found ask_solver(const Question& question);

  Found search(const Question& question);

  const Model& model_;
  const Realiser& realiser_;
  FinderStats& stats_;
  SolverLimits& limits_;
  Solver solver_;
  Subtraction subtraction_;
  lang::Memory memory_;
  std::string defect_;
};

}  // namespace lapis::verify
