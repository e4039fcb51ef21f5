// One zone, packed for answering.
//
//   index:   hash of a name --> 32-bit slots (tag | offset / 4), open addressing
//   nodes:   [header][name below the apex, folded][RRset][RRset]...   one after the other
//   RRset:   [header][rdlength rdata]... and then its RRSIGs in the same form
//
// Every name that exists has a node: owners of records and the empty non-terminals between them
// and the apex. A look-up of a name that exists touches one line of the index and the node itself.
// What an answer must know about a node (zone cut, DNAME, wildcard child, occlusion) is in its
// header, so that no other node is read for an ordinary answer.
//
// Built once from zone::ZoneRecords (zone_builder.cpp), read by all workers, never changed.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "lapis/base/result.h"
#include "lapis/dns/hashed_name.h"
#include "lapis/dns/name.h"
#include "lapis/program/attributes.h"
#include "lapis/zone/records.h"
#include "packed_memory.h"

namespace lapis::answer {

/// Properties of a node, known at build time.
namespace node_flag {
inline constexpr std::uint8_t cut = 1;           ///< NS here, and not the apex: a delegation
inline constexpr std::uint8_t dname = 2;         ///< owns a DNAME
inline constexpr std::uint8_t occluded = 4;      ///< below a zone cut or a DNAME
inline constexpr std::uint8_t has_wildcard = 8;  ///< `*` in front of this name exists
inline constexpr std::uint8_t address = 16;      ///< owns A or AAAA
inline constexpr std::uint8_t cname = 32;        ///< owns a CNAME
inline constexpr std::uint8_t redirected = 64;   ///< occluded, and what hides it is a DNAME
}  // namespace node_flag

/// An RRset or the RRSIGs of one; borrowed from the zone.
class Records {
 public:
  Records() = default;
  Records(std::uint16_t type, std::uint32_t ttl, std::uint32_t count, const std::uint8_t* first)
      : type_(type), ttl_(ttl), count_(count), first_(first) {}

  explicit operator bool() const { return first_ != nullptr; }
  std::uint16_t type() const { return type_; }
  std::uint32_t ttl() const { return ttl_; }
  std::uint32_t count() const { return count_; }

  class Iterator {
   public:
    explicit Iterator(const std::uint8_t* at) : at_(at) {}
    std::span<const std::uint8_t> operator*() const { return {at_ + 2, size()}; }
    Iterator& operator++() {
      at_ += 2 + size();
      return *this;
    }

   private:
    std::uint16_t size() const {
      std::uint16_t n;
      std::memcpy(&n, at_, 2);
      return n;
    }
    const std::uint8_t* at_;
  };
  /// Rdata of the first record; step with ++ count() - 1 times.
  Iterator begin() const { return Iterator(first_); }
  std::span<const std::uint8_t> first() const { return *begin(); }
  /// Identity of the RRset within its zone.
  const void* key() const { return first_; }

 private:
  std::uint16_t type_ = 0;
  std::uint32_t ttl_ = 0;
  std::uint32_t count_ = 0;
  const std::uint8_t* first_ = nullptr;
};

/// An RRset with its signatures; default-constructed when there is none.
struct RRset {
  Records records;
  Records signatures;
  explicit operator bool() const { return records.count() != 0; }
};

/// What lies in front of an RRset's records: type, count (top bit: signatures follow), TTL, octets
/// of the records; with signatures also their count and octets.
namespace packed_rrset {
inline constexpr std::size_t header = 12;
inline constexpr std::size_t signature_header = 6;
inline constexpr std::uint16_t signed_bit = 0x8000;
inline constexpr std::size_t max_count = 0x7FFF;
}  // namespace packed_rrset

/// A node of the zone; borrowed. The default one is "no such name".
class Node {
 public:
  Node() = default;
  explicit Node(const std::uint8_t* at) : at_(at) {}
  explicit operator bool() const { return at_ != nullptr; }
  friend bool operator==(Node a, Node b) { return a.at_ == b.at_; }

  bool has(std::uint8_t flags) const { return (at_[1] & flags) != 0; }
  bool is_cut() const { return has(node_flag::cut); }
  bool is_occluded() const { return has(node_flag::occluded); }
  /// Labels of the name in front of the apex, without a root label; empty at the apex.
  std::span<const std::uint8_t> relative_name() const { return {at_ + header_size, at_[0]}; }
  int rrset_count() const { return at_[2] | at_[3] << 8; }
  bool is_empty() const { return rrset_count() == 0; }
  RRset find(std::uint16_t type) const;

