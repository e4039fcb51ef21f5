// static-address-unused: addresses of a zone with addressing that no query gets.
#pragma once

#include "context.h"
#include "lapis/lint/programs.h"
#include "lapis/program/program_set.h"
#include "zone_set.h"

namespace lapis::lint {

/// Programs are asked for the node's own name, or for names that the wildcard stands for.
bool owns_asked(const Context& context, const ZoneSet& zones, Index node);

/// `given` is the zone of `context`.
Diagnostics check_static_addresses(const program::ProgramSet& set, const Context& context,
                                   const ZoneSet& zones, const ProgrammedZone& given,
                                   const AskUnmatched& ask);

}  // namespace lapis::lint
