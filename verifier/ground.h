// The value of formulas on one concrete query: what the solver's models and the interpreter's
// answers have in common.
//
// Agreement tests compare it with the interpreter on every generated query, so the formulas of a
// program mean what the program does; checks use it where a formula has no program of its own.
#pragma once

#include <string>

#include "concrete_query.h"
#include "space.h"
#include "term.h"

namespace lapis::verify {

class Ground {
 public:
  /// Both are borrowed. `query` has lower-case names.
  Ground(const Terms& terms, const ConcreteQuery& query) : terms_(terms), q_(query) {}

  bool evaluate(Bool x) const;
  std::int64_t value(Number x) const;
  /// Value of a number, label-count or bucket variable.
  std::int64_t value_of(Var var) const { return variable(terms_.variable_of(var)); }

 private:
  bool atom(const BoolNode& node) const;
  std::int64_t variable(const Variable& v) const;

  const Terms& terms_;
  const ConcreteQuery& q_;
};

/// Value of a text field or string attribute of the query.
std::string text_of_field(const ConcreteQuery& query, std::uint32_t field);
/// Value of an int or bool attribute or asn.
std::int64_t number_of_field(const ConcreteQuery& query, std::uint32_t field);
/// Presentation form of the n-th label from the right, "" when there is none.
std::string label_text(dns::NameView name, std::uint32_t n);
/// Octets of a key on the query.
std::string key_octets_of(const KeyTerm& key, const ConcreteQuery& query);

}  // namespace lapis::verify
