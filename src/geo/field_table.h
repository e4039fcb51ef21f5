// For every address one of few values: what a query's lookup reads, for one field.
//
// The address space of each family is cut into ranges whose neighbours differ in value, held in
// order. So a lookup is a search for a number, and how far an answer can be shared follows from
// the range alone: it is often more than the network that the database has the address in.
// Immutable once built; a lookup touches nothing else.
#pragma once

#include <compare>
#include <cstdint>
#include <vector>

#include "lapis/base/ip.h"

namespace lapis::geo {

/// Number of a value; 0 is "unknown".
using ValueNumber = std::uint32_t;

class FieldTable {
 public:
  struct Hit {
    ValueNumber value = 0;
    /// Least number of leading bits such that every address sharing them has this value.
    std::uint8_t bits = 0;
  };
  Hit find(const IpAddress& address) const;
  std::size_t ranges() const { return first4_.size() + first6_.size(); }

  class Builder;

 private:
  struct Key {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  /// Value of an IPv6 range in which the 32 bits after the first `depth` are an IPv4 address that
  /// is looked up in its place.
  static constexpr ValueNumber embedded = 1U << 31U;

  Hit find4(std::uint32_t address) const;
  Hit find6(const IpAddress& address) const;
  void index();

  std::vector<std::uint32_t> first4_;  ///< least address of each range
  std::vector<ValueNumber> value4_;
  std::vector<std::uint32_t> below4_;  ///< by the high 16 bits: ranges that begin below them
  std::vector<Key> first6_;
  std::vector<ValueNumber> value6_;
};

/// Takes ranges in ascending order, each up to the next; the first begins at 0.
class FieldTable::Builder {
 public:
  void add4(std::uint32_t first, ValueNumber value);
  void add6(std::uint64_t high, std::uint64_t low, ValueNumber value);
  /// An IPv6 range with IPv4 addresses inside, from bit `depth` (at most 96) on.
  void embed4(std::uint64_t high, std::uint64_t low, unsigned depth) {
    add6(high, low, embedded | depth);
  }
  /// Families that got no range are unknown as a whole.
  FieldTable take() &&;

 private:
  FieldTable table_;
};

}  // namespace lapis::geo
