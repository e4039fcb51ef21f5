// Top-level forms: attributes, definitions, closed fields, programs, invariants.
#include <algorithm>

#include "checker.h"

namespace lapis::lang {
namespace {

const std::vector<std::string> top_level_forms = {"attribute", "define",  "field", "invariant",
                                                  "pools",     "program", "total"};
const std::vector<std::string> program_clauses = {"config", "doc", "exclusive", "match",
                                                  "response"};

/// Most addresses of a family that fit in a DNS message of 65535 octets: header, question of 259,
/// OPT of 11, and 16 or 28 octets a record with a compressed owner.
constexpr std::int64_t max_ipv4_answers = 4000;
constexpr std::int64_t max_ipv6_answers = 2300;

}  // namespace

void Checker::collect(const std::vector<Datum>& data) {
  for (const Datum& form : data) collect_form(form);
}

void Checker::collect_form(const Datum& form) {
  const std::string_view head = form.head();
  if (head.empty()) {
    report(form.span, "syntax", "expected a top-level form such as (program NAME …)",
           "a file holds attribute, define, field, invariant, pools, program and total forms");
  } else if (head == "attribute") {
    collect_attribute(form);
  } else if (head == "define") {
    collect_define(form);
  } else if (head == "field") {
    collect_field(form);
  } else if (head == "pools") {
    collect_pools(form);
  } else if (head == "total") {
    collect_total(form);
  } else if (head == "invariant") {
    invariants_.push_back(&form);
  } else if (head == "program") {
    programs_.push_back(&form);
    if (form.items.size() < 2 || !form.items[1].is_symbol()) {
      report(form.items[0].span, "syntax", "a program needs a name", "write (program NAME …)");
    } else {
      claim_name(form.items[1], "program");
    }
  } else {
    const std::string near = did_you_mean(head, top_level_forms);
    report(form.items[0].span, "unknown-name", "unknown top-level form '" + std::string(head) + "'",
           near.empty() ? "a file holds attribute, define, field, invariant, pools, program and "
                          "total forms"
                        : "did you mean '" + near + "'?");
  }
}

bool Checker::claim_name(const Datum& name, std::string_view what) {
  if (name.text == "true" || name.text == "false" || name.text == "else") {
    report(name.span, "shadowed-name", "'" + name.text + "' is a word of the language");
    return false;
  }
  const auto field = fields_.find(name.text);
  if (field != fields_.end() && field->second < first_attribute) {
    report(name.span, "shadowed-name",
           std::string(what) + " '" + name.text + "' has the name of a field of the query",
           "choose another name");
    return false;
  }
  const auto [at, fresh] = names_.emplace(name.text, name.span);
  if (fresh) return true;
  report(name.span, "duplicate-name", "the name '" + name.text + "' is already taken",
         "programs, attributes, definitions and config names may not share names");
  diagnostics_.back().related.push_back({name.text, "first used here", at->second});
  return false;
}

// ---- attributes and closed fields

bool Checker::read_type(const Datum& datum, Type& out) {
  if (datum.is_symbol("string")) {
    out = Type::text();
    return true;
  }
  if (datum.is_symbol("bool")) {
    out = Type::boolean();
    return true;
  }
  if (datum.head() == "int" && datum.items.size() == 3 &&
      datum.items[1].kind == Datum::Kind::number && datum.items[2].kind == Datum::Kind::number) {
    out = Type::integer(datum.items[1].number, datum.items[2].number);
    if (out.low <= out.high) return true;
    report(datum.span, "bad-literal", "the range is empty: its low end is above its high end");
    return false;
  }
  if (datum.head() == "one-of" && datum.items.size() >= 2 &&
      std::all_of(datum.items.begin() + 1, datum.items.end(),
                  [](const Datum& d) { return d.is_string(); })) {
    std::vector<std::string> values;
    for (std::size_t i = 1; i < datum.items.size(); ++i) {
      if (std::find(values.begin(), values.end(), datum.items[i].text) != values.end()) {
        report(datum.items[i].span, "duplicate-name",
               "\"" + datum.items[i].text + "\" stands twice in one-of");
      }
      if (datum.items[i].text.size() > 255) {
        report(datum.items[i].span, "bad-literal", "a string value has at most 255 octets");
      }
      values.push_back(datum.items[i].text);
    }
    out = Type::one_of(std::move(values));
    return true;
  }
  report(datum.span, "syntax", "expected a type",
         "types are string, bool, (int LOW HIGH) and (one-of \"a\" \"b\" …)");
  return false;
}

bool Checker::read_default(const Datum& datum, Attribute& attribute) {
  const Type& type = attribute.type;
  if (type.kind == Kind::boolean && (datum.is_symbol("true") || datum.is_symbol("false"))) {
    attribute.default_value = datum.is_symbol("true");
    return true;
  }
  if (type.kind == Kind::integer && datum.kind == Datum::Kind::number) {
    if (datum.number >= type.low && datum.number <= type.high) {
      attribute.default_value = datum.number;
      return true;
    }
    report(datum.span, "attribute-domain", "the default is outside " + to_string(type));
    return false;
  }
  if (type.kind == Kind::text && datum.is_string()) {
    if (!type.domain || std::binary_search(type.domain->begin(), type.domain->end(), datum.text)) {
      attribute.default_value = datum.text;
      return true;
    }
    const std::string near = did_you_mean(datum.text, *type.domain);
    report(datum.span, "attribute-domain",
           "the default \"" + datum.text + "\" is not " + to_string(type),
           near.empty() ? "" : "did you mean \"" + near + "\"?");
    return false;
  }
  report(datum.span, "type-mismatch", "expected a default of type " + to_string(type));
  return false;
}

void Checker::collect_attribute(const Datum& form) {
  if (form.items.size() < 3 || !form.items[1].is_symbol()) {
    report(form.span, "syntax", "expected (attribute NAME TYPE [(default V)] [(doc S)])");
    return;
  }
  Attribute attribute;
  attribute.name = form.items[1].text;
  attribute.span = form.items[1].span;
  const bool free = claim_name(form.items[1], "attribute");
  if (!read_type(form.items[2], attribute.type)) return;
  switch (attribute.type.kind) {
    case Kind::boolean:
      attribute.default_value = false;
      break;
    case Kind::integer:
      attribute.default_value =
          std::clamp<std::int64_t>(0, attribute.type.low, attribute.type.high);
      break;
    default:
      // The first value as written: the order of one-of is the author's.
      attribute.default_value =
          attribute.type.domain ? Constant(form.items[2].items[1].text) : Constant(std::string());
      break;
  }
  std::vector<std::string_view> seen;
  for (std::size_t i = 3; i < form.items.size(); ++i) {
    const Datum& clause = form.items[i];
    const std::string_view head = clause.head();
    if ((head != "default" && head != "doc") || clause.items.size() != 2) {
      report(clause.span, "syntax", "expected (default V) or (doc \"…\")");
      continue;
    }
    if (std::find(seen.begin(), seen.end(), head) != seen.end()) {
      report(clause.span, "duplicate-clause", "a second " + std::string(head) + " clause");
    }
    seen.push_back(head);
    if (head == "default") {
      read_default(clause.items[1], attribute);
    } else if (clause.items[1].is_string()) {
      attribute.doc = clause.items[1].text;
    } else {
      report(clause.items[1].span, "syntax", "expected a text in quotes");
    }
  }
  if (!free) return;
  const auto index = static_cast<std::uint32_t>(set_.attributes.size());
  set_.attributes.push_back(std::move(attribute));
  attribute_used_.push_back(false);
  fields_.emplace(form.items[1].text, first_attribute + index);
}

void Checker::collect_field(const Datum& form) {
  Type type;
  if (form.items.size() != 3 || !form.items[1].is_symbol() ||
      (form.items[1].text != "site" && form.items[1].text != "region")) {
    report(form.span, "syntax", "expected (field site (one-of …)) or (field region (one-of …))",
           "only the server's own fields can be closed");
    return;
  }
  if (!read_type(form.items[2], type)) return;
  if (!type.domain) {
    report(form.items[2].span, "type-mismatch", "a field is closed with (one-of \"a\" \"b\" …)");
    return;
  }
  ClosedField closed;
  closed.field = form.items[1].text == "site" ? field_site : field_region;
  closed.values = *type.domain;
  closed.span = form.span;
  for (const ClosedField& other : set_.closed_fields) {
    if (other.field != closed.field) continue;
    report(form.items[1].span, "duplicate-name",
           "the field '" + form.items[1].text + "' is already closed");
    diagnostics_.back().related.push_back({"", "closed here", other.span});
    return;
  }
  set_.closed_fields.push_back(std::move(closed));
}

void Checker::collect_pools(const Datum& form) {
  set_.pools_span = form.span;
  for (std::size_t i = 1; i < form.items.size(); ++i) {
    if (form.items[i].is_symbol()) {
      set_.pools.push_back(form.items[i].text);
    } else {
      report(form.items[i].span, "syntax", "expected the name of a defined list of addresses");
    }
  }
}

void Checker::collect_total(const Datum& form) {
  set_.total_span = form.span;
  if (form.items.size() == 2 &&
      (form.items[1].is_symbol("true") || form.items[1].is_symbol("false"))) {
    set_.total = form.items[1].is_symbol("true");
  } else {
    report(form.span, "syntax", "expected (total true) or (total false)");
  }
}

// ---- definitions

void Checker::collect_define(const Datum& form) {
  const bool shape =
      form.items.size() == 3 && (form.items[1].is_symbol() || !form.items[1].head().empty());
  if (!shape) {
    report(form.span, "syntax", "expected (define NAME EXPR) or (define (NAME ARG…) EXPR)");
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
    for (const Datum& item : datum.items) references(item, bound, out);
  }
  bound.resize(before);
}

/// What no program uses is checked too: values on their own, functions for recursion and names.
void Checker::check_definitions() {
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
        target->second->active = true;  // uses stay silent
      } else if (state[reference.text] == 0) {
        stack.emplace_back(target->second->name, 0);
      }
    }
  }
}

