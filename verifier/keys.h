// Keys whose buckets and choices come out as wanted: found by trying names, texts and addresses
// that meet all else, or proved not to exist when all of these were tried.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "concrete_query.h"
#include "numbered_names.h"
#include "words.h"

namespace lapis::verify {

/// Numbers of constraints by the variables they are about. Names are one group; each other
/// variable is one.
struct ConstraintGroups {
  std::vector<std::size_t> names;
  std::map<Var, std::vector<std::size_t>> texts;
  std::map<Var, std::vector<std::size_t>> others;
  std::vector<std::size_t> hashes;
  std::vector<std::size_t> relations;  ///< of numbers some of which are buckets, and of addresses
};

/// A comparison of two variables.
inline bool is_relation(BoolOp op) {
  return op == BoolOp::number_less || op == BoolOp::number_equal || op == BoolOp::address_less ||
         op == BoolOp::address_equal;
}

enum class Outcome : std::uint8_t {
  found,
  impossible,  ///< proved: no query has these classes
  gave_up,     ///< not found within the tries
};

/// Changes names, texts and addresses of `out`, which meets all other constraints, until the hashes
/// are met as well. When impossible, adds to `culprits` the constraints that can't be met together.
Outcome find_keys(const lang::Set& set, const Space& space,
                  const std::vector<Constraint>& constraints, const ConstraintGroups& groups,
                  const Effort& effort, ConcreteQuery& out, std::vector<std::size_t>& culprits);

}  // namespace lapis::verify
