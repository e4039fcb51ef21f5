// Rules about SPF, DMARC, DKIM, MTA-STS and TLSRPT.
#include <array>

#include "rule_tables.h"

namespace lapis::lint {
namespace {

constexpr auto error = Severity::error;
constexpr auto warning = Severity::warning;
constexpr auto note = Severity::note;

constexpr auto table = std::to_array<RuleInfo>({
    {"spf-syntax", error, "an SPF record that can't be read",
     "A receiver that finds an error in the record treats the domain as if it had none, or"
     " refuses its\n"
     "mail. The message names the first term that is wrong.",
     "RFC 7208 section 4.6, 12", "@ TXT \"v=spf1 ip4:192.0.2.300 -all\"",
     "@ TXT \"v=spf1 ip4:192.0.2.30 -all\"", "Correct the term that is named."},
    {"spf-several-records", error, "several SPF records at one name",
     "A receiver that finds two records uses none of them (permanent error).",
     "RFC 7208 section 3.2",
     "@ TXT \"v=spf1 mx -all\"\n"
     "@ TXT \"v=spf1 include:_spf.example.net -all\"",
     "@ TXT \"v=spf1 mx include:_spf.example.net -all\"",
     "Join them into one record with one all at its end."},
    {"spf-too-many-lookups", error, "an SPF record that costs more than ten look-ups",
     "Receivers stop at the eleventh term that asks the DNS (include, a, mx, ptr, exists, "
     "redirect),\n"
     "those of included records counted, and treat the domain as broken. Records of other "
     "zones can't\n"
     "be seen here and count one each, so the true number may be higher.",
     "RFC 7208 section 4.6.4",
     "@ TXT \"v=spf1 a:h1.example.net a:h2.example.net a:h3.example.net a:h4.example.net a"
     ":h5.example.net a:h6.example.net\" \" a:h7.example.net a:h8.example.net a:h9.example"
     ".net a:h10.example.net a:h11.example.net -all\"",
     "@ TXT \"v=spf1 ip4:198.51.100.0/24 -all\"",
     "Replace terms by ip4 and ip6, and leave out what no longer sends mail."},
    {"spf-void-lookup", note, "an SPF term that asks for something the zone does not have",
     "The term matches no host. More than two such look-ups in one evaluation are a perman"
     "ent error;\n"
     "the finding is a warning then.",
     "RFC 7208 section 4.6.4", "@ TXT \"v=spf1 a:gone.example.com -all\"",
     "@ TXT \"v=spf1 a:ns1.example.com -all\"", "Remove the term, or add the records it asks for."},
    {"spf-no-such-record", error, "an SPF include or redirect that leads to no SPF record",
     "The name lies in this zone and has no SPF record, which is a permanent error.",
     "RFC 7208 section 5.2, 6.1", "@ TXT \"v=spf1 include:_spf.example.com -all\"",
     "@ TXT \"v=spf1 include:_spf.example.com -all\"\n"
     "_spf TXT \"v=spf1 ip4:192.0.2.0/24 -all\"",
     "Publish the record, or remove the term."},
    {"spf-pass-all", warning, "an SPF record that lets everybody pass",
     "With +all, or a network of length 0, every host on the Internet may send mail in thi"
     "s domain's\n"
     "name; worse than no record.",
     "RFC 7208 section 5.1", "@ TXT \"v=spf1 mx +all\"", "@ TXT \"v=spf1 mx -all\"",
     "Write -all, or ~all while you watch reports."},
    {"spf-ptr", warning, "the SPF mechanism ptr",
     "It is slow, unreliable and puts load on the servers of .arpa; it should not be publi"
     "shed.",
     "RFC 7208 section 5.5", "@ TXT \"v=spf1 ptr -all\"", "@ TXT \"v=spf1 ip4:192.0.2.0/24 -all\"",
     "List the networks with ip4 and ip6."},
    {"spf-after-all", note, "SPF terms that are never looked at",
     "all matches everything, so terms behind it, and a redirect anywhere, have no effect.",
     "RFC 7208 section 5.1", "@ TXT \"v=spf1 -all ip4:192.0.2.7\"",
     "@ TXT \"v=spf1 ip4:192.0.2.7 -all\"", "Move all to the end, and remove redirect."},
    {"spf-no-all", note, "an SPF record without all or redirect",
     "Hosts that no term names come out neutral, as if there were no record.",
     "RFC 7208 section 4.7", "@ TXT \"v=spf1 ip4:192.0.2.7\"",
     "@ TXT \"v=spf1 ip4:192.0.2.7 -all\"", "End the record with -all or ~all."},
    {"spf-joined-terms", warning, "two SPF terms run together",
     "The strings of a TXT record are joined without anything between them, so that a term"
     " at the end\n"
     "of one and a term at the beginning of the next become one.",
     "RFC 7208 section 3.3",
     "@ TXT \"v=spf1 include:_spf.example.net\" \"include:spf.example.org -all\"",
     "@ TXT \"v=spf1 include:_spf.example.net \" \"include:spf.example.org -all\"",
     "End the first string with a space."},
    {"spf-type", warning, "a record of the type SPF",
     "The type 99 was given up; receivers ask for TXT only.", "RFC 7208 section 3.1",
     "@ SPF \"v=spf1 mx -all\"", "@ TXT \"v=spf1 mx -all\"",
     "Publish it as TXT and remove the SPF record."},
    {"dmarc-syntax", error, "a DMARC record that can't be read",
     "A receiver ignores a record with an error, so the domain is not protected and no rep"
     "orts come.",
     "RFC 7489 section 6.3, 6.4", "_dmarc TXT \"v=DMARC1; p=rejct\"",
     "_dmarc TXT \"v=DMARC1; p=reject\"",
     "Correct the tag that is named; v=DMARC1 and p stand first."},
    {"dmarc-several-records", error, "several DMARC records at one name",
     "A receiver that finds more than one uses none.", "RFC 7489 section 6.6.3",
     "_dmarc TXT \"v=DMARC1; p=none\"\n"
     "_dmarc TXT \"v=DMARC1; p=reject\"",
     "_dmarc TXT \"v=DMARC1; p=reject\"", "Keep one."},
    {"dmarc-placement", warning, "a DMARC record where nobody looks for it",
     "The policy of a domain is looked up at _dmarc in front of it and nowhere else.",
     "RFC 7489 section 6.1", "@ TXT \"v=DMARC1; p=reject\"", "_dmarc TXT \"v=DMARC1; p=reject\"",
     "Move it to _dmarc."},
    {"dmarc-unknown-tag", note, "a DMARC tag that nobody knows",
     "Receivers ignore it; often it is a slip of the pen.", "RFC 7489 section 6.3",
     "_dmarc TXT \"v=DMARC1; p=reject; percent=50\"", "_dmarc TXT \"v=DMARC1; p=reject; pct=50\"",
     "Correct or remove it."},
    {"dkim-syntax", error, "a DKIM key record that can't be read",
     "Signatures made with this key can't be verified. An unknown tag alone is a note.",
     "RFC 6376 section 3.6.1", "s1._domainkey TXT \"v=DKIM1; k=rsa\"",
     "s1._domainkey TXT \"v=DKIM1; k=ed25519; p=JOLhPJr9K6bCaumw6DYNRD1MjPJiqfgkaYurOClelM"
     "o=\"",
     "Publish the record as your mail server prints it."},
    {"dkim-key", error, "a DKIM key that is none",
     "The text behind p= is not base64 or does not decode to a public key of the kind k sa"
     "ys, so every\n"
     "signature fails. Most often the key was cut off, or a part of it is missing.",
     "RFC 6376 section 3.6.1; RFC 8463 section 4",
     "s1._domainkey TXT \"v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAyN"
     "QKua5nahMDgRUdqMZUbkujj3KAj36UCsobdgknDGJ5tJcgZFYK5uoqU1BamqDAzC41Rqc/sy2Cgr+CBoeoIN"
     "7faBntAy3xBgu1Jc4Vcjo8EUf3/lQvjrelSNi3MwtwBtgvPukYSr\" \"Z+0B9dofSpP+YJ27FRrTzmRpZt+"
     "dY06wCfLWiHTvs/bwIvd5+Cmd2z3NCLAyUMoxBhbcy3EfSkpoEABasaF4V7GkytiLre63OoqU1QdpC0GZsnR"
     "W7+huTuN8s0ImPbYNeVkhpCOG0ZSGgSsd2CUg/s11ETYNXkuLnjnb4+H656\"",
     "s1._domainkey TXT \"v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAyN"
     "QKua5nahMDgRUdqMZUbkujj3KAj36UCsobdgknDGJ5tJcgZFYK5uoqU1BamqDAzC41Rqc/sy2Cgr+CBoeoIN"
     "7faBntAy3xBgu1Jc4Vcjo8EUf3/lQvjrelSNi3MwtwBtgvPukYSr\" \"Z+0B9dofSpP+YJ27FRrTzmRpZt+"
     "dY06wCfLWiHTvs/bwIvd5+Cmd2z3NCLAyUMoxBhbcy3EfSkpoEABasaF4V7GkytiLre63OoqU1QdpC0GZsnR"
     "W7+huTuN8s0ImPbYNeVkhpCOG0ZSGgSsd2CUg/s11ETYNXkuLnjnb4+H656hWfKIhqkdmXaIJDiHZOX76BLy"
     "ApcTD\" \"rtawIDAQAB\"",
     "Publish the whole key; split it into strings of at most 255 characters."},
    {"dkim-weak-key", error, "a DKIM key below 1024 bits",
     "Receivers must not accept signatures made with it.", "RFC 8301 section 3.2",
     "s1._domainkey TXT \"v=DKIM1; p=MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAPUDT3A4wZxsmztiqtVSk"
     "A8eoc54M3lB+eufCo0ecaa7UejynPsecInlmDN33GtKhFaFSeneN2ejdTOHutCZiWMCAwEAAQ==\"",
     "s1._domainkey TXT \"v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAyN"
     "QKua5nahMDgRUdqMZUbkujj3KAj36UCsobdgknDGJ5tJcgZFYK5uoqU1BamqDAzC41Rqc/sy2Cgr+CBoeoIN"
     "7faBntAy3xBgu1Jc4Vcjo8EUf3/lQvjrelSNi3MwtwBtgvPukYSr\" \"Z+0B9dofSpP+YJ27FRrTzmRpZt+"
     "dY06wCfLWiHTvs/bwIvd5+Cmd2z3NCLAyUMoxBhbcy3EfSkpoEABasaF4V7GkytiLre63OoqU1QdpC0GZsnR"
     "W7+huTuN8s0ImPbYNeVkhpCOG0ZSGgSsd2CUg/s11ETYNXkuLnjnb4+H656hWfKIhqkdmXaIJDiHZOX76BLy"
     "ApcTD\" \"rtawIDAQAB\"",
     "Make a key of 2048 bits."},
    {"dkim-short-key", note, "a DKIM key below 2048 bits",
     "1024 bits are the least that receivers accept; 2048 are recommended.", "RFC 8301 section 3.2",
     "s1._domainkey TXT \"v=DKIM1; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDL/SPrDzJ5rNk0V"
     "tU2ism8TlJ6Uy2xnhy4/5LX5vSEYRn7RpFsbQ7I9PtaoBcC2x/Y6BPLe1S4JcUKa0YgU7+NfZVFrlQR9t9CG"
     "4q6djj5jqMz2D92APuZsZQ94ykk7wohCoGwVhI0lfFTbw8QPoK9Sb1zFxNguBtFG5Q4rbhsSQIDAQAB\"",
     "s1._domainkey TXT \"v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAyN"
     "QKua5nahMDgRUdqMZUbkujj3KAj36UCsobdgknDGJ5tJcgZFYK5uoqU1BamqDAzC41Rqc/sy2Cgr+CBoeoIN"
     "7faBntAy3xBgu1Jc4Vcjo8EUf3/lQvjrelSNi3MwtwBtgvPukYSr\" \"Z+0B9dofSpP+YJ27FRrTzmRpZt+"
     "dY06wCfLWiHTvs/bwIvd5+Cmd2z3NCLAyUMoxBhbcy3EfSkpoEABasaF4V7GkytiLre63OoqU1QdpC0GZsnR"
     "W7+huTuN8s0ImPbYNeVkhpCOG0ZSGgSsd2CUg/s11ETYNXkuLnjnb4+H656hWfKIhqkdmXaIJDiHZOX76BLy"
     "ApcTD\" \"rtawIDAQAB\"",
     "Make a key of 2048 bits."},
    {"dkim-several-records", error, "several DKIM keys at one name",
     "What a receiver does then is undefined. A second key takes a second selector.",
     "RFC 6376 section 3.6.2.2",
     "s1._domainkey TXT \"v=DKIM1; k=ed25519; p=JOLhPJr9K6bCaumw6DYNRD1MjPJiqfgkaYurOClelM"
     "o=\"\n"
     "s1._domainkey TXT \"v=DKIM1; p=\"",
     "s1._domainkey TXT \"v=DKIM1; k=ed25519; p=JOLhPJr9K6bCaumw6DYNRD1MjPJiqfgkaYurOClelM"
     "o=\"",
     "Give every key a selector of its own."},
    {"mta-sts-syntax", error, "an MTA-STS record that can't be read",
     "Senders that do not understand the record do not fetch the policy.", "RFC 8461 section 3.1",
     "_mta-sts TXT \"v=STSv1; id=2026-01-01\"\n"
     "mta-sts A 192.0.2.80",
     "_mta-sts TXT \"v=STSv1; id=20260101\"\n"
     "mta-sts A 192.0.2.80",
     "Write v=STSv1; id= and 1 to 32 letters and digits."},
    {"mta-sts-several-records", error, "several MTA-STS records",
     "Senders that find more than one treat the domain as if it had none.", "RFC 8461 section 3.1",
     "_mta-sts TXT \"v=STSv1; id=1;\"\n"
     "_mta-sts TXT \"v=STSv1; id=2;\"\n"
     "mta-sts A 192.0.2.80",
     "_mta-sts TXT \"v=STSv1; id=2;\"\n"
     "mta-sts A 192.0.2.80",
     "Keep the one with the newest id."},
    {"mta-sts-no-policy-host", warning, "an MTA-STS record without the host of its policy",
     "The policy is fetched from https://mta-sts.DOMAIN/.well-known/mta-sts.txt, and that "
     "host has no\n"
     "address.",
     "RFC 8461 section 3.3", "_mta-sts TXT \"v=STSv1; id=1\"",
     "_mta-sts TXT \"v=STSv1; id=1\"\n"
     "mta-sts A 192.0.2.80",
     "Add the host mta-sts."},
    {"tlsrpt-syntax", error, "a TLSRPT record that can't be read",
     "Senders do not report failures to this domain.", "RFC 8460 section 3",
     "_smtp._tls TXT \"v=TLSRPTv1; rua=reports@example.com\"",
     "_smtp._tls TXT \"v=TLSRPTv1; rua=mailto:reports@example.com\"",
     "Write v=TLSRPTv1; rua= and a mailto: or https: URI."},
    {"tlsrpt-several-records", error, "several TLSRPT records",
     "Senders that find more than one treat the domain as if it had none.", "RFC 8460 section 3",
     "_smtp._tls TXT \"v=TLSRPTv1; rua=mailto:a@example.com\"\n"
     "_smtp._tls TXT \"v=TLSRPTv1; rua=mailto:b@example.com\"",
     "_smtp._tls TXT \"v=TLSRPTv1; rua=mailto:a@example.com,mailto:b@example.com\"",
     "Write one record with all addresses, separated by commas."},
});

}  // namespace

std::span<const RuleInfo> mail_rules() {
  return table;
}

}  // namespace lapis::lint