// ---- programs

void Checker::check_config(const Datum& clause, Program& program, std::deque<Scope>& scopes) {
  const bool shape = clause.items.size() == 2 && clause.items[1].is_list();
  if (!shape) {
    report(clause.span, "syntax", "expected (config ([NAME EXPR]…))");
    return;
  }
  program.config.reserve(clause.items[1].items.size());
  for (const Datum& binding : clause.items[1].items) {
    if (!binding.is_list() || binding.items.size() != 2 || !binding.items[0].is_symbol()) {
      report(binding.span, "syntax", "expected a binding [NAME EXPR]");
      continue;
    }
    const Datum& name = binding.items[0];
    const auto taken = names_.find(name.text);
    const auto field = fields_.find(name.text);
    if (taken != names_.end() || field != fields_.end() || name.text == "true" ||
        name.text == "false" || name.text == "else") {
      report(name.span, "shadowed-name",
             "the config name '" + name.text + "' is already the name of " +
                 (taken == names_.end() ? (field != fields_.end() ? "a field" : "a word")
                                        : "something else in this set"),
             "choose another name");
      if (taken != names_.end()) {
        diagnostics_.back().related.push_back({name.text, "named here", taken->second});
      }
    } else if (std::any_of(program.config.begin(), program.config.end(),
                           [&](const Binding& b) { return b.name == name.text; })) {
      report(name.span, "duplicate-name", "'" + name.text + "' is bound twice in this config");
    }
    const Scope* scope = scopes.empty() ? nullptr : &scopes.back();
    const Expr* value = infer(binding.items[1], {}, scope);
    if (value != nullptr && !value->is_constant()) {
      report(value->span, "not-constant", "config is constant at load, this depends on the query",
             "move it to match or response, or into a define");
      value = nullptr;
    }
    Binding& entry = program.config.emplace_back();
    entry.name = name.text;
    entry.span = name.span;
    Scope& s = scopes.emplace_back();
    s.parent = scope;
    s.name = name.text;
    s.used = &entry.used;
    if (value == nullptr) {
      s.slot = UINT32_MAX;
      continue;
    }
    entry.value = value->value;
    entry.type = value->type;
    s.constant = value;
    s.type = value->type;
  }
}

