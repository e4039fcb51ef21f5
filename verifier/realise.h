// From a class in each dimension to a query that has these classes, or the proof that there is
// none: names and texts by search, buckets and choices by trying keys.
//
// A query made here is still only a claim: whoever uses it asks the production interpreter.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "keys.h"

namespace lapis::verify {

class Realiser {
 public:
  /// A search that is not over at the deadline gives up.
  Realiser(const lang::Set& set, const Space& space, Deadline deadline);

  using Outcome = verify::Outcome;

  /// Makes a query that meets `constraints`. A relation between variables is met by trying keys and
  /// addresses; that it can't be is only seen of equal addresses. When impossible, `culprits` are
  /// the constraints (by index) of one group of variables that can't be met together.
  Outcome realise(const std::vector<Constraint>& constraints, std::uint64_t tries,
                  ConcreteQuery& out, std::vector<std::size_t>& culprits) const;
  /// The same for a cube.
  Outcome realise(const Cube& cube, std::uint64_t tries, ConcreteQuery& out) const;

 private:
  ConcreteQuery defaults() const;
  bool put_number(const Variable& v, const Space::Axis* axis, Dimension d,
                  const std::vector<const Constraint*>& on, ConcreteQuery& out) const;
  bool put_address(const Variable& v, Dimension d, const std::vector<const Constraint*>& on,
                   ConcreteQuery& out) const;
  Outcome put_text(Var var, const std::vector<Constraint>& on, ConcreteQuery& out) const;
  Outcome put_names(const std::vector<Constraint>& on, ConcreteQuery& out) const;

  const lang::Set& set_;
  const Space& space_;
  Deadline deadline_;
  ConcreteQuery defaults_;
};

}  // namespace lapis::verify
