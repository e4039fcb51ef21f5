// Zones whose addresses programs decide, against the program set that decides them.
//
// Programs are asked for A and AAAA of names that own addresses in a zone with addressing (answer
// decides so), and of no others. What is written for other names is never used.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "lapis/base/diagnostic.h"
#include "lapis/program/attribute_rows.h"
#include "lapis/program/attributes.h"
#include "lapis/program/program_set.h"
#include "lapis/zone/load.h"

namespace lapis::lint {

/// A zone of the server. Those without addressing are given too: names below their apexes are
/// theirs.
struct ProgrammedZone {
  const zone::LoadedZone* zone = nullptr;
  bool addressing = false;
  std::vector<program::AttributeRow> rows;              ///< of its attributes file
  const program::AttributeTable* attributes = nullptr;  ///< null: the set's defaults everywhere
  bool attributes_known = true;                         ///< false: their file has errors
  std::string site;                                     ///< of the server
  std::string region;
};

/// Queries of one type for names of one zone that all have the same attributes: for `name`, or with
/// `below` for every name below it that is not at or below one of `without`.
struct AddressQueries {
  dns::Name zone;
  dns::Name name;
  bool below = false;
  std::vector<dns::Name> without;
  bool ipv6 = false;
  const program::AttributeValue* attributes = nullptr;  ///< null: the set's defaults
};

/// Whether some such query is matched by no program, whatever else it brings.
struct Unmatched {
  enum class Kind : std::uint8_t { found, never, undecided } kind = Kind::undecided;
  std::string reason;  ///< for undecided
};

/// Answers such questions for all queries there are, as the verifier does (which is no floor below
/// this one): one answer for each.
using AskUnmatched = std::function<std::vector<Unmatched>(std::span<const AddressQueries>)>;

/// Rules attribute-row-unused, program-name-unasked, static-address-unused.
Diagnostics lint_programs(const program::ProgramSet& set, std::span<const ProgrammedZone> zones,
                          const SourceMap& sources, const AskUnmatched& ask);

}  // namespace lapis::lint
