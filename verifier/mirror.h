// Two addresses that must have their first bits in common: one is made, the other follows.
//
// Addresses tried independently would never agree, so a search for keys that read both tries one
// and copies what has to be equal.
#pragma once

#include <optional>

#include "concrete_query.h"
#include "term.h"

namespace lapis::verify {

class Mirror {
 public:
  /// Of an `address_equal` that must hold; nothing for other tests, and when both are one field.
  static std::optional<Mirror> of(const Terms& terms, const BoolNode& node);

  std::uint32_t from() const { return from_.field; }
  std::uint32_t to() const { return to_.field; }
  /// The same with the other one made first.
  Mirror turned() const { return {to_, from_}; }
  /// The two are equal in all bits.
  bool whole() const {
    return from_.bits4 == 32 && from_.bits6 == 128 && to_.bits4 == 32 && to_.bits6 == 128;
  }
  /// Changes as few bits as it takes, first of the address that follows.
  void apply(ConcreteQuery& query) const;

 private:
  Mirror(const MaskedAddress& from, const MaskedAddress& to) : from_(from), to_(to) {}

  MaskedAddress from_;
  MaskedAddress to_;
};

/// A mirror, with what else is asked of the two addresses.
struct Mirrored {
  Mirrored(Mirror between, AddressRanges of_from, AddressRanges of_to);

  Mirror mirror;
  AddressRanges from;
  AddressRanges to;

  /// Lets the address follow; false when one of the two leaves its ranges.
  bool follow(ConcreteQuery& query) const;
};

}  // namespace lapis::verify
