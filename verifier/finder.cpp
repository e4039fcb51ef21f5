#include "finder.h"

#include <algorithm>

#include "ground.h"

namespace lapis::verify {
namespace {

/// Keys tried for a witness before the solver is asked; enough for a bucket of one in a thousand.
constexpr std::uint64_t few_tries = std::uint64_t{1} << 15;
/// Cubes looked at by one subtraction before the solver is asked.
constexpr std::int64_t subtraction_budget = 4'000'000;
constexpr std::size_t sampled_cubes = 8;

}  // namespace

Finder::Finder(const Model& model, const Realiser& realiser, SolverLimits& limits,
               FinderStats& stats)
    : model_(model),
      realiser_(realiser),
      stats_(stats),
      limits_(limits),
      solver_(model.space(), realiser, limits),
      subtraction_(model.space()) {
  memory_.prepare(model.set());
}

bool Finder::matches(std::size_t program, const lang::QueryFields& query) {
  lang::Interpreter interpreter(query, memory_);
  return interpreter.evaluate(*model_.set().programs[program].match);
}

std::uint32_t Finder::first_of(std::span<const std::uint32_t> programs,
                               const lang::QueryFields& query) {
  lang::Interpreter interpreter(query, memory_);
  for (std::uint32_t program : programs) {
    if (interpreter.evaluate(*model_.set().programs[program].match)) return program;
  }
  return UINT32_MAX;
}

bool Finder::accepted(const Question& question, const ConcreteQuery& query) {
  const lang::QueryFields fields = query.fields();
  stats_.replayed.fetch_add(1, std::memory_order_relaxed);
  bool holds = true;
  if (question.holds) {
    holds = question.holds(fields);
  } else {
    const Ground ground(model_.terms(), query);
    for (Bool formula : question.formulas) holds = holds && ground.evaluate(formula);
  }
  return holds && first_of(question.excluded, fields) == UINT32_MAX;
}

ContentKey key_of(const Model& model, std::span<const Bool> formulas,
                  std::span<const std::uint32_t> excluded, Question::Quiet quiet) {
  std::vector<ContentKey> required;
  std::vector<ContentKey> without;
  for (Bool formula : formulas) required.push_back(model.keys()->of(formula));
  for (std::uint32_t i : excluded) without.push_back(model.keys()->of(model.items()[i].match));
  return question_key(static_cast<std::uint64_t>(quiet), std::move(required), std::move(without));
}

Found Finder::find(const Question& question) {
  if (stats_.cache == nullptr || question.quiet == Question::Quiet::neither) {
    return search(question);
  }
  Found out;
  const ContentKey key = key_of(model_, question.formulas, question.excluded, question.quiet);
  const auto quiet =
      question.quiet == Question::Quiet::none ? Found::Kind::none : Found::Kind::query;
  if (stats_.cache->holds(key)) {
    stats_.settled_by_cache.fetch_add(1, std::memory_order_relaxed);
    out.kind = quiet;
    out.kept = true;
    return out;
  }
  out = search(question);
  if (out.kind == quiet && defect_.empty()) stats_.cache->add(key);
  return out;
}

Found Finder::search(const Question& question) {
  Found out;
  if (std::find(question.formulas.begin(), question.formulas.end(), bool_false) !=
      question.formulas.end()) {
    out.kind = Found::Kind::none;
    out.by_cubes = true;
    return out;
  }
  Cover own;
  if (question.cover == nullptr) own = model_.space().cover(question.formulas[0]);
  const Cover& cover = question.cover != nullptr ? *question.cover : own;
  if (cover.cubes.empty()) {
    // Cubes contain the formula, exact or not.
    out.kind = Found::Kind::none;
    out.by_cubes = true;
    stats_.settled_without_solver.fetch_add(1, std::memory_order_relaxed);
    return out;
  }
  std::size_t impossible = 0;
  for (std::size_t i = 0; i < cover.cubes.size(); ++i) {
    // Further ones only to prove that none has a query.
    if (i >= sampled_cubes && impossible < i) break;
    const Realiser::Outcome outcome = realiser_.realise(cover.cubes[i], few_tries, out.query);
    if (outcome == Realiser::Outcome::impossible) ++impossible;
    if (outcome == Realiser::Outcome::found && accepted(question, out.query)) {
      out.kind = Found::Kind::query;
      stats_.settled_without_solver.fetch_add(1, std::memory_order_relaxed);
      return out;
    }
  }
  if (cover.whole && impossible == cover.cubes.size()) {
    // The patterns, labels and keys that it asks for exclude each other.
    out.kind = Found::Kind::none;
    out.by_cubes = true;
    stats_.settled_without_solver.fetch_add(1, std::memory_order_relaxed);
    return out;
  }
  if (subtract(question, cover, out)) {
    stats_.settled_without_solver.fetch_add(1, std::memory_order_relaxed);
    return out;
  }
  return ask_solver(question);
}

bool Finder::subtract(const Question& question, const Cover& cover, Found& out) {
  std::vector<const Cube*> others;
  for (std::uint32_t program : question.excluded) {
    const Cover& taken = model_.items()[program].cover;
    if (!taken.exact) continue;
    for (const Cube& cube : taken.cubes) others.push_back(&cube);
  }
  std::int64_t budget = subtraction_budget;
  bool all_covered = !others.empty();
  for (const Cube& cube : cover.cubes) {
    Cube rest;
    const Covered covered = subtraction_.covered(cube, others, rest, budget);
    if (covered == Covered::yes) continue;
    all_covered = false;
    if (covered == Covered::undecided) break;
    if (realiser_.realise(rest, few_tries, out.query) == Realiser::Outcome::found &&
        accepted(question, out.query)) {
      out.kind = Found::Kind::query;
      return true;
    }
  }
  if (!all_covered) return false;
  out.kind = Found::Kind::none;
  out.by_cubes = true;
  for (std::uint32_t program : question.excluded) {
    const Cover& taken = model_.items()[program].cover;
    if (!taken.exact) continue;
    const bool touches = std::any_of(taken.cubes.begin(), taken.cubes.end(), [&](const Cube& t) {
      return std::any_of(cover.cubes.begin(), cover.cubes.end(),
                         [&](const Cube& c) { return c.touches(t); });
    });
    if (touches) out.by.push_back(program);
  }
  return true;
}

Found Finder::ask_solver(const Question& question) {
  std::vector<Bool> optional;
  for (std::uint32_t program : question.excluded) {
    // Built before the space: asking for it again only finds it.
    optional.push_back(model_.items()[program].match);
  }
  using Quiet = Question::Quiet;
  SolverAnswer answer =
      solver_.check(question.formulas, optional, question.name, question.quiet == Quiet::neither);
  const bool reported = (question.quiet == Quiet::none && answer.satisfiable()) ||
                        (question.quiet == Quiet::query && answer.unsatisfiable());
  if (reported) {
    SolverAnswer again = solver_.check(question.formulas, optional, question.name, true);
    if (!again.undecided()) answer = std::move(again);
  }
  Found out;
  if (answer.undecided()) {
    out.reason = answer.reason;
    return out;
  }
  if (answer.unsatisfiable()) {
    out.kind = Found::Kind::none;
    for (std::size_t i : answer.core) out.by.push_back(question.excluded[i]);
    return out;
  }
  out.query = answer.query;
  out.kind = Found::Kind::query;
  if (!accepted(question, out.query)) {
    defect_ = "the witness of '" + question.name +
              "' does not replay: " + dns::to_text(out.query.qname) + " from " +
              out.query.client.to_string();
  }
  return out;
}

std::vector<std::uint32_t> Finder::minimal_cover(const Cover& cover,
                                                 std::vector<std::uint32_t> by) {
  // One program that does it alone says most.
  auto cubes_of = [&](const std::vector<std::uint32_t>& programs, std::uint32_t but) {
    std::vector<const Cube*> cubes;
    for (std::uint32_t program : programs) {
      if (program == but) continue;
      for (const Cube& cube : model_.items()[program].cover.cubes) cubes.push_back(&cube);
    }
    return cubes;
  };
  for (std::uint32_t program : by) {
    const auto cubes = cubes_of({program}, UINT32_MAX);
    Cube rest;
    std::int64_t budget = 10'000;
    const bool alone = std::all_of(cover.cubes.begin(), cover.cubes.end(), [&](const Cube& cube) {
      return subtraction_.covered(cube, cubes, rest, budget) == Covered::yes;
    });
    if (alone) return {program};
  }
  // A program is needed when the others leave some of what it takes.
  for (std::size_t i = by.size(); i-- > 0;) {
    const auto others = cubes_of(by, by[i]);
    bool needed = false;
    std::int64_t budget = subtraction_budget;
    for (const Cube& cube : cover.cubes) {
      for (const Cube& taken : model_.items()[by[i]].cover.cubes) {
        Cube part;
        Cube rest;
        if (needed || !cube.intersect(taken, part)) continue;
        needed = subtraction_.covered(part, others, rest, budget) != Covered::yes;
      }
    }
    if (!needed) by.erase(by.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return by;
}

std::vector<std::uint32_t> Finder::minimal_by_solver(Bool formula, std::vector<std::uint32_t> by,
                                                     const std::string& name) {
  constexpr std::size_t most = 200;
  for (std::size_t i = by.size(); i-- > 0 && by.size() <= most;) {
    std::vector<std::uint32_t> fewer = by;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    std::vector<Bool> optional;
    for (std::uint32_t program : fewer) optional.push_back(model_.items()[program].match);
    const SolverAnswer answer = solver_.check({formula}, optional, name, true);
    if (!answer.unsatisfiable()) continue;
    by.clear();
    for (std::size_t k : answer.core) by.push_back(fewer[k]);
    i = std::min(i, by.size());
  }
  return by;
}

}  // namespace lapis::verify
