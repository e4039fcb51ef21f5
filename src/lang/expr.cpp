#include "lapis/lang/expr.h"

#include "lapis/lang/field.h"

namespace lapis::lang {

const char* to_string(Op op) {
  switch (op) {
    case Op::constant:
      return "constant";
    case Op::field:
      return "field";
    case Op::local:
      return "local";
    case Op::let:
      return "let";
    case Op::if_:
      return "if";
    case Op::not_:
      return "not";
    case Op::and_:
      return "and";
    case Op::or_:
      return "or";
    case Op::implies:
      return "implies";
    case Op::eq:
      return "=";
    case Op::ne:
      return "!=";
    case Op::lt:
      return "<";
    case Op::le:
      return "<=";
    case Op::gt:
      return ">";
    case Op::ge:
      return ">=";
    case Op::add:
      return "+";
    case Op::sub:
    case Op::neg:
      return "-";
    case Op::mul:
      return "*";
    case Op::mod:
      return "mod";
    case Op::min:
      return "min";
    case Op::max:
      return "max";
    case Op::length:
      return "length";
    case Op::label_count:
      return "label-count";
    case Op::bucket:
      return "bucket";
    case Op::label:
      return "label";
    case Op::lower:
      return "lower";
    case Op::family:
      return "family";
    case Op::in:
      return "in";
    case Op::in_prefix:
      return "in-prefix?";
    case Op::under:
      return "under?";
    case Op::strictly_under:
      return "strictly-under?";
    case Op::has_prefix:
      return "has-prefix?";
    case Op::has_suffix:
      return "has-suffix?";
    case Op::contains:
      return "contains?";
    case Op::glob:
      return "glob?";
    case Op::prefix_of:
      return "prefix-of";
    case Op::key:
      return "key";
    case Op::list:
      return "list";
    case Op::append:
      return "append";
    case Op::take:
      return "take";
    case Op::unique:
      return "unique";
    case Op::if_empty:
      return "if-empty";
    case Op::pick:
      return "pick";
    case Op::pick_weighted:
      return "pick-weighted";
    case Op::rotate:
      return "rotate";
    case Op::answered_by:
      return "answered-by";
    case Op::answer_ipv4:
      return "answer-ipv4";
    case Op::answer_ipv6:
      return "answer-ipv6";
    case Op::answer_ttl:
      return "answer-ttl";
    case Op::disjoint:
      return "disjoint?";
    case Op::subset:
      return "subset?";
  }
  return "?";
}

std::string to_string(const Expr& e) {
  switch (e.op) {
    case Op::constant:
      return to_string(e.value);
    case Op::field:
      return e.index < first_attribute ? std::string(field_table()[e.index].name)
                                       : "attribute#" + std::to_string(e.index - first_attribute);
    case Op::local:
      return "$" + std::to_string(e.index);
    case Op::let:
      return "(let ([$" + std::to_string(e.index) + " " + to_string(*e.args[0]) + "]) " +
             to_string(*e.args[1]) + ")";
    default:
      break;
  }
  std::string out = std::string("(") + to_string(e.op);
  if (e.op == Op::pick || e.op == Op::pick_weighted) out += " " + std::to_string(e.number);
  for (const Expr* arg : e.args) out += " " + to_string(*arg);
  if (e.op == Op::bucket || e.op == Op::label) out += " " + std::to_string(e.number);
  if (e.op == Op::prefix_of) {
    out += " " + std::to_string(e.number) + " " + std::to_string(e.number6);
  }
  return out + ")";
}

bool same_tree(const Expr& a, const Expr& b) {
  if (&a == &b) return true;
  if (a.op != b.op || a.type.kind != b.type.kind || a.args.size() != b.args.size() ||
      a.index != b.index || a.number != b.number || a.number6 != b.number6 || a.seed != b.seed ||
      !(a.value == b.value)) {
    return false;
  }
  // Recursion is as deep as the tree, which the checker bounds.
  for (std::size_t i = 0; i < a.args.size(); ++i) {
    if (!same_tree(*a.args[i], *b.args[i])) return false;
  }
  return true;
}

}  // namespace lapis::lang
