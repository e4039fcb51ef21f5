// dkim-syntax, dkim-key, dkim-weak-key, dkim-short-key, dkim-several-records (RFC 6376, 8301,
// 8463).
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <memory>

#include "tag_list.h"
#include "text_syntax.h"
#include "values.h"

namespace lapis::lint {
namespace {

using Octets = std::vector<std::uint8_t>;

struct KeyDeleter {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Key = std::unique_ptr<EVP_PKEY, KeyDeleter>;

int base64_value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (is_digit(c)) return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

/// RFC 6376 §2.10: base64 in which blanks may stand anywhere. False: it is not base64.
bool decode_base64(std::string_view text, Octets& out, std::string& error) {
  std::uint32_t bits = 0;
  int count = 0;
  std::size_t symbols = 0;
  std::size_t padding = 0;
  for (const char c : text) {
    if (is_blank(c) || c == '\r' || c == '\n') continue;
    if (c == '=') {
      ++padding;
      continue;
    }
    const int value = base64_value(c);
    if (value < 0 || padding > 0) {
      error = value < 0
                  ? "the key has a character that is not base64: " + quoted(std::string_view(&c, 1))
                  : "the key goes on behind its base64 padding";
      return false;
    }
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    ++symbols;
    count += 6;
    if (count >= 8) {
      count -= 8;
      out.push_back(static_cast<std::uint8_t>(bits >> count & 0xFF));
    }
  }
  if (symbols % 4 == 1 || (symbols + padding) % 4 != 0 || padding > 2) {
    error = "the key's base64 is cut off: " + std::to_string(symbols) + " symbols and " +
            std::to_string(padding) + " of padding";
    return false;
  }
  return true;
}

/// SubjectPublicKeyInfo, as everybody publishes, or the bare RSAPublicKey that RFC 6376 §3.6.1
/// speaks of. Octets behind the key make it no key.
Key read_rsa(const Octets& der) {
  const unsigned char* at = der.data();
  Key key(d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
  if (key == nullptr) {
    at = der.data();
    key.reset(d2i_PublicKey(EVP_PKEY_RSA, nullptr, &at, static_cast<long>(der.size())));
  }
  if (key == nullptr || at != der.data() + der.size() ||
      EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) {
    return nullptr;
  }
  return key;
}

bool is_known_tag(std::string_view name) {
  for (const char* known : {"v", "g", "h", "k", "n", "p", "s", "t"}) {
    if (name == known) return true;
  }
  return false;
}

class DkimCheck {
 public:
  DkimCheck(Context& context, const zone::Record& at) : context_(context), at_(at) {}

  void run(std::string_view text) {
    const TagList list = parse_tags(text);
    std::string error = list.error.empty() ? syntax_error(list) : list.error;
    if (!error.empty()) {
      context_.add("dkim-syntax", at_, std::move(error));
      return;
    }
    const Tag* type = list.find("k");
    const Tag& key = *list.find("p");
    if (key.value.empty()) return;  // revoked (RFC 6376 §3.6.1)
    Octets octets;
    if (!decode_base64(key.value, octets, error)) {
      context_.add("dkim-key", at_, std::move(error));
    } else if (type != nullptr && type->value == "ed25519") {
      check_ed25519(octets);
    } else {
      check_rsa(octets);
    }
  }

 private:
  static std::string syntax_error(const TagList& list) {
    if (!list.repeated().empty()) {
      return "the tag " + quoted(list.repeated()) + " is given twice";
    }
    if (const Tag* version = list.find("v")) {
      if (version->value != "DKIM1") return "v must be DKIM1, not " + quoted(version->value);
      if (version != &list.tags[0]) return "v=DKIM1 must stand first";
    }
    if (list.find("p") == nullptr) {
      return list.tags.empty() ? "there is no key record here" : "the key p is missing";
    }
    if (const Tag* type = list.find("k")) {
      if (type->value != "rsa" && type->value != "ed25519") {
        return "k=" + quoted(type->value) + " is neither rsa nor ed25519";
      }
    }
    if (const Tag* hashes = list.find("h")) return hash_error(hashes->value);
    return {};
  }

  static std::string hash_error(std::string_view value) {
    bool sha256 = false;
    while (!value.empty()) sha256 |= trimmed(next_item(value, ':')) == "sha256";
    // RFC 8301 §3.1: signatures with SHA-1 no longer count.
    return sha256 ? std::string() : "h leaves out sha256, the only hash that still counts";
  }

  void check_ed25519(const Octets& octets) {
    if (octets.size() == 32) return;
    context_
        .add("dkim-key", at_,
             "an Ed25519 key has 32 octets, this has " + std::to_string(octets.size()))
        .help = octets.size() == 44 ? "publish the last 32 octets, without the ASN.1 in front" : "";
  }

  void check_rsa(const Octets& octets) {
    const Key key = read_rsa(octets);
    if (key == nullptr) {
      context_.add("dkim-key", at_,
                   octets.size() == 32 ? "this is no RSA public key; is k=ed25519 missing?"
                                       : "this is no RSA public key in DER form");
      return;
    }
    const int bits = EVP_PKEY_get_bits(key.get());
    if (bits < 1024) {
      context_.add("dkim-weak-key", at_,
                   "an RSA key of " + std::to_string(bits) +
                       " bits: receivers do not accept signatures of less than 1024");
    } else if (bits < 2048) {
      context_.add("dkim-short-key", at_,
                   "an RSA key of " + std::to_string(bits) + " bits; 2048 are recommended");
    }
  }

  Context& context_;
  const zone::Record& at_;
};

bool is_label(dns::NameView name, std::string_view wanted) {
  if (name.is_root()) return false;
  const auto label = name.first_label();
  return equal_folded({reinterpret_cast<const char*>(label.data()), label.size()}, wanted);
}

/// SELECTOR._domainkey.DOMAIN; a selector may have several labels.
bool is_key_name(dns::NameView owner) {
  if (owner.is_root()) return false;
  // The policy record of RFC 5617, historic but still published.
  if (is_label(owner, "_adsp") && is_label(owner.parent(), "_domainkey")) return false;
  for (owner = owner.parent(); !owner.is_root(); owner = owner.parent()) {
    if (is_label(owner, "_domainkey")) return true;
  }
  return false;
}

}  // namespace

void check_dkim(Context& context, Index node, const std::vector<TextRecord>& texts) {
  if (!is_key_name(context.tree.name(node))) return;
  // RFC 6376 §3.6.2.2: with several TXT records the result is undefined.
  if (texts.size() > 1 && texts[1].record->type == rr::txt) {
    Diagnostic& finding = context.add("dkim-several-records", *texts[1].record,
                                      context.text(node) + " has more than one key record");
    finding.related.push_back({"", "the first one", texts[0].record->span});
  }
  for (const TextRecord& text : texts) {
    const TagList list = parse_tags(text.text);
    for (const Tag& tag : list.tags) {
      if (is_known_tag(tag.name) || tag.name.size() > 1) continue;
      context
          .add("dkim-syntax", *text.record,
               "the tag " + quoted(tag.name) + " does not exist in key records")
          .severity = Severity::note;
    }
    DkimCheck(context, *text.record).run(text.text);
  }
}

}  // namespace lapis::lint
