// The rules of the verifier: what is proved of a program set.
#include <array>

#include "rule_tables.h"

namespace lapis::report {
namespace {

constexpr Severity error = Severity::error;
constexpr Severity warning = Severity::warning;
constexpr const char* checks = "docs/language.md";
constexpr const char* lists = "docs/language.md; RFC 2181 section 5";

constexpr std::array table{
    Rule{"unsatisfiable", error, "A match that no query meets",
         R"(No query at all satisfies the program's match, so the program can never answer.
Typical causes: two equalities on one field, disjoint prefixes joined with `and`, a name that is
not below the zone it is compared with.)",
         checks,
         R"((program nowhere
  (match (and (in-prefix? client "203.0.113.0/24")
              (in-prefix? client "192.0.2.0/24")))
  (response (list (ipv4 "192.0.2.2")) (list (ipv6 "2001:db8::2")) (ttl 60))))",
         R"((program somewhere
  (match (or (in-prefix? client "203.0.113.0/24")
             (in-prefix? client "192.0.2.0/24")))
  (response (list (ipv4 "192.0.2.2")) (list (ipv6 "2001:db8::2")) (ttl 60))))",
         "Correct the match, or drop the program."},
    Rule{
        "unreachable", error, "Earlier programs take every query this one matches",
        R"(Programs are tried in order and the first match answers. Every query that this program matches
is already taken by the earlier programs named in the finding; one of them may do it alone, or
several together. The named set is minimal: without any one of them the program would answer
something. The witness is a query that the program matches, and it is answered by an earlier one.)",
        checks,
        R"((program customer
  (exclusive false)
  (match (under? qname "example.com."))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

(program shop
  (exclusive false)
  (match (under? qname "shop.example.com."))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60))))",
        R"((program shop
  (exclusive false)
  (match (under? qname "shop.example.com."))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

(program customer
  (exclusive false)
  (match (under? qname "example.com."))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60))))",
        "Move the program up, narrow the earlier ones, or drop it."},
    Rule{
        "conflict", error, "Two exclusive programs match the same query",
        R"(Both programs are exclusive (the default), which claims that no query matches two of them, but
the witness query matches both. Order and reachability play no part: the claim itself is false.)",
        checks,
        R"((attribute plan (one-of "free" "pro") (default "free"))

(program pro
  (match (= plan "pro"))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

(program over-tcp
  (match (= transport "tcp"))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60))))",
        R"((attribute plan (one-of "free" "pro") (default "free"))

(program pro
  (match (= plan "pro"))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

(program over-tcp
  (match (and (= transport "tcp") (!= plan "pro")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60))))",
        "Make the matches disjoint, or write (exclusive false) on the one that is meant to "
        "overlap."},
    Rule{
        "empty-answer", error, "A program answers a query with no address of either family",
        R"(The witness query reaches the program, and both its IPv4 and its IPv6 list come out empty, so the
name would look as if it had no address at all.)",
        checks,
        R"((program hollow
  (match (under? qname "example.com."))
  (response (if (= transport "tcp") (list) (list (ipv4 "192.0.2.1"))) (list) (ttl 60))))",
        R"((program solid
  (match (under? qname "example.com."))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60))))",
        "Give a fallback with (if-empty LIST FALLBACK), or narrow the match."},
    Rule{
        "answer-outside-pool", error, "An answered address is in none of the declared pools",
        R"(The set declares (pools NAME…), which says that every address it answers belongs to one of these
lists. The witness query is answered with an address that does not.)",
        checks,
        R"((define shared4 (list (ipv4 "192.0.2.1") (ipv4 "192.0.2.2")))
(define shared6 (list (ipv6 "2001:db8::1")))
(pools shared4 shared6)

(program shared
  (match (under? qname "example.com."))
  (response (list (ipv4 "192.0.2.20")) shared6 (ttl 60))))",
        R"((define shared4 (list (ipv4 "192.0.2.1") (ipv4 "192.0.2.2")))
(define shared6 (list (ipv6 "2001:db8::1")))
(pools shared4 shared6)

(program shared
  (match (under? qname "example.com."))
  (response shared4 shared6 (ttl 60))))",
        "Correct the address, or add it to a pool."},
    Rule{
        "invariant", error, "A query violates an invariant of the set",
        R"(An (invariant NAME EXPR) must hold for every query together with its answer. The witness query
makes EXPR false.)",
        checks,
        R"((attribute plan (one-of "free" "enterprise"))
(define free-pool (list (ipv4 "192.0.2.3")))

(invariant enterprise-is-apart
  (implies (= plan "enterprise") (disjoint? answer-ipv4 free-pool)))

(program everybody
  (match (under? qname "example.com."))
  (response free-pool (list (ipv6 "2001:db8::1")) (ttl 60))))",
        R"((attribute plan (one-of "free" "enterprise"))
(define free-pool (list (ipv4 "192.0.2.3")))

(invariant enterprise-is-apart
  (implies (= plan "enterprise") (disjoint? answer-ipv4 free-pool)))

(program everybody
  (match (under? qname "example.com."))
  (response (if (= plan "enterprise") (list (ipv4 "192.0.2.9")) free-pool)
            (list (ipv6 "2001:db8::1"))
            (ttl 60))))",
        "Repair the programs, or the invariant if it claims too much."},
    Rule{
        "attribute-domain", error, "A value that the attribute can not take",
        R"(An attribute is compared with a value outside its declared type, so the comparison has the same
result for every query.)",
        checks,
        R"((attribute plan (one-of "free" "enterprise"))

