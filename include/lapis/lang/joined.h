// Two sets as one, so that one query can be put to both.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "lapis/lang/set.h"

namespace lapis::lang {

struct JoinedSets {
  /// Programs of the first set, then those of the second, over the attributes of both. Keeps both
  /// sets' trees alive. Has no invariants, pools or definitions, and no digest.
  Set set;
  std::size_t first = 0;  ///< programs of the first set
  /// Attributes and closed fields that are not the same in both, in words. A query of the joined
  /// set has values that both allow; attributes that have none in common are two.
  std::vector<std::string> differences;
  /// Fields closed in both sets to values of which they share none, in words: no server that the
  /// one can be loaded by can load the other, so no query can be put to both.
  std::vector<std::string> incomparable;
  /// Attributes whose default is not the same in both. A name that has no value of one is asked
  /// with each set's own default; which names have none is a boolean attribute of the joined set.
  struct Unset {
    std::string attribute;
    std::uint32_t number = 0;  ///< of the boolean attribute
  };
  std::vector<Unset> unset;
  /// For each attribute of the joined set its name in the one and in the other, or "".
  std::vector<std::string> names_before;
  std::vector<std::string> names_after;
};

JoinedSets join_sets(const Set& before, const Set& after);

}  // namespace lapis::lang
