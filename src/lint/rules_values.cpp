// Rules about TTLs, addresses, serial numbers, zone digests and reverse zones.
#include <array>

#include "rule_tables.h"

namespace lapis::lint {
namespace {

constexpr auto error = Severity::error;
constexpr auto warning = Severity::warning;
constexpr auto note = Severity::note;

constexpr auto table = std::to_array<RuleInfo>({
    {"ttl-zero", note, "a TTL of 0",
     "Resolvers may not keep the answer at all, so every query comes to this server, and many\n"
     "resolvers use a floor of their own instead.",
     "RFC 1035 section 3.2.1", "www 0 A 192.0.2.1", "www 60 A 192.0.2.1",
     "Give at least half a minute, unless every single query must be seen."},
    {"ttl-very-long", note, "a TTL above a week",
     "A mistake in this record stays in caches for as long as that. Most resolvers cut TTLs at a\n"
     "day or a week anyway.",
     "RFC 8767 section 4", "www 4w A 192.0.2.1", "www 1d A 192.0.2.1", "Give at most a week."},
    {"soa-timers-unusual", note, "SOA timers outside of the recommended ranges",
     "Recommended are a refresh of 20 minutes to a day, a retry below it, an expire of one to "
     "eight\n"
     "weeks, and a minimum (the time that negative answers are kept) of a minute to a day. Zones\n"
     "that use NOTIFY can live with others.",
     "RFC 1912 section 2.2; RIPE-203; RFC 2308 section 5",
     "@ SOA ns1 hostmaster 2026010101 7200 1800 3600000 0\n@ NS ns1\n@ NS ns2\n"
     "ns1 A 192.0.2.1\nns2 A 192.0.2.2",
     "@ SOA ns1 hostmaster 2026010101 7200 1800 3600000 300\n@ NS ns1\n@ NS ns2\n"
     "ns1 A 192.0.2.1\nns2 A 192.0.2.2",
     "Take the recommended values unless you know why not."},
    {"serial-not-increased", error, "a changed zone without a higher serial",
     "Secondaries compare serials to see whether a zone has changed. With one that is not ahead "
     "of\n"
     "the published one they keep the old zone and nobody is told. Serials wrap around: a serial "
     "is\n"
     "ahead when it lies less than 2^31 further on. Found with --previous FILE only.",
     "RFC 1982 section 3",
     "www A 192.0.2.81\n"
     "; previous\n"
     "www A 192.0.2.80",
     "@ SOA ns1 hostmaster 2026010102 7200 1800 1209600 300\n"
     "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.53\nns2 A 192.0.2.54\n"
     "www A 192.0.2.81\n"
     "; previous\n"
     "www A 192.0.2.80",
     "Raise the serial with every change; lapis lint --fix does it."},
    {"special-address", note, "an address that the Internet does not reach",
     "The address is private, loopback, link-local, for documentation, or otherwise of a block\n"
     "that is not globally reachable. In a public zone nobody but the local network can use it, "
     "and\n"
     "it tells outsiders about the inside. There is one finding for each block of addresses.",
     "RFC 6890 section 2", "printer A 192.168.1.20",
     "@ SOA ns1.example.net. hostmaster 2026010101 7200 1800 1209600 300\n"
     "@ NS ns1.example.net.\n@ NS ns2.example.net.\nprinter A 93.184.216.34",
     "Give the public address, or move the name to an internal zone."},
    {"zonemd-mismatch", error, "a zone digest that does not fit the zone",
     "Whoever verifies the digest will refuse the zone.", "RFC 8976 section 4",
     "@ ZONEMD 2026010101 1 1 "
     "1af11b56ff56d4815f17f7c82e7dc71ced876f4d34186aa8b802855d28e3278af8c8e00417c59133764880fbb612f"
     "457",
     "@ ZONEMD 2026010101 1 1 "
     "ead879e46f48d4341315e96cad612bb0e30d0613990f855d230f42ab9519cab750f207c9d8f7a21ded7ea58790e80"
     "655",
     "Make the digest anew after the last change, for example with ldns-signzone -z."},
    {"zonemd-length", error, "a zone digest of the wrong length",
     "SHA-384 has 48 octets, SHA-512 has 64: with another number the digest fits no zone.",
     "RFC 8976 section 2.2.4, 5.3", "@ ZONEMD 2026010101 1 1 03d66dd08835c1ca3f128cceacd1f31a",
     "@ ZONEMD 2026010101 1 1 "
     "ead879e46f48d4341315e96cad612bb0e30d0613990f855d230f42ab9519cab750f207c9d8f7a21ded7ea58790e80"
     "655",
     "Make the digest anew, for example with ldns-signzone -z."},
    {"zonemd-serial", error, "a zone digest of another serial",
     "The digest carries the serial of the zone it was made for; with another one it counts as "
     "wrong.",
     "RFC 8976 section 4",
     "@ ZONEMD 2025010101 1 1 "
     "1af11b56ff56d4815f17f7c82e7dc71ced876f4d34186aa8b802855d28e3278af8c8e00417c59133764880fbb612f"
     "457",
     "@ ZONEMD 2026010101 1 1 "
     "ead879e46f48d4341315e96cad612bb0e30d0613990f855d230f42ab9519cab750f207c9d8f7a21ded7ea58790e80"
     "655",
     "Make the digest anew after every change of the serial."},
    {"zonemd-duplicate", error, "two zone digests of one kind",
     "With two digests of the same scheme and hash algorithm verifiers must use neither.",
     "RFC 8976 section 2.2.4",
     "@ ZONEMD 2026010101 1 240 "
     "1af11b56ff56d4815f17f7c82e7dc71ced876f4d34186aa8b802855d28e3278af8c8e00417c59133764880fbb612f"
     "457\n"
     "@ ZONEMD 2026010101 1 240 "
     "2af11b56ff56d4815f17f7c82e7dc71ced876f4d34186aa8b802855d28e3278af8c8e00417c59133764880fbb612f"
     "457",
     "@ ZONEMD 2026010101 1 1 "
     "ead879e46f48d4341315e96cad612bb0e30d0613990f855d230f42ab9519cab750f207c9d8f7a21ded7ea58790e80"
     "655",
     "Remove the older one."},
    {"zonemd-unknown", note, "a zone digest that nobody can verify",
     "Only scheme 1 (SIMPLE) with hash algorithm 1 (SHA-384) or 2 (SHA-512) is defined.",
     "RFC 8976 section 5",
     "@ ZONEMD 2026010101 1 240 "
     "1af11b56ff56d4815f17f7c82e7dc71ced876f4d34186aa8b802855d28e3278af8c8e00417c59133764880fbb612f"
     "457",
     "@ ZONEMD 2026010101 1 1 "
     "ead879e46f48d4341315e96cad612bb0e30d0613990f855d230f42ab9519cab750f207c9d8f7a21ded7ea58790e80"
     "655",
     "Use scheme 1 and hash algorithm 1."},
    {"zonemd-placement", warning, "a zone digest below the apex",
     "Only the ZONEMD records of the apex are about the zone.", "RFC 8976 section 2",
     "www ZONEMD 2026010101 1 1 "
     "1af11b56ff56d4815f17f7c82e7dc71ced876f4d34186aa8b802855d28e3278af8c8e00417c59133764880fbb612f"
     "457",
     "@ ZONEMD 2026010101 1 1 "
     "ead879e46f48d4341315e96cad612bb0e30d0613990f855d230f42ab9519cab750f207c9d8f7a21ded7ea58790e80"
     "655",
     "Move it to the apex."},
    {"ptr-without-address", warning, "a PTR record whose name does not have the address",
     "Mail servers and others look the name up again and refuse peers when the address does not "
     "come\n"
     "back. Found when the forward zone is given as well.",
     "RFC 1912 section 2.1",
     "www A 192.0.2.80\n"
     "; file 2.0.192.in-addr.arpa.zone\n"
     "$TTL 1h\n"
     "@ SOA ns1.example.com. hostmaster.example.com. 2026010101 7200 1800 1209600 300\n"
     "@ NS ns1.example.com.\n@ NS ns2.example.com.\n"
     "53 PTR ns1.example.com.\n54 PTR ns2.example.com.\n"
     "80 PTR www.example.com.\n81 PTR www.example.com.",
     "www A 192.0.2.80\n"
     "; file 2.0.192.in-addr.arpa.zone\n"
     "$TTL 1h\n"
     "@ SOA ns1.example.com. hostmaster.example.com. 2026010101 7200 1800 1209600 300\n"
     "@ NS ns1.example.com.\n@ NS ns2.example.com.\n"
     "53 PTR ns1.example.com.\n54 PTR ns2.example.com.\n"
     "80 PTR www.example.com.",
     "Give the name the address, or point the PTR to the right name."},
    {"address-without-ptr", warning, "an address without PTR record in its reverse zone",
     "Every host should have a name in the reverse zone; mail from addresses without one is often\n"
     "refused. Found when the reverse zone is given as well.",
     "RFC 1912 section 2.1",
     "www A 192.0.2.80\n"
     "; file 2.0.192.in-addr.arpa.zone\n"
     "$TTL 1h\n"
     "@ SOA ns1.example.com. hostmaster.example.com. 2026010101 7200 1800 1209600 300\n"
     "@ NS ns1.example.com.\n@ NS ns2.example.com.\n"
     "53 PTR ns1.example.com.\n54 PTR ns2.example.com.\n"
     "81 CNAME 80",
     "www A 192.0.2.80\n"
     "; file 2.0.192.in-addr.arpa.zone\n"
     "$TTL 1h\n"
     "@ SOA ns1.example.com. hostmaster.example.com. 2026010101 7200 1800 1209600 300\n"
     "@ NS ns1.example.com.\n@ NS ns2.example.com.\n"
     "53 PTR ns1.example.com.\n54 PTR ns2.example.com.\n"
     "80 PTR www.example.com.",
     "Add the PTR record."},
});

}  // namespace

std::span<const RuleInfo> value_rules() {
  return table;
}

}  // namespace lapis::lint
