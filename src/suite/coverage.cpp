#include "lapis/suite/coverage.h"

#include <algorithm>

#include "goal_condition.h"

namespace lapis::suite {

using lang::Expr;
using lang::Op;

const char* to_string(Goal::Kind kind) {
  switch (kind) {
    case Goal::Kind::program:
      return "program";
    case Goal::Kind::condition:
      return "condition";
    case Goal::Kind::branch:
      return "branch";
  }
  return "program";
}

Coverage::Coverage(const program::ProgramSet& set) : set_(set) {
  for (std::uint32_t i = 0; i < set.programs().size(); ++i) {
    const lang::Program& program = set.programs()[i];
    want({Goal::Kind::program, i, nullptr, nullptr, true, false});
    const Expr& match = *program.match;
    if (!match.is_constant() && !is_connective(match.op)) {
      for (const bool side : {true, false}) {
        want({Goal::Kind::condition, i, &match, &match, side, false});
      }
    }
    collect_conditions(i, match, match);
    for (const Expr* part : {program.match, program.ipv4, program.ipv6, program.ttl}) {
      collect_branches(i, *part, *part);
    }
  }
}

void Coverage::want(Goal goal) {
  const Key key{goal.program, goal.expr, goal.side, goal.kind};
  if (index_.emplace(key, goals_.size()).second) goals_.push_back(goal);
}

void Coverage::cover(const Key& key) {
  const auto at = index_.find(key);
  if (at != index_.end()) goals_[at->second].covered = true;
}

void Coverage::collect_conditions(std::uint32_t program, const Expr& e, const Expr& within) {
  for (const Expr* part : e.args) {
    if (is_connective(e.op) && !part->is_constant() && !is_connective(part->op)) {
      for (const bool side : {true, false}) {
        want({Goal::Kind::condition, program, part, &within, side, false});
      }
    }
    collect_conditions(program, *part, within);
  }
}

void Coverage::collect_branches(std::uint32_t program, const Expr& e, const Expr& within) {
  if (e.op == Op::if_ && !e.args[0]->is_constant()) {
    for (const bool side : {true, false}) {
      want({Goal::Kind::branch, program, e.args[0], &within, side, false});
    }
  }
  for (const Expr* part : e.args) collect_branches(program, *part, within);
}

void Coverage::visit(std::uint32_t program, const lang::Observation& seen) {
  if (seen.expr == nullptr) return;
  if (const bool* value = std::get_if<bool>(&seen.value)) {
    // A node is looked up as what it was collected as; most are neither.
    cover({program, seen.expr, *value, Goal::Kind::condition});
    cover({program, seen.expr, *value, Goal::Kind::branch});
  }
  for (const lang::Observation& part : seen.parts) visit(program, part);
}

void Coverage::add(const program::Trace& trace) {
  for (const program::TracedProgram& tried : trace.tried) {
    visit(static_cast<std::uint32_t>(tried.program), tried.match);
  }
  if (trace.program < 0) return;
  const auto program = static_cast<std::uint32_t>(trace.program);
  cover({program, nullptr, true, Goal::Kind::program});
  for (const lang::Observation* part : {&trace.ipv4, &trace.ipv6, &trace.ttl}) {
    visit(program, *part);
  }
}

template <class Counts>
Coverage::Count Coverage::count_if(Counts counts) const {
  Count out;
  for (const Goal& goal : goals_) {
    if (goal.impossible || !counts(goal)) continue;
    ++out.all;
    out.covered += goal.covered ? 1U : 0U;
  }
  return out;
}

Coverage::Count Coverage::count(Goal::Kind kind) const {
  return count_if([kind](const Goal& goal) { return goal.kind == kind; });
}

Coverage::Count Coverage::count() const {
  return count_if([](const Goal&) { return true; });
}

std::size_t Coverage::impossible() const {
  return static_cast<std::size_t>(std::count_if(goals_.begin(), goals_.end(),
                                                [](const Goal& goal) { return goal.impossible; }));
}

double Coverage::percent(Count count) {
  if (count.all == 0) return 100;
  return 100.0 * static_cast<double>(count.covered) / static_cast<double>(count.all);
}

std::string Coverage::describe(const Goal& goal, const SourceMap& sources) const {
  const std::string& name = set_.programs()[goal.program].name;
  if (goal.kind == Goal::Kind::program) return "program '" + name + "' answers";
  std::string text = lang::to_string(*goal.expr);
  if (goal.expr->span.known()) {
    const std::string_view source = sources.slice(goal.expr->span);
    if (source.find('\n') == std::string_view::npos) text = source;
  }
  constexpr std::size_t longest = 100;
  if (text.size() > longest) {
    std::size_t end = longest;
    while ((static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    text = text.substr(0, end) + "…";
  }
  return "'" + text + "' in program '" + name + "' is " + (goal.side ? "true" : "false");
}

Span Coverage::place(const Goal& goal) const {
  return goal.expr != nullptr ? goal.expr->span : set_.programs()[goal.program].name_span;
}

}  // namespace lapis::suite
