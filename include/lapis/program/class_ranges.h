// Sets of classes of one dimension of the query space, as sorted ranges.
//
// A dimension's values are cut into finitely many classes that the tests of a program set can tell
// apart, numbered so that subtrees of names, prefixes and intervals are ranges.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace lapis::program {

using ClassNumber = std::uint32_t;
/// First and last class, inclusive.
using ClassRange = std::pair<ClassNumber, ClassNumber>;
/// Sorted, disjoint, not adjacent.
using ClassRanges = std::vector<ClassRange>;

/// Sorts and merges.
ClassRanges tidy(ClassRanges ranges);
ClassRanges intersect(const ClassRanges& a, const ClassRanges& b);
bool touch(const ClassRanges& a, const ClassRanges& b);
/// What is not in `ranges`, of the classes 0 … classes-1.
ClassRanges complement(const ClassRanges& ranges, ClassNumber classes);
bool contains(const ClassRanges& ranges, ClassNumber c);
/// Number of classes.
std::uint64_t size_of(const ClassRanges& ranges);

/// The classes `number << shift` … `((number + 1) << shift) - 1`.
struct Block {
  std::uint8_t shift = 0;
  ClassNumber number = 0;
};
/// The fewest blocks that make up the ranges, in order.
std::vector<Block> blocks_of(const ClassRanges& ranges);

}  // namespace lapis::program
