// The rules of the language: what keeps a program text from being a program.
#include <array>

#include "rule_tables.h"

namespace lapis::report {
namespace {

constexpr Severity error = Severity::error;
constexpr const char* language = "docs/language.md";

// The one set that most examples turn into.
constexpr const char* good = R"((attribute plan (one-of "free" "pro"))

(program pro
  (match (= plan "pro"))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60))))";

constexpr std::array table{
    Rule{
        "syntax", error, "The text is not a well-formed program",
        R"(Parentheses, brackets, strings and numbers must be complete, and every form must have the shape
that the description of the language gives.)",
        language,
        R"((attribute plan (one-of "free" "pro"))

(program pro
  (match (= plan "pro")
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60))))",
        good, "Complete the form that is underlined."},
    Rule{"arity", error, "A form or function has too few or too many arguments",
         "Every form and function takes a known number of arguments; the message says how many.",
         language,
         R"((program pro
  (match (under? qname))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60))))",
         R"((program pro
  (match (under? qname "example.com."))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60))))",
         "Give as many arguments as the message says."},
    Rule{"missing-clause", error, "A program lacks a clause it needs",
         "Every program needs a match and a response.", language,
         R"((program pro
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60))))",
         R"((program pro
  (match (under? qname "example.com."))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60))))",
         "Write the clause."},
    Rule{"duplicate-clause", error, "A clause is given twice",
         "Each clause of a program or attribute may stand there once.", language,
         R"((program pro
  (match (under? qname "example.com."))
  (match (under? qname "example.net."))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60))))",
         R"((program pro
  (match (or (under? qname "example.com.") (under? qname "example.net.")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60))))",
         "Keep one of them."},
    Rule{
        "type-mismatch", error, "An expression has another type than its place wants",
        R"(Programs are typed when they are read, so that evaluation can not fail. The message names both
types. String literals become names, prefixes or addresses where one is wanted.)",
        language,
        R"((program numbers
  (match (= country 31))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60))))",
        R"((program numbers
  (match (= country "NL"))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60))))",
        "Write an expression of the type that is wanted."},
    Rule{
        "bad-literal", error, "A literal is not the name, address, prefix or number it should be",
        R"(Literals are checked when they are read: names end with a dot, prefixes have no bits set beyond
their length, addresses are written as inet_pton reads them.)",
        "docs/language.md; RFC 4291 section 2.2; RFC 4632 section 3.1",
        R"((program host
  (match (in-prefix? client "192.0.2.1/24"))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60))))",
        R"((program host
  (match (in-prefix? client "192.0.2.0/24"))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60))))",
        "Write the literal as the message says."},
    Rule{
        "unknown-name", error, "A name that nothing declares",
        R"(Fields, attributes, definitions, config bindings and primitives are the names a program can use;
each must be declared in the set.)",
        language,
        R"((attribute plan (one-of "free" "pro"))

(program pro
  (match (= plna "pro"))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60))))",
        good, "Correct the name, or declare it."},
    Rule{"duplicate-name", error, "Two things of the same kind have one name",
         "Programs, attributes, definitions and config bindings are told apart by their names.",
         language,
         R"((attribute plan (one-of "free" "pro"))
(attribute plan (one-of "free" "business"))

(program pro
  (match (= plan "pro"))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60))))",
         good, "Rename or remove one of them."},
    Rule{
        "shadowed-name", error, "A name is taken again",
        R"(Programs, attributes, definitions, config bindings and fields share one space of names, so that a
name means one thing everywhere in a set.)",
        language,
        R"((program shadow
  (config ([client (ttl 60)]))
  (match (= qtype "A"))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) client)))",
        R"((program shadow
  (config ([short (ttl 60)]))
  (match (= qtype "A"))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) short)))",
        "Choose another name."},
    Rule{
        "recursive-definition", error, "A definition uses itself",
        R"(Definitions may use each other in any order, but not in a circle: the language is total, so every
evaluation ends after a number of steps known beforehand.)",
        language,
        R"((define (odd-site) (not (even-site)))
(define (even-site) (not (odd-site)))

(program sites
  (match (odd-site))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60))))",
        R"((define (even-site) (in site (list "ams2" "fra2")))
(define (odd-site) (not (even-site)))

(program sites
  (match (odd-site))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60))))",
        "Break the circle."},
    Rule{
        "not-constant", error, "A constant is wanted here",
        R"(Config bindings, the right side of in, prefixes, factors and the sizes of choices must be known
when the set is loaded.)",
        language,
        R"((program sites
  (match (in site (list region)))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60))))",
        R"((program sites
  (match (in site (list "ams1" "fra1")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60))))",
        "Write a constant, or a comparison that does not need one."},
    Rule{
        "integer-overflow", error, "An integer expression could leave 64 bits",
        R"(The range of every integer expression is computed from the ranges of its parts; a program in which
one could leave 64 bits is refused, so that arithmetic never wraps.)",
        language,
        R"((attribute weight (int 0 9000000000000000000))

(program heavy
  (match (> (* weight 2) 10))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60))))",
        R"((attribute weight (int 0 100))

(program heavy
  (match (> (* weight 2) 10))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60))))",
        "Clamp an operand, or declare a narrower attribute."},
    Rule{"open-comparison", error, "Two strings without a closed domain are compared",
         R"(Both strings can be anything, so the verifier could not answer exactly.)", language,
         R"((attribute home string)

(program local
  (match (= home country))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60))))",
         R"((attribute home (one-of "NL" "DE"))

(program local
  (match (= home country))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60))))",
         "Compare with constants, or declare the attribute or field with one-of."},
    Rule{
        "too-large", error, "A program is beyond what one query may cost",
        R"(Operations, nesting and list lengths are bounded, so that every query has a small known cost and
every answer fits into a DNS message. The message names the bound. No example: it would be long.)",
        language, "", "", "Split the program, or make its lists shorter."},
    Rule{
        "test-file", error, "A test file that can not be used",
        "A test file is YAML with the keys set, defaults and tests; docs/testing.md shows it. The\n"
        "place says which key or value does not fit. No example: it takes two files.",
        "docs/testing.md", "", "", "Correct the key or value."},
    Rule{"test-failed", error, "A query is not answered as a test wants it",
         "The witness is the query. Either the set or the expectation is wrong; the replay line\n"
         "with --trace shows how the set comes to its answer. No example: it takes two files.",
         "docs/testing.md", "", "", "Repair the set, or the expectation."},
    Rule{
        "test-coverage", error, "The tests leave parts of the set unreached",
        "Every program should answer some query of the tests, every condition be true for one and\n"
        "false for another, and every branch be taken. No example: it takes two files.",
        "docs/testing.md", "", "",
        "--suggest FILE writes the missing cases, or the proof that no query can reach a part."},
    Rule{"unreadable", error, "A file can not be read",
         "The system's reason is in the message. No example: it depends on the file system.",
         language, "", "", "Correct the path, or the permissions of the file."},
    Rule{
        "empty-set", error, "A directory without program files",
        R"(A program set is a directory that holds *.lisp or *.yaml files; files whose names begin with a dot
are left alone. No example: the defect is the absence of text.)",
        language, "", "", "Name the right directory, or put a program file there."},
};

}  // namespace

std::span<const Rule> language_rules() {
  return table;
}

}  // namespace lapis::report
