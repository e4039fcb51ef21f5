// Random program sets as RapidCheck values: made by the generator, and made smaller by taking forms
// and expressions away, so that a failing property is shown by a program one can read.
//
// RC_PARAMS (see RapidCheck) chooses the seed and repeats a failure; LAPIS_AGREEMENT_SETS asks for
// more cases (nightly: 20000), LAPIS_AGREEMENT_SEED for others.
#pragma once

#include <rapidcheck.h>

#include <iosfwd>
#include <string>
#include <vector>

#include "generator.h"

namespace lapis::agreement {

/// Text of a set, and where random choices about it begin.
struct SetCase {
  std::string text;
  std::uint64_t seed = 0;
};
void showValue(const SetCase& set, std::ostream& out);

/// Cases of up to this size; small ones come first.
rc::Gen<SetCase> set_cases(const Size& size);

/// Texts with something taken away: halves of the forms, then forms, then expressions, of which one
/// part is left in place of the whole. Not all of them check.
std::vector<std::string> smaller_texts(const std::string& text);

/// Cases that each property is tried on.
int case_count();

}  // namespace lapis::agreement
