// Public keys of DNSKEY records and the signatures they made (RFC 4034 §2, §3), by OpenSSL.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

struct evp_pkey_st;

namespace lapis::lint {

/// DNSSEC algorithm numbers (IANA).
namespace algorithm {
inline constexpr std::uint8_t rsamd5 = 1, dsa = 3, rsasha1 = 5, dsa_nsec3 = 6, rsasha1_nsec3 = 7,
                              rsasha256 = 8, rsasha512 = 10, gost = 12, ecdsap256 = 13,
                              ecdsap384 = 14, ed25519 = 15, ed448 = 16;
}

/// "ECDSAP256SHA256", or "algorithm 99".
std::string algorithm_name(std::uint8_t number);

/// A signature by this algorithm can be checked here.
bool can_verify(std::uint8_t number);

/// RFC 4034 appendix B. `rdata` is a whole DNSKEY rdata.
std::uint16_t key_tag(std::span<const std::uint8_t> rdata);

/// Digest of `octets` by a DS digest type (1 SHA-1, 2 SHA-256, 4 SHA-384); empty for others.
std::vector<std::uint8_t> ds_digest(std::uint8_t type, std::span<const std::uint8_t> octets);

/// A key ready for verification; immutable, usable by several threads at once.
class PublicKey {
 public:
  PublicKey() = default;
  /// Reads the key of a DNSKEY rdata's last field; the result is false when it is no key of that
  /// algorithm.
  PublicKey(std::uint8_t algorithm, std::span<const std::uint8_t> key);

  explicit operator bool() const { return key_ != nullptr; }
  int bits() const;
  /// REQUIRES: *this
  bool verify(std::span<const std::uint8_t> data, std::span<const std::uint8_t> signature) const;

 private:
  std::uint8_t algorithm_ = 0;
  std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace lapis::lint
