#include "goal_condition.h"

#include <algorithm>

namespace lapis::suite {
namespace {

using lang::Expr;
using lang::Op;

class Builder {
 public:
  Builder(const Expr* target, bool side, std::deque<Expr>& arena)
      : target_(target), side_(side), arena_(arena) {}

  /// Evaluation stops early in connectives and takes one arm of `if`; everything else evaluates all
  /// of its parts (lang/semantics.h). A node can stand in several places: any of them counts.
  const Expr* reach(const Expr& e) {
    if (&e == target_) return side_ ? &e : negate(e);
    std::vector<const Expr*> ways;
    for (std::size_t i = 0; i < e.args.size(); ++i) {
      if (const Expr* way = reach_part(e, i)) ways.push_back(way);
    }
    if (ways.empty()) return nullptr;
    return ways.size() == 1 ? ways[0] : &make(Op::or_, std::move(ways));
  }

 private:
  const Expr* reach_part(const Expr& e, std::size_t i) {
    const Expr* inner = reach(*e.args[i]);
    if (inner == nullptr) return nullptr;
    std::vector<const Expr*> parts;
    switch (e.op) {
      case Op::and_:
        parts.assign(e.args.begin(), e.args.begin() + static_cast<std::ptrdiff_t>(i));
        break;
      case Op::or_:
        for (std::size_t k = 0; k < i; ++k) parts.push_back(negate(*e.args[k]));
        break;
      case Op::implies:
        if (i == 1) parts.push_back(e.args[0]);
        break;
      case Op::if_:
        if (i == 1) parts.push_back(e.args[0]);
        if (i == 2) parts.push_back(negate(*e.args[0]));
        break;
      case Op::if_empty:
        if (i == 1) parts.push_back(is_empty(*e.args[0]));
        break;
      case Op::let:
        if (i == 1) {
          // The body's condition may name the local.
          Expr& bound = make(Op::let, {e.args[0], inner});
          bound.index = e.index;
          return &bound;
        }
        break;
      default:
        break;
    }
    if (parts.empty()) return inner;
    parts.push_back(inner);
    return &make(Op::and_, std::move(parts));
  }

  Expr& make(Op op, std::vector<const Expr*> args) {
    Expr& e = arena_.emplace_back();
    e.op = op;
    e.type = lang::Type::boolean();
    for (const Expr* arg : args) e.depth = std::max(e.depth, arg->depth + 1);
    e.args = std::move(args);
    return e;
  }
  const Expr* negate(const Expr& e) { return &make(Op::not_, {&e}); }

  const Expr* is_empty(const Expr& list) {
    Expr& length = make(Op::length, {&list});
    length.type = lang::Type::integer(0, list.type.high);
    Expr& zero = make(Op::constant, {});
    zero.type = lang::Type::integer(0, 0);
    zero.value = std::int64_t{0};
    return &make(Op::eq, {&length, &zero});
  }

  const Expr* target_;
  bool side_;
  std::deque<Expr>& arena_;
};

}  // namespace

const Expr* goal_condition(const Expr& root, const Expr* target, bool side,
                           std::deque<Expr>& arena) {
  return Builder(target, side, arena).reach(root);
}

}  // namespace lapis::suite
