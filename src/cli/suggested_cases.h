// Suggested queries as a test file.
#pragma once

#include <string>
#include <vector>

#include "lapis/suite/coverage.h"

namespace lapis::cli {

/// The beginning of a test file at `file` for the set at `paths`.
std::string suggested_file(const std::vector<std::string>& paths, const std::string& file);

/// One case for each query, expecting what the set answers now; a comment for each goal without.
std::string suggested_cases(const suite::Suggestions& suggestions, const suite::Coverage& coverage,
                            const SourceMap& sources);

}  // namespace lapis::cli
