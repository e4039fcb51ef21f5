// Definitions: how they are collected, that they are not recursive, and those that nothing uses.
#include <algorithm>

#include "checker.h"

namespace lapis::lang {

void Checker::collect_define(const Datum& form) {
  const bool shape =
      form.items.size() == 3 && (form.items[1].is_symbol() || !form.items[1].head().empty());
  if (!shape) {
    report(form.span, "syntax", "expected (define NAME EXPR) or (define (NAME ARG…) EXPR)");
    set_aside(form);
    return;
  }
  const Datum& target = form.items[1];
  const Datum& name = target.is_symbol() ? target : target.items[0];
  Definition definition;
  definition.name = name.text;
  definition.name_span = name.span;
  definition.span = form.span;
  definition.body = &form.items[2];
  definition.is_function = !target.is_symbol();
  for (std::size_t i = 1; definition.is_function && i < target.items.size(); ++i) {
    const Datum& parameter = target.items[i];
    const bool repeated = std::any_of(definition.parameters.begin(), definition.parameters.end(),
                                      [&](const Datum* d) { return d->text == parameter.text; });
    if (!parameter.is_symbol() || repeated) {
      report(parameter.span, repeated ? "duplicate-name" : "syntax",
             repeated ? "the parameter '" + parameter.text + "' stands twice"
                      : "expected the name of a parameter");
      set_aside(form);
      return;
    }
    if (!bindable(parameter)) {
      set_aside(form);
      return;
    }
    definition.parameters.push_back(&parameter);
  }
  if (definition.is_function && find_form(name.text) != nullptr) {
    report(name.span, "shadowed-name", "'" + name.text + "' is a form of the language",
           "choose another name");
    return;
  }
  if (!claim_name(name, "definition")) return;
  definitions_.push_back(std::move(definition));
  definition_by_name_.emplace(definitions_.back().name, &definitions_.back());
}

void Checker::references(const Datum& datum, std::vector<std::string_view>& bound,
                         std::vector<const Datum*>& out) const {
  if (datum.is_symbol()) {
    if (std::find(bound.begin(), bound.end(), datum.text) == bound.end()) out.push_back(&datum);
    return;
  }
  const std::size_t before = bound.size();
  if (datum.head() == "let" && datum.items.size() == 3 && datum.items[1].is_list()) {
    for (const Datum& binding : datum.items[1].items) {
      if (!binding.is_list() || binding.items.size() != 2) continue;
      references(binding.items[1], bound, out);
      if (binding.items[0].is_symbol()) bound.push_back(binding.items[0].text);
    }
    references(datum.items[2], bound, out);
  } else {
    // The head of a form is no reference, even where a constant has the same name.
    const bool form = !datum.head().empty() && find_form(datum.head()) != nullptr;
    for (std::size_t i = form ? 1 : 0; i < datum.items.size(); ++i) {
      references(datum.items[i], bound, out);
    }
  }
  bound.resize(before);
}

void Checker::check_recursion() {
  std::unordered_map<std::string_view, std::vector<const Datum*>> graph;
  for (Definition& d : definitions_) {
    std::vector<std::string_view> bound;
    for (const Datum* parameter : d.parameters) bound.push_back(parameter->text);
    references(*d.body, bound, graph[d.name]);
  }
  std::unordered_map<std::string_view, int> state;  // 1: being walked, 2: done
  for (Definition& root : definitions_) {
    // Depth first with an explicit stack of (definition, next reference).
    std::vector<std::pair<std::string_view, std::size_t>> stack;
    if (state[root.name] == 0) stack.emplace_back(root.name, 0);
    while (!stack.empty()) {
      auto& [name, next] = stack.back();
      state[name] = 1;
      const auto& edges = graph[name];
      if (next == edges.size()) {
        state[name] = 2;
        stack.pop_back();
        continue;
      }
      const Datum& reference = *edges[next++];
      const auto target = definition_by_name_.find(reference.text);
      if (target == definition_by_name_.end()) continue;
      if (state[reference.text] == 1) {
        report(reference.span, "recursive-definition",
               "'" + reference.text + "' is defined by itself",
               "definitions are put in at each use and so can not be recursive");
        target->second->recursive = true;
      } else if (state[reference.text] == 0) {
        stack.emplace_back(target->second->name, 0);
      }
    }
  }
}

void Checker::check_pools() {
  for (const Datum* pool : pools_) {
    const auto found = definition_by_name_.find(pool->text);
    if (found != definition_by_name_.end() && !found->second->is_function) continue;
    if (set_aside_.count(pool->text) != 0) continue;
    std::vector<std::string> candidates;
    for (const Definition& d : definitions_) {
      if (!d.is_function) candidates.push_back(d.name);
    }
    const std::string near = did_you_mean(pool->text, candidates);
    report(pool->span, "unknown-name", "'" + pool->text + "' is not a defined list of addresses",
           near.empty() ? "define it: (define " + pool->text + " (list …))"
                        : "did you mean '" + near + "'?");
  }
}

void Checker::check_unused_function(const Definition& definition) {
  std::vector<std::string_view> bound;
  std::vector<const Datum*> free;
  for (const Datum* parameter : definition.parameters) bound.push_back(parameter->text);
  references(*definition.body, bound, free);
  for (const Datum* symbol : free) {
    const bool known = fields_.count(symbol->text) != 0 || find_form(symbol->text) != nullptr ||
                       definition_by_name_.count(symbol->text) != 0 ||
                       set_aside_.count(symbol->text) != 0 || symbol->text == "true" ||
                       symbol->text == "false" || symbol->text == "else";
    if (!known) unknown_name(*symbol, nullptr);
  }
}

/// What no program uses is checked too: values on their own, functions for their names. Constants
/// are kept for reports, and pools must be constant lists of addresses.
void Checker::check_definition(Definition& definition) {
  if (definition.recursive) return;
  const bool used = definition.used;
  if (definition.is_function) {
    if (!used) check_unused_function(definition);
    return;
  }
  const bool pool =
      std::find(set_.pools.begin(), set_.pools.end(), definition.name) != set_.pools.end();
  const Want want = pool ? Want{Kind::list, Kind::address} : Want{};
  nodes_at_start_ = arena_->size();
  too_large_ = false;
  live_slots_ = max_slots_ = storage_ = texts_ = 0;
  in_invariant_ = true;  // a definition may be for invariants only
  const std::size_t errors = diagnostics_.size();
  const Expr* value = coerce(put_in(definition, definition.name_span, want), want);
  in_invariant_ = false;
  // A used definition was checked where it is used, with the wishes of its places.
  if (used && !pool) diagnostics_.resize(errors);
  definition.used = used || pool;
  if (value == nullptr) return;
  if (value->is_constant()) {
    set_.definitions.push_back(
        {definition.name, value->value, value->type, definition.name_span, definition.used});
  } else if (pool) {
    report(definition.name_span, "not-constant",
           "the pool '" + definition.name + "' must be constant");
  }
}

}  // namespace lapis::lang
