// Rules about what records may stand together in a zone.
#include <array>

#include "rule_tables.h"

namespace lapis::lint {
namespace {

constexpr auto error = Severity::error;
constexpr auto warning = Severity::warning;
constexpr auto note = Severity::note;
constexpr auto table = std::to_array<RuleInfo>({
    {"soa-count", error, "not exactly one SOA record",
     "A zone has one SOA record, at its apex. Without one it is no zone; with two nobody can say "
     "which serial\n"
     "and timers hold.",
     "RFC 1035 section 5.2",
     "@ SOA ns1 hostmaster 2026010101 7200 1800 1209600 300\n"
     "@ SOA ns1 hostmaster 2026010102 7200 1800 1209600 300\n"
     "@ NS ns1\n"
     "@ NS ns2\n"
     "ns1 A 192.0.2.53\n"
     "ns2 A 192.0.2.54",
     "@ SOA ns1 hostmaster 2026010101 7200 1800 1209600 300\n"
     "@ NS ns1\n"
     "@ NS ns2\n"
     "ns1 A 192.0.2.53\n"
     "ns2 A 192.0.2.54",
     "Keep one SOA record, at the zone's own name."},
    {"cname-and-other-data", error, "a CNAME beside other data",
     "A name that is an alias owns nothing else but DNSSEC records. Resolvers that know the alias "
     "never ask\n"
     "for the other records, so they come and go with the caches.",
     "RFC 2181 section 10.1; RFC 4034 section 2.5",
     "shop CNAME www.example.net.\n"
     "shop TXT \"never seen\"",
     "shop CNAME www.example.net.",
     "Remove the one or the other; at the apex use A and AAAA, or HTTPS in alias mode."},
    {"multiple-cname", error, "several CNAME records at one name",
     "A name is the alias of one other name; which of two is meant nobody can say.",
     "RFC 2181 section 10.1",
     "shop CNAME one.example.net.\n"
     "shop CNAME two.example.net.",
     "shop CNAME one.example.net.", "Keep one of them."},
    {"multiple-dname", error, "several DNAME records at one name",
     "A subtree is redirected to one place; which of two is meant nobody can say.",
     "RFC 6672 section 2.4",
     "old DNAME one.example.net.\n"
     "old DNAME two.example.net.",
     "old DNAME one.example.net.", "Keep one of them."},
    {"duplicate-record", warning, "the same record twice",
     "Equal records are one record, and servers drop the later one. Where it was meant to differ, "
     "what it\n"
     "should say is missing. Names in the data compare without case.",
     "RFC 2181 section 5",
     "www A 192.0.2.80\n"
     "www A 192.0.2.80",
     "www A 192.0.2.80\n"
     "www A 192.0.2.81",
     "Remove the later one, or correct it; lapis lint --fix removes it."},
    {"rrset-ttl-mismatch", warning, "records of an RRset with different TTLs",
     "The TTLs of an RRset must be the same: caches keep or drop the set as a whole. Servers "
     "choose one of\n"
     "them, not all the same one. Told once for each RRset, at the first record unlike the others.",
     "RFC 2181 section 5.2",
     "www 300 A 192.0.2.80\n"
     "www 600 A 192.0.2.81",
     "www 300 A 192.0.2.80\n"
     "www 300 A 192.0.2.81",
     "Give all the same TTL; lapis lint --fix takes the lowest."},
    {"no-apex-ns", error, "no NS record at the apex",
     "A zone names its nameservers at its apex. Without them secondaries are not notified, "
     "resolvers find\n"
     "no authoritative set, and most servers refuse to load the zone.",
     "RFC 1034 section 4.2.1",
     "@ SOA ns1 hostmaster 2026010101 7200 1800 1209600 300\n"
     "www A 192.0.2.80",
     "@ SOA ns1 hostmaster 2026010101 7200 1800 1209600 300\n"
     "@ NS ns1\n"
     "@ NS ns2\n"
     "ns1 A 192.0.2.53\n"
     "ns2 A 192.0.2.54",
     "Add the NS records of the zone's nameservers."},
    {"single-ns", warning, "only one nameserver",
     "A zone should have two nameservers that do not fail together. Not told of zones whose only\n"
     "nameserver is localhost or invalid: nobody delegates those.",
     "RFC 2182 section 5",
     "@ SOA ns1 hostmaster 2026010101 7200 1800 1209600 300\n"
     "@ NS ns1\n"
     "ns1 A 192.0.2.53",
     "@ SOA ns1 hostmaster 2026010101 7200 1800 1209600 300\n"
     "@ NS ns1\n"
     "@ NS ns2\n"
     "ns1 A 192.0.2.53\n"
     "ns2 A 192.0.2.54",
     "Add a second nameserver, in another network."},
    {"soa-mname", note, "the primary of the SOA record is not among the nameservers",
     "Intended for a hidden primary; otherwise dynamic updates go to a server that does not have "
     "the zone.",
     "RFC 1035 section 3.3.13; RFC 1996 section 3.3",
     "@ SOA old.example.net. hostmaster 2026010101 7200 1800 1209600 300\n"
     "@ NS ns1\n"
     "@ NS ns2\n"
     "ns1 A 192.0.2.53\n"
     "ns2 A 192.0.2.54",
     "@ SOA ns1 hostmaster 2026010101 7200 1800 1209600 300\n"
     "@ NS ns1\n"
     "@ NS ns2\n"
     "ns1 A 192.0.2.53\n"
     "ns2 A 192.0.2.54",
     "Name the primary, or leave it when it is hidden on purpose."},
    {"soa-rname", warning, "the mailbox of the SOA record is not written as a name",
     "The first dot stands for the @ of the mailbox; dots before the @ are escaped. Written "
     "otherwise, mail\n"
     "about the zone reaches nobody.",
     "RFC 1035 section 8; RFC 1912 section 2.2",
     "@ SOA ns1 hostmaster@example.com. 2026010101 7200 1800 1209600 300\n"
     "@ NS ns1\n"
     "@ NS ns2\n"
     "ns1 A 192.0.2.53\n"
     "ns2 A 192.0.2.54",
     "@ SOA ns1 hostmaster 2026010101 7200 1800 1209600 300\n"
     "@ NS ns1\n"
     "@ NS ns2\n"
     "ns1 A 192.0.2.53\n"
     "ns2 A 192.0.2.54",
     "Write hostmaster.example.com. for hostmaster@example.com."},
    {"soa-timers", warning, "SOA timers that contradict each other",
     "Refresh, retry, expire and minimum decide how secondaries follow and how long negative "
     "answers are\n"
     "kept. Here a secondary would drop the zone before it asks again, or a name that does not "
     "exist yet\n"
     "would stay denied for more than a day.",
     "RFC 1912 section 2.2; RFC 2308 section 5",
     "@ SOA ns1 hostmaster 2026010101 7200 1800 3600 300\n"
     "@ NS ns1\n"
     "@ NS ns2\n"
     "ns1 A 192.0.2.53\n"
     "ns2 A 192.0.2.54",
     "@ SOA ns1 hostmaster 2026010101 7200 1800 1209600 300\n"
     "@ NS ns1\n"
     "@ NS ns2\n"
     "ns1 A 192.0.2.53\n"
     "ns2 A 192.0.2.54",
     "Usual are refresh 2h, retry 30m, expire 2w, minimum 5m to 1h: expire far above refresh, "
     "retry below it."},
    {"data-below-delegation", warning, "data below a delegation",
     "It is occluded: queries for it get the referral, so only the child's servers answer. NS "
     "records below\n"
     "other NS records are such data as well; glue is not. Told once for each name. Data at the "
     "delegation\n"
     "itself is a note.",
     "RFC 1034 section 4.2.1; RFC 2181 section 6",
     "sub NS ns1.example.net.\n"
     "www.sub A 192.0.2.80",
     "sub NS ns1.example.net.", "Move the record to the child zone, or remove the delegation."},
    {"data-below-dname", error, "data below a DNAME",
     "It is never answered: the DNAME redirects every name below it. Servers may refuse the zone.",
     "RFC 6672 section 2.4",
     "old DNAME new.example.net.\n"
     "www.old A 192.0.2.80",
     "old DNAME new.example.net.",
     "Move the record below the DNAME's target, or replace the DNAME by records for each name."},
    {"dname-and-ns", error, "DNAME and NS at a name that is not the apex",
     "A delegation says that another zone begins here, a redirection that none does. They can't "
     "stand at\n"
     "one name.",
     "RFC 6672 section 2.3",
     "old DNAME new.example.net.\n"
     "old NS ns1.example.net.",
     "old DNAME new.example.net.", "Keep one of them."},
    {"missing-glue", error, "a nameserver below a zone cut without address",
     "The name of the nameserver lies in the very zone that it should lead to. Without its address "
     "in this\n"
     "zone resolvers can't get there. A warning when the name lies below another delegation.",
     "RFC 1034 section 4.2.1; RFC 9471 section 2", "sub NS ns1.sub",
     "sub NS ns1.sub\n"
     "ns1.sub A 192.0.2.53",
     "Add its A and AAAA records here."},
    {"unneeded-glue", warning, "an address below a delegation that no NS record needs",
     "The name looks like a nameserver's (ns2, dns, old-ns, or one character off one that the "
     "delegation\n"
     "names), and no NS record of the zone names it: it is never sent. Probably left over, or the "
     "NS "
     "record\n"
     "is misspelt.",
     "RFC 1034 section 4.2.1",
     "sub NS ns1.example.net.\n"
     "ns2.sub A 192.0.2.54",
     "sub NS ns1.example.net.\n"
     "sub NS ns2.sub\n"
     "ns2.sub A 192.0.2.54",
     "Remove it, or add the NS record that needs it."},
    {"wildcard-delegation", warning, "NS records at a wildcard",
     "Their meaning is undefined: servers answer differently.", "RFC 4592 section 4.2",
     "*.customers NS ns1.example.net.", "a.customers NS ns1.example.net.",
     "Delegate each name by its own NS records."},
    {"wildcard-blocked-by-ent", note, "an empty non-terminal takes names from a wildcard",
     "The name exists without data, because a name below it has some, so the wildcard beside it "
     "answers\n"
     "neither for it nor for other names below it: NODATA and NXDOMAIN come in its place. Labels "
     "that begin\n"
     "with _ are left out: nobody looks them up for their own sake.",
     "RFC 4592 section 2.2.2, 4.2",
     "*.apps A 192.0.2.80\n"
     "log.shop.apps TXT \"x\"",
     "*.apps A 192.0.2.80\n"
     "shop.apps A 192.0.2.80\n"
     "log.shop.apps TXT \"x\"",
     "Add the wildcard's records at the empty name, and a wildcard below it."},
    {"ns-target-is-cname", error, "an NS target is an alias",
     "The name of a nameserver must own its addresses. Many resolvers don't follow the alias, and "
     "glue\n"
     "beside it is impossible. Also told when a wildcard or a DNAME makes it an alias.",
     "RFC 2181 section 10.3",
     "sub NS dns\n"
     "dns CNAME ns1",
     "sub NS ns1", "Write the host's own name."},
    {"mx-target-is-cname", warning, "an MX target is an alias",
     "The name of a mail exchanger must own its addresses. Some senders don't follow the alias, "
     "and mail\n"
     "servers behind it may not recognise themselves. Also told when a wildcard or a DNAME makes "
     "it an\n"
     "alias.",
     "RFC 2181 section 10.3; RFC 5321 section 5.1",
     "@ MX 10 mail\n"
     "mail CNAME ns1",
     "@ MX 10 ns1", "Write the host's own name."},
    {"srv-target-is-cname", warning, "an SRV target is an alias",
     "The target must own its addresses; clients need not follow an alias. Also told when a "
     "wildcard or a\n"
     "DNAME makes it one.",
     "RFC 2782",
     "_sip._tcp SRV 0 5 5060 sip\n"
     "sip CNAME ns1",
     "_sip._tcp SRV 0 5 5060 ns1", "Write the host's own name."},
    {"target-does-not-exist", error, "a target in the zone without an address",
     "The name belongs to this zone, or another one given, is not below a delegation, and neither "
     "it "
     "nor a\n"
     "wildcard for it has an address: the service can't be reached.",
     "RFC 1912 section 2.4; RFC 2782", "@ MX 10 mail",
     "@ MX 10 mail\n"
     "mail A 192.0.2.25",
     "Add the address, or correct the name."},
    {"null-mx-mixed", error, "a null MX beside other MX records",
     "A null MX says that the domain takes no mail, so it stands alone. Beside another one senders "
     "can't know\n"
     "what is meant, and some bounce.",
     "RFC 7505 section 3",
     "@ MX 0 .\n"
     "@ MX 10 mail.example.net.",
     "@ MX 0 .", "Keep the null MX, or the others."},
    {"chain-too-long", warning, "a long chain of aliases",
     "Each alias costs a query more where they are in different zones, and resolvers give up after "
     "some\n"
     "steps. More than 8 are told, at the first; through all zones given, and DNAMEs, too.",
     "RFC 1034 section 3.6.2",
     "a0 CNAME a1\n"
     "a1 CNAME a2\n"
     "a2 CNAME a3\n"
     "a3 CNAME a4\n"
     "a4 CNAME a5\n"
     "a5 CNAME a6\n"
     "a6 CNAME a7\n"
     "a7 CNAME a8\n"
     "a8 CNAME a9\n"
     "a9 A 192.0.2.80",
     "a0 CNAME a9\n"
     "a9 A 192.0.2.80",
     "Let the first alias lead to the last name."},
    {"cname-loop", error, "aliases that lead back to themselves",
     "No query for these names can be answered: resolvers follow the circle until they give up.",
     "RFC 1034 section 3.6.2",
     "a CNAME b\n"
     "b CNAME a",
     "a CNAME b\n"
     "b A 192.0.2.80",
     "Let one of them own the data."},
});

}  // namespace

std::span<const RuleInfo> structure_rules() {
  return table;
}

}  // namespace lapis::lint
