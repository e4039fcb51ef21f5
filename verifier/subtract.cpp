#include "subtract.h"

#include <algorithm>
#include <map>

namespace lapis::verify {

Covered Subtraction::covered(const Cube& whole, std::span<const Cube* const> cubes, Cube& rest,
                             std::int64_t& budget) const {
  Cube cell = whole;
  std::vector<const Cube*> near;
  for (const Cube* cube : cubes) {
    if (cube->touches(cell)) near.push_back(cube);
  }
  budget -= static_cast<std::int64_t>(cubes.size()) + 1;
  while (true) {
    if (budget < 0) return Covered::undecided;
    if (near.empty()) {
      rest = cell;
      return Covered::no;
    }
    // In how many dimensions does each cube leave something of the cell? What is left in one only
    // can be taken away at once, for all such cubes together.
    std::map<Dimension, std::vector<ClassSet::Range>> alone;
    const Cube* best = nullptr;
    std::size_t fewest = SIZE_MAX;
    for (const Cube* cube : near) {
      std::size_t open = 0;
      Dimension where = 0;
      for (const Cube::Factor& factor : cube->factors()) {
        if (factor.set.contains(set_of(cell, factor.dimension))) continue;
        ++open;
        where = factor.dimension;
      }
      if (open == 0) return Covered::yes;
      if (open == 1) {
        const auto& ranges = cube->find(where)->ranges();
        auto& taken = alone[where];
        taken.insert(taken.end(), ranges.begin(), ranges.end());
      } else if (open < fewest) {
        fewest = open;
        best = cube;
      }
    }
    if (!alone.empty()) {
      for (auto& [dimension, ranges] : alone) {
        ClassSet left = set_of(cell, dimension).without(ClassSet::of(std::move(ranges)));
        if (left.empty()) return Covered::yes;
        cell.replace(dimension, std::move(left));
      }
      std::erase_if(near, [&](const Cube* cube) { return !cube->touches(cell); });
      budget -= static_cast<std::int64_t>(near.size());
      continue;
    }
    // Cut the cell along one cube: a piece outside it for each dimension, and nothing inside.
    for (const Cube::Factor& factor : best->factors()) {
      const ClassSet& mine = set_of(cell, factor.dimension);
      if (factor.set.contains(mine)) continue;
      Cube piece = cell;
      piece.replace(factor.dimension, mine.without(factor.set));
      const Covered answer = covered(piece, near, rest, budget);
      if (answer != Covered::yes) return answer;
      cell.replace(factor.dimension, mine.intersect(factor.set));
    }
    return Covered::yes;
  }
}

}  // namespace lapis::verify
