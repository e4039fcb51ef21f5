// Rules about the text of a zone file.
#include <array>

#include "rule_tables.h"

namespace lapis::lint {
namespace {

constexpr auto error = Severity::error;
constexpr auto warning = Severity::warning;

constexpr auto table = std::to_array<RuleInfo>({
    {"unreadable-file", error, "a zone file can't be read",
     "The file, or one named by $INCLUDE, does not exist or may not be read, so nothing is known "
     "about the\n"
     "zone. A server with this file would refuse to start or keep the old one.",
     "RFC 1035 section 5.1", "", "", "Correct the path, or the permissions of the file.", true},
    {"bad-class", error, "a class other than IN",
     "A zone holds records of one class, and all but a handful of zones on Earth are of class IN.\n"
     "Servers refuse a record of another one, or the whole zone.",
     "RFC 1035 section 5.2", "version CH TXT \"none\"", "version TXT \"none\"",
     "Leave the class out, or write IN."},
    {"bad-name", error, "a domain name that is not one",
     "A name is a row of labels of 1 to 63 octets with single dots between; an escape is a "
     "backslash and\n"
     "a character, or a backslash and three digits up to 255. What breaks that stands for no name "
     "at all,\n"
     "so the record can't be served.",
     "RFC 1035 section 2.3.4, 5.1", "www..shop A 192.0.2.80", "www.shop A 192.0.2.80",
     "Take out the superfluous dot, shorten the label, or write the escape with three digits."},
    {"bad-rdata", error, "record data that does not fit its type",
     "A field is missing, superfluous, out of range or not in the form its type asks for. There is "
     "no way\n"
     "to say on the wire what it says, so servers refuse the record or the zone.",
     "RFC 1035 section 5.1", "www A 192.0.2.256", "www A 192.0.2.25",
     "Correct the field that is marked; the message says what is expected there."},
    {"bad-ttl", error, "a TTL that is not one",
     "A TTL is a number of seconds up to 2147483647, or numbers with the units w, d, h, m and s. A "
     "word in\n"
     "its place that is neither TTL, class nor type makes the record unreadable.",
     "RFC 2181 section 8; RFC 2308 section 4", "www 1x A 192.0.2.80", "www 1h A 192.0.2.80",
     "Write the seconds, or one of the units w, d, h, m, s behind each number."},
    {"generate", error, "a $GENERATE that can't be carried out",
     "The directive takes a range START-STOP[/STEP], an owner, a type and record data in which $ "
     "or\n"
     "${OFFSET,WIDTH,BASE} is the number. None of its records is made when it can't be read.",
     "BIND 9 Administrator Reference Manual, $GENERATE", "$GENERATE 9-1 host$ A 192.0.2.$",
     "$GENERATE 1-9 host$ A 192.0.2.$",
     "Give the lower end of the range first, and close the braces."},
    {"include", error, "an $INCLUDE that can't be carried out",
     "The file must exist, may not include itself, and lies inside the directory that is allowed. "
     "Without\n"
     "it the records it holds are missing, so the zone is refused rather than served in part.",
     "RFC 1035 section 5.1", "$INCLUDE no-such-file.zone", "www A 192.0.2.80",
     "Correct the path; it is taken from the folder of the file with the directive."},
    {"syntax", error, "text that is no entry of a zone file",
     "An entry is a directive or an owner, TTL, class, type and data; parentheses and quotes are "
     "closed\n"
     "before it ends. Reading goes on with the next record, so that each mistake is shown.",
     "RFC 1035 section 5.1", "www TXT \"never closed", "www TXT \"closed\"",
     "Close the quote or parenthesis, or complete the record."},
    {"missing-origin", error, "a relative name without an origin",
     "A name without final dot is completed by the origin, and none is known: there is no $ORIGIN "
     "before\n"
     "it, and the zone's name was not given.",
     "RFC 1035 section 5.1",
     "; file zone\n"
     "@ 3600 SOA ns1.example.net. hostmaster.example.net. 2026010101 7200 1800 1209600 300\n"
     "@ 3600 NS ns1.example.net.\n"
     "@ 3600 NS ns2.example.net.",
     "; file zone\n"
     "$ORIGIN example.com.\n"
     "@ 3600 SOA ns1.example.net. hostmaster.example.net. 2026010101 7200 1800 1209600 300\n"
     "@ 3600 NS ns1.example.net.\n"
     "@ 3600 NS ns2.example.net.",
     "Begin the file with $ORIGIN, end the name with a dot, or give the zone's name with "
     "--origin."},
    {"missing-owner", error, "a record without an owner",
     "A line that begins with a blank belongs to the owner of the record before it; there is none.",
     "RFC 1035 section 5.1",
     "; file example.com.zone\n"
     "  3600 SOA ns1.example.net. hostmaster.example.net. 2026010101 7200 1800 1209600 300\n"
     "  3600 NS ns1.example.net.\n"
     "  3600 NS ns2.example.net.",
     "; file example.com.zone\n"
     "@ 3600 SOA ns1.example.net. hostmaster.example.net. 2026010101 7200 1800 1209600 300\n"
     "  3600 NS ns1.example.net.\n"
     "  3600 NS ns2.example.net.",
     "Write the owner, @ for the zone itself, or take the blank away."},
    {"missing-ttl", error, "a record without a TTL",
     "Neither the record nor a $TTL directive nor an earlier record gives one. Servers fill the "
     "gap in\n"
     "different ways, or refuse the zone.",
     "RFC 2308 section 4",
     "; file example.com.zone\n"
     "@ SOA ns1.example.net. hostmaster.example.net. 2026010101 7200 1800 1209600 300\n"
     "@ NS ns1.example.net.\n"
     "@ NS ns2.example.net.",
     "; file example.com.zone\n"
     "$TTL 1h\n"
     "@ SOA ns1.example.net. hostmaster.example.net. 2026010101 7200 1800 1209600 300\n"
     "@ NS ns1.example.net.\n"
     "@ NS ns2.example.net.",
     "Begin the file with $TTL, for example $TTL 1h."},
    {"suspicious-text", warning, "text that is read, but probably not as meant",
     "The text is valid and is read, but holds something that was surely not meant: a byte order "
     "mark, which\n"
     "an editor left at the beginning of the file. Other readers take it for the first octets of a "
     "name.\n"
     "Or @ as a label of a longer name (_sip._tls.@), where it is only that character.",
     "RFC 3629 section 6",
     "; file example.com.zone\n"
     "\xEF\xBB\xBF"
     "$TTL 1h\n"
     "@ 3600 SOA ns1.example.net. hostmaster.example.net. 2026010101 7200 1800 1209600 300\n"
     "@ NS ns1.example.net.\n"
     "@ NS ns2.example.net.",
     "; file example.com.zone\n"
     "$TTL 1h\n"
     "@ 3600 SOA ns1.example.net. hostmaster.example.net. 2026010101 7200 1800 1209600 300\n"
     "@ NS ns1.example.net.\n"
     "@ NS ns2.example.net.",
     "Save the file without byte order mark."},
    {"unknown-directive", error, "an unknown directive",
     "Known are $ORIGIN, $TTL, $INCLUDE and $GENERATE. What the author wanted of another one does "
     "not\n"
     "happen, so the zone would not be what it should be.",
     "RFC 1035 section 5.1; RFC 2308 section 4", "$ORIGN sub.example.com.",
     "$ORIGIN sub.example.com.", "Correct the spelling, or remove the line."},
    {"unknown-type", error, "an unknown record type",
     "The word where the type belongs is the name of none, so the data can't be read.",
     "RFC 3597 section 5", "www CNAM shop.example.net.", "www CNAME shop.example.net.",
     "Correct the spelling; write a type that has no name as TYPEnnn with \\# data."},
    {"name-too-long", error, "a name of more than 255 octets",
     "A domain name has at most 255 octets in wire form, the origin included. A longer one fits "
     "into no\n"
     "message.",
     "RFC 1035 section 2.3.4",
     "a-label-of-fifty-octets-that-is-far-too-long-to-be.a-label-of-fifty-octets-that-is-far-too-"
     "long-to-be.a-label-of-fifty-octets-that-is-far-too-long-to-be.a-label-of-fifty-octets-that-"
     "is-far-too-long-to-be.a-label-of-fifty-octets-that-is-far-too-long-to-be A 192.0.2.80",
     "a-label-of-fifty-octets-that-is-far-too-long-to-be A 192.0.2.80",
     "Shorten the name; a final dot keeps the origin from being appended."},
    {"out-of-zone", error, "a record outside the zone",
     "The owner is not at or below the apex, often because of a final dot too many. Servers leave "
     "the record\n"
     "out or refuse the zone. In an attributes file the name of a row must likewise be at or below "
     "the\n"
     "apex; without a final dot it is completed.",
     "RFC 1035 section 5.2", "www.example.org. A 192.0.2.80", "www A 192.0.2.80",
     "Take the final dot away, or move the record to the zone it belongs to."},
    {"address-as-name", warning, "an address where a name belongs",
     "NS, MX, SRV, CNAME and PTR take names; an address written there is read as a name whose "
     "top-level\n"
     "domain is a number, which does not exist.",
     "RFC 1912 section 2.4", "@ MX 10 192.0.2.25",
     "@ MX 10 mail\n"
     "mail A 192.0.2.25",
     "Name the host, and give its address in an A record."},
    {"url-as-name", warning, "a URL or mail address where a name belongs",
     "The text is read as a domain name with a slash, colon or @ inside, which nobody can look up.",
     "RFC 1035 section 3.3", "shop CNAME https://shop.example.net/", "shop CNAME shop.example.net.",
     "Write the host's name alone, with a final dot. DNS can't redirect to a path."},
    {"leading-blank", warning, "a record that continues an owner by accident",
     "A line that begins with a blank has no owner of its own; its first word is TTL, class or "
     "type of a\n"
     "record of the owner before. Here it looks like an owner. An error where the record can't be "
     "read\n"
     "because of it.",
     "RFC 1035 section 5.1", " mx A 192.0.2.25", "mx A 192.0.2.25", "Take the blank away."},
    {"ttl-unit", warning, "a TTL with what looks like the wrong unit",
     "TTLs are seconds; w, d, h and m multiply. 3600h is 150 days, and caches keep what was wrong "
     "for as\n"
     "long.",
     "RFC 2308 section 4; RFC 1912 section 2.2", "www 3600h A 192.0.2.80", "www 3600 A 192.0.2.80",
     "Write the seconds without unit, or the number of hours."},
    {"unprintable-character", warning, "a control character or blank in a name or field",
     "It is legal in DNS and never meant: what people type never matches it.",
     "RFC 1034 section 3.5; RFC 2181 section 11", "my\\032host A 192.0.2.80",
     "my-host A 192.0.2.80", "Take the character out."},
    {"look-alike-character", warning, "a character that is not what it looks like",
     "Word processors and web pages put blanks, quotes, hyphens and letters into text that look "
     "like ASCII\n"
     "and are not. The name is another one than it seems. An error where the record can't be read "
     "because\n"
     "of it.",
     "RFC 5890 section 4.4", "wаrehouse A 192.0.2.80", "warehouse A 192.0.2.80",
     "Type the character anew."},
    {"idn-label", warning, "an internationalized label that is none",
     "A label that begins with xn-- must decode to allowed characters and encode to itself again; "
     "other\n"
     "characters than ASCII must be encoded. Browsers look up another name than the one written "
     "here.",
     "RFC 5891 section 4.2, 5.4", "xn--bcher-kv A 192.0.2.80", "xn--bcher-kva A 192.0.2.80",
     "Encode the name anew, for example with idn2."},
    {"missing-final-dot", warning, "the origin is appended twice",
     "A name without final dot is relative to the origin, so www.example.com becomes\n"
     "www.example.com.example.com.",
     "RFC 1912 section 2.1",
     "shop CNAME www.example.com\n"
     "www A 192.0.2.80",
     "shop CNAME www.example.com.\n"
     "www A 192.0.2.80",
     "Add the dot; lapis lint --fix does it."},
});

}  // namespace

std::span<const RuleInfo> text_rules() {
  return table;
}

}  // namespace lapis::lint
