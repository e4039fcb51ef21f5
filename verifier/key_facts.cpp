// What is true of keys, as facts for the solver: equal keys have equal buckets and make equal
// choices.
//
// One key is one variable. Two keys that read different fields in the same way are two, and equal
// where the fields are: `(= client resolver)` makes `(bucket client 100)` and `(bucket resolver
// 100)` the same, for all 2^128 addresses at once.
#include <algorithm>

#include "encoding.h"

namespace lapis::verify {

std::optional<z3::expr> Encoding::same_key(const KeyTerm& x, const KeyTerm& y) {
  if (x.joined != y.joined || x.parts.size() != y.parts.size()) return std::nullopt;
  z3::expr_vector all(z3_);
  for (std::size_t i = 0; i < x.parts.size(); ++i) {
    const KeyPart& a = x.parts[i];
    const KeyPart& b = y.parts[i];
    if (a == b) continue;
    if (a.kind != b.kind) return std::nullopt;
    if (a.kind == KeyPart::Kind::address) {
      const bool compared = addresses_.count(a.field) != 0 && addresses_.count(b.field) != 0;
      if (!compared || a.bits4 != b.bits4 || a.bits6 != b.bits6) return std::nullopt;
      all.push_back(masked({a.field, a.bits4, a.bits6}) == masked({b.field, b.bits4, b.bits6}));
    } else if (a.kind == KeyPart::Kind::name) {
      // The qname and its zone are equal where they have equally many labels.
      std::vector<const z3::expr*> counts;
      for (const auto& [var, count] : related_) {
        if (terms_.variable_of(var).kind == VarKind::label_count) counts.push_back(&count);
      }
      const auto apex = std::find_if(atoms_.begin(), atoms_.end(), [&](Bool atom) {
        return terms_.node(atom).op == BoolOp::apex;
      });
      if (apex != atoms_.end()) {
        all.push_back(encode(*apex));
      } else if (counts.size() == 2) {
        all.push_back(*counts[0] == *counts[1]);
      } else {
        return std::nullopt;
      }
    } else {
      return std::nullopt;
    }
  }
  return z3::mk_and(all);
}

/// Before formulas are encoded: such buckets are encoded by value.
void Encoding::tie_buckets() {
  std::vector<Var> buckets;
  for (const auto& [var, x] : related_) {
    if (terms_.variable_of(var).kind == VarKind::bucket) buckets.push_back(var);
  }
  for (Bool atom : atoms_) {
    const BoolNode& n = terms_.node(atom);
    if (n.op != BoolOp::in_numbers || related_.count(n.a) != 0) continue;
    if (terms_.variable_of(n.a).kind == VarKind::bucket) buckets.push_back(n.a);
  }
  std::sort(buckets.begin(), buckets.end());
  buckets.erase(std::unique(buckets.begin(), buckets.end()), buckets.end());
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    for (std::size_t j = i + 1; j < buckets.size(); ++j) {
      const Variable& x = terms_.variable_of(buckets[i]);
      const Variable& y = terms_.variable_of(buckets[j]);
      if (x.seed != y.seed || x.high != y.high) continue;
      const auto same = same_key(terms_.key_of(x.index), terms_.key_of(y.index));
      if (!same) continue;
      relate(buckets[i]);
      relate(buckets[j]);
      solver_.add(z3::implies(*same, by_value(buckets[i]) == by_value(buckets[j])));
    }
  }
}

void Encoding::tie_choices() {
  std::vector<Bool> choices;
  for (Bool atom : atoms_) {
    if (terms_.node(atom).op == BoolOp::before) choices.push_back(atom);
  }
  for (std::size_t i = 0; i < choices.size(); ++i) {
    for (std::size_t j = i + 1; j < choices.size(); ++j) {
      const BoolNode& x = terms_.node(choices[i]);
      const BoolNode& y = terms_.node(choices[j]);
      if (x.a != y.a || x.b != y.b || x.c == y.c) continue;
      const auto same = same_key(terms_.key_of(x.c), terms_.key_of(y.c));
      if (same) solver_.add(z3::implies(*same, encode(choices[i]) == encode(choices[j])));
    }
  }
}

}  // namespace lapis::verify
