// Suggested test cases on random sets: each reaches what it was found for (replayed inside), and
// what is proved unreachable is reached by no random query either.
#include <gtest/gtest.h>

#include "generator.h"
#include "lapis/suite/coverage.h"

namespace lapis::agreement {
namespace {

TEST(Suggestions, ReachTheirGoalsAndProofsHold) {
  Random random(31337);
  std::size_t queries = 0;
  std::size_t impossible = 0;
  for (int i = 0; i < 25; ++i) {
    SourceMap sources;
    Diagnostics warnings;
    Size size;
    size.programs = 3;
    size.depth = 3;
    const std::uint32_t file = sources.add("random.lisp", random_set(random, size));
    auto checked = lang::check_set({{file}}, sources, warnings);
    if (!checked.ok()) continue;
    const program::ProgramSet set(std::move(checked).value());
    suite::Coverage coverage(set);
    const suite::Suggestions suggestions = suite::suggest(coverage, 60);
    ASSERT_EQ(suggestions.internal_error, "") << sources.text(file);
    for (const suite::Suggestion& s : suggestions.all) {
      if (s.kind == suite::Suggestion::Kind::query) {
        ++queries;
        EXPECT_TRUE(coverage.goals()[s.goal].covered);
      }
    }
    const QuerySource source(set.definition());
    for (int j = 0; j < 300; ++j) {
      const RandomQuery query = source.next(random);
      coverage.add(program::trace(set, query.fields(),
                                  [](std::uint32_t) { return program::FieldSource{}; }));
    }
    for (const suite::Suggestion& s : suggestions.all) {
      if (s.kind != suite::Suggestion::Kind::impossible) continue;
      ++impossible;
      EXPECT_FALSE(coverage.goals()[s.goal].covered)
          << coverage.describe(coverage.goals()[s.goal], sources) << "\n"
          << sources.text(file);
    }
  }
  EXPECT_GT(queries, 100U);
  EXPECT_GT(impossible, 10U);
}

}  // namespace
}  // namespace lapis::agreement
