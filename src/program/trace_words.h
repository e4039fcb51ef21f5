// What the two forms of a trace have in common.
#pragma once

#include <string>
#include <vector>

#include "lapis/program/trace.h"

namespace lapis::program {

/// A value as people write it: addresses and names bare, strings in quotes.
std::string value_text(const lang::Constant& value);

/// Parts of a decision that were not evaluated.
std::vector<const lang::Expr*> skipped(const lang::Observation& seen);

}  // namespace lapis::program