(program carve-out
  (match (= plan "enterprize"))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60))))",
        R"((attribute plan (one-of "free" "enterprise"))

(program carve-out
  (match (= plan "enterprise"))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60))))",
        "Correct the value, or widen the attribute's declaration."},
    Rule{
        "coverage", error, "A query reaches no program although the set is total",
        R"(The set says (total true), but no program matches the witness query, so the zone's own records
would answer it. With --coverage the same is said as a note of a set that is not total.)",
        checks,
        R"((attribute plan (one-of "free" "business"))
(total true)

(program free
  (match (= plan "free"))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60))))",
        R"((attribute plan (one-of "free" "business"))
(total true)

(program free
  (match (= plan "free"))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

(program business
  (match (= plan "business"))
  (response (list (ipv4 "192.0.2.2")) (list (ipv6 "2001:db8::2")) (ttl 60))))",
        "Add a default program, or drop (total true)."},
    Rule{
        "answer-differs", warning, "Only the order decides between different answers",
        R"(Two programs match the same query, are not both exclusive, and answer it differently: the answer
depends on their order alone. One finding is given for each later program; it names the first few
of the earlier ones and counts the others.)",
        lists,
        R"((program test-prefix
  (exclusive false)
  (match (in-prefix? client "198.51.100.0/24"))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

(program over-tcp
  (exclusive false)
  (match (= transport "tcp"))
  (response (list (ipv4 "192.0.2.2")) (list (ipv6 "2001:db8::2")) (ttl 60))))",
        R"((define (in-test-prefix) (in-prefix? client "198.51.100.0/24"))

(program test-prefix
  (match (in-test-prefix))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

(program over-tcp
  (match (and (= transport "tcp") (not (in-test-prefix))))
  (response (list (ipv4 "192.0.2.2")) (list (ipv6 "2001:db8::2")) (ttl 60))))",
        "Write the order's intent into the matches; where the order is the intent, accept the "
        "finding with a suppression."},
    Rule{
        "redundant-condition", warning, "A condition that can be left out",
        R"(The condition is implied by the rest of the match, or by the fact that no earlier program has
answered. Leaving it out changes no answer; leaving it in makes readers look for its reason.)",
        checks,
        R"((program shop
  (match (and (under? qname "example.com.") (under? qname "shop.example.com.")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60))))",
        R"((program shop
  (match (under? qname "shop.example.com."))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60))))",
        "Leave the condition out."},
    Rule{
        "constant-branch", warning, "A branch that no query takes",
        R"(The test of this if or cond has the same value for every query that evaluates it, so one of its
arms is never used.)",
        checks,
        R"((program datagrams
  (match (= transport "udp"))
  (response (if (= transport "tcp") (list (ipv4 "192.0.2.1")) (list (ipv4 "192.0.2.2")))
            (list (ipv6 "2001:db8::1"))
            (ttl 60))))",
        R"((program datagrams
  (match (= transport "udp"))
  (response (list (ipv4 "192.0.2.2")) (list (ipv6 "2001:db8::1")) (ttl 60))))",
        "Keep the arm that is used, or correct the test."},
    Rule{
        "mixed-family-gap", warning, "One family can be empty where the other is not",
        R"(For the witness query the program has addresses of one family only, so clients of the other get
an empty answer. This may be wanted; it often is a forgotten list.)",
        checks,
        R"((attribute plan (one-of "free" "pro"))

(program everybody
  (match (under? qname "example.com."))
  (response (list (ipv4 "192.0.2.1"))
            (if (= plan "free") (list) (list (ipv6 "2001:db8::1")))
            (ttl 60))))",
        R"((program everybody
  (match (under? qname "example.com."))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60))))",
        "Give addresses of both families, or an empty list for every query."},
    Rule{"unused", warning, "A definition, attribute or config binding nobody uses",
         "Nothing refers to this name. It may be left over, or its use may have been forgotten.",
         checks,
         R"((attribute plan (one-of "free" "pro"))

(program shared
  (match (under? qname "example.com."))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60))))",
         R"((program shared
  (match (under? qname "example.com."))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60))))",
         "Remove it, or use it."},
    Rule{
        "ttl-spread", warning, "Answers for one name differ widely in their TTL",
        R"(Programs that can answer for the same name give TTLs that lie a factor of 100 or more apart, so
caches will hold some answers long after others have changed.)",
        checks,
        R"((program quick
  (match (and (= qname "www.example.com.") (= transport "tcp")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 5)))

(program slow
  (match (and (= qname "www.example.com.") (!= transport "tcp")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 604800))))",
        R"((program quick
  (match (and (= qname "www.example.com.") (= transport "tcp")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 60)))

(program slow
  (match (and (= qname "www.example.com.") (!= transport "tcp")))
  (response (list (ipv4 "192.0.2.1")) (list (ipv6 "2001:db8::1")) (ttl 300))))",
        "Bring the TTLs nearer to one another."},
    Rule{
        "step-limit", error, "A query could cost more evaluation steps than allowed",
        "The bound proved for the set is above the limit given with --limit-steps. No example: it\n"
        "depends on the limit.",
        checks, "", "", "Simplify the programs, or raise the limit."},
    Rule{"index-differs", error, "Dispatch index and ordered list choose different programs",
         "The index built for fast dispatch disagrees with the list of programs on the witness\n"
         "query. This is a defect of Lapis. No example: none is known.",
         "docs/architecture.md", "", "", "Please report it with the set."},
};

}  // namespace

std::span<const Rule> verifier_rules() {
  return table;
}

}  // namespace lapis::report
