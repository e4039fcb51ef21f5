// The rules of configuration files: lapis.yaml of a server, and .lapis.yaml where they apply.
#include <array>

#include "rule_tables.h"

namespace lapis::report {
namespace {

constexpr Severity error = Severity::error;
constexpr Severity warning = Severity::warning;
constexpr const char* operations = "docs/operations.md";
constexpr const char* both = "docs/operations.md; docs/findings.md";

constexpr const char* good = R"(server:
  listen: "127.0.0.1@5300"
  workers: 2
zones:
  - name: example.com.
    file: example.com.zone)";

constexpr std::array table{
    Rule{"config-syntax", error, "The file is not YAML",
         "A configuration is one YAML document in UTF-8.", both,
         R"(server:
  listen: ["127.0.0.1@5300"
zones: [])",
         good, "Complete what is underlined."},
    Rule{"config-unknown-key", error, "A key that does not exist",
         "Unknown keys are refused, so that a slip of the pen is no silent default.", both,
         R"(server:
  listen: "127.0.0.1@5300"
  worker: 2
zones:
  - name: example.com.
    file: example.com.zone)",
         good, "Correct the key; the message says which one is near."},
    Rule{"config-duplicate-key", error, "A key is given twice",
         "YAML readers disagree about which of two equal keys counts, so neither does.", both,
         R"(server:
  listen: "127.0.0.1@5300"
  workers: 1
  workers: 2
zones:
  - name: example.com.
    file: example.com.zone)",
         good, "Keep one of them."},
    Rule{"config-type", error, "A value of another kind than the key takes",
         "A list stands where a word belongs, a word where a number belongs, or the like.", both,
         R"(server:
  listen: "127.0.0.1@5300"
  workers: two
zones:
  - name: example.com.
    file: example.com.zone)",
         good, "Write a value of the kind that the message names."},
    Rule{"config-range", error, "A number that is too small or too large",
         "The message says which numbers the key takes.", operations,
         R"(server:
  listen: "127.0.0.1@5300"
  workers: 0
zones:
  - name: example.com.
    file: example.com.zone)",
         good, "Choose a number within the range."},
    Rule{"config-value", error, "A value that the key does not take",
         "A word that is not one of the choices, an address that is none, a rule nobody has.", both,
         R"(server:
  listen: localhost
  workers: 2
zones:
  - name: example.com.
    file: example.com.zone)",
         good, "Correct the value; the message says what is taken."},
    Rule{"config-missing", error, "A key that is needed is not there",
         "A zone needs its name and its file, an override its rules.", both,
         R"(server:
  listen: "127.0.0.1@5300"
  workers: 2
zones:
  - name: example.com.)",
         good, "Add the key."},
    Rule{"config-duplicate", error, "A listen address is given twice",
         "The second socket could not be opened.", operations,
         R"(server:
  listen: ["127.0.0.1@5300", "127.0.0.1:5300"]
  workers: 2
zones:
  - name: example.com.
    file: example.com.zone)",
         good, "Remove one of them."},
    Rule{"config-duplicate-zone", error, "Two zones of one name",
         "Only one of them could be answered from.", operations,
         R"(server:
  listen: "127.0.0.1@5300"
  workers: 2
zones:
  - name: example.com.
    file: example.com.zone
  - name: EXAMPLE.com.
    file: example.com.zone)",
         good, "Remove one of them."},
    Rule{"config-no-programs", warning, "A zone is set up for programs, but there are none",
         "The zone has addressing or attributes, but the configuration names no programs, so the\n"
         "zone's own records answer.",
         operations,
         R"(server:
  listen: "127.0.0.1@5300"
  workers: 2
zones:
  - name: example.com.
    file: example.com.zone
    addressing: true)",
         good, "Name the programs, or take away what is only for them."},
    Rule{"config-no-addressing", warning, "There are programs, but no zone asks them",
         "No zone has addressing: true, so the programs are loaded and proved for nothing.",
         operations,
         R"(server:
  listen: "127.0.0.1@5300"
  workers: 2
zones:
  - name: example.com.
    file: example.com.zone
programs: programs)",
         R"(server:
  listen: "127.0.0.1@5300"
  workers: 2
zones:
  - name: example.com.
    file: example.com.zone
    addressing: true