void Checker::check_response(const Datum& clause, Program& program, const Scope* scope) {
  if (clause.items.size() != 4) {
    report(clause.span, "arity",
           "'response' takes 3 arguments, found " + std::to_string(clause.items.size() - 1),
           "usage: (response IPV4-LIST IPV6-LIST TTL)");
    return;
  }
  program.ipv4 = check_list(clause.items[1], scope, Kind::ipv4);
  program.ipv6 = check_list(clause.items[2], scope, Kind::ipv6);
  program.ttl = check(clause.items[3], {Kind::ttl, Kind::nothing}, scope);
  const auto too_long = [&](const Expr* list, std::int64_t most) {
    if (list == nullptr || list->type.high <= most) return;
    report(list->span, "too-large",
           "the answer can hold " + std::to_string(list->type.high) + " addresses, a DNS message " +
               std::to_string(most),
           "use take or pick");
  };
  too_long(program.ipv4, max_ipv4_answers);
  too_long(program.ipv6, max_ipv6_answers);
}

namespace {

/// Nodes that one evaluation can visit: the dearer arm of each choice.
std::uint64_t steps_of(const Expr& e) {
  std::uint64_t total = 1;
  if (e.op == Op::if_) {
    return total + steps_of(*e.args[0]) + std::max(steps_of(*e.args[1]), steps_of(*e.args[2]));
  }
  for (const Expr* arg : e.args) total += steps_of(*arg);
  return total;
}

}  // namespace

