// Missing cases from the verifier's witnesses.
#include <deque>

#include "goal_condition.h"
#include "lapis/program/query_reader.h"
#include "lapis/suite/coverage.h"
#include "lapis/verify/verify.h"

namespace lapis::suite {
namespace {

verify::QueryGoal question_for(const Coverage& coverage, const Goal& goal,
                               std::deque<lang::Expr>& arena) {
  verify::QueryGoal out;
  out.program = goal.program;
  out.answers = goal.kind == Goal::Kind::program ||
                goal.within != coverage.set().programs()[goal.program].match;
  if (goal.expr != nullptr) {
    out.condition = goal_condition(*goal.within, goal.expr, goal.side, arena);
  }
  return out;
}

/// What the verifier says of the goals that are not covered.
struct Asked {
  std::vector<std::size_t> goals;
  verify::QueryAnswers answers;  ///< one for each of `goals`
};

Asked ask(const Coverage& coverage, double limit_seconds) {
  Asked out;
  std::deque<lang::Expr> arena;
  std::vector<verify::QueryGoal> questions;
  for (std::size_t i = 0; i < coverage.goals().size(); ++i) {
    const Goal& goal = coverage.goals()[i];
    if (goal.covered || goal.impossible) continue;
    out.goals.push_back(i);
    questions.push_back(question_for(coverage, goal, arena));
  }
  verify::Options options;
  options.limit_seconds = limit_seconds;
  if (!questions.empty()) {
    out.answers = verify::find_queries(coverage.set(), questions, options);
  }
  return out;
}

}  // namespace

std::string exclude_impossible(Coverage& coverage, double limit_seconds) {
  const Asked asked = ask(coverage, limit_seconds);
  if (!asked.answers.internal_error.empty()) return asked.answers.internal_error;
  for (std::size_t k = 0; k < asked.goals.size(); ++k) {
    if (asked.answers.answers[k].kind == verify::QueryAnswer::Kind::none) {
      coverage.exclude(asked.goals[k]);
    }
  }
  return {};
}

Suggestions suggest(Coverage& coverage, double limit_seconds) {
  Suggestions out;
  const program::ProgramSet& set = coverage.set();
  const auto [goals, answers] = ask(coverage, limit_seconds);
  out.internal_error = answers.internal_error;
  program::QueryReader reader(set);
  for (std::size_t k = 0; k < goals.size(); ++k) {
    const verify::QueryAnswer& answer = answers.answers[k];
    if (coverage.goals()[goals[k]].covered) continue;
    Suggestion suggestion;
    suggestion.goal = goals[k];
    if (answer.kind == verify::QueryAnswer::Kind::query) {
      std::string error;
      if (reader.read(answer.witness, error)) {
        coverage.add(program::trace(set, reader.context(),
                                    [](std::uint32_t) { return program::FieldSource{}; }));
      }
      if (!coverage.goals()[goals[k]].covered) {
        out.internal_error = "a suggested query does not reach what it was found for" +
                             (error.empty() ? "" : ": " + error);
        return out;
      }
      suggestion.kind = Suggestion::Kind::query;
      suggestion.query = answer.witness;
    } else if (answer.kind == verify::QueryAnswer::Kind::none) {
      suggestion.kind = Suggestion::Kind::impossible;
    } else {
      suggestion.reason = answer.reason;
    }
    out.all.push_back(std::move(suggestion));
  }
  return out;
}

}  // namespace lapis::suite
