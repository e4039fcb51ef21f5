// Lists: membership, construction and choice. Lists whose elements are not addresses are always
// constant, so everything about them happens here; lists of addresses may depend on the query.
#include <algorithm>

#include "checker.h"

namespace lapis::lang {
namespace {

bool addresses(Kind element) {
  return fits(element, Kind::address);
}

/// Longest list a program may build: more addresses than fit in any DNS message.
constexpr std::int64_t max_list = 4096;
/// Room for all lists of one program together.
constexpr std::int64_t max_storage = 65536;

}  // namespace

void Checker::reserve_list(Expr& e) {
  e.storage = storage_;
  storage_ += static_cast<std::uint32_t>(e.type.high);
  if (e.type.high > max_list || storage_ > max_storage) {
    storage_ = std::min<std::uint32_t>(storage_, max_storage);
    report(
        e.span, "too-large",
        "the lists of this program can hold more than " + std::to_string(max_list) + " addresses",
        "a DNS message can not carry that many; use take or pick on the parts");
  }
}

void Checker::reserve_text(Expr& e) {
  e.storage = texts_++;
}

const Expr* Checker::check_list(const Datum& datum, const Scope* scope, Kind element) {
  return check(datum, {Kind::list, element}, scope);
}

std::vector<const Expr*> Checker::elements(const Expr& list) {
  const auto& c = list_in(list.value);
  std::vector<const Expr*> out;
  for (std::int64_t v : c.numbers) out.push_back(constant(v, list.span));
  for (const std::string& v : c.texts) {
    out.push_back(constant(Constant(v), Type::one_of({v}), list.span));
  }
  for (const WireName& v : c.names) out.push_back(constant(v, Type::name(), list.span));
  for (const IpAddress& v : c.addresses) {
    out.push_back(constant(v, Type::simple(v.is_v4() ? Kind::ipv4 : Kind::ipv6), list.span));
  }
  for (const Prefix& v : c.prefixes) {
    out.push_back(constant(v, Type::simple(Kind::prefix), list.span));
  }
  for (bool v : c.booleans) out.push_back(constant(v, list.span));
  return out;
}

const Expr* Checker::constant_list(const std::vector<const Expr*>& from, Kind element, Span span) {
  ListConstant list;
  list.element = from.empty() ? Kind::nothing : element;
  for (const Expr* e : from) {
    switch (element) {
      case Kind::integer:
      case Kind::ttl:
        list.numbers.push_back(std::get<std::int64_t>(e->value));
        break;
      case Kind::text:
        list.texts.push_back(std::get<std::string>(e->value));
        break;
      case Kind::name:
        list.names.push_back(std::get<WireName>(e->value));
        break;
      case Kind::prefix:
        list.prefixes.push_back(std::get<Prefix>(e->value));
        break;
      case Kind::boolean:
        list.booleans.push_back(std::get<bool>(e->value));
        break;
      default:
        list.addresses.push_back(std::get<IpAddress>(e->value));
        break;
    }
  }
  const auto count = static_cast<std::int64_t>(from.size());
  const Type type = Type::list_of(list.element, count, count);
  return constant(std::move(list), type, span);
}

const Expr* Checker::type_list(const Datum& form, const Form&, Want want, const Scope* scope) {
  std::vector<const Expr*> items;
  bool good = true;
  bool all_constant = true;
  Type type;
  for (std::size_t i = 1; i < form.items.size(); ++i) {
    const Want element{want.kind == Kind::list ? want.element : Kind::nothing, Kind::nothing};
    const Expr* e = check(form.items[i], element, scope);
    good = good && e != nullptr;
    if (e == nullptr) continue;
    all_constant = all_constant && e->is_constant();
    Type both;
    if (items.empty()) {
      type = e->type;
    } else if (!join(type, e->type, both)) {
      report(e->span, "type-mismatch",
             "elements differ in type: " + to_string(type) + " and " + to_string(e->type));
      good = false;
      continue;
    } else {
      type = both;
    }
    items.push_back(e);
  }
  if (!good) return nullptr;
  if (type.kind == Kind::list || type.kind == Kind::key) {
    return report(form.span, "type-mismatch", "a list of lists does not exist",
                  "join lists with append");
  }
  if (all_constant) {
    const Expr* list = constant_list(items, type.kind, form.span);
    if (type.kind == Kind::text) written_.emplace(list, &form);
    return list;
  }
  if (!addresses(type.kind)) {
    return report(form.span, "not-constant",
                  std::string("a list of ") + to_string(type.kind) + " must be constant",
                  "compare with or, = and if instead");
  }
  const auto count = static_cast<std::int64_t>(items.size());
  return address_list(Op::list, type.kind, count, count, std::move(items), form.span);
}

const Expr* Checker::address_list(Op op, Kind element, std::int64_t least, std::int64_t most,
                                  std::vector<const Expr*> args, Span span) {
  Expr* e = node(op, Type::list_of(element, least, most), span, std::move(args));
  if (op == Op::take || op == Op::if_empty) return folded(e);  // borrow their arguments' room
  return chosen(e);
}

/// A list-building node, folded; what stays in the tree gets its room.
const Expr* Checker::chosen(Expr* e) {
  const Expr* out = folded(e);
  if (out == e) reserve_list(*e);
  return out;
}

const Expr* Checker::joined(std::vector<const Expr*> parts, Span span) {
  Type type = Type::list_of(Kind::nothing, 0, 0);
  std::int64_t least = 0;
  std::int64_t most = 0;
  bool all_constant = true;
  for (const Expr* part : parts) {
    Type both;
    if (part == nullptr) return nullptr;
    if (!join(type, part->type, both)) {
      report(part->span, "type-mismatch",
             "lists differ in type: " + to_string(type) + " and " + to_string(part->type));
      return nullptr;
    }
    least += part->type.low;
    most += part->type.high;
    all_constant = all_constant && part->is_constant();
    type = both;
  }
  if (all_constant) {
    std::vector<const Expr*> all;
    for (const Expr* part : parts) {
      for (const Expr* e : elements(*part)) all.push_back(e);
    }
    return constant_list(all, type.element, span);
  }
  return address_list(Op::append, type.element, least, most, std::move(parts), span);
}

const Expr* Checker::type_append(const Datum& form, const Form&, Want want, const Scope* scope) {
  std::vector<const Expr*> parts;
  for (std::size_t i = 1; i < form.items.size(); ++i) {
    parts.push_back(check_list(form.items[i], scope, want.element));
  }
  return joined(std::move(parts), form.span);
}

const Expr* Checker::type_length(const Datum& form, const Form&, Want, const Scope* scope) {
  const Expr* list = check_list(form.items[1], scope);
  if (list == nullptr) return nullptr;
  if (list->is_constant()) {
    return constant(static_cast<std::int64_t>(list_in(list->value).size()), form.span);
  }
  return node(Op::length, Type::integer(list->type.low, list->type.high), form.span, {list});
}

const Expr* Checker::type_take(const Datum& form, const Form&, Want want, const Scope* scope) {
  // (take N LIST) and (take LIST N) are both clear.
  const Expr* count = infer(form.items[1], {}, scope);
  if (count == nullptr) return nullptr;
  const bool list_first = count->type.kind == Kind::list;
  if (list_first) count = infer(form.items[2], {}, scope);
  const Expr* list = infer(form.items[list_first ? 1 : 2], {Kind::list, want.element}, scope);
  if (count == nullptr || list == nullptr) return nullptr;
  if (!count->type.is_number()) {
    mismatch(*count, {Kind::integer, Kind::nothing});
    return nullptr;
  }
  list = coerce(list, {Kind::list, Kind::nothing});
  if (list == nullptr) return nullptr;
  const std::int64_t least = std::min(std::max<std::int64_t>(count->type.low, 0), list->type.low);
  const std::int64_t most = std::min(std::max<std::int64_t>(count->type.high, 0), list->type.high);
  if (count->is_constant() && list->is_constant()) {
    std::vector<const Expr*> all = elements(*list);
    all.resize(static_cast<std::size_t>(most));
    return constant_list(all, list->type.element, form.span);
  }
  if (!addresses(list->type.element)) {
    return report(form.span, "not-constant", "only a list of addresses may depend on the query");
  }
  return address_list(Op::take, list->type.element, least, most, {count, list}, form.span);
}

const Expr* Checker::type_unique(const Datum& form, const Form&, Want want, const Scope* scope) {
  const Expr* list = check_list(form.items[1], scope, want.element);
  if (list == nullptr) return nullptr;
  if (list->is_constant() && !addresses(list->type.element)) {
    std::vector<const Expr*> kept;
    for (const Expr* e : elements(*list)) {
      if (std::none_of(kept.begin(), kept.end(),
                       [&](const Expr* k) { return k->value == e->value; })) {
        kept.push_back(e);
      }
    }
    return constant_list(kept, list->type.element, form.span);
  }
  return address_list(Op::unique, list->type.element, std::min<std::int64_t>(list->type.low, 1),
                      list->type.high, {list}, form.span);
}

const Expr* Checker::type_if_empty(const Datum& form, const Form&, Want want, const Scope* scope) {
  const Expr* list = check_list(form.items[1], scope, want.element);
  const Expr* fallback = check_list(form.items[2], scope, want.element);
  if (list == nullptr || fallback == nullptr) return nullptr;
  Type type;
  if (!join(list->type, fallback->type, type)) {
    return report(
        fallback->span, "type-mismatch",
        "lists differ in type: " + to_string(list->type) + " and " + to_string(fallback->type));
  }
  if (list->is_constant()) return list->type.high == 0 ? fallback : list;
  if (list->type.low > 0) return list;
  return address_list(Op::if_empty, type.element,
                      std::min(fallback->type.low, std::max<std::int64_t>(list->type.low, 1)),
                      std::max(list->type.high, fallback->type.high), {list, fallback}, form.span);
}

const Expr* Checker::type_map(const Datum& form, const Form&, Want, const Scope* scope) {
  Definition* function = named_function(form.items[1]);
  const Expr* list = check_list(form.items[2], scope);
  if (function == nullptr || list == nullptr) return nullptr;
  if (!list->is_constant()) {
    return report(list->span, "not-constant", "map works on a constant list");
  }
  std::vector<const Expr*> parts;
  for (const Expr* element : elements(*list)) {
    const Expr* e = call(*function, {element}, form.span, {});
    if (e == nullptr) return nullptr;
    if (!parts.empty() && e->type.kind != parts[0]->type.kind &&
        !(e->type.is_address() && parts[0]->type.is_address())) {
      return report(e->span, "type-mismatch", "the function gives values of different types");
    }
    parts.push_back(e);
  }
  if (std::all_of(parts.begin(), parts.end(), [](const Expr* e) { return e->is_constant(); })) {
    Kind kind = parts.empty() ? Kind::nothing : parts[0]->type.kind;
    for (const Expr* e : parts) {
      if (e->type.kind != kind) kind = Kind::address;
    }
    return constant_list(parts, kind, form.span);
  }
  Type type = parts[0]->type;
  for (const Expr* e : parts) join(type, e->type, type);
  if (!type.is_address()) {
    return report(form.span, "not-constant",
                  std::string("a list of ") + to_string(type.kind) + " must be constant");
  }
  const auto count = static_cast<std::int64_t>(parts.size());
  return address_list(Op::list, type.kind, count, count, std::move(parts), form.span);
}

const Expr* Checker::type_filter(const Datum& form, const Form&, Want, const Scope* scope) {
  Definition* function = named_function(form.items[1]);
  const Expr* list = check_list(form.items[2], scope);
  if (function == nullptr || list == nullptr) return nullptr;
  if (!list->is_constant()) {
    return report(list->span, "not-constant", "filter works on a constant list");
  }
  const Kind element = list->type.element;
  const Expr* none = constant_list({}, element, form.span);
  std::vector<const Expr*> parts;
  for (const Expr* e : elements(*list)) {
    const Expr* keep = coerce(call(*function, {e}, form.span, {Kind::boolean, Kind::nothing}),
                              {Kind::boolean, Kind::nothing});
    if (keep == nullptr) return nullptr;
    const Expr* one = constant_list({e}, element, form.span);
    parts.push_back(branch(keep, one, none, form.span));
    if (parts.back() == nullptr) return nullptr;
  }
  return parts.empty() ? none : joined(std::move(parts), form.span);
}

// ---- membership

const Expr* Checker::membership(const Expr* x, ListConstant values, Span span) {
  auto tidy = [](auto& v) {
    std::sort(v.begin(), v.end());
    v.erase(std::unique(v.begin(), v.end()), v.end());
  };
  tidy(values.numbers);
  tidy(values.texts);
  tidy(values.names);
  tidy(values.addresses);
  const auto count = static_cast<std::int64_t>(values.size());
  if (count == 0) return constant(false, span);
  const Kind element = values.element;
  const Expr* list =
      constant(Constant(std::move(values)), Type::list_of(element, count, count), span);
  return folded(node(Op::in, Type::boolean(), span, {x, list}));
}

const Expr* Checker::type_in(const Datum& form, const Form& row, Want, const Scope* scope) {
  const Expr* x = infer(form.items[1], {}, scope);
  return x == nullptr ? nullptr : in_list(x, form, row, scope);
}

const Expr* Checker::in_list(const Expr* x, const Datum& form, const Form& row,
                             const Scope* scope) {
  Kind kind = x->type.kind;
  if (x->type.is_address()) kind = Kind::address;
  if (kind == Kind::ttl) kind = Kind::integer;
  if (kind != Kind::integer && kind != Kind::text && kind != Kind::name && kind != Kind::address) {
    return report(x->span, "type-mismatch",
                  "expected a number, string, domain name or address, found " + to_string(x->type));
  }
  const Expr* list = check(form.items[2], {Kind::list, kind}, scope);
  if (list == nullptr) return nullptr;
  if (!list->is_constant()) {
    return report(list->span, "not-constant", std::string(row.name) + " looks in a constant list");
  }
  const std::vector<const Expr*> values = elements(*list);
  const Datum& written = form.items[2];
  for (std::size_t i = 0; i < values.size(); ++i) {
    // Where the list is written out, the finding points at the element.
    const bool here = written.head() == "list" && i + 1 < written.items.size();
    const Expr* place = here ? at_use(values[i], written.items[i + 1].span) : values[i];
    if (!check_domain(x, place)) return nullptr;
  }
  return membership(x, list_in(list->value), form.span);
}

const Expr* Checker::type_one_of(const Datum& form, const Form& row, Want, const Scope* scope) {
  const Expr* x = infer(form.items[1], {}, scope);
  if (x == nullptr) return nullptr;
  if (form.items.size() == 3) {
    // One value, or a list: only its type can tell.
    const Expr* second = infer(form.items[2], {}, scope);
    if (second == nullptr) return nullptr;
    if (second->type.kind == Kind::list) return in_list(x, form, row, scope);
  }
  Kind kind = x->type.is_address() ? Kind::address : x->type.kind;
  if (kind == Kind::ttl) kind = Kind::integer;
  std::vector<const Expr*> values;
  for (std::size_t i = 2; i < form.items.size(); ++i) {
    const Expr* value = check(form.items[i], {kind, Kind::nothing}, scope);
    if (value == nullptr) return nullptr;
    if (!value->is_constant()) {
      return report(value->span, "not-constant", "the values of one-of? must be constant");
    }
    if (!check_domain(x, value)) return nullptr;
    values.push_back(value);
  }
  const Expr* list = constant_list(values, kind, form.span);
  return membership(x, list_in(list->value), form.span);
}

// ---- choices

const Expr* Checker::type_pick(const Datum& form, const Form&, Want want, const Scope* scope) {
  std::int64_t count = 0;
  const bool good =
      constant_number(form.items[1], scope, 1, max_list, "the number of elements", count);
  const Expr* list = check_list(form.items[2], scope, want.element);
  const Expr* key = check_key(form.items[3], scope);
  if (!good || list == nullptr || key == nullptr) return nullptr;
  list = coerce(list, {Kind::list, Kind::address});
  if (list == nullptr) return nullptr;
  if (list->type.high == 0) return list;
  Type type = Type::list_of(list->type.element, std::min<std::int64_t>(list->type.low, 1),
                            std::min(count, list->type.high));
  if (list->is_constant()) {
    std::vector<IpAddress> distinct = list_in(list->value).addresses;
    std::sort(distinct.begin(), distinct.end());
    const auto end = std::unique(distinct.begin(), distinct.end());
    type.low = type.high = std::min<std::int64_t>(count, end - distinct.begin());
  }
  Expr* e = node(Op::pick, type, form.span, {list, key});
  e->number = count;
  return chosen(e);
}

const Expr* Checker::type_pick_weighted(const Datum& form, const Form&, Want want,
                                        const Scope* scope) {
  std::int64_t count = 0;
  bool good = constant_number(form.items[1], scope, 1, max_list, "the number of elements", count);
  const Expr* list = check_list(form.items[2], scope, want.element);
  const Expr* weights = check_list(form.items[3], scope, Kind::integer);
  const Expr* key = check_key(form.items[4], scope);
  if (!good || list == nullptr || weights == nullptr || key == nullptr) return nullptr;
  list = coerce(list, {Kind::list, Kind::address});
  if (list == nullptr) return nullptr;
  for (const Expr* e : {list, weights}) {
    if (e->is_constant()) continue;
    report(e->span, "not-constant", "pick-weighted chooses from constant lists");
    good = false;
  }
  if (!good) return nullptr;
  const auto& numbers = list_in(weights->value).numbers;
  const auto& from = list_in(list->value).addresses;
  if (numbers.size() != from.size()) {
    return report(weights->span, "type-mismatch",
                  "expected a weight for each of the " + std::to_string(from.size()) +
                      " elements, found " + std::to_string(numbers.size()));
  }
  std::int64_t positive = 0;
  for (std::int64_t w : numbers) {
    if (w < 0 || w > 1000000000) {
      return report(weights->span, "bad-literal",
                    "a weight is between 0 and 1000000000, found " + std::to_string(w));
    }
    positive += w > 0 ? 1 : 0;
  }
  if (positive == 0) {
    return report(weights->span, "bad-literal", "all weights are zero: nothing could be chosen",
                  "give at least one element a positive weight");
  }
  std::vector<IpAddress> sorted = from;
  std::sort(sorted.begin(), sorted.end());
  if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) {
    return report(list->span, "bad-literal", "an address stands twice in a weighted list",
                  "give it once, with the sum of its weights");
  }
  const std::int64_t most = std::min(count, positive);
  Expr* e = node(Op::pick_weighted, Type::list_of(list->type.element, most, most), form.span,
                 {list, weights, key});
  e->number = count;
  return chosen(e);
}

