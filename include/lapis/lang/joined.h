// Two sets as one, so that one query can be put to both.
#pragma once

#include <cstddef>
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
};

JoinedSets join_sets(const Set& before, const Set& after);

}  // namespace lapis::lang
