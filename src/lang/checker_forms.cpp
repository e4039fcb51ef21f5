// Tests, numbers, names, addresses and keys.
#include <algorithm>
#include <limits>

#include "checker.h"
#include "fold.h"
#include "lapis/base/stable_hash.h"

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
    type.low = type.high = static_cast<std::int64_t>(std::get<ListConstant>(value).size());
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
    const Expr* e = infer(form.items[i], {}, scope);
    if (e == nullptr) return nullptr;
    const bool literal_text = e->is_constant() && e->type.kind == Kind::text;
    if (kind == Kind::nothing && !literal_text) kind = e->type.kind;
    args.push_back(e);
  }
  if (kind == Kind::ipv4 || kind == Kind::ipv6) kind = Kind::address;
  if (kind == Kind::ttl) kind = Kind::integer;
  for (const Expr*& e : args) {
    if (kind == Kind::name || kind == Kind::address) {
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
    const Expr* e = infer(form.items[i], {}, scope);
    if (e == nullptr) return nullptr;
    addresses = addresses || e->type.is_address();
    args.push_back(e);
  }
  for (const Expr*& e : args) {
    if (addresses) {
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
  return arithmetic(
      Op::min, Type::integer(std::min(raised->type.low, high), std::min(raised->type.high, high)),
      {raised, args[2]}, form.span);
}

// ---- names and texts

const Expr* Checker::type_under(const Datum& form, const Form& row, Want, const Scope* scope) {
  const Expr* name = check(form.items[1], {Kind::name, Kind::nothing}, scope);
  const Expr* ancestor = check(form.items[2], {Kind::name, Kind::nothing}, scope);
  if (name == nullptr || ancestor == nullptr) return nullptr;
  return folded(node(row.op, Type::boolean(), form.span, {name, ancestor}));
}

const Expr* Checker::type_pattern(const Datum& form, const Form& row, Want, const Scope* scope) {
  const Expr* x = infer(form.items[1], {}, scope);
  const Expr* pattern = check(form.items[2], {Kind::text, Kind::nothing}, scope);
  if (x == nullptr || pattern == nullptr) return nullptr;
  if (x->type.kind != Kind::name && x->type.kind != Kind::text) {
    return report(x->span, "type-mismatch",
                  "expected a domain name or a string, found " + to_string(x->type));
  }
  if (!pattern->is_constant()) {
    return report(pattern->span, "not-constant", "the text looked for must be constant");
  }
  if (x->type.kind == Kind::name) {
    // Names are compared without case: the pattern is folded once, here.
    std::string lowered = std::get<std::string>(pattern->value);
    std::transform(lowered.begin(), lowered.end(), lowered.begin(), [](char c) {
      return static_cast<char>(dns::to_lower(static_cast<std::uint8_t>(c)));
    });
    pattern = constant(Constant(lowered), Type::one_of({lowered}), pattern->span);
  }
  return folded(node(row.op, Type::boolean(), form.span, {x, pattern}));
}

const Expr* Checker::type_glob(const Datum& form, const Form& row, Want want, const Scope* scope) {
  const Expr* x = check(form.items[1], {Kind::name, Kind::nothing}, scope);
  if (x == nullptr) return nullptr;
  const Expr* pattern = check(form.items[2], {Kind::text, Kind::nothing}, scope);
  if (pattern != nullptr && pattern->is_constant()) {
    const std::string& text = std::get<std::string>(pattern->value);
    const bool dots = text.empty() || text.back() != '.' || text.front() == '.' ||
                      text.find("..") != std::string::npos;
    if (dots) {
      return report(pattern->span, "bad-literal",
                    "a name pattern is labels joined by dots and ends with a dot",
                    "for example \"*.example.com.\" or \"**.img*.example.com.\"");
    }
  }
  return type_pattern(form, row, want, scope);
}

const Expr* Checker::type_label_count(const Datum& form, const Form&, Want, const Scope* scope) {
  const Expr* x = check(form.items[1], {Kind::name, Kind::nothing}, scope);
  if (x == nullptr) return nullptr;
  return arithmetic(Op::label_count, Type::integer(0, 127), {x}, form.span);
}

const Expr* Checker::type_label(const Datum& form, const Form&, Want, const Scope* scope) {
  const Expr* x = check(form.items[1], {Kind::name, Kind::nothing}, scope);
  std::int64_t n = 0;
  if (!constant_number(form.items[2], scope, 0, 126, "the label number", n) || x == nullptr) {
    return nullptr;
  }
  Expr* e = node(Op::label, Type::text(), form.span, {x});
  e->number = n;
  if (!x->is_constant()) reserve_text(*e);
  return folded(e);
}

const Expr* Checker::type_lower(const Datum& form, const Form&, Want, const Scope* scope) {
  const Expr* x = check(form.items[1], {Kind::text, Kind::nothing}, scope);
  if (x == nullptr) return nullptr;
  Type type = Type::text();
  if (x->type.domain) {
    std::vector<std::string> values = *x->type.domain;
    for (std::string& value : values) {
      for (char& c : value) c = static_cast<char>(dns::to_lower(static_cast<std::uint8_t>(c)));
    }
    type = Type::one_of(std::move(values));
  }
  Expr* e = node(Op::lower, std::move(type), form.span, {x});
  if (!x->is_constant()) reserve_text(*e);
  return folded(e);
}

// ---- addresses

const Expr* Checker::type_address(const Datum& form, const Form& row, Want, const Scope* scope) {
  const Kind kind = row.name == "ipv4" ? Kind::ipv4 : Kind::ipv6;
  const Expr* e = check(form.items[1], {kind, Kind::nothing}, scope);
  if (e == nullptr || e->is_constant()) return e;
  return report(e->span, "not-constant", "expected a constant address in quotes");
}

const Expr* Checker::type_ttl(const Datum& form, const Form&, Want, const Scope* scope) {
  const Expr* e = check_number(form.items[1], scope);
  if (e == nullptr) return nullptr;
  if (e->type.low < 0 || e->type.high > max_ttl) {
    return report(e->span, "bad-literal",
                  "a TTL is between 0 and 2147483647 seconds, this can be " + to_string(e->type),
                  "use (clamp X 0 2147483647), or a smaller value");
  }
  // The number itself, under the name of its use.
  Expr* ttl = node(e->op, Type::ttl(e->type.low, e->type.high), form.span);
  const Span span = ttl->span;
  const Type type = ttl->type;
  *ttl = *e;
  ttl->span = span;
  ttl->type = type;
  return ttl;
}

const Expr* Checker::type_family(const Datum& form, const Form&, Want, const Scope* scope) {
  const Expr* x = check(form.items[1], {Kind::address, Kind::nothing}, scope);
  if (x == nullptr) return nullptr;
  return folded(node(Op::family, Type::one_of({"ipv4", "ipv6"}), form.span, {x}));
}

const Expr* Checker::type_prefix_of(const Datum& form, const Form&, Want, const Scope* scope) {
  const Expr* x = check(form.items[1], {Kind::address, Kind::nothing}, scope);
  std::int64_t bits4 = 32;
  std::int64_t bits6 = 128;
  if (form.items.size() == 3) {
    // One length serves the family that is known, or both when it fits both.
    if (!constant_number(form.items[2], scope, 0, 128, "the prefix length", bits6)) return nullptr;
    bits4 = std::min<std::int64_t>(bits6, 32);
    if (x != nullptr && x->type.kind == Kind::address && bits6 > 32) {
      return report(form.items[2].span, "bad-literal", "the address can be IPv4, which has 32 bits",
                    "give a length for each family: (prefix-of ADDRESS 24 56)");
    }
  } else if (!constant_number(form.items[2], scope, 0, 32, "the IPv4 prefix length", bits4) ||
             !constant_number(form.items[3], scope, 0, 128, "the IPv6 prefix length", bits6)) {
    return nullptr;
  }
  if (x == nullptr) return nullptr;
  Expr* e = node(Op::prefix_of, x->type, form.span, {x});
  e->number = bits4;
  e->number6 = bits6;
  return folded(e);
}

const Expr* Checker::type_in_prefix(const Datum& form, const Form&, Want, const Scope* scope) {
  const Expr* x = check(form.items[1], {Kind::address, Kind::nothing}, scope);
  const Datum& second = form.items[2];
  const Expr* prefixes = infer(second, {Kind::prefix, Kind::prefix}, scope);
  if (prefixes != nullptr) {
    const bool list = prefixes->type.kind == Kind::list;
    prefixes = coerce(prefixes, {list ? Kind::list : Kind::prefix, Kind::prefix});
  }
  if (x == nullptr || prefixes == nullptr) return nullptr;
  if (!prefixes->is_constant()) {
    return report(prefixes->span, "not-constant", "prefixes must be constant");
  }
  ListConstant values;
  values.element = Kind::prefix;
  if (prefixes->type.kind == Kind::list) {
    values.prefixes = std::get<ListConstant>(prefixes->value).prefixes;
  } else {
    values.prefixes.push_back(std::get<Prefix>(prefixes->value));
  }
  // Sorted and disjoint, as the interpreter's binary search needs it: a prefix inside another
  // follows it in this order and adds nothing.
  std::sort(values.prefixes.begin(), values.prefixes.end());
  std::vector<Prefix> kept;
  for (const Prefix& p : values.prefixes) {
    if (kept.empty() || !(kept.back().contains(p.base) && p.length >= kept.back().length)) {
      kept.push_back(p);
    }
  }
  values.prefixes = std::move(kept);
  const auto count = static_cast<std::int64_t>(values.prefixes.size());
  const Expr* list =
      constant(Constant(std::move(values)), Type::list_of(Kind::prefix, count, count), second.span);
  return folded(node(Op::in_prefix, Type::boolean(), form.span, {x, list}));
}

// ---- keys

const Expr* Checker::check_key(const Datum& datum, const Scope* scope) {
  const Expr* e = infer(datum, {}, scope);
  if (e == nullptr) return nullptr;
  const Kind kind = e->type.kind;
  if (kind == Kind::key || kind == Kind::name || kind == Kind::text || e->type.is_address()) {
    return e;
  }
  return report(e->span, "type-mismatch",
                "a key is a name, an address, a string or (key …), found " + to_string(e->type));
}

const Expr* Checker::type_key(const Datum& form, const Form&, Want, const Scope* scope) {
  std::vector<const Expr*> parts;
  for (std::size_t i = 1; i < form.items.size(); ++i) {
    parts.push_back(check_key(form.items[i], scope));
    if (parts.back() == nullptr) return nullptr;
    if (parts.back()->type.kind == Kind::key) {
      return report(parts.back()->span, "type-mismatch", "a key can not be part of a key",
                    "name all parts in one (key …)");
    }
  }
  return node(Op::key, Type::simple(Kind::key), form.span, std::move(parts));
}

const Expr* Checker::type_bucket(const Datum& form, const Form&, Want, const Scope* scope) {
  const Expr* key = check_key(form.items[1], scope);
  std::int64_t buckets = 0;
  if (!constant_number(form.items[2], scope, 1, 1000000, "the number of buckets", buckets)) {
    return nullptr;
  }
  std::string salt;
  if (form.items.size() == 4) {
    const Expr* e = check(form.items[3], {Kind::text, Kind::nothing}, scope);
    if (e == nullptr) return nullptr;
    if (!e->is_constant()) return report(e->span, "not-constant", "the salt must be constant");
    salt = std::get<std::string>(e->value);
  }
  if (key == nullptr) return nullptr;
  Expr* e = node(Op::bucket, Type::integer(0, buckets - 1), form.span, {key});
  e->number = buckets;
  e->seed = bucket_seed(salt, static_cast<std::uint64_t>(buckets));
  return folded(e);
}

}  // namespace lapis::lang
