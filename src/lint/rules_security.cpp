// Rules about CAA, TLSA, SSHFP, DS and SVCB.
#include <array>

#include "rule_tables.h"

namespace lapis::lint {
namespace {

constexpr auto error = Severity::error;
constexpr auto warning = Severity::warning;
constexpr auto note = Severity::note;

constexpr auto table = std::to_array<RuleInfo>({
    {"caa-syntax", error, "a CAA value that can't be read",
     "A CA must treat a value that it can't read as one that forbids issuing, and can't se"
     "nd reports to\n"
     "an address that is none.",
     "RFC 8659 section 4.2, 4.4", "@ CAA 0 issue \"https://ca.example.net\"",
     "@ CAA 0 issue \"ca.example.net\"",
     "Write the CA's domain alone, or mailto: in front of a mail address."},
    {"caa-unknown-tag", note, "a CAA property that nobody knows",
     "CAs ignore it; when it is marked critical they must not issue at all. The finding is"
     " a warning\n"
     "then, and when it looks like a known property.",
     "RFC 8659 section 4.1", "@ CAA 0 isue \"ca.example.net\"", "@ CAA 0 issue \"ca.example.net\"",
     "Known are issue, issuewild, issuemail, issuevmc, iodef, contactemail and contactphon"
     "e."},
    {"caa-flags", warning, "CAA flags other than 0 and 128",
     "Only the top bit (128, critical) has a meaning; 1 is a common slip for it.",
     "RFC 8659 section 4.1", "@ CAA 1 issue \"ca.example.net\"",
     "@ CAA 128 issue \"ca.example.net\"", "Write 0 or 128."},
    {"caa-deny-and-allow", note, "a CAA record that forbids nothing",
     "issue \";\" forbids every CA only when it stands alone; beside a record that permits"
     " one it has no\n"
     "effect.",
     "RFC 8659 section 4.2",
     "@ CAA 0 issue \";\"\n"
     "@ CAA 0 issue \"ca.example.net\"",
     "@ CAA 0 issue \"ca.example.net\"", "Remove the one that is not meant."},
    {"tlsa-fields", warning, "a TLSA record with unassigned numbers",
     "Clients leave out records whose usage, selector or matching type they do not know.",
     "RFC 6698 section 2.1; RFC 7671",
     "_25._tcp.mail TLSA 4 1 1 03d66dd08835c1ca3f128cceacd1f31ac94163096b20f445ae84285bc08"
     "32d72",
     "_25._tcp.mail TLSA 3 1 1 03d66dd08835c1ca3f128cceacd1f31ac94163096b20f445ae84285bc08"
     "32d72",
     "Usage is 0 to 3, selector 0 or 1, matching type 0 to 2."},
    {"tlsa-length", error, "a TLSA digest of the wrong length",
     "It can match no certificate, so connections that rely on it fail.", "RFC 6698 section 2.1.4",
     "_25._tcp.mail TLSA 3 1 2 03d66dd08835c1ca3f128cceacd1f31ac94163096b20f445ae84285bc08"
     "32d72",
     "_25._tcp.mail TLSA 3 1 1 03d66dd08835c1ca3f128cceacd1f31ac94163096b20f445ae84285bc08"
     "32d72",
     "SHA-256 (matching type 1) has 32 octets, SHA-512 (2) has 64."},
    {"tlsa-data", error, "TLSA data that is no certificate or key",
     "With matching type 0 the record holds the certificate or the public key itself, in D"
     "ER form.",
     "RFC 6698 section 2.1.4",
     "_25._tcp.mail TLSA 3 1 0 03d66dd08835c1ca3f128cceacd1f31ac94163096b20f445ae84285bc08"
     "32d72",
     "_25._tcp.mail TLSA 3 1 1 03d66dd08835c1ca3f128cceacd1f31ac94163096b20f445ae84285bc08"
     "32d72",
     "Use matching type 1 with the SHA-256 digest."},
    {"tlsa-placement", warning, "a TLSA record where nobody looks for it",
     "Clients ask at _PORT._PROTOCOL in front of the host's name.", "RFC 6698 section 3",
     "mail TLSA 3 1 1 03d66dd08835c1ca3f128cceacd1f31ac94163096b20f445ae84285bc0832d72",
     "_25._tcp.mail TLSA 3 1 1 03d66dd08835c1ca3f128cceacd1f31ac94163096b20f445ae84285bc08"
     "32d72",
     "Move it, for example to _443._tcp.www."},
    {"tlsa-unsigned", note, "a TLSA record in an unsigned zone",
     "Clients use TLSA only when DNSSEC proves it.", "RFC 6698 section 4.1",
     "_25._tcp.mail TLSA 3 1 1 03d66dd08835c1ca3f128cceacd1f31ac94163096b20f445ae84285bc08"
     "32d72",
     "; signed\n"
     "_25._tcp.www TLSA 3 1 1 03d66dd08835c1ca3f128cceacd1f31ac94163096b20f445ae84285bc0832d72\n"
     "_25._tcp.www RRSIG TLSA 15 5 3600 20360101000000 20260101000000 41191 example.com. "
     "Iz1YORM1WBkyAteKBlB1J1QGGeVffnXx85vp5xAhl/OK07JuY/kWZRFsiIUx5hRCa1YX7yJ7UlC8wWrGeTYPAA==",
     "Sign the zone."},
    {"sshfp-length", error, "an SSHFP fingerprint of the wrong length",
     "It can be no fingerprint of any key, so clients that ask for it warn or refuse.",
     "RFC 4255 section 3.1.3; RFC 6594 section 3",
     "www SSHFP 4 2 cd1b5069963d9878f92f1cfbe77f8912cdd5b2ed",
     "www SSHFP 4 2 03d66dd08835c1ca3f128cceacd1f31ac94163096b20f445ae84285bc0832d72",
     "SHA-1 (type 1) has 20 octets, SHA-256 (2) has 32; ssh-keygen -r prints the records."},
    {"sshfp-fields", warning, "an SSHFP record with unassigned numbers", "Clients leave it out.",
     "RFC 4255 section 3.1",
     "www SSHFP 5 2 03d66dd08835c1ca3f128cceacd1f31ac94163096b20f445ae84285bc0832d72",
     "www SSHFP 4 2 03d66dd08835c1ca3f128cceacd1f31ac94163096b20f445ae84285bc0832d72",
     "Algorithms are 1 RSA, 3 ECDSA, 4 Ed25519, 6 Ed448; fingerprint type 2 is SHA-256."},
    {"sshfp-weak", note, "an SSHFP record with a weak hash or key",
     "SHA-1 as the only fingerprint of a key, or a DSA key, is no longer good enough.",
     "RFC 6594 section 4; RFC 9142", "www SSHFP 4 1 cd1b5069963d9878f92f1cfbe77f8912cdd5b2ed",
     "www SSHFP 4 2 03d66dd08835c1ca3f128cceacd1f31ac94163096b20f445ae84285bc0832d72",
     "Publish the SHA-256 fingerprint."},
    {"ds-length", error, "a DS digest of the wrong length",
     "It can be the digest of no key: the chain of trust ends here, and validators refuse the "
     "child.\n"
     "CDS, DLV and TA records have the same form.",
     "RFC 4034 section 5.1.4; RFC 4509 section 2.1; RFC 6605 section 2",
     "child NS ns1.example.net.\n"
     "child DS 1234 8 2 cd1b5069963d9878f92f1cfbe77f8912cdd5b2ed",
     "child NS ns1.example.net.\n"
     "child DS 1234 8 2 03d66dd08835c1ca3f128cceacd1f31ac94163096b20f445ae84285bc0832d72",
     "SHA-1 (type 1) has 20 octets, SHA-256 (2) has 32, SHA-384 (4) has 48."},
    {"ds-digest", warning, "a DS digest type that should not be used",
     "SHA-1 must no longer be used for delegations, GOST and type 0 must not either, and v"
     "alidators do\n"
     "not know others than SHA-256 and SHA-384. Beside a good digest of the same key SHA-1"
     " is a note.",
     "RFC 8624 section 3.3",
     "child NS ns1.example.net.\n"
     "child DS 1234 8 1 cd1b5069963d9878f92f1cfbe77f8912cdd5b2ed",
     "child NS ns1.example.net.\n"
     "child DS 1234 8 2 03d66dd08835c1ca3f128cceacd1f31ac94163096b20f445ae84285bc0832d72",
     "Use digest type 2."},
    {"ds-placement", error, "a DS record that is not at a delegation",
     "DS stands in the parent zone, beside the NS records of the child.", "RFC 4035 section 2.4",
     "child DS 1234 8 2 03d66dd08835c1ca3f128cceacd1f31ac94163096b20f445ae84285bc0832d72",
     "child NS ns1.example.net.\n"
     "child DS 1234 8 2 03d66dd08835c1ca3f128cceacd1f31ac94163096b20f445ae84285bc0832d72",
     "Move it to the delegation in the parent zone."},
    {"svcb-params", error, "SVCB parameters that are malformed",
     "Clients must leave out the whole record.", "RFC 9460 section 2.2",
     "@ HTTPS \\# 8 0001 00 0003 0001 50", "@ HTTPS 1 . port=80",
     "Write the parameters in their own form."},
    {"svcb-mandatory", error, "a mandatory list that can't be met",
     "Every key that mandatory lists must be there, in ascending order, and mandatory itse"
     "lf must not be\n"
     "listed; clients leave out the record otherwise.",
     "RFC 9460 section 8", "@ HTTPS \\# 9 0001 00 0000 0002 0003",
     "@ HTTPS 1 . mandatory=port port=8443", "Add the parameter, or take it off the list."},
    {"svcb-no-default-alpn", error, "no-default-alpn without alpn",
     "The record offers no protocol at all, so clients leave it out.", "RFC 9460 section 7.1.1",
     "@ HTTPS \\# 7 0001 00 0002 0000", "@ HTTPS 1 . alpn=h2 no-default-alpn",
     "Add alpn, or remove no-default-alpn."},
    {"svcb-alias-params", warning, "an SVCB alias with parameters",
     "Priority 0 makes the record an alias, and clients ignore its parameters.",
     "RFC 9460 section 2.4.2",
     "@ HTTPS 0 www alpn=h2\n"
     "www A 192.0.2.80",
     "@ HTTPS 1 www alpn=h2\n"
     "www A 192.0.2.80",
     "Give the record a priority above 0, or remove the parameters."},
    {"svcb-alias-self", error, "an SVCB alias that leads to itself", "Clients can't resolve it.",
     "RFC 9460 section 2.4.2", "@ HTTPS 0 example.com.", "@ HTTPS 1 . alpn=h2",
     "Name the host that serves."},
    {"svcb-mixed-modes", warning, "SVCB aliases beside records with parameters",
     "Clients ignore all records with parameters when one of the RRset is an alias.",
     "RFC 9460 section 2.4.1",
     "@ HTTPS 0 www\n"
     "@ HTTPS 1 . alpn=h2\n"
     "www A 192.0.2.80",
     "@ HTTPS 1 www alpn=h2\n"
     "@ HTTPS 2 . alpn=h2\n"
     "www A 192.0.2.80",
     "Use one of the two forms."},
    {"svcb-hint", warning, "an address hint that is no address of the target",
     "Clients connect to the hint before they have the target's addresses, and after that "
     "to others.",
     "RFC 9460 section 7.3",
     "@ HTTPS 1 www ipv4hint=192.0.2.81\n"
     "www A 192.0.2.80",
     "@ HTTPS 1 www ipv4hint=192.0.2.80\n"
     "www A 192.0.2.80",
     "Make the hint equal to the target's address."},
});

}  // namespace

std::span<const RuleInfo> security_rules() {
  return table;
}

}  // namespace lapis::lint
