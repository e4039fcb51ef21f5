// What the two forms of a trace have in common.
#pragma once

#include <string>
#include <vector>

#include "lapis/program/trace.h"

namespace lapis::program {

/// The expression as it stands in the source when it is on one line, else as the tree has it; cut
/// to `longest` octets.
std::string expression_text(const lang::Expr& expr, const SourceMap& sources, std::size_t longest);

/// A value as people write it: addresses and names bare, strings in quotes.
std::string value_text(const lang::Constant& value);

/// Parts of a decision that were not evaluated.
std::vector<const lang::Expr*> skipped(const lang::Observation& seen);

}  // namespace lapis::program
