// Is a cube covered by a union of cubes? Exact, by cutting the cube along the others; bounded by a
// budget of steps, beyond which the answer is "not decided".
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "classes.h"
#include "space.h"

namespace lapis::verify {

enum class Covered : std::uint8_t { yes, no, undecided };

class Subtraction {
 public:
  explicit Subtraction(const Space& space) : space_(space) {}

  /// On `no`, `rest` is a cube inside `cell` that touches none of `cubes`. `budget` is counted
  /// down by the cubes looked at.
  Covered covered(const Cube& cell, std::span<const Cube* const> cubes, Cube& rest,
                  std::int64_t& budget) const;

 private:
  const ClassSet& set_of(const Cube& cube, Dimension d) const {
    const ClassSet* set = cube.find(d);
    return set != nullptr ? *set : space_.axis(d).universe;
  }
  const Space& space_;
};

}  // namespace lapis::verify