  /// Steps through the RRsets: `at = node.begin(); for (i < rrset_count()) { at = next(at, set); }`
  const std::uint8_t* begin() const { return at_ + header_size + at_[0]; }
  static const std::uint8_t* next(const std::uint8_t* at, RRset& set);
  const void* key() const { return at_; }

  static constexpr std::size_t header_size = 4;

 private:
  const std::uint8_t* at_ = nullptr;
};

/// Parameters of the zone's NSEC3 chain (RFC 5155 §4).
struct Nsec3Chain {
  struct Link {
    std::array<std::uint8_t, 20> hash;
    std::uint32_t node;  ///< in units of 4 octets
  };
  std::uint16_t iterations = 0;
  std::vector<std::uint8_t> salt;
  std::vector<Link> links;  ///< in order of hash
};

class ServedZone {
 public:
  /// Packs `records`. Errors (rule "zone-…", with the record's span): no or several SOA at the
  /// apex, CNAME beside other data, several CNAME or DNAME at a name, malformed rdata. Records
  /// outside the zone are left out.
  static Result<ServedZone> build(const zone::ZoneRecords& records);

  ServedZone(ServedZone&&) noexcept = default;
  ServedZone& operator=(ServedZone&&) noexcept = default;

  dns::NameView apex() const { return apex_; }
  int apex_labels() const { return apex_labels_; }
  std::size_t name_count() const { return name_count_; }
  /// Octets of memory taken.
  std::size_t memory() const { return nodes_.size() + index_.size(); }

  /// The node of the suffix of `name` with `labels` labels. REQUIRES: that suffix is the apex or
  /// below it.
  Node find(const dns::HashedName& name, int labels) const;
  /// The nearest ancestor-or-self that exists, and its number of labels. REQUIRES: as find().
  Node closest_encloser(const dns::HashedName& name, int labels, int& found_labels) const;
  Node apex_node() const { return node_at(apex_unit); }
  Node wildcard_below(const dns::HashedName& name, int labels) const;

  void prefetch_slot(std::uint64_t hash) const { __builtin_prefetch(slot_address(hash)); }
  /// Prefetches the node the slot of `hash` points at, if any.
  void prefetch_node(std::uint64_t hash) const;

  const RRset& soa() const { return soa_; }
  /// TTL of negative answers: min(SOA TTL, MINIMUM) (RFC 2308 §3).
  std::uint32_t negative_ttl() const { return negative_ttl_; }
  /// The apex has a DNSKEY and the zone an NSEC or NSEC3 chain.
  bool is_signed() const { return signed_; }

  /// Full name of a node.
  dns::Name name_of(Node node) const;

  /// The node with the last NSEC at or before `name`. REQUIRES: the zone has NSEC records, and
  /// `name` is in it.
  Node covering_nsec(dns::NameView name) const;
  const Nsec3Chain& nsec3() const { return nsec3_; }
  Node node_at(std::uint32_t unit) const { return Node(nodes_.data() + std::size_t{unit} * 4); }

  bool addressing = false;             ///< programs decide A and AAAA here
  program::AttributeTable attributes;  ///< of the names in this zone

 private:
  friend class ZoneBuilder;
  ServedZone() = default;

  const std::uint8_t* slot_address(std::uint64_t hash) const {
    return index_.data() + std::size_t{slot_of(hash)} * 4;
  }
  std::uint32_t slot_of(std::uint64_t hash) const {
    return static_cast<std::uint32_t>(((hash >> 32) * slot_count_) >> 32);
  }
  std::uint32_t tag_of(std::uint64_t hash) const {
    return static_cast<std::uint32_t>(hash << offset_bits_);
  }

  /// The node in the index under `hash` whose relative name is the `same`.
  template <class Same>
  Node look_up(std::uint64_t hash, Same same) const;

  static constexpr std::uint32_t apex_unit = 1;  // 0 is the free slot

  dns::Name apex_;
  int apex_labels_ = 0;
  int max_labels_ = 0;
  std::uint32_t slot_count_ = 0;
  int offset_bits_ = 32;  // of a slot; the bits above hold a tag from the hash
  std::size_t name_count_ = 0;
  PackedMemory index_;
  PackedMemory nodes_;
  RRset soa_;
  std::uint32_t negative_ttl_ = 0;
  bool signed_ = false;
  // Owners of NSEC records in canonical order, in units of 4 octets, and beside them what most
  // comparisons of a search need: the prefix of each name below the apex.
  std::vector<std::uint32_t> nsec_order_;
  std::vector<std::uint64_t> nsec_prefixes_;
  Nsec3Chain nsec3_;
};

}  // namespace lapis::answer
