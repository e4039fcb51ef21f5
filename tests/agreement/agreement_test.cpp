// Interpreter, formulas, solver and verifier must say the same of every program set and query.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>
#include <sstream>

#include "generator.h"
#include "ground.h"
#include "lapis/verify/verify.h"
#include "made_set.h"
#include "model.h"
#include "query_classes.h"
#include "realise.h"
#include "set_case.h"
#include "solver.h"
#include "vocabulary.h"

namespace lapis {
namespace {

using agreement::concrete;
using agreement::make_set;
using agreement::QuerySource;
using agreement::Random;
using agreement::RandomQuery;

/// Sets to generate; LAPIS_AGREEMENT_SETS asks for more (nightly: 20000).
int set_count(int usual) {
  const char* wanted = std::getenv("LAPIS_AGREEMENT_SETS");
  return wanted != nullptr ? std::atoi(wanted) : usual;
}

std::uint64_t first_seed() {
  const char* wanted = std::getenv("LAPIS_AGREEMENT_SEED");
  return wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : 1;
}

std::vector<IpAddress> present(const verify::SymList& list, const verify::Ground& ground) {
  // Elements in the order of the list.
  std::vector<std::size_t> there;
  for (std::size_t i = 0; i < list.elements.size(); ++i) {
    if (ground.evaluate(list.elements[i].present)) there.push_back(i);
  }
  const std::size_t n = list.elements.size();
  std::vector<std::pair<std::size_t, std::size_t>> ranked;  // number before it, element
  for (std::size_t i : there) {
    std::size_t ahead = 0;
    for (std::size_t j : there) {
      if (i == j) continue;
      const bool first = list.order.empty() ? j < i : ground.evaluate(list.order[j * n + i]);
      ahead += first ? 1 : 0;
    }
    ranked.emplace_back(ahead, i);
  }
  std::sort(ranked.begin(), ranked.end());
  std::vector<IpAddress> out;
  for (const auto& [ahead, i] : ranked) out.push_back(list.elements[i].address.constant);
  return out;
}

constexpr agreement::Size small{4, 4, 4, 4, 1};

/// The query, in words, for a failure's log.
std::string words(const RandomQuery& query, const program::ProgramSet& set) {
  const Witness w = query.witness(set.definition());
  std::string out = w.qname + " in " + w.zone + " " + w.qtype + " from " + w.client + " by " +
                    w.resolver + " " + w.transport + " " + w.site + "|" + w.region + "|" +
                    w.country + "|" + w.continent + " asn " + std::to_string(w.asn);
  for (const auto& [name, value] : w.attributes) {
    std::ostringstream text;
    std::visit([&](const auto& v) { text << v; }, value);
    out += " " + name + "=" + text.str();
  }
  return out;
}

/// Interpreter, formulas, cubes and representatives of classes, on every query.
TEST(Agreement, InterpreterFormulasAndClassesSayTheSame) {
  std::uint64_t checks = 0;
  std::uint64_t represented = 0;
  const bool holds = rc::check("interpreter, formulas and classes say the same", [&] {
    const agreement::SetCase set_case = *agreement::set_cases(small);
    const auto checked = agreement::check_text(set_case.text);
    const bool usable = checked && !checked->set->programs().empty();
    RC_PRE(usable);
    const program::ProgramSet& set = *checked->set;
    verify::Model model(set, true);
    std::uint64_t compared = 0;
    model.finish({}, compared);
    const verify::Realiser realiser(set.definition(), model.space(), {});
    const std::vector<verify::Dimension> dimensions = agreement::dimensions_of(model);
    std::vector<bool> compares;
    for (const auto& item : model.items()) {
      compares.push_back(agreement::compares(model, item.match));
    }
    program::Scratch scratch;
    set.prepare(scratch);
    const QuerySource source(set.definition());
    Random random(set_case.seed * 7919);
    constexpr int queries = 80;
    for (int k = 0; k < queries; ++k) {
      const RandomQuery query = source.next(random);
      const verify::ConcreteQuery c = concrete(query);
      const lang::QueryFields fields = query.fields();
      const auto point = agreement::point_of(model, dimensions, c);
      const auto where = [&](std::size_t p) {
        RC_LOG() << set.programs()[p].name << ": " << words(query, set) << "\n";
      };
      verify::ConcreteQuery alike;
      std::vector<std::size_t> culprits;
      auto outcome = verify::Outcome::gave_up;
      if (k % 4 == 0) {
        constexpr std::uint64_t tries = 2000;
        outcome = realiser.realise(point, tries, alike, culprits);
        // The query itself has these classes.
        if (outcome == verify::Outcome::impossible) where(0);
        RC_ASSERT(outcome != verify::Outcome::impossible);
        represented += outcome == verify::Outcome::found ? 1 : 0;
      }
      for (std::size_t p = 0; p < set.programs().size(); ++p) {
        ++checks;
        const auto& item = model.items()[p];
        const bool matches = set.matches(p, fields, scratch);
        if (verify::Ground(model.terms(), c).evaluate(item.match) != matches) {
          where(p);
          RC_FAIL("interpreter and formula differ on the match");
        }
        const bool inside = std::any_of(
            item.cover.cubes.begin(), item.cover.cubes.end(), [&](const verify::Cube& cube) {
              return std::all_of(cube.factors().begin(), cube.factors().end(), [&](const auto& f) {
                return f.set.contains(agreement::class_of(model, f.dimension, c));
              });
            });
        if (item.cover.exact ? inside != matches : matches && !inside) {
          where(p);
          RC_FAIL("the cubes do not say what the match does");
        }
        if (outcome == verify::Outcome::found && !compares[p] &&
            set.matches(p, alike.fields(), scratch) != matches) {
          where(p);
          RC_FAIL("another query of the same classes behaves otherwise");
        }
        auto asked = fields;
        asked.ipv6 = false;
        verify::ConcreteQuery both = c;
        both.ipv6 = false;
        const verify::Ground v4(model.terms(), both);
        const auto decision = set.respond(p, asked, scratch);
        const std::vector<IpAddress> answer(decision.addresses,
                                            decision.addresses + decision.count);
        if (answer != present(item.ipv4, v4) || decision.ttl != v4.value(item.ttl)) {
          where(p);
          RC_FAIL("interpreter and formulas differ on the answer");
        }
      }
    }
  });
  EXPECT_TRUE(holds);
  std::printf("%llu checks, %llu representatives\n", static_cast<unsigned long long>(checks),
              static_cast<unsigned long long>(represented));
  EXPECT_GE(checks, static_cast<std::uint64_t>(agreement::case_count()) * 125);
  EXPECT_GE(represented, static_cast<std::uint64_t>(agreement::case_count()) * 5);
}

/// Asks the solver alone, past all short cuts, and compares with the interpreter.
TEST(Agreement, TheSolverAloneAgrees) {
  int asked = 0;
  int undecided = 0;  // allowed to be rare; never allowed to be an answer
  const bool holds = rc::check("the solver alone agrees with the interpreter", [&] {
    const agreement::SetCase set_case = *agreement::set_cases(small);
    const auto checked = agreement::check_text(set_case.text);
    const bool usable = checked && !checked->set->programs().empty();
    RC_PRE(usable);
    const program::ProgramSet& set = *checked->set;
    verify::Model model(set, false);
    std::uint64_t compared = 0;
    model.finish({}, compared);
    const verify::Realiser realiser(set.definition(), model.space(), {});
    verify::SolverLimits limits;
    limits.key_tries = std::uint64_t{1} << 20;
    verify::Solver solver(model.space(), realiser, limits);
    program::Scratch scratch;
    set.prepare(scratch);
    const QuerySource source(set.definition());
    Random random(set_case.seed * 31);
    std::vector<RandomQuery> queries;
    for (int k = 0; k < 60; ++k) queries.push_back(source.next(random));
    constexpr int questions = 3;
    for (int k = 0; k < questions; ++k) {
      // p and q match (p alone when they are the same), or p matches and q does not.
      const std::size_t p = agreement::below(random, set.programs().size());
      const std::size_t q = agreement::below(random, set.programs().size());
      const bool excluded = p != q && agreement::chance(random, 50);
      std::vector<verify::Bool> required{model.items()[p].match};
      std::vector<verify::Bool> without;
      (excluded ? without : required).push_back(model.items()[q].match);
      const auto answer = solver.check(required, without, "agreement", false);
      ++asked;
      if (answer.undecided()) {
        ++undecided;
        continue;
      }
      auto meets = [&](const lang::QueryFields& f) {
        return set.matches(p, f, scratch) && set.matches(q, f, scratch) != excluded;
      };
      RC_LOG() << set.programs()[p].name << (excluded ? " without " : " and ")
               << set.programs()[q].name << "\n";
      if (answer.satisfiable()) {
        RC_ASSERT(meets(answer.query.fields()));
        continue;
      }
      for (const RandomQuery& query : queries) {
        if (!meets(query.fields())) continue;
        RC_LOG() << words(query, set) << "\n";
        RC_FAIL("the solver says that there is no such query");
      }
    }
  });
  EXPECT_TRUE(holds);
  EXPECT_GE(asked, agreement::case_count());
  EXPECT_LE(undecided, asked / 100);
}

/// Verdicts against random queries: what is reported must replay, what is not must not happen.
TEST(Agreement, VerdictsHoldOnRandomQueries) {
  const int sets = set_count(60);
  int rejected = 0;
  int undecided = 0;
  for (int i = 0; i < sets; ++i) {
    const std::uint64_t seed = first_seed() + 300'000 + static_cast<std::uint64_t>(i);
    const auto checked = make_set(seed, small);
    if (!checked) continue;
    const program::ProgramSet& set = *checked->set;
    verify::Options options;
    options.jobs = 1;
    const verify::Report report = verify::verify(set, checked->sources, options);
    ASSERT_EQ(report.internal_error, "") << "seed " << seed << "\n" << checked->text;
    if (report.verdict == verify::Verdict::undecided) {
      ++undecided;
      std::printf("undecided: seed %llu\n", static_cast<unsigned long long>(seed));
    }
    rejected += report.verdict == verify::Verdict::rejected ? 1 : 0;
    std::set<std::string> unsatisfiable;
    std::map<std::string, std::set<std::string>> unreachable;
    std::set<std::pair<std::string, std::string>> conflicts;
    std::set<std::string> empty;
    for (const Diagnostic& d : report.findings) {
      ASSERT_NE(d.rule, "index-differs") << "seed " << seed << "\n" << checked->text;
      if (d.rule == "unsatisfiable") unsatisfiable.insert(d.program);
      if (d.rule == "empty-answer") empty.insert(d.program);
      if (d.rule == "unreachable") {
        for (const Related& r : d.related) unreachable[d.program].insert(r.name);
      }
      if (d.rule == "conflict") conflicts.emplace(d.program, d.related.at(0).name);
    }
    program::Scratch scratch;
    set.prepare(scratch);
    const QuerySource source(set.definition());
    Random random(seed * 15485863);
    for (int k = 0; k < 150; ++k) {
      const RandomQuery query = source.next(random);
      const lang::QueryFields fields = query.fields();
      std::vector<std::size_t> matching;
      for (std::size_t p = 0; p < set.programs().size(); ++p) {
        if (set.matches(p, fields, scratch)) matching.push_back(p);
      }
      const std::string where = "seed " + std::to_string(seed) + "\n" + checked->text;
      for (std::size_t p : matching) {
        const std::string& name = set.programs()[p].name;
        ASSERT_EQ(unsatisfiable.count(name), 0U) << name << " " << where;
        if (p == matching.front()) {
          ASSERT_EQ(unreachable.count(name), 0U) << name << " " << where;
          auto asked = fields;
          asked.ipv6 = false;
          const auto v4 = set.respond(p, asked, scratch).count;
          asked.ipv6 = true;
          const auto v6 = set.respond(p, asked, scratch).count;
          if (v4 == 0 && v6 == 0) {
            ASSERT_EQ(empty.count(name), 1U) << name << " " << where;
          }
        } else if (unreachable.count(name) != 0) {
          // One of the programs named takes it.
          bool taken = false;
          for (std::size_t other : matching) {
            taken =
                taken || (other < p && unreachable[name].count(set.programs()[other].name) != 0);
          }
          ASSERT_TRUE(taken) << name << " " << where;
        }
        for (std::size_t other : matching) {
          if (other <= p || !set.programs()[p].exclusive || !set.programs()[other].exclusive)
            continue;
          ASSERT_EQ(conflicts.count({name, set.programs()[other].name}), 1U)
              << name << ", " << set.programs()[other].name << " " << where;
        }
      }
    }
  }
  // The generator makes sets with defects and sets without.
  EXPECT_GT(rejected, 0);
  EXPECT_LE(undecided, sets / 50);
}

}  // namespace
}  // namespace lapis
