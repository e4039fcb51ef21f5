// The linter's questions to the verifier: which queries no program matches.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "lapis/lint/programs.h"
#include "lapis/program/program_set.h"

namespace lapis::cli {

/// One answer for each question, for a server with this `site` and `region`. Clients, resolvers,
/// transports, countries and networks are any. Gives up after half a minute: undecided.
std::vector<lint::Unmatched> find_unmatched(const program::ProgramSet& set,
                                            std::span<const lint::AddressQueries> questions,
                                            const std::string& site, const std::string& region);

}  // namespace lapis::cli
