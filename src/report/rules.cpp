#include "lapis/report/rules.h"

#include <algorithm>
#include <array>

namespace lapis::report {
namespace {

constexpr Severity error = Severity::error;
constexpr Severity warning = Severity::warning;

constexpr std::array verifier_rules{
    Rule{"unsatisfiable", error, "A match that no query meets",
         "No query at all satisfies the program's match, so the program can never answer.\n"
         "Typical causes: two equalities on one field, disjoint prefixes joined with `and`, a\n"
         "comparison outside an attribute's range, a name that lies outside every zone asked "
         "about.\n"
         "Repair the match, or drop the program."},
    Rule{"unreachable", error, "Earlier programs take every query this one matches",
         "Programs are tried in order and the first match answers. Every query that this program\n"
         "matches is already taken by the earlier programs named in the finding; one of them may "
         "do\n"
         "it alone, or several together. The named set is minimal: without any one of them the\n"
         "program would answer something. The witness is a query that the program matches, and it\n"
         "is answered by an earlier one.\n"
         "Move the program up, narrow the earlier ones, or drop it."},
    Rule{"conflict", error, "Two exclusive programs match the same query",
         "Both programs are exclusive (the default), which claims that no query matches two of "
         "them,\n"
         "but the witness query matches both. Order and reachability play no part.\n"
         "Make the matches disjoint, or write (exclusive false) on the one that is meant to "
         "overlap."},
    Rule{"empty-answer", error, "A program answers a query with no address of either family",
         "The witness query reaches the program, and both its IPv4 and its IPv6 list come out "
         "empty,\n"
         "so the name would look as if it had no address at all.\n"
         "Give a fallback with (if-empty LIST FALLBACK), or narrow the match."},
    Rule{"answer-outside-pool", error, "An answered address is in none of the declared pools",
         "The set declares (pools NAME…), which says that every address it answers belongs to one "
         "of\n"
         "these lists. The witness query is answered with an address that does not."},
    Rule{
        "invariant", error, "A query violates an invariant of the set",
        "An (invariant NAME EXPR) must hold for every query together with its answer. The witness\n"
        "query makes EXPR false. Repair the programs, or the invariant if it claims too much."},
    Rule{"attribute-domain", error, "A value that the attribute can not take",
         "An attribute is compared with a value outside its declared type, so the comparison has "
         "the\n"
         "same result for every query. Correct the value, or widen the attribute's declaration."},
    Rule{"coverage", error, "A query reaches no program although the set is total",
         "The set says (total true), but no program matches the witness query, so the zone's own\n"
         "records would answer it. Add a default program, or drop (total true)."},
    Rule{"answer-differs", warning, "Only the order decides between different answers",
         "Two programs match the same query, are not both exclusive, and answer it differently: "
         "the\n"
         "answer depends on their order alone. Make the order's intent visible in the matches, or\n"
         "accept it."},
    Rule{"redundant-condition", warning, "A condition that can be left out",
         "The condition is implied by the rest of the match, or by the fact that no earlier "
         "program\n"
         "has answered. Leaving it out changes no answer."},
    Rule{"constant-branch", warning, "A branch that no query takes",
         "The test of this if or cond has the same value for every query that evaluates it."},
    Rule{"mixed-family-gap", warning, "One family can be empty where the other is not",
         "For the witness query the program has addresses of one family only, so clients of the\n"
         "other get an empty answer. This may be wanted; it often is a forgotten list."},
    Rule{"unused", warning, "A definition, attribute or config binding nobody uses",
         "Nothing refers to this name. Remove it, or use it."},
    Rule{"ttl-spread", warning, "Answers for one name differ widely in their TTL",
         "Programs that can answer for the same name give TTLs that lie far apart, so caches will\n"
         "hold some answers long after others have changed."},
    Rule{"step-limit", error, "A query could cost more evaluation steps than allowed",
         "The bound proved for the set is above the limit given with --limit-steps."},
    Rule{"index-differs", error, "Dispatch index and ordered list choose different programs",
         "The index built for fast dispatch disagrees with the list of programs on the witness\n"
         "query. This is a defect of Lapis; please report it with the set."},
};

constexpr std::array language_rules{
    Rule{"syntax", error, "The text is not a well-formed program",
         "Parentheses, brackets, strings and numbers must be complete, and every form must have "
         "the\n"
         "shape that docs/language.md gives."},
    Rule{"arity", error, "A form or function has too few or too many arguments",
         "The message says how many it takes."},
    Rule{"missing-clause", error, "A program lacks a clause it needs",
         "Every program needs a match and a response."},
    Rule{"duplicate-clause", error, "A clause is given twice",
         "Each clause of a program or attribute may stand there once."},
    Rule{"type-mismatch", error, "An expression has another type than its place wants",
         "Programs are typed when they are read, so that evaluation can not fail. The message "
         "names\n"
         "both types. String literals become names, prefixes or addresses where one is wanted."},
    Rule{
        "bad-literal", error, "A literal is not the name, address, prefix or number it should be",
        "Literals are checked when they are read: names end with a dot, prefixes have no bits set\n"
        "beyond their length, addresses are written as inet_pton reads them."},
    Rule{"unknown-name", error, "A name that nothing declares",
         "Fields, attributes, definitions, config bindings and primitives are the names a program\n"
         "can use; each must be declared in the set."},
    Rule{"duplicate-name", error, "Two things of the same kind have one name",
         "Programs, attributes, definitions and config bindings are told apart by their names."},
    Rule{"shadowed-name", error, "A name is taken again",
         "Programs, attributes, definitions, config bindings and fields share one space of names, "
         "so\n"
         "that a name means one thing everywhere in a set."},
    Rule{"recursive-definition", error, "A definition uses itself",
         "Definitions may use each other in any order, but not in a circle: the language is total, "
         "so\n"
         "every evaluation ends after a number of steps known beforehand."},
    Rule{"not-constant", error, "A constant is wanted here",
         "Config bindings, the right side of in, prefixes, factors and the sizes of choices must "
         "be\n"
         "known when the set is loaded."},
    Rule{
        "integer-overflow", error, "An integer expression could leave 64 bits",
        "The range of every integer expression is computed from the ranges of its parts. Clamp an\n"
        "operand, or declare a narrower attribute."},
    Rule{"open-comparison", error, "Two strings without a closed domain are compared",
         "Both strings can be anything, so the verifier could not answer exactly. Compare with\n"
         "constants, or declare the attribute or field with one-of."},
    Rule{"too-large", error, "A program is beyond what one query may cost",
         "Operations, nesting and list lengths are bounded, so that every query has a small known\n"
         "cost and every answer fits into a DNS message."},
    Rule{
        "test-file", error, "A test file that can not be used",
        "A test file is YAML with the keys set, defaults and tests; docs/testing.md shows it. The\n"
        "place says which key or value does not fit."},
    Rule{"test-failed", error, "A query is not answered as a test wants it",
         "The witness is the query. Either the set or the expectation is wrong; the replay line\n"
         "with --trace shows how the set comes to its answer."},
    Rule{
        "test-coverage", error, "The tests leave parts of the set unreached",
        "Every program should answer some query of the tests, every condition be true for one and\n"
        "false for another, and every branch be taken. --suggest FILE writes the missing cases,\n"
        "or the proof that no query can reach a part."},
    Rule{"unreadable", error, "A file can not be read", "The system's reason is in the message."},
    Rule{"empty-set", error, "A directory without program files",
         "A program set is a directory that holds *.lisp or *.yaml files; files whose names begin\n"
         "with a dot are left alone."},
    Rule{"out-of-zone", error, "A name that does not belong to the zone",
         "A row of an attributes file is for a name at or below the zone's apex. Names without a\n"
         "final dot are completed with the apex."},
};

}  // namespace

std::span<const Rule> rules() {
  static const auto all = [] {
    std::array<Rule, verifier_rules.size() + language_rules.size()> joined{};
    std::copy(verifier_rules.begin(), verifier_rules.end(), joined.begin());
    std::copy(language_rules.begin(), language_rules.end(), joined.begin() + verifier_rules.size());
    return joined;
  }();
  return all;
}

const Rule* find_rule(std::string_view id) {
  const auto all = rules();
  const auto at = std::find_if(all.begin(), all.end(), [id](const Rule& r) { return id == r.id; });
  return at == all.end() ? nullptr : &*at;
}

}  // namespace lapis::report
