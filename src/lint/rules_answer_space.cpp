// Rules about all queries there are, over all zones given together.
#include <array>

#include "rule_tables.h"

namespace lapis::lint {
namespace {

constexpr auto error = Severity::error;
constexpr auto warning = Severity::warning;

constexpr auto table = std::to_array<RuleInfo>({
    {"rewrite-loop", error, "a query that is led in a circle",
     "CNAME and DNAME records, of one zone or of several, lead a query back to where it was. No\n"
     "resolver can answer it. CNAME records of one zone alone are cname-loop.",
     "RFC 1034 section 3.6.2; RFC 6672 section 3.3",
     "old DNAME new.example.com.\nnew DNAME old.example.com.",
     "old DNAME new.example.com.\nwww.new A 192.0.2.80",
     "Break the circle at the record that should own the data."},
    {"rewrite-black-hole", warning, "an alias that leads to nothing",
     "The query is rewritten by a CNAME or DNAME and then ends in the zones given at a name that\n"
     "does not exist, or that owns nothing. For a DNAME: no name at all exists below its target.\n"
     "Whoever can register or create the missing name elsewhere gets the traffic.",
     "RFC 1034 section 3.6.2; RFC 6604 section 3", "shop CNAME gone", "shop CNAME ns1",
     "Add the target, or remove the alias."},
    {"dname-growth", error, "a DNAME that makes names ever longer",
     "Each rewriting leads below the DNAME again and makes the name longer, until it passes 255\n"
     "octets (YXDOMAIN) or the resolver gives up.",
     "RFC 6672 section 2.2", "old DNAME deep.old.example.com.",
     "old DNAME deep.new.example.com.\nwww.deep.new A 192.0.2.80",
     "Point the DNAME outside of its own subtree."},
    {"delegation-missing", warning, "a child zone that its parent does not delegate",
     "Both zones are given, and the parent has no NS records for the child. Resolvers come down "
     "from\n"
     "the parent; they reach the child only by the accident that one server has both, and\n"
     "validators not even then.",
     "RFC 1034 section 4.2.1",
     "www A 192.0.2.80\n"
     "; zone child.example.com",
     "child NS ns1.child\nchild NS ns2.child\nns1.child A 192.0.2.53\nns2.child A 192.0.2.54\n"
     "; zone child.example.com",
     "Add the NS records, and DS records for a signed child."},
    {"delegation-inconsistent", warning, "parent and child that name different nameservers",
     "The NS records of the delegation and those of the child's apex should be the same. A server\n"
     "that only the parent names is likely to be lame.",
     "RFC 1034 section 4.2.2; RFC 1912 section 2.8",
     "child NS ns1.child\nchild NS old.example.net.\nns1.child A 192.0.2.53\n"
     "; zone child.example.com",
     "child NS ns1.child\nchild NS ns2.child\nns1.child A 192.0.2.53\nns2.child A 192.0.2.54\n"
     "; zone child.example.com",
     "Make both sets equal."},
    {"glue-inconsistent", warning, "glue that differs from the child's own addresses",
     "The parent's glue and the child's address records for a nameserver are not the same, so "
     "some\n"
     "resolvers ask an address where no nameserver is.",
     "RFC 1034 section 4.2.2",
     "child NS ns1.child\nchild NS ns2.child\nns1.child A 192.0.2.99\nns2.child A 192.0.2.54\n"
     "; zone child.example.com",
     "child NS ns1.child\nchild NS ns2.child\nns1.child A 192.0.2.53\nns2.child A 192.0.2.54\n"
     "; zone child.example.com",
     "Make both sets equal."},
    {"lame-delegation", error, "a nameserver that can't be found in the zone of its name",
     "The name of the nameserver lies in another zone given, and has no address there or does not\n"
     "exist, so nobody can ask it.",
     "RFC 1912 section 2.8",
     "sub NS gone.example.net.\n"
     "; zone example.net\n"
     "www A 192.0.2.80",
     "sub NS ns1.example.net.\n"
     "; zone example.net\n"
     "www A 192.0.2.80",
     "Correct the name, or add the address there."},
    {"cyclic-dependency", error, "delegations that wait for one another",
     "Every nameserver of one delegation has its name below the other, and the other way round, "
     "and\n"
     "no glue opens a way in. No resolver that starts without them in its cache gets there.",
     "RFC 1034 section 4.2.1; RFC 9471 section 3.2", "a NS ns.b\nb NS ns.a",
     "a NS ns.b\nb NS ns.b\nns.b A 192.0.2.55\na NS ns1\nb NS ns1",
     "Add glue for one of them, or a nameserver elsewhere."},
});

}  // namespace

std::span<const RuleInfo> answer_space_rules() {
  return table;
}

}  // namespace lapis::lint
