// The rules of signed zones, and what they share: the zone's keys and which names are signed.
#pragma once

#include <vector>

#include "canonical.h"
#include "context.h"
#include "signature.h"

namespace lapis::lint {

/// One DNSKEY record of the apex.
struct ZoneKey {
  const zone::Record* record = nullptr;
  std::uint16_t flags = 0;
  std::uint8_t protocol = 3;
  std::uint8_t algorithm = 0;
  std::uint16_t tag = 0;
  PublicKey key;

  bool is_zone_key() const { return (flags & 0x0100) != 0; }
  bool is_revoked() const { return (flags & 0x0080) != 0; }
  bool is_entry_point() const { return (flags & 0x0001) != 0; }
  bool is_malformed() const { return can_verify(algorithm) && !key; }
  /// Its fields are not those of a key that signs zones: what was signed with it names another tag.
  bool is_broken() const { return protocol != 3 || !is_zone_key() || is_malformed(); }
};

/// The fields of an RRSIG record (RFC 4034 §3.1). REQUIRES: well-formed rdata.
struct SignatureFields {
  SignatureFields(std::span<const std::uint8_t> rdata);
  std::uint16_t covered;
  std::uint8_t algorithm;
  std::uint8_t labels;
  std::uint32_t original_ttl;
  std::uint32_t expiration;
  std::uint32_t inception;
  std::uint16_t tag;
  dns::NameView signer;
  std::span<const std::uint8_t> signature;
};

struct SignedZone {
  Context& context;
  std::vector<ZoneKey> keys;
  bool has_nsec = false;
  bool has_nsec3 = false;

  /// The keys a signature names; mostly one (RFC 4034 §3.1.6 lets tags collide).
  bool has_key(std::uint8_t algorithm, std::uint16_t tag) const;
};

/// Records of a node, by type and then in file order.
void records_by_type(const Context& context, Index node, std::vector<Index>& out);
/// The node owns NSEC3 records, or signatures over them, and nothing that is not theirs.
bool is_nsec3_node(const Context& context, Index node);
bool has_signature(const Context& context, Index node, std::uint16_t covered);
/// A bitmap lists more than the wanted types, and of each type too many there is a signature
/// without records: records were removed, which rrsig-extra tells.
bool is_told_of_signatures(const Context& context, Index node,
                           const std::vector<std::uint16_t>& listed,
                           const std::vector<std::uint16_t>& wanted);
/// Takes back rrsig-extra of signatures over records of the chain: that those are missing is told.
void withdraw_extra_signatures(Context& context, Index node, std::uint16_t covered);
/// What must be signed and denied: not below a cut or a DNAME.
bool is_authoritative(const Context& context, Index node);
/// Nothing of a node that must be signed is: what is said of its signatures (rrsig-missing) covers
/// that it is missing in the chain, too.
bool lacks_signatures(const Context& context, Index node);
/// The types that the chain record of a node must list, ascending: at a delegation NS and DS only;
/// RRSIG where something is to be signed, whether it is or not; NSEC when `nsec`.
void wanted_types(const Context& context, Index node, bool nsec, std::vector<std::uint16_t>& out);
/// Types of a bitmap (RFC 4034 §4.1.2).
void read_bitmap(std::span<const std::uint8_t> bitmap, std::vector<std::uint16_t>& out);
/// "lists A, which is not there; lacks MX", or empty when both are the same.
std::string bitmap_difference(const std::vector<std::uint16_t>& listed,
                              const std::vector<std::uint16_t>& wanted);

void check_keys(SignedZone& zone);
void check_signatures(SignedZone& zone);
void check_nsec(SignedZone& zone);
void check_nsec3(SignedZone& zone);
void check_child_keys(SignedZone& zone);  // CDS and CDNSKEY

}  // namespace lapis::lint
