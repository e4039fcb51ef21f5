#include "signature.h"

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <array>

namespace lapis::lint {
namespace {

template <class T, void (*Free)(T*)>
struct Deleter {
  void operator()(T* p) const { Free(p); }
};
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Deleter<EVP_PKEY_CTX, EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX, EVP_MD_CTX_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Deleter<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Deleter<OSSL_PARAM, OSSL_PARAM_free>>;
using Number = std::unique_ptr<BIGNUM, Deleter<BIGNUM, BN_free>>;
using Octets = std::span<const std::uint8_t>;

Number number(Octets octets) {
  return Number(BN_bin2bn(octets.data(), static_cast<int>(octets.size()), nullptr));
}

EVP_PKEY* from_params(const char* kind, OSSL_PARAM_BLD* builder) {
  const Params params(OSSL_PARAM_BLD_to_param(builder));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr));
  EVP_PKEY* key = nullptr;
  if (params == nullptr || context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    return nullptr;
  }
  return key;
}

/// RFC 3110 §2: length of the exponent in one octet, or 0 and two octets; exponent; modulus.
EVP_PKEY* rsa_key(Octets key) {
  if (key.size() < 3) return nullptr;
  std::size_t size = key[0];
  std::size_t at = 1;
  if (size == 0) {
    size = static_cast<std::size_t>(key[1]) << 8 | key[2];
    at = 3;
  }
  if (size == 0 || at + size >= key.size()) return nullptr;
  const Number e = number(key.subspan(at, size));
  const Number n = number(key.subspan(at + size));
  const Builder builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
  if (BN_is_zero(n.get()) || BN_is_zero(e.get())) return nullptr;
  return from_params("RSA", builder.get());
}

/// RFC 6605 §4: the two coordinates of a point on the curve, one after the other.
EVP_PKEY* ecdsa_key(const char* curve, std::size_t half, Octets key) {
  if (key.size() != 2 * half) return nullptr;
  std::vector<std::uint8_t> point;
  point.push_back(4);  // uncompressed
  point.insert(point.end(), key.begin(), key.end());
  const Builder builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve, 0);
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                   point.size());
  return from_params("EC", builder.get());
}

EVP_PKEY* read_key(std::uint8_t number, Octets key) {
  switch (number) {
    case algorithm::rsasha1:
    case algorithm::rsasha1_nsec3:
    case algorithm::rsasha256:
    case algorithm::rsasha512:
      return rsa_key(key);
    case algorithm::ecdsap256:
      return ecdsa_key("P-256", 32, key);
    case algorithm::ecdsap384:
      return ecdsa_key("P-384", 48, key);
    case algorithm::ed25519:  // RFC 8080 §3
      return key.size() == 32
                 ? EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size())
                 : nullptr;
    case algorithm::ed448:
      return key.size() == 57
                 ? EVP_PKEY_new_raw_public_key(EVP_PKEY_ED448, nullptr, key.data(), key.size())
                 : nullptr;
    default:
      return nullptr;
  }
}

const EVP_MD* hash_of(std::uint8_t number) {
  switch (number) {
    case algorithm::rsasha1:
    case algorithm::rsasha1_nsec3:
      return EVP_sha1();
    case algorithm::rsasha256:
    case algorithm::ecdsap256:
      return EVP_sha256();
    case algorithm::ecdsap384:
      return EVP_sha384();
    case algorithm::rsasha512:
      return EVP_sha512();
    default:
      return nullptr;  // Ed25519 and Ed448 hash by themselves
  }
}

/// RFC 6605 §4 writes r and s one after the other; OpenSSL reads ASN.1.
std::vector<std::uint8_t> as_asn1(Octets signature) {
  const std::size_t half = signature.size() / 2;
  ECDSA_SIG* pair = ECDSA_SIG_new();
  ECDSA_SIG_set0(pair, number(signature.first(half)).release(),
                 number(signature.subspan(half)).release());
  std::vector<std::uint8_t> out(static_cast<std::size_t>(i2d_ECDSA_SIG(pair, nullptr)));
  unsigned char* at = out.data();
  i2d_ECDSA_SIG(pair, &at);
  ECDSA_SIG_free(pair);
  return out;
}

}  // namespace

std::string algorithm_name(std::uint8_t number) {
  switch (number) {
    case algorithm::rsamd5:
      return "RSAMD5";
    case algorithm::dsa:
      return "DSA";
    case algorithm::rsasha1:
      return "RSASHA1";
    case algorithm::dsa_nsec3:
      return "DSA-NSEC3-SHA1";
    case algorithm::rsasha1_nsec3:
      return "RSASHA1-NSEC3-SHA1";
    case algorithm::rsasha256:
      return "RSASHA256";
    case algorithm::rsasha512:
      return "RSASHA512";
    case algorithm::gost:
      return "ECC-GOST";
    case algorithm::ecdsap256:
      return "ECDSAP256SHA256";
    case algorithm::ecdsap384:
      return "ECDSAP384SHA384";
    case algorithm::ed25519:
      return "ED25519";
    case algorithm::ed448:
      return "ED448";
    default:
      return "algorithm " + std::to_string(number);
  }
}

bool can_verify(std::uint8_t number) {
  return hash_of(number) != nullptr || number == algorithm::ed25519 || number == algorithm::ed448;
}

std::uint16_t key_tag(std::span<const std::uint8_t> rdata) {
  // Appendix B.1: RSAMD5 takes the last octets of the modulus.
  if (rdata.size() >= 7 && rdata[3] == algorithm::rsamd5) {
    return static_cast<std::uint16_t>(rdata[rdata.size() - 3] << 8 | rdata[rdata.size() - 2]);
  }
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < rdata.size(); ++i) {
    sum += i % 2 == 0 ? std::uint32_t{rdata[i]} << 8 : rdata[i];
  }
  sum += sum >> 16 & 0xFFFF;
  return static_cast<std::uint16_t>(sum & 0xFFFF);
}

std::vector<std::uint8_t> ds_digest(std::uint8_t type, std::span<const std::uint8_t> octets) {
  const EVP_MD* kind = type == 1   ? EVP_sha1()
                       : type == 2 ? EVP_sha256()
                       : type == 4 ? EVP_sha384()
                                   : nullptr;
  if (kind == nullptr) return {};
  std::vector<std::uint8_t> out(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  EVP_Digest(octets.data(), octets.size(), out.data(), &size, kind, nullptr);
  out.resize(size);
  return out;
}

PublicKey::PublicKey(std::uint8_t number, std::span<const std::uint8_t> key)
    : algorithm_(number), key_(read_key(number, key), &EVP_PKEY_free) {}

int PublicKey::bits() const {
  return EVP_PKEY_get_bits(key_.get());
}

bool PublicKey::verify(std::span<const std::uint8_t> data,
                       std::span<const std::uint8_t> signature) const {
  std::vector<std::uint8_t> converted;
  if (algorithm_ == algorithm::ecdsap256 || algorithm_ == algorithm::ecdsap384) {
    if (signature.size() != (algorithm_ == algorithm::ecdsap256 ? 64 : 96)) return false;
    converted = as_asn1(signature);
    signature = converted;
  }
  const DigestContext context(EVP_MD_CTX_new());
  return EVP_DigestVerifyInit(context.get(), nullptr, hash_of(algorithm_), nullptr, key_.get()) ==
             1 &&
         EVP_DigestVerify(context.get(), signature.data(), signature.size(), data.data(),
                          data.size()) == 1;
}

}  // namespace lapis::lint