programs: programs)",
         "Write addressing: true in a zone, or drop the programs."},
    Rule{
        "config-no-geo", warning, "Programs look at a place that no database tells",
        "Without a geo database, country and continent are \"\" and asn is 0 for every client, so\n"
        "tests of them come out the same for all. No example: it takes two files.",
        operations, "", "", "Name a database under geo, or take the tests out."},
    Rule{
        "geo-database", error, "A geo database can not be used",
        "The file is no MaxMind DB, is damaged or cut off, or has no values of the field that it "
        "is\n"
        "named for. No example: it takes a second file.",
        operations, "", "",
        "Fetch it again into a new file that is renamed at the end, name another one, or say with\n"
        "key where the value is."},
    Rule{"geo-database-old", warning, "A geo database is older than max-age days",
         "Networks change hands; what an old database says of them is wrong more and more often. "
         "No\n"
         "example: it takes a second file.",
         operations, "", "", "See why it is not updated, or raise max-age."},
    Rule{"config-site", error, "The server's site or region is none the programs know",
         "The set closes the field with (field site (one-of …)), and proofs count on it. A server\n"
         "at another site could answer what was never proved. No example: it takes two files.",
         "docs/language.md", "", "", "Correct the site, or add it to the field."},
    Rule{"listen", error, "An address can not be listened on",
         "The system's reason is in the message. No example: it depends on the machine.",
         operations, "", "", "Free the address, or listen on another one."},
    Rule{"cookie-secret", error, "The file of cookie secrets can not be used",
         "It must hold one to a few secrets of 32 hexadecimal digits, one a line. No example: it\n"
         "takes a second file.",
         "RFC 9018 section 5; docs/operations.md", "", "", "Write the file anew."},
    Rule{"cookie-secret-open", warning, "The file of cookie secrets can be read by everybody",
         "Whoever knows the secret can make valid cookies for any address. No example: it depends\n"
         "on the permissions of a file.",
         "RFC 9018 section 5", "", "", "Take the right to read from others: chmod o= FILE."},
    Rule{"programs-changed", error, "The set was changed while it was being verified",
         "What was proved is not what was loaded. No example: it depends on time.",
         "docs/architecture.md", "", "", "Load it again."},
    Rule{"zone-skipped", warning, "A zone with errors is left out",
         "With on-zone-error: skip the server starts without a broken zone and answers its names\n"
         "SERVFAIL. No example: it takes a broken zone file beside it.",
         operations, "", "", "Repair the zone; its errors are reported beside this warning."},
    Rule{"zone-soa", error, "A zone without its one SOA record",
         "A zone has exactly one SOA record, at its apex; without it nothing can be answered. The\n"
         "linter says the same as soa-count, which has an example.",
         "RFC 1035 section 5.2", "", "", "Write one SOA record at the apex."},
    Rule{"zone-size", error, "A zone is too large to be served",
         "A served zone has room for 8 GiB. No example: it would be as large.", operations, "", "",
         "Split the zone by delegations."},
    Rule{"zone-nsec3-parameters", error, "NSEC3 parameters that can not be served",
         "The hash algorithm is unknown, or there are so many iterations that denials would cost\n"
         "thousands of hashes. No example: it takes a signed zone file.",
         "RFC 9276 section 3.2; RFC 5155 section 4.1", "", "", "Sign the zone anew."},
    Rule{"zone-signed-addressing", error, "Programs for a signed zone",
         "Signatures are made for the records of the file, so programs can't decide the addresses\n"
         "of a signed zone. No example: it takes a signed zone file.",
         "RFC 4035 section 2.2", "", "", "Take away addressing, or serve the zone unsigned."},
    Rule{"zone-repeated", error, "Two zones of one name",
         "Only one of them could be answered from; the configuration says it as\n"
         "config-duplicate-zone, which has an example.",
         operations, "", "", "Remove one of them."},
};

constexpr std::array policy_table{
    Rule{
        "unused-suppression", warning, "A suppression that no finding met",
        R"(The comment allows a rule at this place, but the rule found nothing there. A comment that stays
would hide the next finding unseen.)",
        "docs/findings.md",
        R"(; lapis: allow(conflict) the two were meant to overlap
(program pro
  (match (under? qname "example.com."))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60))))",
        R"((program pro
  (match (under? qname "example.com."))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60))))",
        "Remove the comment."},
    Rule{
        "bad-suppression", error, "A suppression that can not be read, or gives no reason",
        R"(A comment addressed to lapis has the form "lapis: allow(RULE) reason", or a list of rules in the
parentheses. The reason is for those who read it next year. A rule that says that something can't be
read or loaded can't be allowed.)",
        "docs/findings.md",
        R"((program pro
  (match (under? qname "example.com."))
  ; lapis: allow(mixed-family-gap)
  (response (list (ipv4 "192.0.2.1"))
            (if (= transport "tcp") (list) (list (ipv6 "2001:db8::1")))
            (ttl 60))))",
        R"((program pro
  (match (under? qname "example.com."))
  ; lapis: allow(mixed-family-gap) the old load balancer has no IPv6 over TCP
  (response (list (ipv4 "192.0.2.1"))
            (if (= transport "tcp") (list) (list (ipv6 "2001:db8::1")))
            (ttl 60))))",
        "Write the rule and the reason."},
    Rule{
        "stale-baseline", Severity::note, "Findings of the baseline are gone",
        R"(The baseline lists findings of files that were checked, and they were not found again: somebody
repaired them. No example: it takes two runs.)",
        "docs/findings.md", "", "", "Write the baseline anew with --update-baseline."},
    Rule{"bad-baseline", error, "A baseline that can not be used",
         "The file can't be read or written, or is no baseline. No example: it takes two files.",
         "docs/findings.md", "", "", "Write it with --update-baseline, or name another file."},
};

}  // namespace

std::span<const Rule> configuration_rules() {
  return table;
}

std::span<const Rule> policy_rules() {
  return policy_table;
}

}  // namespace lapis::report
