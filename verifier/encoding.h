// Formulas as bit-vector problems for Z3: a dimension is the number of its class, a variable that
// is compared with another is its value.
//
// The solver sees classes only. What holds of all queries because of what names are (the zone is
// the qname or above it, a name below another has more labels) is stated as facts, so that it need
// not be learned from refuted models, combination by combination.
#pragma once

#include <z3++.h>

#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "space.h"

namespace lapis::verify {

class Encoding {
 public:
  /// All are borrowed. `atoms` are those of every formula that will be encoded.
  Encoding(const Space& space, z3::context& z3, z3::solver& solver, const std::vector<Bool>& atoms);

  z3::expr encode(Bool x);
  /// States what ties the atoms to one another. Call when all formulas are encoded.
  void add_facts();

  /// A variable that is encoded by value. REQUIRES: it is one.
  const z3::expr& by_value(Var var) const { return related_.at(var); }
  /// The same of an address field, by its number.
  const z3::expr& address(std::uint32_t field) const { return addresses_.at(field); }
  /// "low <= the variable <= high". REQUIRES: it is encoded by value.
  z3::expr between(Var var, std::int64_t low, std::int64_t high);

 private:
  struct Side;

  void find_related();
  void relate(Var var);
  void add_ranks();
  z3::expr number_constant(Var var);
  z3::expr number_value(std::int64_t value, unsigned bits) { return z3_.bv_val(value, bits); }
  z3::expr address_value(const IpAddress& address);
  z3::expr address_value(std::uint32_t field);
  z3::expr masked(const MaskedAddress& m);
  z3::expr dimension(Dimension d);
  z3::expr member(const z3::expr& x, const ClassSet& set, ClassNumber classes);
  z3::expr encode_atom(Bool x, const BoolNode& n);
  unsigned width(Number x);
  z3::expr number(Number x, unsigned bits);
  void tie_pattern(Bool atom);
  void tie_names();
  void tie_buckets();
  void tie_choices();
  /// Keys are equal when this holds; nothing where that can't be said.
  std::optional<z3::expr> same_key(const KeyTerm& x, const KeyTerm& y);
  void tie_count(const Side& side);
  void tie_zone(const Side& qname, const Side& zone);

  const Space& space_;
  const Terms& terms_;
  z3::context& z3_;
  z3::solver& solver_;
  const std::vector<Bool>& atoms_;
  std::unordered_map<Bool, z3::expr> encoded_;
  std::map<Dimension, z3::expr> dimensions_;
  std::map<Var, z3::expr> related_;              // encoded by value
  std::map<std::uint32_t, z3::expr> addresses_;  // by field
  std::map<std::pair<std::uint32_t, std::uint32_t>, z3::expr> ranks_;
};

}  // namespace lapis::verify
