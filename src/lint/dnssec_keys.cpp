// dnskey-fields, dnskey-malformed, dnskey-weak, dnskey-placement, dnskey-same-tag, dnssec-algorithm
// (RFC 4034 §2, 4035 §2.1, 8624 §3.1).
#include "dnssec.h"

#include <algorithm>
#include <string>

namespace lapis::lint {
namespace {

bool is_rsa(std::uint8_t number) {
  return number == algorithm::rsasha1 || number == algorithm::rsasha1_nsec3 ||
         number == algorithm::rsasha256 || number == algorithm::rsasha512;
}

/// RFC 8624 §3.1, column "DNSSEC Signing"; SHA-1 went from there to MUST NOT in RFC 9905.
void check_algorithm(Context& context, const zone::Record& at, std::uint8_t number) {
  switch (number) {
    case algorithm::rsasha256:
    case algorithm::ecdsap256:
    case algorithm::ecdsap384:
    case algorithm::ed25519:
    case algorithm::ed448:
    case 253:  // private use
    case 254:
      return;
    case algorithm::rsasha512:
      context
          .add("dnssec-algorithm", at,
               "RSASHA512 is not recommended for signing; ECDSAP256SHA256 is")
          .severity = Severity::note;
      return;
    case algorithm::rsamd5:
    case algorithm::dsa:
    case algorithm::dsa_nsec3:
    case algorithm::gost:
      context
          .add("dnssec-algorithm", at,
               algorithm_name(number) + " must not be used: validators no longer know it")
          .severity = Severity::error;
      return;
    case algorithm::rsasha1:
    case algorithm::rsasha1_nsec3:
      context.add("dnssec-algorithm", at,
                  algorithm_name(number) +
                      " rests on SHA-1; some validators treat the zone as unsigned already");
      return;
    default:
      context.add("dnssec-algorithm", at, algorithm_name(number) + " is not assigned").severity =
          Severity::error;
  }
}

void check_key(Context& context, const ZoneKey& key) {
  if (key.protocol != 3) {  // RFC 4034 §2.1.2
    context.add("dnskey-fields", *key.record,
                "the protocol field is " + std::to_string(key.protocol) + " and must be 3");
  }
  if (!key.is_zone_key()) {
    context.add("dnskey-fields", *key.record,
                "flags " + std::to_string(key.flags) +
                    " lack the bit 256: the key must not verify signatures of the zone");
  } else if ((key.flags & ~0x0181) != 0) {
    context
        .add("dnskey-fields", *key.record,
             "flags " + std::to_string(key.flags) + " have bits without a meaning")
        .severity = Severity::note;
  }
  if (!can_verify(key.algorithm)) return;
  if (key.is_malformed()) {
    context.add("dnskey-malformed", *key.record,
                "this is no public key of " + algorithm_name(key.algorithm));
    return;
  }
  if (!is_rsa(key.algorithm)) return;
  const int bits = key.key.bits();
  // RFC 3110 §2, RFC 5702 §2: 512 (RSASHA512: 1024) to 4096 bits. NIST SP 800-57: at least 2048.
  if (bits < 1024 || bits > 4096) {
    context
        .add("dnskey-weak", *key.record,
             "an RSA key of " + std::to_string(bits) + " bits; 1024 to 4096 are possible")
        .severity = Severity::error;
  } else if (bits < 2048 && key.is_entry_point()) {
    context.add("dnskey-weak", *key.record,
                "a key-signing key of " + std::to_string(bits) + " bits; 2048 are recommended");
  } else if (bits < 2048) {
    context
        .add("dnskey-weak", *key.record,
             "an RSA key of " + std::to_string(bits) + " bits; 2048 are recommended")
        .severity = Severity::note;
  }
}

}  // namespace

void check_keys(SignedZone& zone) {
  Context& context = zone.context;
  for (const zone::Record& record : context.records.records) {
    if (record.type != rr::dnskey ||
        dns::equal(context.records.owner(record), context.records.origin)) {
      continue;
    }
    context.add("dnskey-placement", record, "a DNSKEY record counts only at the zone's apex");
  }
  for (std::size_t i = 0; i < zone.keys.size(); ++i) {
    const ZoneKey& key = zone.keys[i];
    // One choice of an algorithm, however many keys it has led to.
    const bool told =
        std::any_of(zone.keys.begin(), zone.keys.begin() + static_cast<std::ptrdiff_t>(i),
                    [&](const ZoneKey& earlier) { return earlier.algorithm == key.algorithm; });
    if (!told) check_algorithm(context, *key.record, key.algorithm);
    check_key(context, key);
    for (std::size_t k = 0; k < i; ++k) {
      const ZoneKey& other = zone.keys[k];
      if (other.tag != key.tag || other.algorithm != key.algorithm) continue;
      const auto a = context.records.rdata(*key.record);
      const auto b = context.records.rdata(*other.record);
      if (std::equal(a.begin(), a.end(), b.begin(), b.end())) continue;  // duplicate-record
      Diagnostic& finding = context.add(
          "dnskey-same-tag", *key.record,
          "two keys have the tag " + std::to_string(key.tag) + ": validators try both each time");
      finding.related.push_back({"", "the other key", other.record->span});
    }
  }
}

}  // namespace lapis::lint
