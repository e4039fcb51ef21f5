// Sets of classes of one dimension, and boxes of such sets.
//
// A dimension of the query space is cut into finitely many classes, numbered from 0; queries of one
// class can't be told apart by any test of the program set on that dimension. Sets of classes are
// sorted ranges, because prefixes, subtrees of names and intervals of numbers are ranges there.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace lapis::verify {

using ClassNumber = std::uint32_t;
using Dimension = std::uint32_t;

/// Inclusive ranges, sorted, disjoint, not adjacent.
class ClassSet {
 public:
  using Range = std::pair<ClassNumber, ClassNumber>;

  ClassSet() = default;
  ClassSet(ClassNumber low, ClassNumber high) : ranges_{{low, high}} {}
  /// Sorts and merges.
  static ClassSet of(std::vector<Range> ranges);

  bool empty() const { return ranges_.empty(); }
  const std::vector<Range>& ranges() const { return ranges_; }
  ClassNumber first() const { return ranges_.front().first; }
  ClassNumber last() const { return ranges_.back().second; }
  bool contains(ClassNumber c) const;
  bool contains(const ClassSet& other) const;
  bool touches(const ClassSet& other) const;
  /// Least common class. REQUIRES: touches(other)
  ClassNumber first_common(const ClassSet& other) const;
  std::uint64_t count() const;
  /// The n-th class. REQUIRES: n < count()
  ClassNumber at(std::uint64_t n) const;

  ClassSet intersect(const ClassSet& other) const;
  ClassSet unite(const ClassSet& other) const;
  ClassSet without(const ClassSet& other) const;
  friend bool operator==(const ClassSet&, const ClassSet&) = default;

 private:
  std::vector<Range> ranges_;
};

/// A product of class sets: dimensions that are not named are unconstrained.
class Cube {
 public:
  struct Factor {
    Dimension dimension = 0;
    ClassSet set;
    friend bool operator==(const Factor&, const Factor&) = default;
  };

  const std::vector<Factor>& factors() const { return factors_; }
  const ClassSet* find(Dimension dimension) const;
  /// Intersects with one more factor; false when nothing is left.
  bool narrow(Dimension dimension, const ClassSet& set);
  /// Replaces a factor or adds it.
  void replace(Dimension dimension, ClassSet set);
  bool touches(const Cube& other) const;
  bool contains(const Cube& other) const;
  /// False when nothing is left.
  bool intersect(const Cube& other, Cube& out) const;
  friend bool operator==(const Cube&, const Cube&) = default;

 private:
  std::vector<Factor> factors_;  // sorted by dimension
};

/// Cubes whose union is a formula, or (when not exact) contains it.
struct Cover {
  std::vector<Cube> cubes;
  bool exact = true;
  bool whole = true;  ///< no cube was left out, so that they contain it
};

}  // namespace lapis::verify
