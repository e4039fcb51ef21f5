// The rules of text and structure, and the table of all rules, which joins the groups' tables.
#include <algorithm>
#include <array>
#include <vector>

#include "lapis/lint/lint.h"
#include "rule_tables.h"

namespace lapis::lint {
namespace {

constexpr auto table = std::to_array<RuleInfo>({
    {"unreadable-file", Severity::error, "a zone file can't be read",
     "The file, or one named by $INCLUDE, does not exist or may not be read.", "", "", "",
     "Correct the path, or the permissions of the file.", true},
    {"bad-class", Severity::error, "a class other than IN",
     "A zone holds records of one class; Lapis serves IN.", "RFC 1035 section 5.2"},
    {"bad-name", Severity::error, "a domain name that is not one",
     "Labels have 1 to 63 octets; an escape is a backslash and a character or three digits up to "
     "255.",
     "RFC 1035 section 5.1"},
    {"bad-rdata", Severity::error, "record data that does not fit its type",
     "A field is missing, superfluous, out of range or not in the form its type asks for.",
     "RFC 1035 section 5.1"},
    {"bad-ttl", Severity::error, "a TTL that is not one",
     "A TTL is a number of seconds, or numbers with the units w d h m s.", "RFC 2308 section 4"},
    {"generate", Severity::error, "a $GENERATE that can't be carried out",
     "It takes a range start-stop[/step], an owner, a type and record data in which $ or "
     "${offset,width,base} is the number.",
     "BIND 9 Administrator Reference Manual, $GENERATE"},
    {"include", Severity::error, "an $INCLUDE that can't be carried out",
     "The file must exist, may not include itself, and lies inside the directory that is allowed.",
     "RFC 1035 section 5.1"},
    {"syntax", Severity::error, "text that is no entry of a zone file",
     "An entry is a directive or an owner, TTL, class, type and data; parentheses and quotes are "
     "closed. Reading goes on with the next record.",
     "RFC 1035 section 5.1"},
    {"missing-origin", Severity::error, "a relative name without an origin",
     "Set $ORIGIN or give the zone's name with --origin.", "RFC 1035 section 5.1"},
    {"missing-owner", Severity::error, "a record without an owner",
     "A line that begins with a blank takes the owner of the record before it; there is none.",
     "RFC 1035 section 5.1"},
    {"missing-ttl", Severity::error, "a record without a TTL",
     "Neither the record nor a $TTL directive nor an earlier record gives one.",
     "RFC 2308 section 4"},
    {"no-default-alpn", Severity::error, "no-default-alpn without alpn",
     "The parameter only has a meaning beside alpn.", "RFC 9460 section 7.1.1"},
    {"suspicious-text", Severity::warning, "text that is read, but probably not as meant",
     "The text is valid; read it again.", ""},
    {"unknown-directive", Severity::error, "an unknown directive",
     "Known are $ORIGIN, $TTL, $INCLUDE and $GENERATE.", "RFC 1035 section 5.1"},
    {"unknown-type", Severity::error, "an unknown record type",
     "Write a type without a name as TYPEnnn with \\# data.", "RFC 3597 section 5"},
    {"name-too-long", Severity::error, "a name of more than 255 octets",
     "A domain name has at most 255 octets in wire form, the origin included.",
     "RFC 1035 section 2.3.4"},
    {"out-of-zone", Severity::error, "a record outside the zone",
     "The owner is not at or below the apex; often a final dot too many. In an attributes file "
     "the\n"
     "name of a row must likewise be at or below the apex; without a final dot it is completed.",
     "RFC 1035 section 5.2"},
    {"soa-count", Severity::error, "not exactly one SOA record",
     "A zone has one SOA record, at its apex.", "RFC 1035 section 5.2"},
    {"cname-and-other-data", Severity::error, "a CNAME beside other data",
     "A name that is an alias owns nothing else but DNSSEC records.", "RFC 2181 section 10.1"},
    {"multiple-cname", Severity::error, "several CNAME records at one name",
     "A name is the alias of one other name.", "RFC 2181 section 10.1"},
    {"multiple-dname", Severity::error, "several DNAME records at one name",
     "A subtree is redirected to one place.", "RFC 6672 section 2.4"},
    {"duplicate-record", Severity::warning, "the same record twice",
     "Equal records are one record; remove the later one.", "RFC 2181 section 5"},
    {"rrset-ttl-mismatch", Severity::warning, "records of an RRset with different TTLs",
     "The TTLs of an RRset must be the same.", "RFC 2181 section 5.2"},
    {"no-apex-ns", Severity::error, "no NS record at the apex",
     "A zone names its nameservers at its apex.", "RFC 1034 section 4.2.1"},
    {"single-ns", Severity::warning, "only one nameserver",
     "A zone should have two nameservers that do not fail together.", "RFC 2182 section 5"},
    {"soa-mname", Severity::note, "the primary of the SOA record is not among the nameservers",
     "Intended for a hidden primary; otherwise a mistake.", "RFC 1035 section 3.3.13"},
    {"soa-rname", Severity::warning, "the mailbox of the SOA record is not written as a name",
     "The first dot stands for the @ of the mailbox.", "RFC 1035 section 8"},
    {"soa-timers", Severity::warning, "SOA timers that contradict each other or are unusual",
     "Refresh, retry, expire and minimum decide how secondaries follow and how long negative "
     "answers are kept.",
     "RFC 1912 section 2.2"},
    {"data-below-delegation", Severity::warning, "data below a delegation",
     "It is occluded: queries for it get the referral.", "RFC 1034 section 4.2.1"},
    {"data-below-dname", Severity::error, "data below a DNAME",
     "It is never answered: the DNAME redirects every name below it.", "RFC 6672 section 2.4"},
    {"dname-and-ns", Severity::error, "DNAME and NS at a name that is not the apex",
     "A delegation and a redirection can't stand at one name.", "RFC 6672 section 2.3"},
    {"missing-glue", Severity::error, "a nameserver below a zone cut without address",
     "Resolvers can't reach it without glue in this zone.", "RFC 1034 section 4.2.1"},
    {"unneeded-glue", Severity::warning, "an address below a delegation that no NS record needs",
     "It is never sent; probably left over.", "RFC 1034 section 4.2.1"},
    {"wildcard-delegation", Severity::warning, "NS records at a wildcard",
     "Their meaning is undefined.", "RFC 4592 section 4.2"},
    {"wildcard-blocked-by-ent", Severity::note, "an empty non-terminal takes names from a wildcard",
     "The name exists without data, so the wildcard answers neither it nor the names below it.",
     "RFC 4592 section 2.2"},
    {"ns-target-is-cname", Severity::error, "an NS target is an alias",
     "The name of a nameserver must own its addresses.", "RFC 2181 section 10.3"},
    {"mx-target-is-cname", Severity::warning, "an MX target is an alias",
     "The name of a mail exchanger must own its addresses.", "RFC 2181 section 10.3"},
    {"srv-target-is-cname", Severity::warning, "an SRV target is an alias",
     "The target must own its addresses.", "RFC 2782"},
    {"target-does-not-exist", Severity::error, "a target in the zone without an address",
     "The name belongs to this zone and has no address, so the service can't be reached.",
     "RFC 1912 section 2.4"},
    {"address-as-name", Severity::warning, "an address where a name belongs",
     "NS, MX, SRV, CNAME and PTR take names; an address written there is read as a name.",
     "RFC 1912 section 2.4"},
    {"url-as-name", Severity::warning, "a URL or mail address where a name belongs",
     "The text is read as a domain name with a slash, colon or @ inside, which nobody can look up.",
     "RFC 1035 section 3.3"},
    {"leading-blank", Severity::warning, "a record that continues an owner by accident",
     "A line that begins with a blank has no owner of its own; its first word is TTL, class or "
     "type "
     "of a record of the owner before.",
     "RFC 1035 section 5.1"},
    {"ttl-unit", Severity::warning, "a TTL with what looks like the wrong unit",
     "TTLs are seconds; w, d, h and m multiply.", "RFC 2308 section 4"},
    {"unprintable-character", Severity::warning, "a control character or blank in a name or field",
     "It is legal in DNS and never meant.", "RFC 1034 section 3.5"},
    {"look-alike-character", Severity::warning, "a character that is not what it looks like",
     "Word processors and web pages put blanks, quotes, hyphens and letters into text that look "
     "like ASCII and are not. An error where the record can't be read because of it.",
     "RFC 5890 section 4.4"},
    {"idn-label", Severity::warning, "an internationalized label that is none",
     "A label that begins with xn-- must decode to allowed characters and encode to itself again; "
     "other characters than ASCII must be encoded.",
     "RFC 5891 section 4.2"},
    {"missing-final-dot", Severity::warning, "the origin is appended twice",
     "A name without final dot is relative to the origin.", "RFC 1912 section 2.1"},
    {"null-mx-mixed", Severity::error, "a null MX beside other MX records",
     "A null MX says that the domain takes no mail, so it stands alone.", "RFC 7505 section 3"},
    {"chain-too-long", Severity::warning, "a long chain of aliases",
     "Resolvers give up after some steps.", "RFC 1034 section 3.6.2"},
    {"cname-loop", Severity::error, "aliases that lead back to themselves",
     "No query for these names can be answered.", "RFC 1034 section 3.6.2"},
});

}  // namespace

std::span<const RuleInfo> lint_rules() {
  static const std::vector<RuleInfo> all = [] {
    std::vector<RuleInfo> joined(table.begin(), table.end());
    for (const auto group : {value_rules(), mail_rules(), security_rules(), dnssec_rules(),
                             answer_space_rules(), program_rules()}) {
      joined.insert(joined.end(), group.begin(), group.end());
    }
    return joined;
  }();
  return all;
}

const RuleInfo* find_lint_rule(std::string_view id) {
  const auto all = lint_rules();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const RuleInfo& rule) { return rule.id == id; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace lapis::lint
