// Why formulas hold at a point: atoms whose values are enough.
//
// A model of the solver gives every atom a value, most of which no formula needs. A query that
// agrees with the needed ones only is far easier to find (one bucket instead of seven), and a
// combination that no query has excludes more when it is smaller.
#pragma once

#include <cstdint>
#include <functional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "term.h"

namespace lapis::verify {

class Implicant {
 public:
  /// `holds` is the value of an atom at the point; asked at most once for each.
  Implicant(const Terms& terms, std::function<bool(Bool)> holds)
      : terms_(terms), atom_holds_(std::move(holds)) {}

  /// The formula must keep the value it has at the point.
  void keep(Bool x) { forced(x); }
  /// Chooses among alternatives; call after the last keep().
  void settle();

  /// Atoms that are needed, each once.
  const std::vector<Bool>& atoms() const { return atoms_; }
  /// Variables of needed comparisons of numbers, each once.
  const std::vector<Var>& numbers() const { return numbers_; }

  bool value(Bool x);

 private:
  void forced(Bool x);
  void number(Number x);
  std::uint64_t cost(Bool x);

  const Terms& terms_;
  std::function<bool(Bool)> atom_holds_;
  std::unordered_map<Bool, bool> values_;
  std::unordered_map<Bool, std::uint64_t> costs_;
  std::unordered_set<Bool> kept_;
  std::vector<Bool> open_;  // and, or of which one argument is enough
  std::vector<Bool> atoms_;
  std::vector<Var> numbers_;
};

}  // namespace lapis::verify
