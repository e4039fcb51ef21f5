// tlsa-fields, tlsa-length, tlsa-data, tlsa-placement (RFC 6698, 7671, 8162);
// sshfp-fields, sshfp-weak (RFC 4255, 6594, 7479, 8709); ds-digest, ds-placement (RFC 4034 §5, 8624
// §3.3).
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "text_syntax.h"
#include "values.h"

namespace lapis::lint {
namespace {

std::string octets(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " octet" : " octets");
}

bool is_certificate(std::span<const std::uint8_t> der) {
  const unsigned char* at = der.data();
  X509* certificate = d2i_X509(nullptr, &at, static_cast<long>(der.size()));
  X509_free(certificate);
  return certificate != nullptr && at == der.data() + der.size();
}

bool is_public_key(std::span<const std::uint8_t> der) {
  const unsigned char* at = der.data();
  EVP_PKEY* key = d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size()));
  EVP_PKEY_free(key);
  return key != nullptr && at == der.data() + der.size();
}

void check_association(Context& context, const zone::Record& at,
                       std::span<const std::uint8_t> rdata) {
  const std::uint8_t usage = rdata[0];
  const std::uint8_t selector = rdata[1];
  const std::uint8_t matching = rdata[2];
  const auto data = rdata.subspan(3);
  // The IANA registries "TLSA Certificate Usages", "TLSA Selectors", "TLSA Matching Types".
  const auto unassigned = [&](const char* field, int value) {
    context.add("tlsa-fields", at,
                std::string("the ") + field + " " + std::to_string(value) +
                    " is not assigned: clients leave the record out");
  };
  if (usage > 3 && usage != 255) unassigned("certificate usage", usage);
  if (selector > 1 && selector != 255) unassigned("selector", selector);
  if (matching > 2 && matching != 255) unassigned("matching type", matching);
  const std::size_t wanted = matching == 1 ? 32 : matching == 2 ? 64 : 0;
  if (wanted != 0 && data.size() != wanted) {
    context.add("tlsa-length", at,
                std::string(matching == 1 ? "a SHA-256" : "a SHA-512") + " digest has " +
                    octets(wanted) + ", this has " + octets(data.size()));
  }
  if (matching != 0) return;
  if (selector == 0 && !is_certificate(data)) {
    context.add("tlsa-data", at, "matching type 0 and selector 0: the data is no certificate");
  } else if (selector == 1 && !is_public_key(data)) {
    context.add("tlsa-data", at, "matching type 0 and selector 1: the data is no public key");
  }
}

std::string_view label_text(dns::NameView name) {
  const auto label = name.first_label();
  return {reinterpret_cast<const char*>(label.data()), label.size()};
}

/// _PORT._PROTOCOL in front (RFC 6698 §3), also with a wildcard for the port.
bool is_tlsa_name(dns::NameView name) {
  if (name.label_count() < 2) return false;
  const std::string_view port = label_text(name);
  const std::string_view protocol = label_text(name.parent());
  const int number = port.starts_with('_') ? small_number(port.substr(1)) : -1;
  const bool any = port == "*" || port == "_*";
  if (any || equal_folded(port, "_tcp") || equal_folded(port, "_udp")) return true;
  return number >= 0 && number <= 65535 && protocol.starts_with('_') &&
         !is_digit(protocol.substr(1).empty() ? '0' : protocol[1]);
}

/// The record stands at a name of its own, to which the names that are looked up are aliases (RFC
/// 7671 §5.2, §7): one of this zone is, or it is below the label _dane that such names go by.
bool is_shared_tlsa(Context& context, Index node) {
  for (dns::NameView name = context.tree.name(node); !name.is_root(); name = name.parent()) {
    if (equal_folded(label_text(name), "_dane")) return true;
  }
  return context.is_alias_target(node);
}

}  // namespace

void check_tlsa(Context& context, Index node, const std::vector<const zone::Record*>& records) {
  const zone::Record* tlsa = nullptr;
  for (const zone::Record* record : records) {
    const auto rdata = context.records.rdata(*record);
    if (rdata.size() < 4) continue;
    check_association(context, *record, rdata);
    if (record->type == rr::tlsa && tlsa == nullptr) tlsa = record;
  }
  if (tlsa == nullptr) return;
  if (!is_tlsa_name(context.tree.name(node)) && !is_shared_tlsa(context, node)) {
    context.add(
        "tlsa-placement", *tlsa,
        "TLSA is looked up at _PORT._PROTOCOL.HOST, such as _25._tcp." + context.text(node));
  }
}

void check_sshfp(Context& context, const std::vector<const zone::Record*>& records) {
  for (const zone::Record* record : records) {
    const auto rdata = context.records.rdata(*record);
    if (rdata.size() < 2) continue;
    // IANA "SSHFP RR Types for public key algorithms": RSA, DSA, ECDSA, Ed25519, Ed448.
    const std::uint8_t algorithm = rdata[0];
    const std::uint8_t type = rdata[1];
    const bool assigned = (algorithm >= 1 && algorithm <= 4) || algorithm == 6;
    if (!assigned) {
      context.add("sshfp-fields", *record,
                  "the key algorithm " + std::to_string(algorithm) + " is not assigned");
    }
    // The loader has checked the length of the types that are.
    if (type != 1 && type != 2) {
      context.add("sshfp-fields", *record,
                  "the fingerprint type " + std::to_string(type) + " is not assigned");
    }
    if (algorithm == 2) {
      context.add("sshfp-weak", *record, "SSH no longer accepts DSA keys (RFC 9142)");
    } else if (type == 1) {
      const bool stronger = std::any_of(records.begin(), records.end(), [&](const auto* other) {
        const auto data = context.records.rdata(*other);
        return data.size() > 2 && data[0] == algorithm && data[1] == 2;
      });
      if (!stronger) {
        context.add("sshfp-weak", *record, "the only fingerprint of this key is a SHA-1");
      }
    }
  }
}

void check_ds(Context& context, Index node, const std::vector<const zone::Record*>& records) {
  // RFC 4035 §2.4: DS stands at a zone cut, in the parent.
  if (node == 0 || !context.owns(node, owns_ns)) {
    context.add("ds-placement", *records[0],
                node == 0 ? "a DS record belongs into the parent zone, not to the apex"
                          : context.text(node) + " has a DS record and no NS record");
  }
  for (const zone::Record* record : records) {
    const auto rdata = context.records.rdata(*record);
    if (rdata.size() < 4) continue;
    const std::uint8_t type = rdata[3];
    // RFC 8624 §3.3: of the digest types only 2 and 4 are for new delegations.
    if (type == 0 || type == 1 || type == 3) {
      const bool stronger = std::any_of(records.begin(), records.end(), [&](const auto* other) {
        const auto data = context.records.rdata(*other);
        return data.size() > 4 && data[0] == rdata[0] && data[1] == rdata[1] &&
               (data[3] == 2 || data[3] == 4);
      });
      Diagnostic& finding = context.add("ds-digest", *record,
                                        std::string(type == 1   ? "SHA-1"
                                                    : type == 3 ? "GOST"
                                                                : "digest type 0") +
                                            " must not be used for DS records" +
                                            (stronger ? "; leave this one out" : ""));
      if (stronger && type == 1) finding.severity = Severity::note;
    } else if (type != 2 && type != 4) {
      context.add("ds-digest", *record,
                  "digest type " + std::to_string(type) + " is one that validators do not know");
    }
  }
}

}  // namespace lapis::lint
