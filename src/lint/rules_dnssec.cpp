// Rules about signed zones. They have no short examples: a signed zone is long, and the defect lies
// in one record of it. tests/lint/dnssec_test.py plants each of them in zones signed by real
// signers.
#include <array>

#include "rule_tables.h"

namespace lapis::lint {
namespace {

constexpr auto error = Severity::error;
constexpr auto warning = Severity::warning;
constexpr auto note = Severity::note;

constexpr const char* resign = "Sign the zone anew.";

constexpr auto table = std::to_array<RuleInfo>({
    {"unsigned-with-keys", note, "keys without signatures",
     "The zone has DNSKEY records and no RRSIG record. That is right for the input of a signer "
     "and\n"
     "wrong for a zone that is served while its parent has DS records.",
     "RFC 4035 section 2.2", "", "", "Serve the signer's output."},
    {"rrsig-without-keys", error, "signatures without keys",
     "Without DNSKEY records at the apex no signature can be verified. In a zone whose SOA record "
     "is\n"
     "not signed it is a note: the signatures are leftovers then.",
     "RFC 4035 section 2.1", "", "", resign},
    {"rrsig-missing", error, "an RRset without signature",
     "Every RRset that the zone is authoritative for must be signed; validators refuse this one.\n"
     "NS records of delegations and glue are not signed.",
     "RFC 4035 section 2.2", "", "", resign},
    {"rrsig-missing-algorithm", warning, "an RRset without signature by one of the algorithms",
     "Each RRset must have a signature by each algorithm among the DNSKEY records. In a change of\n"
     "algorithm the signatures are added before the key and removed after it.",
     "RFC 4035 section 2.2; RFC 6781 section 4.1.4", "", "",
     "Sign with all algorithms, or remove the key."},
    {"rrsig-extra", warning, "a signature over nothing",
     "The name does not have records of the type that the signature covers, or they are glue or "
     "the\n"
     "NS records of a delegation, which are not signed.",
     "RFC 4035 section 2.2", "", "", resign},
    {"rrsig-fields", error, "a signature whose fields do not fit",
     "The signer must be the zone, the label count that of the owner without wildcard, and the "
     "end\n"
     "must lie behind the beginning.",
     "RFC 4034 section 3.1", "", "", resign},
    {"rrsig-ttl", warning, "a signature with another TTL than its records",
     "The original TTL and the signature's own TTL must be that of the RRset it covers.",
     "RFC 4034 section 3, 3.1.4", "", "", resign},
    {"rrsig-no-key", error, "a signature by a key the zone does not have",
     "No DNSKEY record has the signature's key tag and algorithm, so it can't be verified.",
     "RFC 4035 section 5.3.1", "", "", "Publish the key, or sign the zone anew."},
    {"rrsig-invalid", error, "a signature that does not verify",
     "The records or the signature were changed after signing; validators refuse the records.",
     "RFC 4035 section 5.3.3", "", "", resign},
    {"rrsig-expired", error, "a signature that has expired",
     "Validators refuse the records. The time is now, or that of --at.", "RFC 4035 section 5.3.1",
     "", "", resign},
    {"rrsig-not-yet-valid", error, "a signature that is not valid yet",
     "Validators refuse the records. The time is now, or that of --at.", "RFC 4035 section 5.3.1",
     "", "", "Check the signer's clock and wait, or sign the zone anew."},
    {"rrsig-expires-soon", warning, "a signature that is about to expire",
     "It ends within the margin (three days, or that of --expiry-margin). Secondaries and caches "
     "hold\n"
     "the records for some time after a new signature is published.",
     "RFC 6781 section 4.4.2", "", "", resign},
    {"dnskey-not-signed", error, "keys that no key-signing key has signed",
     "DS records lead to keys with the SEP bit. None of those has a valid signature over the "
     "DNSKEY\n"
     "records, so the chain of trust ends there.",
     "RFC 4035 section 5.2", "", "", "Sign the DNSKEY records with the key-signing key."},
    {"dnskey-fields", error, "a DNSKEY record whose fields do not fit",
     "The protocol must be 3 and the flags must have the bit 256; then there may be the bits 1 "
     "(SEP)\n"
     "and 128 (revoked). Other bits are a note.",
     "RFC 4034 section 2.1", "", "", "Publish the record as the signer prints it."},
    {"dnskey-malformed", error, "a DNSKEY record that holds no key",
     "The data is no public key of the algorithm.", "RFC 4034 section 2.1.4", "", "",
     "Publish the record as the signer prints it."},
    {"dnskey-weak", warning, "an RSA key that is too short",
     "Below 1024 bits is an error, below 2048 a warning for key-signing keys and a note for "
     "others.",
     "RFC 6781 section 3.4.2", "", "", "Use ECDSAP256SHA256, or RSA with 2048 bits."},
    {"dnskey-placement", warning, "a DNSKEY record below the apex",
     "Keys of a zone stand at its apex only.", "RFC 4035 section 2.1",
     "www DNSKEY 257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=", "",
     "Move it to the apex of its own zone."},
    {"dnskey-same-tag", note, "two keys with one tag",
     "Validators must try both keys for each signature, and some limit how often they do.",
     "RFC 4034 section 8", "", "", "Make another key."},
    {"dnssec-algorithm", warning, "a signing algorithm that should not be used",
     "RSAMD5, DSA and GOST are errors: nobody validates them. RSASHA1 is on its way there. "
     "RSASHA512\n"
     "is a note.",
     "RFC 8624 section 3.1; RFC 9905", "", "", "Change to ECDSAP256SHA256 (13)."},
    {"no-denial", error, "a signed zone without NSEC and NSEC3 records",
     "No name or type can be denied, so validators refuse every negative answer.",
     "RFC 4035 section 2.3", "", "", resign},
    {"nsec-missing", error, "a name without NSEC record",
     "Every name with authoritative data or a delegation has an NSEC record.",
     "RFC 4035 section 2.3", "", "", resign},
    {"nsec-extra", error, "an NSEC record that does not belong there",
     "Glue, names below a delegation and names without records have none, and a name has only one.",
     "RFC 4035 section 2.3", "", "", resign},
    {"nsec-next", error, "an NSEC record with a wrong next name",
     "The records form one ring in canonical order. A wrong next name denies names that exist, or\n"
     "leaves names without a denial.",
     "RFC 4034 section 4.1.1", "", "", resign},
    {"nsec-bitmap", error, "an NSEC record with wrong types",
     "The record lists exactly the types of its name: a type that is not listed is denied "
     "although\n"
     "it is there.",
     "RFC 4034 section 4.1.2", "", "", resign},
    {"nsec-ttl", note, "an NSEC TTL above that of negative answers",
     "It should be the lesser of the SOA's TTL and its last field.", "RFC 9077 section 3", "", "",
     resign},
    {"nsec3-missing", error, "a name without NSEC3 record",
     "Every name with authoritative data, and every empty name above one, has an NSEC3 record. "
     "Only\n"
     "unsigned delegations may be left out, where the record before them has the opt-out flag.",
     "RFC 5155 section 7.1", "", "", resign},
    {"nsec3-extra", error, "an NSEC3 record of no name",
     "No name of the zone has the hash, or there are two records of one hash.",
     "RFC 5155 section 7.1", "", "", resign},
    {"nsec3-next", error, "an NSEC3 record with a wrong next hash",
     "The records form one ring in the order of their hashes.", "RFC 5155 section 7.1", "", "",
     resign},
    {"nsec3-bitmap", error, "an NSEC3 record with wrong types",
     "The record lists exactly the types of the name it is of: a type that is not listed is "
     "denied\n"
     "although it is there.",
     "RFC 5155 section 3.1.8", "", "", resign},
    {"nsec3-params", error, "NSEC3 records and NSEC3PARAM record that do not fit",
     "The NSEC3PARAM record names algorithm, iterations and salt of a complete chain; the server\n"
     "finds the records by it.",
     "RFC 5155 section 4", "", "", resign},
    {"nsec3-iterations", warning, "extra iterations of the NSEC3 hash",
     "The count must be 0: more protects nothing, costs every resolver, and many treat zones with\n"
     "more than some as unsigned. Exactly one, the default of some signers, is a note.",
     "RFC 9276 section 3.1", "", "", "Sign with 0 iterations."},
    {"nsec3-salt", note, "a salt in the NSEC3 hash",
     "The zone's name is hashed with every name already, so a salt adds nothing.",
     "RFC 9276 section 3.1", "", "", "Sign without salt."},
    {"ds-no-key", error, "a DS record that leads to no key of the child zone",
     "When none of the DS records of a delegation matches a DNSKEY record of the child, "
     "validators\n"
     "refuse the whole child. Beside one that matches it is a note. Found when both zones are "
     "given.",
     "RFC 4035 section 5.2", "", "", "Replace the DS records by those of the child's present key."},
    {"ds-missing", note, "a signed child zone without DS records",
     "Nobody verifies the child's signatures. Found when both zones are given.",
     "RFC 4035 section 2.4", "", "", "Add the child's DS records to the parent."},
    {"cds-placement", warning, "CDS or CDNSKEY below the apex",
     "The parent looks for them at the apex of the child zone only.", "RFC 7344 section 4",
     "www CDS 0 0 0 00", "", "Move them to the apex."},
    {"cds-inconsistent", error, "CDS and CDNSKEY that contradict each other",
     "When both are published they must stand for the same keys; the parent does nothing "
     "otherwise.",
     "RFC 7344 section 4",
     "@ CDS 0 0 0 00\n@ CDNSKEY 257 3 15 "
     "l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=",
     "@ CDS 0 0 0 00\n@ CDNSKEY 0 3 0 AA==", "Publish both from one list of keys."},
    {"cds-no-key", error, "a CDS or CDNSKEY record of a key the zone does not have",
     "The parent would install a DS record that leads nowhere; most refuse to.",
     "RFC 7344 section 4.1",
     "@ DNSKEY 257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=\n"
     "@ CDNSKEY 257 3 15 m02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=",
     "@ DNSKEY 257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=\n"
     "@ CDNSKEY 257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=",
     "Publish CDS and CDNSKEY for keys of the zone."},
    {"cds-delete-mixed", error, "a request to delete DS records beside others",
     "The deletion (CDS 0 0 0 00, CDNSKEY 0 3 0 AA==) must be the only record of its type.",
     "RFC 8078 section 4",
     "@ CDS 0 0 0 00\n@ CDS 1234 15 2 "
     "03d66dd08835c1ca3f128cceacd1f31ac94163096b20f445ae84285bc0832d72",
     "@ CDS 0 0 0 00", "Remove one or the other."},
});

}  // namespace

std::span<const RuleInfo> dnssec_rules() {
  return table;
}

}  // namespace lapis::lint
