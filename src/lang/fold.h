// Constant folding by the production interpreter itself, so that there is no second opinion.
#pragma once

#include "lapis/lang/expr.h"

namespace lapis::lang {

/// Value of an expression whose arguments are all constants.
Constant fold_constant(const Expr& e);

}  // namespace lapis::lang
