// Queries for the tests' `--suggest`: one for each goal, or the proof that there is none.
#include "checks.h"
#include "lapis/verify/verify.h"

namespace lapis::verify {
namespace {

Bool formula_of(Model& model, const QueryGoal& goal) {
  Bool formula = bool_true;
  if (goal.condition != nullptr) formula = model.algebra().condition(*goal.condition);
  if (goal.answers) formula = model.terms().both(model.items()[goal.program].match, formula);
  return formula;
}

}  // namespace

QueryAnswers find_queries(const program::ProgramSet& set, const std::vector<QueryGoal>& goals,
                          const Options& options) {
  QueryAnswers out;
  out.answers.resize(goals.size());
  Run run(set, options);
  std::vector<Bool> formulas;
  for (const QueryGoal& goal : goals) formulas.push_back(formula_of(run.model, goal));
  run.model.finish(formulas, run.compared);
  std::vector<std::uint32_t> everyone(set.programs().size());
  for (std::uint32_t i = 0; i < everyone.size(); ++i) everyone[i] = i;
  run.for_each(goals.size(), [&](std::size_t i, Finder& finder) {
    const QueryGoal& goal = goals[i];
    QueryAnswer& answer = out.answers[i];
    if (formulas[i] == bool_false) {
      answer.kind = QueryAnswer::Kind::none;
      return;
    }
    Question question;
    question.formulas = {formulas[i]};
    // A program that answers is only in the way of those its cubes touch; one that is merely tried
    // has all earlier ones before it.
    question.excluded =
        goal.answers ? std::span<const std::uint32_t>(run.model.items()[goal.program].earlier)
                     : std::span<const std::uint32_t>(everyone).first(goal.program);
    question.holds = [&](const lang::QueryFields& q) {
      if (goal.answers && !finder.matches(goal.program, q)) return false;
      if (goal.condition == nullptr) return true;
      lang::Interpreter interpreter(q, finder.memory());
      return interpreter.evaluate(*goal.condition);
    };
    question.name =
        "goal " + std::to_string(i) + ": " +
        (goal.program < everyone.size() ? run.program(goal.program).name : "no program");
    const Found found = finder.find(question);
    if (found.found()) {
      answer.kind = QueryAnswer::Kind::query;
      answer.witness = found.query.witness(set.definition());
    } else if (found.none()) {
      answer.kind = QueryAnswer::Kind::none;
    } else {
      answer.reason = found.reason;
    }
  });
  out.internal_error = run.defect;
  return out;
}

}  // namespace lapis::verify
