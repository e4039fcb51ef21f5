// answer-differs and ttl-spread: programs whose answers depend on their order or lie far apart.
#include <algorithm>

#include "answers.h"
#include "checks.h"

namespace lapis::verify {
namespace {

/// What is known of one later program.
struct Differing {
  std::vector<std::uint32_t> earlier;
  std::optional<ConcreteQuery> witness;
};

void report_differences(Run& run, const std::vector<Differing>& differing) {
  for (std::uint32_t j = 0; j < differing.size(); ++j) {
    const Differing& d = differing[j];
    if (d.earlier.empty()) continue;
    constexpr std::size_t named = 5;
    const std::string& name = run.program(j).name;
    std::string who = "'" + run.program(d.earlier[0]).name + "'";
    if (d.earlier.size() > 1) {
      who += " and " + std::to_string(d.earlier.size() - 1) + " more earlier program" +
             (d.earlier.size() > 2 ? "s" : "");
    }
    Diagnostic finding = run.finding("answer-differs", Severity::warning, j,
                                     "only the order decides between program '" + name + "' and " +
                                         who + ", which answer a common query differently",
                                     run.program(j).name_span);
    for (std::size_t k = 0; k < d.earlier.size() && k < named; ++k) {
      finding.related.push_back({run.program(d.earlier[k]).name, "answers it differently",
                                 run.program(d.earlier[k]).name_span});
    }
    if (d.witness) finding.witness = d.witness->witness(run.model.set());
    run.add({j, 11, 0, std::move(finding)});
  }
}

void check_differences(Run& run) {
  Model& model = run.model;
  const std::size_t n = model.items().size();
  std::vector<Answered> fixed(n);
  run.for_each(n, [&](std::size_t i, Finder&) { fixed[i] = fixed_answer(model, i); });
  std::vector<Differing> differing(n);
  std::vector<std::vector<ProgramPair>> open(n);
  run.for_each(n, [&](std::size_t k, Finder& finder) {
    const auto j = static_cast<std::uint32_t>(k);
    if (run.satisfiable[j] == 0) return;
    for (std::uint32_t i : model.items()[j].earlier) {
      if (run.satisfiable[i] == 0) continue;
      if (run.program(i).exclusive && run.program(j).exclusive) continue;  // a conflict
      const bool both_fixed = fixed[i].constant && fixed[j].constant;
      if (both_fixed && !differs(fixed[i], fixed[j])) continue;
      const bool surely_common = model.items()[i].plain && model.items()[j].plain;
      if (both_fixed && surely_common && differing[j].witness) {
        differing[j].earlier.push_back(i);
        continue;
      }
      const Cover common = common_cubes(model, {j, i}, most_common_cubes);
      Question question = common_question(run, finder, i, j, common, "answer-differs");
      question.quiet = Question::Quiet::none;
      const Found found = finder.find(question);
      if (found.none()) continue;
      if (!found.found()) {
        run.undecided(question.name, found.reason);
        continue;
      }
      const lang::QueryFields q = found.query.fields();
      if (differs(evaluated(run.program(i), q, finder.memory()),
                  evaluated(run.program(j), q, finder.memory()))) {
        differing[j].earlier.push_back(i);
        if (!differing[j].witness) differing[j].witness = found.query;
      } else {
        open[j].push_back({j, i});
      }
    }
  });
  // Pairs that answer one common query alike may still answer another differently.
  std::vector<ProgramPair> pairs;
  for (const auto& list : open) pairs.insert(pairs.end(), list.begin(), list.end());
  if (!pairs.empty()) {
    std::vector<Bool> formulas;
    for (const ProgramPair& pair : pairs) formulas.push_back(differ_formula(model, pair));
    model.finish(formulas, run.compared);
    std::vector<char> found_by_pair(pairs.size());
    std::vector<ConcreteQuery> witnesses(pairs.size());
    run.for_each(pairs.size(), [&](std::size_t k, Finder& finder) {
      const ProgramPair& pair = pairs[k];
      if (formulas[k] == bool_false) return;
      const Cover common = common_cubes(model, pair, SIZE_MAX);
      Question question =
          common_question(run, finder, pair.earlier, pair.later, common, "answer-differs");
      question.quiet = Question::Quiet::none;
      question.formulas.push_back(formulas[k]);
      question.holds = [&, both = std::move(question.holds)](const lang::QueryFields& q) {
        return both(q) && differs(evaluated(run.program(pair.earlier), q, finder.memory()),
                                  evaluated(run.program(pair.later), q, finder.memory()));
      };
      const Found found = finder.find(question);
      if (found.found()) {
        found_by_pair[k] = 1;
        witnesses[k] = found.query;
      } else if (!found.none()) {
        run.undecided(question.name, found.reason);
      }
    });
    for (std::size_t k = 0; k < pairs.size(); ++k) {
      if (found_by_pair[k] == 0) continue;
      Differing& d = differing[pairs[k].later];
      d.earlier.push_back(pairs[k].earlier);
      std::sort(d.earlier.begin(), d.earlier.end());
      if (!d.witness) d.witness = witnesses[k];
    }
  }
  report_differences(run, differing);
}

/// TTLs that lie further apart than this factor are reported.
constexpr std::int64_t ttl_factor = 100;

void check_spread(Run& run) {
  const Model& model = run.model;
  const std::size_t n = model.items().size();
  const Dimension names = model.space().of_field(VarKind::name, lang::field_qname);
  std::int64_t least = INT64_MAX;
  std::int64_t greatest = 0;
  auto ttl = [&](std::size_t i) { return model.terms().number_node(model.items()[i].ttl); };
  for (std::size_t i = 0; i < n; ++i) {
    if (run.reachable[i] == 0 || ttl(i).high == 0) continue;
    least = std::min(least, std::max<std::int64_t>(ttl(i).low, 1));
    greatest = std::max(greatest, ttl(i).high);
  }
  if (greatest < least || greatest / least < ttl_factor) return;
  run.find_reaching();
  run.for_each(n, [&](std::size_t k, Finder& finder) {
    const auto j = static_cast<std::uint32_t>(k);
    if (run.reachable[j] == 0 || !model.items()[j].plain || !run.reached_by[j]) return;
    for (std::uint32_t i = 0; i < j; ++i) {
      if (run.reachable[i] == 0 || !model.items()[i].plain || !run.reached_by[i]) continue;
      const auto a = ttl(i);
      const auto b = ttl(j);
      if (a.low != a.high || b.low != b.high || a.low == 0 || b.low == 0) continue;
      if (std::max(a.low, b.low) / std::min(a.low, b.low) < ttl_factor) continue;
      // One name that both answer: the query that reaches the later, seen by the earlier.
      const ConcreteQuery& reached = *run.reached_by[j];
      const ConcreteQuery& other = *run.reached_by[i];
      ConcreteQuery moved = other;
      if (names != UINT32_MAX) {
        moved.qname = reached.qname;
        moved.zone = reached.zone;
        const lang::QueryFields q = moved.fields();
        if (!finder.matches(i, q) || finder.first_of(model.items()[i].earlier, q) != UINT32_MAX) {
          continue;
        }
      }
      Diagnostic d = run.finding("ttl-spread", Severity::warning, j,
                                 "program '" + run.program(j).name + "' answers with TTL " +
                                     std::to_string(b.low) + " where '" + run.program(i).name +
                                     "' answers the same name with " + std::to_string(a.low),
                                 run.program(j).name_span);
      d.related.push_back({run.program(i).name, "answers the same name", run.program(i).name_span});
      d.witness = reached.witness(model.set());
      run.add({j, 12, 0, std::move(d)});
      return;
    }
  });
}

}  // namespace

void check_overlaps(Run& run) {
  check_spread(run);
  check_differences(run);
}

}  // namespace lapis::verify
