// The verifier against brute force: every combination of classes of a small set is made a query,
// and what these queries do is all there is to know.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "lapis/verify/verify.h"
#include "made_set.h"
#include "model.h"
#include "query_classes.h"
#include "realise.h"
#include "set_case.h"

namespace lapis {
namespace {

/// What all queries of a set do, or nothing when they can't be listed by classes.
struct Behaviour {
  std::vector<bool> matched;
  std::vector<bool> reached;
  std::set<std::pair<std::string, std::string>> conflicts;
  std::uint64_t queries = 0;
};

std::optional<Behaviour> enumerate(const program::ProgramSet& set) {
  verify::Model model(set, false);
  std::uint64_t compared = 0;
  model.finish({}, compared);
  const verify::Space& space = model.space();
  for (const auto& item : model.items()) {
    if (agreement::compares(model, item.match)) return std::nullopt;
  }
  std::vector<std::vector<verify::Constraint>> choices;
  std::uint64_t product = 1;
  for (verify::Dimension d : agreement::dimensions_of(model)) {
    std::vector<verify::Constraint> of_dimension;
    for (const auto& [low, high] : space.axis(d).universe.ranges()) {
      for (verify::ClassNumber c = low; c <= high; ++c) {
        of_dimension.push_back({d, verify::ClassSet(c, c), std::nullopt, std::nullopt});
      }
    }
    product *= of_dimension.size();
    constexpr std::uint64_t most = 3000;
    if (product > most) return std::nullopt;
    choices.push_back(std::move(of_dimension));
  }
  const verify::Realiser realiser(set.definition(), space, {});
  program::Scratch scratch;
  set.prepare(scratch);
  Behaviour out;
  out.matched.resize(set.programs().size());
  out.reached.resize(set.programs().size());
  for (std::uint64_t at = 0; at < product; ++at) {
    std::vector<verify::Constraint> point;
    std::uint64_t rest = at;
    for (const auto& of_dimension : choices) {
      point.push_back(of_dimension[rest % of_dimension.size()]);
      rest /= of_dimension.size();
    }
    verify::ConcreteQuery query;
    std::vector<std::size_t> culprits;
    constexpr std::uint64_t tries = 200'000;
    const auto outcome = realiser.realise(point, tries, query, culprits);
    if (outcome == verify::Outcome::gave_up) return std::nullopt;
    if (outcome == verify::Outcome::impossible) continue;
    ++out.queries;
    const lang::QueryFields fields = query.fields();
    bool taken = false;
    std::vector<std::size_t> exclusive;
    for (std::size_t p = 0; p < set.programs().size(); ++p) {
      if (!set.matches(p, fields, scratch)) continue;
      out.matched[p] = true;
      if (!taken) out.reached[p] = true;
      taken = true;
      if (!set.programs()[p].exclusive) continue;
      for (std::size_t other : exclusive) {
        out.conflicts.emplace(set.programs()[other].name, set.programs()[p].name);
      }
      exclusive.push_back(p);
    }
  }
  return out;
}

TEST(Enumeration, VerdictsAreWhatAllQueriesDo) {
  int compared = 0;
  std::uint64_t queries = 0;
  const bool holds = rc::check("verdicts are what all queries do", [&] {
    const agreement::SetCase set_case = *agreement::set_cases({3, 2, 2, 2, 0});
    const auto checked = agreement::check_text(set_case.text);
    const bool usable = checked && !checked->set->programs().empty();
    RC_PRE(usable);
    const program::ProgramSet& set = *checked->set;
    const auto behaviour = enumerate(set);
    if (!behaviour) return;
    verify::Options options;
    options.jobs = 1;
    options.core_only = true;
    const verify::Report report = verify::verify(set, checked->sources, options);
    RC_ASSERT(report.internal_error == "");
    if (report.verdict == verify::Verdict::undecided) return;
    ++compared;
    queries += behaviour->queries;
    std::set<std::string> unsatisfiable;
    std::set<std::string> unreachable;
    std::set<std::pair<std::string, std::string>> conflicts;
    for (const Diagnostic& d : report.findings) {
      if (d.rule == "unsatisfiable") unsatisfiable.insert(d.program);
      if (d.rule == "unreachable") unreachable.insert(d.program);
      if (d.rule == "conflict") conflicts.emplace(d.program, d.related.at(0).name);
    }
    for (std::size_t p = 0; p < set.programs().size(); ++p) {
      const std::string& name = set.programs()[p].name;
      RC_LOG() << name << "\n";
      RC_ASSERT((unsatisfiable.count(name) != 0) == !behaviour->matched[p]);
      RC_ASSERT((unreachable.count(name) != 0) ==
                (behaviour->matched[p] && !behaviour->reached[p]));
    }
    RC_ASSERT(conflicts == behaviour->conflicts);
  });
  EXPECT_TRUE(holds);
  std::printf("%d sets, %llu queries\n", compared, static_cast<unsigned long long>(queries));
  EXPECT_GE(compared, agreement::case_count() / 4);
}

}  // namespace
}  // namespace lapis