void Checker::check_program(const Datum& form) {
  if (form.items.size() < 2 || !form.items[1].is_symbol()) return;  // reported when collected
  Program program;
  program.name = form.items[1].text;
  program.span = form.span;
  program.name_span = form.items[1].span;
  program_ = program.name;
  live_slots_ = max_slots_ = storage_ = texts_ = 0;
  nodes_at_start_ = arena_->size();
  too_large_ = false;
  std::unordered_map<std::string_view, const Datum*> clauses;
  for (std::size_t i = 2; i < form.items.size(); ++i) {
    const Datum& clause = form.items[i];
    const std::string head(clause.head());
    if (std::find(program_clauses.begin(), program_clauses.end(), head) == program_clauses.end()) {
      const std::string near = did_you_mean(head, program_clauses);
      report(clause.is_list() && !clause.items.empty() ? clause.items[0].span : clause.span,
             "unknown-name", head.empty() ? "expected a clause" : "unknown clause '" + head + "'",
             near.empty() ? "clauses are doc, exclusive, config, match and response"
                          : "did you mean '" + near + "'?");
    } else if (!clauses.emplace(clause.items[0].text, &clause).second) {
      report(clause.span, "duplicate-clause", "a second " + head + " clause");
      diagnostics_.back().related.push_back({"", "the first is here", clauses[head]->span});
    }
  }
  const auto clause_of = [&](std::string_view name) -> const Datum* {
    const auto at = clauses.find(name);
    return at == clauses.end() ? nullptr : at->second;
  };
  if (const Datum* doc = clause_of("doc")) {
    if (doc->items.size() == 2 && doc->items[1].is_string()) {
      program.doc = doc->items[1].text;
    } else {
      report(doc->span, "syntax", "expected (doc \"…\")");
    }
  }
  if (const Datum* exclusive = clause_of("exclusive")) {
    if (exclusive->items.size() == 2 &&
        (exclusive->items[1].is_symbol("true") || exclusive->items[1].is_symbol("false"))) {
      program.exclusive = exclusive->items[1].is_symbol("true");
    } else {
      report(exclusive->span, "syntax", "expected (exclusive true) or (exclusive false)");
    }
  }
  std::deque<Scope> scopes;
  if (const Datum* config = clause_of("config")) check_config(*config, program, scopes);
  const Scope* scope = scopes.empty() ? nullptr : &scopes.back();
  if (const Datum* match = clause_of("match")) {
    program.match_span = match->span;
    if (match->items.size() == 2) {
      program.match = check_bool(match->items[1], scope);
    } else {
      report(match->span, "arity",
             "'match' takes 1 argument, found " + std::to_string(match->items.size() - 1),
             "join conditions with and");
    }
  } else {
    report(program.name_span, "missing-clause",
           "program '" + program.name + "' has no match clause",
           "add (match TEST); (match true) matches every query");
  }
  if (const Datum* response = clause_of("response")) {
    program.response_span = response->span;
    check_response(*response, program, scope);
  } else {
    report(program.name_span, "missing-clause",
           "program '" + program.name + "' has no response clause",
           "add (response IPV4-LIST IPV6-LIST TTL)");
  }
  program.slots = max_slots_;
  program.storage = storage_;
  program.texts = texts_;
  if (program.match != nullptr && program.ipv4 != nullptr && program.ipv6 != nullptr &&
      program.ttl != nullptr) {
    program.match_steps = steps_of(*program.match);
    program.steps = program.match_steps + steps_of(*program.ttl) +
                    std::max(steps_of(*program.ipv4), steps_of(*program.ipv6));
  }
  set_.slots = std::max(set_.slots, max_slots_);
  set_.storage = std::max(set_.storage, storage_);
  set_.texts = std::max(set_.texts, texts_);
  program_.clear();
  set_.programs.push_back(std::move(program));
}

