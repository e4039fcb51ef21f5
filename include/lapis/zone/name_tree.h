// The names of a zone as a tree, each with its records: what the structural checks walk over.
//
// A node is a name that owns records or has one below it that does (an empty non-terminal, RFC
// 4592 §2.2.2). Node 0 is the apex; nodes link upwards, to their parents. Built once by hashing,
// read-only afterwards; it refers to the ZoneRecords it was built from and must not outlive them.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "lapis/zone/records.h"

namespace lapis::zone {

class NameTree {
 public:
  using Index = std::uint32_t;
  static constexpr Index none = std::numeric_limits<Index>::max();

  struct Node {
    Index parent = none;        ///< none for the apex
    Index first_record = none;  ///< in file order, then next_record()
    Index last_record = none;
    std::uint32_t name = 0;  ///< offset in ZoneRecords::octets
    bool has_child = false;
  };

  /// `rejected` records (see LoadedZone) get nodes too, but are not listed as records.
  NameTree(const ZoneRecords& records, const std::vector<Record>& rejected);

  std::size_t size() const { return nodes_.size(); }
  const Node& node(Index index) const { return nodes_[index]; }
  dns::NameView name(Index index) const;
  Index next_record(Index record) const { return next_[record]; }
  /// Node that owns record number `record`.
  Index owner_of(Index record) const { return owner_of_[record]; }
  /// Node of exactly this name, or none.
  Index find(dns::NameView name) const;
  /// Node of the name or of its nearest ancestor that exists. REQUIRES: the name is in the zone.
  Index closest(dns::NameView name) const;
  /// The wildcard child of a node, or none.
  Index wildcard_below(Index index) const;
  bool is_rejected(Index index) const { return !rejected_.empty() && rejected_[index]; }

 private:
  Index insert(dns::NameView name, std::uint32_t offset);
  Index lookup(dns::NameView name, std::uint64_t hash) const;
  void grow();

  const ZoneRecords& records_;
  std::vector<Node> nodes_;
  std::vector<Index> slots_;         // open addressing, a power of two
  std::vector<std::uint32_t> tags_;  // upper hash half of each node
  std::vector<Index> next_;
  std::vector<Index> owner_of_;
  std::vector<bool> rejected_;
};

}  // namespace lapis::zone
