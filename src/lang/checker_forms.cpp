// Tests, comparisons and numbers.
#include <algorithm>
#include <limits>

#include "checker.h"
#include "fold.h"

namespace lapis::lang {

const Expr* Checker::folded(Expr* e) {
  const bool constant_arguments =
      std::all_of(e->args.begin(), e->args.end(), [](const Expr* a) { return a->is_constant(); });
  if (!constant_arguments) return e;
  Type type = e->type;
  Constant value = fold_constant(*e);
  if (type.is_number()) type.low = type.high = std::get<std::int64_t>(value);
  if (type.kind == Kind::text) type = Type::one_of({std::get<std::string>(value)});
  if (type.kind == Kind::list) {
    type.low = type.high = static_cast<std::int64_t>(list_in(value).size());
  }
  return constant(std::move(value), std::move(type), e->span);
}

// ---- what several forms check

const Expr* Checker::check_bool(const Datum& datum, const Scope* scope) {
  return check(datum, {Kind::boolean, Kind::nothing}, scope);
}

const Expr* Checker::check_number(const Datum& datum, const Scope* scope) {
  const Expr* e = infer(datum, {}, scope);
  if (e == nullptr || e->type.is_number()) return e;
  mismatch(*e, {Kind::integer, Kind::nothing});
  return nullptr;
}

bool Checker::check_numbers(const Datum& form, const Scope* scope, std::vector<const Expr*>& out) {
  for (std::size_t i = 1; i < form.items.size(); ++i) {
    out.push_back(check_number(form.items[i], scope));
  }
  return std::all_of(out.begin(), out.end(), [](const Expr* e) { return e != nullptr; });
}

bool Checker::constant_number(const Datum& datum, const Scope* scope, std::int64_t low,
                              std::int64_t high, std::string_view what, std::int64_t& out) {
  const Expr* e = check_number(datum, scope);
  if (e == nullptr) return false;
  if (!e->is_constant()) {
    report(e->span, "not-constant", std::string(what) + " must be constant");
    return false;
  }
  out = std::get<std::int64_t>(e->value);
  if (out >= low && out <= high) return true;
  report(e->span, "bad-literal",
         std::string(what) + " must be between " + std::to_string(low) + " and " +
             std::to_string(high) + ", found " + std::to_string(out));
  return false;
}

/// A constant compared with something of a closed domain must lie in it: `(= plan "gold")` where no
/// plan is "gold" is a slip of the pen, not a test.
bool Checker::check_domain(const Expr* x, const Expr* c) {
  if (!c->is_constant() || x->is_constant()) return true;
  if (x->type.kind == Kind::text && x->type.domain) {
    const std::string& value = std::get<std::string>(c->value);
    if (std::binary_search(x->type.domain->begin(), x->type.domain->end(), value)) return true;
    const std::string near = did_you_mean(value, *x->type.domain);
    report(c->span, "attribute-domain",
           "\"" + value + "\" is never the value here: it is " + to_string(x->type),
           near.empty() ? "" : "did you mean \"" + near + "\"?");
    return false;
  }
  if (x->op == Op::field && x->type.kind == Kind::integer) {
    const std::int64_t value = std::get<std::int64_t>(c->value);
    if (value >= x->type.low && value <= x->type.high) return true;
    report(c->span, "attribute-domain",
           std::to_string(value) + " is never the value here: it is an " + to_string(x->type));
    return false;
  }
  return true;
}

/// Equality of two strings is exact for the verifier only when one side has finitely many values.
bool Checker::check_closed(const Expr* x, const Expr* y, Span span) {
  if (x->type.kind != Kind::text || x->type.domain || y->type.domain) return true;
  report(span, "open-comparison", "two strings that can both be anything can not be compared",
         "compare with constants, or declare the attribute or field with one-of");
  return false;
}

// ---- logic

const Expr* Checker::logic(Op op, std::vector<const Expr*> args, Span span) {
  const bool neutral = op == Op::and_;
  std::vector<const Expr*> kept;
  for (const Expr* arg : args) {
    if (arg == nullptr) return nullptr;
    if (!arg->is_constant()) {
      kept.push_back(arg);
    } else if (std::get<bool>(arg->value) != neutral) {
      return constant(!neutral, span);
    }
  }
  if (kept.empty()) return constant(neutral, span);
  if (kept.size() == 1) return kept[0];
  return node(op, Type::boolean(), span, std::move(kept));
}

const Expr* Checker::type_logic(const Datum& form, const Form& row, Want, const Scope* scope) {
  std::vector<const Expr*> args;
  for (std::size_t i = 1; i < form.items.size(); ++i) {
    args.push_back(check_bool(form.items[i], scope));
  }
  if (row.op == Op::and_ || row.op == Op::or_) return logic(row.op, std::move(args), form.span);
  if (std::any_of(args.begin(), args.end(), [](const Expr* e) { return e == nullptr; })) {
    return nullptr;
  }
  if (row.op == Op::implies && args[0]->is_constant()) {
    return std::get<bool>(args[0]->value) ? args[1] : constant(true, form.span);
  }
  if (row.op == Op::implies && args[1]->is_constant() && std::get<bool>(args[1]->value)) {
    return constant(true, form.span);
  }
  return folded(node(row.op, Type::boolean(), form.span, std::move(args)));
}

// ---- comparison

const Expr* Checker::type_equality(const Datum& form, const Form& row, Want, const Scope* scope) {
  std::vector<const Expr*> args;
  Kind kind = Kind::nothing;  // what literals are read as: decided by the first that is no literal
  for (std::size_t i = 1; i < form.items.size(); ++i) {
    // Once a name or an address was seen, choices between literals are read as such too.
    const bool known = kind == Kind::name || kind == Kind::address;
    const Expr* e = infer(form.items[i], {known ? kind : Kind::nothing, Kind::nothing}, scope);
    if (e == nullptr) return nullptr;
    const bool literal_text = e->is_constant() && e->type.kind == Kind::text;
    if (kind == Kind::nothing && !literal_text) kind = e->type.kind;
    if (kind == Kind::text && (e->type.kind == Kind::name || e->type.is_address())) {
      kind = e->type.kind;  // what came before was a choice between literals
    }
    if (kind == Kind::ipv4 || kind == Kind::ipv6) kind = Kind::address;
    args.push_back(e);
  }
  if (kind == Kind::ttl) kind = Kind::integer;
  for (std::size_t i = 0; i < args.size(); ++i) {
    const Expr*& e = args[i];
    if (kind == Kind::name || kind == Kind::address) {
      // A choice between literals reads its arms as what the other side is.
      const bool choice = e->type.kind == Kind::text && !e->is_constant();
      if (choice) e = infer(form.items[i + 1], {kind, Kind::nothing}, scope);
      e = coerce(e, {kind, Kind::nothing});
    } else if (kind != Kind::nothing && e->type.kind != kind &&
               !(e->type.is_number() && kind == Kind::integer)) {
      mismatch(*e, {kind, Kind::nothing});
      return nullptr;
    }
    if (e == nullptr) return nullptr;
    if (e->type.kind == Kind::list || e->type.kind == Kind::prefix || e->type.kind == Kind::key) {
      return report(e->span, "type-mismatch",
                    std::string("a ") + to_string(e->type.kind) + " can not be compared with " +
                        std::string(row.name),
                    e->type.kind == Kind::prefix ? "use (in-prefix? ADDRESS PREFIX)" : "");
    }
  }
  std::vector<const Expr*> pairs;
  for (std::size_t i = 0; i + 1 < args.size(); ++i) {
    if (!check_closed(args[i], args[i + 1], form.span)) return nullptr;
    if (!check_domain(args[i], args[i + 1]) || !check_domain(args[i + 1], args[i])) return nullptr;
    pairs.push_back(folded(node(row.op, Type::boolean(), form.span, {args[i], args[i + 1]})));
  }
  return logic(Op::and_, std::move(pairs), form.span);
}

const Expr* Checker::type_order(const Datum& form, const Form& row, Want, const Scope* scope) {
  std::vector<const Expr*> args;
  bool addresses = false;
  for (std::size_t i = 1; i < form.items.size(); ++i) {
    const Want want{addresses ? Kind::address : Kind::nothing, Kind::nothing};
    const Expr* e = infer(form.items[i], want, scope);
    if (e == nullptr) return nullptr;
    addresses = addresses || e->type.is_address();
    args.push_back(e);
  }
  for (std::size_t i = 0; i < args.size(); ++i) {
    const Expr*& e = args[i];
    if (addresses) {
      const bool choice = e->type.kind == Kind::text && !e->is_constant();
      if (choice) e = infer(form.items[i + 1], {Kind::address, Kind::nothing}, scope);
      e = coerce(e, {Kind::address, Kind::nothing});
      if (e == nullptr) return nullptr;
    } else if (!e->type.is_number()) {
      mismatch(*e, {Kind::integer, Kind::nothing});
      return nullptr;
    }
  }
  std::vector<const Expr*> pairs;
  for (std::size_t i = 0; i + 1 < args.size(); ++i) {
    pairs.push_back(folded(node(row.op, Type::boolean(), form.span, {args[i], args[i + 1]})));
  }
  return logic(Op::and_, std::move(pairs), form.span);
}

// ---- numbers

bool Checker::sum_ranges(const Type& a, const Type& b, bool subtract, Span span, Type& out) {
  bool overflow = false;
  std::int64_t low = 0;
  std::int64_t high = 0;
  if (subtract) {
    overflow = __builtin_sub_overflow(a.low, b.high, &low);
    overflow = __builtin_sub_overflow(a.high, b.low, &high) || overflow;
  } else {
    overflow = __builtin_add_overflow(a.low, b.low, &low);
    overflow = __builtin_add_overflow(a.high, b.high, &high) || overflow;
  }
  out = Type::integer(low, high);
  if (!overflow) return true;
  report(span, "integer-overflow",
         "the result can leave the 64-bit range (" + to_string(a) + (subtract ? " - " : " + ") +
             to_string(b) + ")",
         "narrow the operands with clamp, min or max");
  return false;
}

const Expr* Checker::arithmetic(Op op, Type type, std::vector<const Expr*> args, Span span) {
  return folded(node(op, std::move(type), span, std::move(args)));
}

const Expr* Checker::type_sum(const Datum& form, const Form&, Want, const Scope* scope) {
  std::vector<const Expr*> args;
  if (!check_numbers(form, scope, args)) return nullptr;
  Type type = args[0]->type;
  for (std::size_t i = 1; i < args.size(); ++i) {
    Type sum;
    if (!sum_ranges(type, args[i]->type, false, form.span, sum)) return nullptr;
    type = sum;
  }
  if (args.size() == 1) return args[0];
  return arithmetic(Op::add, Type::integer(type.low, type.high), std::move(args), form.span);
}

const Expr* Checker::type_difference(const Datum& form, const Form&, Want, const Scope* scope) {
  std::vector<const Expr*> args;
  if (!check_numbers(form, scope, args)) return nullptr;
  if (args.size() == 1) {
    Type type;
    if (!sum_ranges(Type::integer(0, 0), args[0]->type, true, form.span, type)) return nullptr;
    return arithmetic(Op::neg, type, std::move(args), form.span);
  }
  const Expr* left = args[0];
  for (std::size_t i = 1; i < args.size(); ++i) {
    Type type;
    if (!sum_ranges(left->type, args[i]->type, true, form.span, type)) return nullptr;
    left = arithmetic(Op::sub, type, {left, args[i]}, form.span);
  }
  return left;
}

const Expr* Checker::type_product(const Datum& form, const Form&, Want, const Scope* scope) {
  std::vector<const Expr*> args;
  if (!check_numbers(form, scope, args)) return nullptr;
  const Expr* product = nullptr;  // the one factor that is not constant, if any
  std::int64_t factor = 1;
  for (const Expr* e : args) {
    if (!e->is_constant()) {
      if (product != nullptr) {
        return report(form.span, "not-constant",
                      "only one factor of a product may depend on the query",
                      "multiply by constants");
      }
      product = e;
    } else if (__builtin_mul_overflow(factor, std::get<std::int64_t>(e->value), &factor)) {
      return report(form.span, "integer-overflow", "the product does not fit in 64 bits");
    }
  }
  if (product == nullptr) return constant(factor, form.span);
  std::int64_t a = 0;
  std::int64_t b = 0;
  if (__builtin_mul_overflow(product->type.low, factor, &a) ||
      __builtin_mul_overflow(product->type.high, factor, &b)) {
    return report(form.span, "integer-overflow",
                  "the result can leave the 64-bit range (" + to_string(product->type) + " * " +
                      std::to_string(factor) + ")",
                  "narrow the operands with clamp, min or max");
  }
  return arithmetic(Op::mul, Type::integer(std::min(a, b), std::max(a, b)),
                    {product, constant(factor, form.span)}, form.span);
}

const Expr* Checker::type_mod(const Datum& form, const Form&, Want, const Scope* scope) {
  const Expr* x = check_number(form.items[1], scope);
  std::int64_t m = 0;
  if (!constant_number(form.items[2], scope, 1, std::numeric_limits<std::int64_t>::max(),
                       "the modulus", m) ||
      x == nullptr) {
    return nullptr;
  }
  const bool within = x->type.low >= 0 && x->type.high < m;
  Type type = within ? Type::integer(x->type.low, x->type.high) : Type::integer(0, m - 1);
  return arithmetic(Op::mod, type, {x, constant(m, form.items[2].span)}, form.span);
}

const Expr* Checker::type_extreme(const Datum& form, const Form& row, Want, const Scope* scope) {
  std::vector<const Expr*> args;
  if (!check_numbers(form, scope, args)) return nullptr;
  if (args.size() == 1) return args[0];
  Type type = Type::integer(args[0]->type.low, args[0]->type.high);
  // The least or greatest of TTLs is a TTL.
  if (std::all_of(args.begin(), args.end(),
                  [](const Expr* e) { return e->type.kind == Kind::ttl; })) {
    type.kind = Kind::ttl;
  }
  for (const Expr* e : args) {
    const bool least = row.op == Op::min;
    type.low = least ? std::min(type.low, e->type.low) : std::max(type.low, e->type.low);
    type.high = least ? std::min(type.high, e->type.high) : std::max(type.high, e->type.high);
  }
  return arithmetic(row.op, type, std::move(args), form.span);
}

const Expr* Checker::type_clamp(const Datum& form, const Form&, Want, const Scope* scope) {
  std::vector<const Expr*> args;
  if (!check_numbers(form, scope, args)) return nullptr;
  std::int64_t low = 0;
  std::int64_t high = 0;
  constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  if (!constant_number(form.items[2], scope, least, most, "the lower bound", low) ||
      !constant_number(form.items[3], scope, low, most, "the upper bound", high)) {
    return nullptr;
  }
  const Type& t = args[0]->type;
  const Expr* raised =
      arithmetic(Op::max, Type::integer(std::max(t.low, low), std::max(t.high, low)),
                 {args[0], args[1]}, form.span);
  Type type = Type::integer(std::min(raised->type.low, high), std::min(raised->type.high, high));
  const bool ttl = t.kind == Kind::ttl && type.low >= 0 && type.high <= max_ttl;
  if (ttl) type.kind = Kind::ttl;
  return arithmetic(Op::min, type, {raised, args[2]}, form.span);
}

}  // namespace lapis::lang
