// The control forms: if, cond and let.
#include <algorithm>

#include "checker.h"

namespace lapis::lang {

const Expr* Checker::branch(const Expr* test, const Expr* then, const Expr* otherwise, Span span) {
  if (test == nullptr || then == nullptr || otherwise == nullptr) return nullptr;
  // A literal beside a name or an address is one.
  const auto literal_beside = [&](const Expr* arm, const Expr* other) {
    const bool text = arm->is_constant() && arm->type.kind == Kind::text;
    const bool address = other->type.is_address();
    if (!text || !(address || other->type.kind == Kind::name)) return arm;
    return reread(arm, address ? Kind::address : Kind::name);
  };
  then = literal_beside(then, otherwise);
  if (then == nullptr) return nullptr;
  otherwise = literal_beside(otherwise, then);
  if (otherwise == nullptr) return nullptr;
  Type type;
  if (!join(then->type, otherwise->type, type)) {
    report(
        otherwise->span, "type-mismatch",
        "the arms differ in type: " + to_string(then->type) + " and " + to_string(otherwise->type));
    return nullptr;
  }
  if (test->is_constant()) return std::get<bool>(test->value) ? then : otherwise;
  if (type.kind == Kind::prefix ||
      (type.kind == Kind::list && !fits(type.element, Kind::address))) {
    report(span, "not-constant",
           "a " + to_string(type) + " must be constant; here it depends on the query",
           "choose between conditions instead: (if TEST (in x LIST) (in x OTHER))");
    return nullptr;
  }
  return node(Op::if_, std::move(type), span, {test, then, otherwise});
}

const Expr* Checker::type_if(const Datum& form, const Form&, Want want, const Scope* scope) {
  const Expr* test = check_bool(form.items[1], scope);
  const Expr* then = check(form.items[2], want, scope);
  const Expr* otherwise = check(form.items[3], want, scope);
  if (then == nullptr || otherwise == nullptr) return nullptr;
  // A choice between literals beside a name or an address is read again as one of these.
  const auto reads_as = [](const Expr* arm, const Expr* other) {
    if (arm->type.kind != Kind::text || arm->is_constant()) return Kind::nothing;
    if (other->type.is_address()) return Kind::address;
    return other->type.kind == Kind::name ? Kind::name : Kind::nothing;
  };
  const Kind first = reads_as(then, otherwise);
  const Kind second = reads_as(otherwise, then);
  if (first != Kind::nothing) then = check(form.items[2], {first, Kind::nothing}, scope);
  if (second != Kind::nothing) otherwise = check(form.items[3], {second, Kind::nothing}, scope);
  return branch(test, then, otherwise, form.span);
}

const Expr* Checker::type_cond(const Datum& form, const Form& row, Want want, const Scope* scope) {
  std::vector<std::pair<const Expr*, const Expr*>> arms;
  const Expr* otherwise = nullptr;
  bool else_seen = false;
  bool good = true;
  for (std::size_t i = 1; i < form.items.size(); ++i) {
    const Datum& arm = form.items[i];
    const bool last = i + 1 == form.items.size();
    if (!arm.is_list() || arm.items.size() != 2) {
      report(arm.span, "syntax", "expected an arm [TEST EXPR]", "usage: " + std::string(row.usage));
      good = false;
      continue;
    }
    const bool is_else = arm.items[0].is_symbol("else");
    const bool misplaced = is_else && !last;
    else_seen = else_seen || is_else;
    if (misplaced || (last && !else_seen)) {
      report(misplaced ? arm.span : form.span, "syntax",
             misplaced ? "nothing may follow the else arm"
                       : "cond needs an [else EXPR] arm at its end",
             "every query must have a value");
      good = false;
    }
    if (!is_else) {
      const Expr* test = check_bool(arm.items[0], scope);
      arms.emplace_back(test, check(arm.items[1], want, scope));
      good = good && test != nullptr && arms.back().second != nullptr;
    } else {
      otherwise = check(arm.items[1], want, scope);
    }
  }
  if (!good) return nullptr;
  for (auto arm = arms.rbegin(); arm != arms.rend() && otherwise != nullptr; ++arm) {
    Span span = form.span;
    if (arm + 1 != arms.rend()) span.begin = arm->first->span.begin;
    otherwise = branch(arm->first, arm->second, otherwise, span);
  }
  return otherwise;
}

const Expr* Checker::type_let(const Datum& form, const Form& row, Want want, const Scope* scope) {
  const Datum& bindings = form.items[1];
  if (!bindings.is_list()) {
    return report(bindings.span, "syntax", "expected the bindings ([NAME EXPR]…)",
                  "usage: " + std::string(row.usage));
  }
  const std::uint32_t slots_before = live_slots_;
  std::deque<Scope> scopes;
  std::vector<std::pair<std::uint32_t, const Expr*>> lets;
  for (const Datum& binding : bindings.items) {
    if (!binding.is_list() || binding.items.size() != 2 || !binding.items[0].is_symbol()) {
      report(binding.span, "syntax", "expected a binding [NAME EXPR]",
             "usage: " + std::string(row.usage));
      continue;
    }
    const std::string& name = binding.items[0].text;
    if (!bindable(binding.items[0])) continue;
    if (std::any_of(scopes.begin(), scopes.end(), [&](const Scope& s) { return s.name == name; })) {
      report(binding.items[0].span, "duplicate-name", "'" + name + "' is bound twice in this let");
      continue;
    }
    const Expr* value = infer(binding.items[1], {}, scope);
    Scope& s = scopes.emplace_back();
    s.parent = scope;
    s.name = name;
    if (value == nullptr) {
      s.slot = UINT32_MAX;
    } else if (value->is_constant()) {
      s.constant = value;
      s.type = value->type;
    } else {
      s.type = value->type;
      s.slot = live_slots_++;
      max_slots_ = std::max(max_slots_, live_slots_);
      lets.emplace_back(s.slot, value);
    }
    scope = &s;
  }
  const Expr* body = check(form.items[2], want, scope);
  live_slots_ = slots_before;
  return body == nullptr ? nullptr : wrap_lets(lets, body, form.span);
}

}  // namespace lapis::lang
