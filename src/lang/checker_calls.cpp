// Definitions and functions, put in at their use.
#include "checker.h"

namespace lapis::lang {

const Expr* Checker::put_in(Definition& definition, Span use, Want want) {
  const auto key =
      std::make_tuple(static_cast<const Definition*>(&definition), want.kind, want.element);
  const auto known = constants_.find(key);
  definition.used = true;
  if (known != constants_.end()) return at_use(known->second, use);
  const Expr* e = call(definition, {}, use, want);
  if (e != nullptr && e->is_constant()) constants_.emplace(key, e);
  return at_use(e, use);
}

const Expr* Checker::call_form(Definition& definition, const Datum& datum, Want want,
                               const Scope* scope) {
  const std::size_t count = datum.items.size() - 1;
  if (!definition.is_function) {
    return report(datum.span, "type-mismatch", "'" + definition.name + "' is not a function",
                  "write it without parentheses");
  }
  if (count != definition.parameters.size()) {
    report(datum.span, "arity",
           "'" + definition.name + "' takes " + std::to_string(definition.parameters.size()) +
               (definition.parameters.size() == 1 ? " argument, found " : " arguments, found ") +
               std::to_string(count));
    also("", "defined here", definition.name_span);
    return nullptr;
  }
  // Arguments are evaluated once, in order: each gets its slot before the next is typed.
  const std::uint32_t slots_before = live_slots_;
  std::vector<const Expr*> arguments;
  std::vector<std::pair<std::uint32_t, const Expr*>> lets;
  bool good = true;
  for (std::size_t i = 1; i <= count; ++i) {
    const Expr* argument = infer(datum.items[i], {}, scope);
    good = good && argument != nullptr;
    if (argument != nullptr && !argument->is_constant()) {
      lets.emplace_back(live_slots_++, argument);
      max_slots_ = std::max(max_slots_, live_slots_);
      Expr* local = node(Op::local, argument->type, argument->span);
      local->index = lets.back().first;
      argument = local;
    }
    arguments.push_back(argument);
  }
  const Expr* body = good ? call(definition, arguments, datum.span, want) : nullptr;
  live_slots_ = slots_before;
  definition.used = true;
  return body == nullptr ? nullptr : wrap_lets(lets, at_use(body, datum.span), datum.span);
}

const Expr* Checker::wrap_lets(const std::vector<std::pair<std::uint32_t, const Expr*>>& lets,
                               const Expr* body, Span span) {
  if (body->is_constant()) return body;
  for (auto let = lets.rbegin(); let != lets.rend(); ++let) {
    Expr* e = node(Op::let, body->type, span, {let->second, body});
    e->index = let->first;
    body = e;
  }
  return body;
}

const Expr* Checker::call(Definition& definition, const std::vector<const Expr*>& arguments,
                          Span use, Want want) {
  definition.used = true;
  if (definition.recursive) return nullptr;
  if (definition.active) {
    report(use, "recursive-definition", "'" + definition.name + "' uses itself",
           "definitions are put in at each use and so can not be recursive");
    return nullptr;
  }
  std::deque<Scope> scopes;
  const Scope* scope = nullptr;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    Scope& s = scopes.emplace_back();
    s.parent = scope;
    s.name = definition.parameters[i]->text;
    s.type = arguments[i]->type;
    if (arguments[i]->is_constant()) {
      s.constant = arguments[i];
    } else {
      s.slot = arguments[i]->index;
    }
    scope = &s;
  }
  definition.active = true;
  uses_.push_back(use);
  const Expr* e = infer(*definition.body, want, scope);
  uses_.pop_back();
  definition.active = false;
  return e;
}

Definition* Checker::named_function(const Datum& datum) {
  const auto found =
      datum.is_symbol() ? definition_by_name_.find(datum.text) : definition_by_name_.end();
  const Form* form = datum.is_symbol() ? find_form(datum.text) : nullptr;
  if (form != nullptr && form->least <= 1 && (form->most == 1 || form->most < 0)) {
    // A form stands for the function that applies it: (define (f x) (FORM x)).
    Datum parameter = datum;
    parameter.text = "x";
    Datum& body = wrapped_data_.emplace_back();
    body.span = datum.span;
    body.items = {datum, std::move(parameter)};
    Definition& wrapped = wrapped_forms_.emplace_back();
    wrapped.name = datum.text;
    wrapped.name_span = wrapped.span = datum.span;
    wrapped.is_function = true;
    wrapped.body = &body;
    wrapped.parameters.push_back(&body.items[1]);
    return &wrapped;
  }
  if (datum.is_symbol() && set_aside_.count(datum.text) != 0) return nullptr;
  if (found == definition_by_name_.end() || !found->second->is_function ||
      found->second->parameters.size() != 1) {
    report(datum.span, "type-mismatch", "expected the name of a function of one argument",
           "define one: (define (F x) …)");
    return nullptr;
  }
  return found->second;
}

}  // namespace lapis::lang
