// Canonical form and order of records (RFC 4034 §6), for signatures and zone digests.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "context.h"
#include "lapis/base/octets.h"

namespace lapis::lint {

using Octets = std::vector<std::uint8_t>;

/// Appends rdata with the names inside in lower case where RFC 4034 §6.2 asks for it (RFC 6840
/// §5.1 took NSEC off that list).
void append_canonical_rdata(std::uint16_t type, std::span<const std::uint8_t> rdata, Octets& out);
/// Appends a name in lower case.
void append_canonical_name(dns::NameView name, Octets& out);
void append16(Octets& out, std::uint16_t value);
void append32(Octets& out, std::uint32_t value);

/// The nodes of the zone, empty non-terminals too, in canonical order of their names (RFC 4034
/// §6.1).
std::vector<Index> canonical_order(const zone::NameTree& tree);

/// The canonical rdata of records of one RRset, in canonical order and without duplicates (RFC
/// 4034 §6.3), kept in one buffer that is reused.
class CanonicalRRset {
 public:
  void clear();
  /// `ttl` comes back from ttl(); of duplicates the first one's.
  void add(std::uint16_t type, std::span<const std::uint8_t> rdata, std::uint32_t ttl = 0);
  /// Sorts and drops duplicates.
  void finish();
  std::size_t size() const { return items_.size(); }
  std::span<const std::uint8_t> operator[](std::size_t i) const {
    return std::span(octets_).subspan(items_[i].begin, items_[i].size);
  }

  std::uint32_t ttl(std::size_t i) const { return items_[i].ttl; }

 private:
  struct Item {
    std::size_t begin;
    std::size_t size;
    std::uint32_t ttl;
  };
  Octets octets_;
  std::vector<Item> items_;
};

}  // namespace lapis::lint
