// Questions about the parts of a program's text: conjuncts of its match and arms of its branches.
#pragma once

#include "checks.h"

namespace lapis::verify {

/// Fills `questions.conditions`.
void make_conditions(Model& model, AnswerQuestions& questions);

}  // namespace lapis::verify
