// From a class in each dimension to a query that has these classes, or the proof that there is
// none: names and texts by search, buckets and choices by trying keys.
//
// A query made here is still only a claim: whoever uses it asks the production interpreter.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lapis/base/diagnostic.h"
#include "lapis/program/program_set.h"
#include "space.h"
#include "words.h"

namespace lapis::verify {

/// A whole query, owning what lang::QueryFields borrows.
struct ConcreteQuery {
  dns::Name qname;
  dns::Name zone;
  bool ipv6 = false;
  IpAddress client;
  IpAddress resolver;
  std::uint8_t transport = 0;
  std::string site, region, country, continent;
  std::uint32_t asn = 0;
  std::vector<std::int64_t> numbers;  ///< of int and bool attributes, by declaration
  std::vector<std::string> texts;     ///< of string and one-of attributes, by declaration

  /// Borrowed from this object, valid until it changes.
  lang::QueryFields fields() const;
  Witness witness(const lang::Set& set) const;

 private:
  mutable std::vector<lang::AttributeValue> values_;
};

class Realiser {
 public:
  Realiser(const lang::Set& set, const Space& space);

  enum class Outcome : std::uint8_t {
    found,
    impossible,  ///< proved: no query has these classes
    gave_up,     ///< not found within `tries`
  };

  /// Makes a query that meets `constraints` (relations between variables are only met through the
  /// exact values given). When impossible, `culprits` are the constraints (by index) of one group
  /// of variables that can't be met together.
  Outcome realise(const std::vector<Constraint>& constraints, std::uint64_t tries,
                  ConcreteQuery& out, std::vector<std::size_t>& culprits) const;
  /// The same for a cube.
  Outcome realise(const Cube& cube, std::uint64_t tries, ConcreteQuery& out) const;

 private:
  struct Groups;
  class Keys;

  ConcreteQuery defaults() const;
  bool put_number(const Variable& v, const Space::Axis* axis, Dimension d,
                  const std::vector<const Constraint*>& on, ConcreteQuery& out) const;
  bool put_address(const Variable& v, Dimension d, const std::vector<const Constraint*>& on,
                   ConcreteQuery& out) const;
  Outcome put_text(Var var, const std::vector<Constraint>& on, ConcreteQuery& out) const;
  Outcome put_names(const std::vector<Constraint>& on, ConcreteQuery& out) const;

  const lang::Set& set_;
  const Space& space_;
  ConcreteQuery defaults_;
};

}  // namespace lapis::verify