const Expr* Checker::type_rotate(const Datum& form, const Form&, Want want, const Scope* scope) {
  const Expr* list = check_list(form.items[1], scope, want.element);
  const Expr* key = check_key(form.items[2], scope);
  if (list == nullptr || key == nullptr) return nullptr;
  list = coerce(list, {Kind::list, Kind::address});
  if (list == nullptr) return nullptr;
  if (list->type.high < 2) return list;
  return address_list(Op::rotate, list->type.element, list->type.low, list->type.high, {list, key},
                      form.span);
}

// ---- invariants

const Expr* Checker::type_answer(const Datum& form, const Form& row, Want, const Scope*) {
  if (!in_invariant_) {
    return report(form.span, "type-mismatch",
                  std::string(row.name) + " can only be used in an invariant");
  }
  Type type;
  switch (row.op) {
    case Op::answered_by: {
      if (!answered_by_.domain && !program_set_aside_) {
        std::vector<std::string> names{""};
        for (const Program& p : set_.programs) names.push_back(p.name);
        answered_by_ = Type::one_of(std::move(names));
      }
      type = program_set_aside_ ? Type::text() : answered_by_;
      break;
    }
    case Op::answer_ttl:
      type = Type::integer(0, max_ttl);
      break;
    case Op::answer_ipv4:
      type = Type::list_of(Kind::ipv4, 0, max_list);
      break;
    default:
      type = Type::list_of(Kind::ipv6, 0, max_list);
      break;
  }
  return node(row.op, std::move(type), form.span);
}

const Expr* Checker::type_list_relation(const Datum& form, const Form& row, Want,
                                        const Scope* scope) {
  const Expr* a = check_list(form.items[1], scope, Kind::address);
  const Expr* b = check_list(form.items[2], scope, Kind::address);
  if (a == nullptr || b == nullptr) return nullptr;
  return folded(node(row.op, Type::boolean(), form.span, {a, b}));
}

}  // namespace lapis::lang
