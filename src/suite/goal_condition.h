// "This node of the tree is evaluated and is true (or false)" as a condition on queries.
#pragma once

#include <deque>

#include "lapis/lang/expr.h"

namespace lapis::suite {

/// The forms whose arguments are conditions of a match.
inline bool is_connective(lang::Op op) {
  return op == lang::Op::and_ || op == lang::Op::or_ || op == lang::Op::implies;
}

/// A boolean expression that holds exactly for the queries on which evaluating `root` evaluates the
/// boolean node `target` to `side`. New nodes go to `arena`; null when `target` is not in `root`.
const lang::Expr* goal_condition(const lang::Expr& root, const lang::Expr* target, bool side,
                                 std::deque<lang::Expr>& arena);

}  // namespace lapis::suite
