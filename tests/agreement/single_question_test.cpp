// A second proof that no two exclusive programs share a query, on another way: one question to the
// solver about all pairs at once, with no cubes, no sampling and no division by who touches whom.
//
// LAPIS_SINGLE_QUESTION=PATH asks it of a set on disk as well (for the nightly run).
#include <gtest/gtest.h>

#include <cstdlib>

#include "lapis/verify/verify.h"
#include "made_set.h"
#include "model.h"
#include "realise.h"
#include "solver.h"

namespace lapis {
namespace {

using agreement::make_set;

/// "Some exclusive program matches, and one before it did."
verify::Bool any_conflict(verify::Model& model) {
  verify::Terms& terms = model.terms();
  std::vector<verify::Bool> conflicts;
  verify::Bool seen = verify::bool_false;
  for (std::size_t i = 0; i < model.items().size(); ++i) {
    if (!model.set().programs[i].exclusive) continue;
    const verify::Bool match = model.items()[i].match;
    conflicts.push_back(terms.both(match, seen));
    seen = terms.either(seen, match);
  }
  return terms.any(std::move(conflicts));
}

/// The answer of the single question; nothing when it is undecided.
std::optional<bool> conflicting(const program::ProgramSet& set) {
  verify::Model model(set, false);
  const verify::Bool question = any_conflict(model);
  if (question == verify::bool_false) return false;
  std::uint64_t compared = 0;
  model.finish({question}, compared);
  const verify::Realiser realiser(set.definition(), model.space(), {});
  verify::SolverLimits limits;
  verify::Solver solver(model.space(), realiser, limits);
  const auto answer = solver.check({question}, {}, "any conflict", false);
  if (answer.undecided()) return std::nullopt;
  return answer.satisfiable();
}

bool reported(const verify::Report& report) {
  for (const Diagnostic& d : report.findings) {
    if (d.rule == "conflict") return true;
  }
  return false;
}

TEST(SingleQuestion, AgreesWithThePairs) {
  int with = 0;
  int without = 0;
  verify::Options options;
  options.jobs = 1;
  options.core_only = true;
  for (std::uint64_t seed = 800'001; seed <= 800'120; ++seed) {
    const auto checked = make_set(seed, {5, 3, 3, 3, 0});
    if (!checked) continue;
    const auto single = conflicting(*checked->set);
    const verify::Report report = verify::verify(*checked->set, checked->sources, options);
    if (!single || report.verdict == verify::Verdict::undecided) continue;
    ASSERT_EQ(*single, reported(report)) << "seed " << seed << "\n" << checked->text;
    (*single ? with : without) += 1;
  }
  EXPECT_GE(with, 10);
  EXPECT_GE(without, 10);
}

TEST(SingleQuestion, AgreesOnTheSetOnDisk) {
  const char* path = std::getenv("LAPIS_SINGLE_QUESTION");
  const std::string usual = std::string(LAPIS_SOURCE_DIR) + "/lisp_programs/demo";
  SourceMap sources;
  Diagnostics warnings;
  auto set =
      program::load_program_set({path != nullptr ? std::string(path) : usual}, sources, warnings);
  ASSERT_TRUE(set.ok());
  const auto single = conflicting(**set);
  ASSERT_TRUE(single.has_value());
  verify::Options options;
  options.core_only = true;
  EXPECT_EQ(*single, reported(verify::verify(**set, sources, options)));
}

}  // namespace
}  // namespace lapis
