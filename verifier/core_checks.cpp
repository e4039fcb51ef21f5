// unsatisfiable, unreachable and conflict.
#include <algorithm>

#include "answers.h"
#include "checks.h"

namespace lapis::verify {
namespace {

constexpr std::size_t most_conflicts = 100'000;

Diagnostic unsatisfiable(const Run& run, std::uint32_t i) {
  const lang::Program& p = run.program(i);
  Diagnostic d = run.finding("unsatisfiable", Severity::error, i,
                             "no query matches program '" + p.name + "'", p.name_span);
  d.help = "its conditions exclude one another; repair the match or drop the program";
  return d;
}

std::string names(const Run& run, const std::vector<std::uint32_t>& programs) {
  std::string out;
  constexpr std::size_t shown = 5;
  for (std::size_t k = 0; k < programs.size() && k < shown; ++k) {
    if (k > 0) out += k + 1 == programs.size() ? " and " : ", ";
    out += "'" + run.program(programs[k]).name + "'";
  }
  if (programs.size() > shown) {
    out += " and " + std::to_string(programs.size() - shown) + " more";
  }
  return out;
}

/// Does any query meet the match of program `i`?
Question match_question(const Run& run, Finder& finder, std::uint32_t i) {
  const ProgramModel& item = run.model.items()[i];
  Question match;
  match.formulas = {item.match};
  match.cover = &item.cover;
  match.holds = [&finder, i](const lang::QueryFields& q) { return finder.matches(i, q); };
  match.name = "satisfiable: " + run.program(i).name;
  return match;
}

/// Does any query meet it and the match of no earlier one?
Question reach_question(const Run& run, Finder& finder, std::uint32_t i) {
  Question reach = match_question(run, finder, i);
  reach.excluded = run.model.items()[i].earlier;
  reach.name = "reachable: " + run.program(i).name;
  return reach;
}

/// unsatisfiable and unreachable, for one program.
void check_program(Run& run, Finder& finder, std::uint32_t i) {
  const ProgramModel& item = run.model.items()[i];
  const lang::Program& p = run.program(i);
  const Question match = match_question(run, finder, i);
  Question reach = reach_question(run, finder, i);
  reach.quiet = Question::Quiet::query;
  // A query that reaches the program also shows that it can match.
  Found reached = finder.find(reach);
  if (reached.found()) {
    run.satisfiable[i] = run.reachable[i] = 1;
    if (!reached.kept) run.reached_by[i] = std::move(reached.query);
    return;
  }
  const Found matched = item.earlier.empty() && reached.none() ? reached : finder.find(match);
  if (matched.none()) {
    run.add({i, 0, 0, unsatisfiable(run, i)});
    return;
  }
  if (!matched.found()) {
    run.undecided(match.name, matched.reason);
    return;
  }
  run.satisfiable[i] = 1;
  if (!reached.none()) {
    run.undecided(reach.name, reached.reason);
    return;
  }
  const auto by = reached.by_cubes
                      ? finder.minimal_cover(item.cover, std::move(reached.by))
                      : finder.minimal_by_solver(item.match, std::move(reached.by), reach.name);
  Diagnostic d = run.finding("unreachable", Severity::error, i,
                             "program '" + p.name +
                                 "' is never reached: every query it matches is "
                                 "taken by " +
                                 names(run, by),
                             p.name_span);
  d.help = "move it up, narrow the earlier programs, or drop it";
  for (std::uint32_t j : by) {
    d.related.push_back(
        {run.program(j).name, "takes queries of '" + p.name + "'", run.program(j).name_span});
  }
  d.witness = matched.query.witness(run.model.set());
  run.add({i, 1, 0, std::move(d)});
}

/// A query that both programs match.
Found common_query(Run& run, Finder& finder, std::uint32_t i, std::uint32_t j) {
  const Cover both = common_cubes(run.model, {j, i}, most_common_cubes);
  Question question = common_question(run, finder, i, j, both, "conflict");
  question.quiet = Question::Quiet::none;
  return finder.find(question);
}

}  // namespace

Question common_question(const Run& run, Finder& finder, std::uint32_t earlier, std::uint32_t later,
                         const Cover& common, const std::string& what) {
  Question question;
  question.formulas = {run.model.items()[earlier].match, run.model.items()[later].match};
  question.cover = &common;
  question.holds = [&finder, earlier, later](const lang::QueryFields& q) {
    return finder.matches(earlier, q) && finder.matches(later, q);
  };
  question.name = what + ": " + run.program(earlier).name + ", " + run.program(later).name;
  return question;
}

void Run::find_reaching() {
  for_each(model.items().size(), [&](std::size_t k, Finder& finder) {
    const auto i = static_cast<std::uint32_t>(k);
    if (reachable[i] == 0 || reached_by[i]) return;
    const Question reach = reach_question(*this, finder, i);
    Found found = finder.find(reach);
    if (found.found()) {
      reached_by[i] = std::move(found.query);
    } else {
      undecided(reach.name, "kept as reachable, but not found to be so again");
    }
  });
}

void check_core(Run& run) {
  const std::size_t n = run.model.items().size();
  run.for_each(n, [&](std::size_t i, Finder& finder) {
    check_program(run, finder, static_cast<std::uint32_t>(i));
  });
  std::atomic<std::size_t> conflicts{0};
  run.for_each(n, [&](std::size_t k, Finder& finder) {
    const auto j = static_cast<std::uint32_t>(k);
    if (!run.program(j).exclusive || run.satisfiable[j] == 0) return;
    for (std::uint32_t i : run.model.items()[j].earlier) {
      if (!run.program(i).exclusive || run.satisfiable[i] == 0) continue;
      const Found found = common_query(run, finder, i, j);
      if (found.none()) continue;
      const std::string& first = run.program(i).name;
      const std::string& second = run.program(j).name;
      if (!found.found()) {
        run.undecided("conflict: " + first + ", " + second, found.reason);
        continue;
      }
      if (++conflicts > most_conflicts) continue;
      Diagnostic d = run.finding(
          "conflict", Severity::error, i,
          "exclusive programs '" + first + "' and '" + second + "' match the same query",
          run.program(i).name_span);
      d.help = "make the matches disjoint, or write (exclusive false) on the one meant to overlap";
      d.related.push_back({second, "matches it too", run.program(j).name_span});
      d.witness = found.query.witness(run.model.set());
      run.add({i, 2, j, std::move(d)});
    }
  });
  if (conflicts > most_conflicts) {
    Diagnostic d;
    d.rule = "conflict";
    d.severity = Severity::note;
    d.message = std::to_string(conflicts - most_conflicts) + " more conflicts are not listed";
    run.add({static_cast<std::uint32_t>(n), 2, 0, std::move(d)});
  }
}

}  // namespace lapis::verify
