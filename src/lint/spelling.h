// Names that are valid as written, but are not what their author meant.
#pragma once

#include "context.h"

namespace lapis::lint {

/// Reports address-as-name, url-as-name or missing-final-dot for the name that `record` has at
/// octet `offset` of its rdata and in word number `word` of its text. True when it did: what else
/// seems wrong with the name then has the same cause.
bool report_spelling(Context& context, const zone::Record& record, std::size_t offset,
                     std::size_t word);

/// Of a name that leads nowhere and was written with dots inside but none at the end: says what it
/// is when it was meant whole. `word` as above.
void suggest_final_dot(const Context& context, const zone::Record& record, std::size_t word,
                       Diagnostic& finding);

}  // namespace lapis::lint
