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
     "docs/language.md",
     "www A 192.0.2.80\n"
     "; file set.lisp\n"
     "(attribute plan (one-of \"basic\" \"gold\") (default \"basic\"))\n"
     "(program far\n"
     "  (match (= plan \"gold\"))\n"
     "  (response (list (ipv4 \"192.0.2.9\")) (list (ipv6 \"2001:db8::9\")) (ttl 60)))\n"
     "; file rows.csv\n"
     "name,plan\nwwww,gold",
     "www A 192.0.2.80\n"
     "; file set.lisp\n"
     "(attribute plan (one-of \"basic\" \"gold\") (default \"basic\"))\n"
     "(program far\n"
     "  (match (= plan \"gold\"))\n"
     "  (response (list (ipv4 \"192.0.2.9\")) (list (ipv6 \"2001:db8::9\")) (ttl 60)))\n"
     "; file rows.csv\n"
     "name,plan\nwww,gold",
     "Correct the name, add the address records, or remove the row."},
    {"program-name-unasked", Severity::warning, "a program that names what it is never asked for",
     "The match compares with a name or zone that no query brings: programs are asked for names "
     "that\n"
     "own addresses in zones with addressing. Found with --config only.",
     "docs/language.md",
     "www A 192.0.2.80\n"
     "; file set.lisp\n"
     "(program far\n"
     "  (match (= qname \"wwww.example.com.\"))\n"
     "  (response (list (ipv4 \"192.0.2.9\")) (list (ipv6 \"2001:db8::9\")) (ttl 60)))",
     "www A 192.0.2.80\n"
     "; file set.lisp\n"
     "(program far\n"
     "  (match (= qname \"www.example.com.\"))\n"
     "  (response (list (ipv4 \"192.0.2.9\")) (list (ipv6 \"2001:db8::9\")) (ttl 60)))",
     "Correct the name, or add address records for it to the zone."},
    {"static-address-unused", Severity::note, "addresses of the zone file that are never answered",
     "Programs match every query for the name, whatever client, transport and place it comes from, "
     "with\n"
     "the attributes that the name has now, so its own addresses are never the answer. They still "
     "say\n"
     "that programs are asked for the name. Proved by the verifier; where its time runs out the "
     "finding\n"
     "says that it was not found out. Found with --config only.",
     "docs/language.md",
     "www A 192.0.2.80\n"
     "; file set.lisp\n"
     "(program far\n"
     "  (match (under? qname \"www.example.com.\"))\n"
     "  (response (list (ipv4 \"192.0.2.9\")) (list (ipv6 \"2001:db8::9\")) (ttl 60)))",
     "www A 192.0.2.80\n"
     "; file set.lisp\n"
     "(program far\n"
     "  (match (and (under? qname \"www.example.com.\") (= transport \"tcp\")))\n"
     "  (response (list (ipv4 \"192.0.2.9\")) (list (ipv6 \"2001:db8::9\")) (ttl 60)))",
     "Nothing, unless the zone's own addresses were meant to be answered."},
});

}  // namespace

std::span<const RuleInfo> program_rules() {
  return table;
}

}  // namespace lapis::lint