void Checker::check_invariant(const Datum& form) {
  if (form.items.size() != 3 || !form.items[1].is_symbol()) {
    report(form.span, "syntax", "expected (invariant NAME EXPR)");
    return;
  }
  if (!claim_name(form.items[1], "invariant")) return;
  Invariant invariant;
  invariant.name = form.items[1].text;
  invariant.span = form.span;
  invariant.name_span = form.items[1].span;
  live_slots_ = max_slots_ = storage_ = texts_ = 0;
  nodes_at_start_ = arena_->size();
  too_large_ = false;
  in_invariant_ = true;
  invariant.condition = check_bool(form.items[2], nullptr);
  in_invariant_ = false;
  set_.slots = std::max(set_.slots, max_slots_);
  set_.storage = std::max(set_.storage, storage_);
  set_.texts = std::max(set_.texts, texts_);
  set_.invariants.push_back(std::move(invariant));
}

// ---- the set

void Checker::warn_unused(Diagnostics& warnings) {
  const auto warn = [&](Span span, const std::string& what, const std::string& name,
                        const std::string& program) {
    Diagnostic d = error_at(span, "unused", what + " '" + name + "' is never used", "remove it");
    d.severity = Severity::warning;
    d.program = program;
    warnings.push_back(std::move(d));
  };
  for (std::size_t i = 0; i < set_.attributes.size(); ++i) {
    if (!attribute_used_[i]) {
      warn(set_.attributes[i].span, "attribute", set_.attributes[i].name, "");
    }
  }
  for (const Definition& d : definitions_) {
    if (!d.used) warn(d.name_span, "definition", d.name, "");
  }
  for (const Program& p : set_.programs) {
    for (const Binding& b : p.config) {
      if (!b.used) warn(b.span, "config name", b.name, p.name);
    }
  }
}

Set Checker::finish(Diagnostics& warnings) {
  check_definitions();
  for (const Datum* form : programs_) check_program(*form);
  for (const Datum* form : invariants_) check_invariant(*form);
  nodes_at_start_ = arena_->size();
  too_large_ = false;
  for (const std::string& pool : set_.pools) {
    const auto found = definition_by_name_.find(pool);
    if (found == definition_by_name_.end() || found->second->is_function) {
      report(set_.pools_span, "unknown-name", "'" + pool + "' is not a defined list of addresses");
    }
  }
  for (Definition& d : definitions_) {
    const bool used = d.used;
    const std::size_t errors = diagnostics_.size();
    if (d.is_function) {
      std::vector<std::string_view> bound;
      std::vector<const Datum*> free;
      for (const Datum* parameter : d.parameters) bound.push_back(parameter->text);
      if (!used) references(*d.body, bound, free);
      for (const Datum* symbol : free) {
        const bool known = fields_.count(symbol->text) != 0 ||
                           definition_by_name_.count(symbol->text) != 0 ||
                           find_form(symbol->text) != nullptr || symbol->text == "true" ||
                           symbol->text == "false" || symbol->text == "else";
        if (!known) unknown_name(*symbol, nullptr);
      }
      continue;
    }
    if (d.active) continue;
    const bool pool = std::find(set_.pools.begin(), set_.pools.end(), d.name) != set_.pools.end();
    const Want want = pool ? Want{Kind::list, Kind::address} : Want{};
    const Expr* value = used && !pool ? nullptr : coerce(put_in(d, d.name_span, want), want);
    if (value == nullptr && used) value = put_in(d, d.name_span, {});
    if (diagnostics_.size() == errors && value != nullptr && value->is_constant()) {
      set_.definitions.push_back({d.name, value->value, value->type, d.name_span, used});
    } else if (pool && value != nullptr) {
      report(d.name_span, "not-constant", "the pool '" + d.name + "' must be constant");
    }
    d.used = used || pool;
  }
  set_.arena = arena_;
  if (!has_errors(diagnostics_)) warn_unused(warnings);
  return std::move(set_);
}

Result<Set> check_set(const std::vector<SetFile>& files, const SourceMap& sources,
                      Diagnostics& warnings) {
  Diagnostics diagnostics;
  std::deque<std::vector<Datum>> data;
  Checker checker(sources, diagnostics);
  for (const SetFile& file : files) {
    data.push_back(read_data(sources, file.file, diagnostics));
    checker.collect(data.back());
  }
  Set set = checker.finish(warnings);
  if (!diagnostics.empty()) {
    std::stable_sort(diagnostics.begin(), diagnostics.end(),
                     [](const Diagnostic& a, const Diagnostic& b) {
                       return std::make_pair(a.span.file, a.span.begin) <
                              std::make_pair(b.span.file, b.span.begin);
                     });
    return diagnostics;
  }
  return set;
}

}  // namespace lapis::lang
