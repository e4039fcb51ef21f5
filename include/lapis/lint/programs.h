// Zones whose addresses programs decide, against the program set that decides them.
//
// Programs are asked for A and AAAA of names that own addresses in a zone with addressing (answer
// decides so), and of no others. What is written for other names is never used.
#pragma once

#include <span>
#include <vector>

#include "lapis/base/diagnostic.h"
#include "lapis/program/attribute_rows.h"
#include "lapis/program/program_set.h"
#include "lapis/zone/load.h"

namespace lapis::lint {

/// A zone of the server. Those without addressing are given too: names below their apexes are
/// theirs.
struct ProgrammedZone {
  const zone::LoadedZone* zone = nullptr;
  bool addressing = false;
  std::vector<program::AttributeRow> rows;  ///< of its attributes file
};

/// Rules attribute-row-unused, program-name-unasked, static-address-unused.
Diagnostics lint_programs(const program::ProgramSet& set, std::span<const ProgrammedZone> zones,
                          const SourceMap& sources);

}  // namespace lapis::lint
