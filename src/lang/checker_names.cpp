// Names, texts, addresses and keys.
#include <algorithm>

#include "checker.h"
#include "lapis/base/stable_hash.h"

namespace lapis::lang {

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
  return pattern_test(row.op, x, pattern, form.span);
}

const Expr* Checker::pattern_test(Op op, const Expr* x, const Expr* pattern, Span span) {
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
  return folded(node(op, Type::boolean(), span, {x, pattern}));
}

namespace {

/// What is wrong with a glob pattern, or nothing. Labels are matched in presentation form, so an
/// escape must be the one that presentation form has; `*` itself can not be escaped.
std::string pattern_fault(const std::string& text) {
  std::size_t label = 0;  // characters of the current label
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '.') {
      if (label == 0) return "a name pattern has no empty labels";
      label = 0;
      continue;
    }
    ++label;
    if (text[i] != '\\') {
      if (std::string_view("\"();@$").find(text[i]) != std::string_view::npos || text[i] <= ' ' ||
          text[i] > '~') {
        return "in a name pattern this character is written with a backslash, as in zone files";
      }
      continue;
    }
    const std::string_view rest = std::string_view(text).substr(i + 1);
    if (!rest.empty() && std::string_view(".\\\"();@$").find(rest[0]) != std::string_view::npos) {
      ++i;
      continue;
    }
    const auto digit = [&](std::size_t at) { return rest[at] >= '0' && rest[at] <= '9'; };
    const bool number = rest.size() >= 3 && digit(0) && digit(1) && digit(2);
    const int value = number ? (rest[0] - '0') * 100 + (rest[1] - '0') * 10 + (rest[2] - '0') : 0;
    if (!number || value > 255 || (value > ' ' && value < 0x7F)) {
      return "no name is written with this escape";
    }
    i += 3;
  }
  if (text.empty() || label != 0) {
    return "a name pattern is labels joined by dots and ends with a dot";
  }
  return {};
}

}  // namespace

const Expr* Checker::type_glob(const Datum& form, const Form& row, Want, const Scope* scope) {
  const Expr* x = check(form.items[1], {Kind::name, Kind::nothing}, scope);
  if (x == nullptr) return nullptr;
  const Expr* pattern = check(form.items[2], {Kind::text, Kind::nothing}, scope);
  if (pattern != nullptr && pattern->is_constant()) {
    const std::string wrong = pattern_fault(std::get<std::string>(pattern->value));
    if (!wrong.empty()) {
      return report(origin(*pattern).span, "bad-literal", wrong,
                    "for example \"*.example.com.\" or \"**.img*.example.com.\"");
    }
  }
  return pattern_test(row.op, x, pattern, form.span);
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
    if (std::any_of(values.begin(), values.end(),
                    [](const std::string& v) { return v.size() > max_text; })) {
      return report(x->span, "bad-literal", "a string value has at most 255 octets");
    }
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
  if (e == nullptr || e->is_constant()) return at_use(e, form.span);
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
    const bool only4 = x != nullptr && x->type.kind == Kind::ipv4;
    if (!constant_number(form.items[2], scope, 0, only4 ? 32 : 128, "the prefix length", bits6)) {
      return nullptr;
    }
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

namespace {

/// The same addresses in as few prefixes as there can be, in order: the interpreter's binary search
/// needs them disjoint, and the scope it finds is the least when no two of them make one.
std::vector<Prefix> fewest(std::vector<Prefix> prefixes) {
  std::sort(prefixes.begin(), prefixes.end());
  std::vector<Prefix> kept;
  for (Prefix p : prefixes) {
    // One inside another follows it in this order and adds nothing.
    if (!kept.empty() && p.length >= kept.back().length && kept.back().contains(p.base)) continue;
    // The second half of a prefix meets the first, and the whole may be a half itself.
    while (!kept.empty() && p.length > 0 && kept.back().length == p.length &&
           kept.back().base.masked(p.length - 1) == p.base.masked(p.length - 1)) {
      p = {p.base.masked(p.length - 1), static_cast<std::uint8_t>(p.length - 1)};
      kept.pop_back();
    }
    kept.push_back(p);
  }
  return kept;
}

}  // namespace

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
    values.prefixes = list_in(prefixes->value).prefixes;
  } else {
    values.prefixes.push_back(std::get<Prefix>(prefixes->value));
  }
  values.prefixes = fewest(std::move(values.prefixes));
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
