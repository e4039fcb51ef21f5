// Rules about zones with addressing and the programs of their server.
#include <array>

#include "rule_tables.h"

namespace lapis::lint {
namespace {

constexpr auto table = std::to_array<RuleInfo>({
    {"attribute-row-unused", Severity::warning,
     "attributes of a name that programs are not asked for",
     "The row's name does not exist in the zone, or neither it nor a name below it owns an "
     "address.\n"
     "Programs are asked for A and AAAA of names that own one, so no query ever sees the row. "
     "Found\n"
     "with --config only.",
     "", "", "", "Correct the name, add the address records, or remove the row."},
    {"program-name-unasked", Severity::warning, "a program that names what it is never asked for",
     "The match compares with a name or zone that no query brings: programs are asked for names "
     "that\n"
     "own addresses in zones with addressing. Found with --config only.",
     "", "", "", "Correct the name, or add address records for it to the zone."},
    {"static-address-unused", Severity::note, "addresses of the zone file that are never answered",
     "A program without condition takes every query that is left, so the zone's own addresses are\n"
     "never the answer. They still say for which names programs are asked. Found with --config "
     "only.",
     "", "", "", "Nothing, unless the zone's own addresses were meant to be answered."},
});

}  // namespace

std::span<const RuleInfo> program_rules() {
  return table;
}

}  // namespace lapis::lint
