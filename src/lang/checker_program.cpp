// Programs and invariants: their clauses, their limits.
#include <algorithm>

#include "checker.h"

namespace lapis::lang {
namespace {

const std::vector<std::string> program_clauses = {"config", "doc", "exclusive", "match",
                                                  "response"};

/// Most addresses of a family that fit in a DNS message of 65535 octets: header, question of 259,
/// OPT of 11, and 16 or 28 octets a record with a compressed owner.
constexpr std::int64_t max_ipv4_answers = 4000;
constexpr std::int64_t max_ipv6_answers = 2300;

}  // namespace

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
    const auto taken = names_->find(name.text);
    const auto field = fields_.find(name.text);
    if (taken != names_->end() || field != fields_.end() || name.text == "true" ||
        name.text == "false" || name.text == "else") {
      report(name.span, "shadowed-name",
             "the config name '" + name.text + "' is already the name of " +
                 (taken == names_->end() ? (field != fields_.end() ? "a field" : "a word")
                                         : "something else in this set"),
             "choose another name");
      if (taken != names_->end()) also(name.text, "named here", taken->second);
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
      also("", "the first is here", clauses[head]->span);
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

}  // namespace lapis::lang
