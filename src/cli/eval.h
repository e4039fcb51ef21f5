// The parts of `lapis eval`.
#pragma once

#include <string>

#include "command.h"
#include "lapis/geo/places.h"
#include "lapis/program/program_set.h"

namespace lapis::cli {

/// Reads queries as JSON lines from `path` ("-" is standard input) and writes one answer line for
/// each to standard output. A line that is not a query is answered `{"error":"line N: …"}`, and
/// the exit code is then that of wrong usage. Answers are written out whenever the input runs dry,
/// so that a program on the other end of a pipe is never left waiting.
///
/// Country, continent and asn that a line does not give come from `places`, unless null.
Exit eval_lines(const program::ProgramSet& set, const std::string& path, const geo::Places* places);

}  // namespace lapis::cli
