// What a match needs, dimension by dimension: classes outside of which it can't hold.
//
// Taken from the typed tree in two passes over all matches of a set. The first finds the tests of
// one quantity against constants and cuts that quantity's values into classes; the second turns
// each match into a conjunction "dimension in ranges, and …" that the match implies. What a test
// says of several quantities at once, or of an order of choice, is left out: the conjunction is
// necessary, and sufficient only when it is known to be exact. Work per match is bounded; a match
// that would take more is left without conditions.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "lapis/lang/set.h"
#include "lapis/program/dimension.h"

namespace lapis::program {

/// Sorted by dimension; a dimension that is missing may have any class.
struct Necessary {
  struct Factor {
    std::uint32_t dimension = 0;
    ClassRanges ranges;
  };
  std::vector<Factor> factors;
  bool never = false;  ///< a constant says that no query can match
  bool exact = false;  ///< the factors together are sufficient as well

  const ClassRanges* find(std::uint32_t dimension) const;
  /// False when no query can meet both. REQUIRES: both come from one NecessaryConditions.
  bool meets(const Necessary& other) const;
};

/// All programs of a set, borrowed.
std::vector<const lang::Program*> programs_of(const lang::Set& set);

class NecessaryConditions {
 public:
  /// Of programs of one set, or of sets with the same attributes. They are borrowed.
  explicit NecessaryConditions(const std::vector<const lang::Program*>& programs);

  const std::vector<Dimension>& dimensions() const { return dimensions_; }
  std::vector<Dimension>& dimensions() { return dimensions_; }
  Necessary of(const lang::Program& program);
  /// Of each, in parts side by side. REQUIRES: all were given when this was made.
  std::vector<Necessary> of_each(const std::vector<const lang::Program*>& programs);

 private:
  struct NamePiece {
    enum class Kind : std::uint8_t { itself, subtree, below } kind;
    lang::WireName name;
  };
  /// A test of one dimension: it holds exactly for these values (or, when not exact, for no
  /// others).
  struct Test {
    std::uint32_t dimension = 0;
    bool exact = true;
    std::vector<NamePiece> names;
    std::vector<std::pair<std::int64_t, std::int64_t>> numbers;
    std::vector<std::pair<IpAddress, IpAddress>> addresses;
    std::vector<std::string> texts;
  };
  class Walk;

  void cut(std::uint32_t dimension, const std::vector<Test>& tests);
  ClassRanges ranges_of(const Test& test) const;
  /// The number of the quantity's dimension; false when it is new and the classes are made already.
  bool dimension_of(Dimension::Kind kind, std::uint32_t field, const lang::Expr* subject,
                    std::uint32_t& out);

  std::vector<Dimension> dimensions_;
  std::map<std::pair<std::uint32_t, std::string>, std::uint32_t> known_;
  bool cut_ = false;  ///< the second pass: no new dimensions
};

}  // namespace lapis::program
