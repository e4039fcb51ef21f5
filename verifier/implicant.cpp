#include "implicant.h"

#include <algorithm>

namespace lapis::verify {
namespace {

/// How much harder an atom makes it to find a query.
std::uint64_t weight(const Terms& terms, const BoolNode& n) {
  constexpr std::uint64_t plain = 1;
  constexpr std::uint64_t pattern = 8;
  constexpr std::uint64_t relation = 16;
  constexpr std::uint64_t hash = 64;
  switch (n.op) {
    case BoolOp::before:
      return hash;
    case BoolOp::pattern:
      return pattern;
    case BoolOp::apex:
    case BoolOp::address_equal:
    case BoolOp::address_less:
    case BoolOp::number_less:
    case BoolOp::number_equal:
      return relation;
    case BoolOp::in_numbers:
      return terms.variable_of(n.a).kind == VarKind::bucket ? hash : plain;
    default:
      return plain;
  }
}

}  // namespace

bool Implicant::value(Bool x) {
  const auto at = values_.find(x);
  if (at != values_.end()) return at->second;
  const BoolNode& n = terms_.node(x);
  bool out = false;
  switch (n.op) {
    case BoolOp::constant:
      out = x == bool_true;
      break;
    case BoolOp::not_:
      out = !value(terms_.arguments(x)[0]);
      break;
    case BoolOp::and_:
    case BoolOp::or_: {
      const bool unit = n.op == BoolOp::and_;
      out = unit;
      for (Bool arg : terms_.arguments(x)) {
        if (value(arg) != unit) {
          out = !unit;
          break;
        }
      }
      break;
    }
    default:
      out = atom_holds_(x);
      break;
  }
  values_.emplace(x, out);
  return out;
}

std::uint64_t Implicant::cost(Bool x) {
  const auto at = costs_.find(x);
  if (at != costs_.end()) return at->second;
  constexpr std::uint64_t most = std::uint64_t{1} << 40;
  const BoolNode& n = terms_.node(x);
  std::uint64_t out = 0;
  if (n.op == BoolOp::not_) {
    out = cost(terms_.arguments(x)[0]);
  } else if (n.op == BoolOp::and_ || n.op == BoolOp::or_) {
    const bool holds = value(x);
    const bool every = holds == (n.op == BoolOp::and_);
    if (!every) out = most;
    for (Bool arg : terms_.arguments(x)) {
      if (every) {
        out = std::min(most, out + cost(arg));
      } else if (value(arg) == holds) {
        out = std::min(out, cost(arg));
      }
    }
  } else if (n.op != BoolOp::constant) {
    out = weight(terms_, n);
  }
  costs_.emplace(x, out);
  return out;
}

void Implicant::forced(Bool x) {
  if (!kept_.insert(x).second) return;
  const BoolNode& n = terms_.node(x);
  switch (n.op) {
    case BoolOp::constant:
      return;
    case BoolOp::not_:
      forced(terms_.arguments(x)[0]);
      return;
    case BoolOp::and_:
    case BoolOp::or_:
      if (value(x) == (n.op == BoolOp::and_)) {
        for (Bool arg : terms_.arguments(x)) forced(arg);
      } else {
        open_.push_back(x);
      }
      return;
    case BoolOp::number_less:
    case BoolOp::number_equal:
      atoms_.push_back(x);
      number(n.a);
      number(n.b);
      return;
    default:
      atoms_.push_back(x);
      return;
  }
}

void Implicant::number(Number x) {
  const NumberNode& n = terms_.number_node(x);
  switch (n.op) {
    case NumberOp::constant:
      return;
    case NumberOp::variable:
      if (std::find(numbers_.begin(), numbers_.end(), n.a) == numbers_.end()) {
        numbers_.push_back(n.a);
      }
      return;
    case NumberOp::choose:
      forced(n.a);
      number(value(n.a) ? n.b : n.c);
      return;
    case NumberOp::add:
      number(n.a);
      number(n.b);
      return;
    default:
      number(n.a);
      return;
  }
}

void Implicant::settle() {
  // What is open may be answered by what another formula needs anyway; settling one opens others.
  while (!open_.empty()) {
    const Bool x = open_.back();
    open_.pop_back();
    const bool holds = value(x);
    Bool best = 0;
    std::uint64_t least = UINT64_MAX;
    for (Bool arg : terms_.arguments(x)) {
      if (value(arg) != holds) continue;
      const std::uint64_t price = kept_.count(arg) != 0 ? 0 : cost(arg);
      if (price < least) {
        least = price;
        best = arg;
      }
    }
    forced(best);
  }
}

}  // namespace lapis::verify
