// Interpreter, formulas, solver and verifier must say the same of every program set and query.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>

#include "generator.h"
#include "ground.h"
#include "lapis/verify/verify.h"
#include "made_set.h"
#include "model.h"
#include "realise.h"
#include "solver.h"

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

TEST(Agreement, FormulasMeanWhatTheInterpreterDoes) {
  const int sets = set_count(800);
  std::uint64_t pairs = 0;
  for (int i = 0; i < sets; ++i) {
    const std::uint64_t seed = first_seed() + static_cast<std::uint64_t>(i);
    const auto checked = make_set(seed, small);
    if (!checked) continue;
    const program::ProgramSet& set = *checked->set;
    verify::Model model(set, true);
    program::Scratch scratch;
    set.prepare(scratch);
    const QuerySource source(set.definition());
    Random random(seed * 7919);
    for (int k = 0; k < 100; ++k) {
      const RandomQuery query = source.next(random);
      const verify::ConcreteQuery c = concrete(query);
      const verify::Ground ground(model.terms(), c);
      const lang::QueryFields fields = query.fields();
      for (std::size_t p = 0; p < set.programs().size(); ++p) {
        ++pairs;
        const auto& item = model.items()[p];
        ASSERT_EQ(set.matches(p, fields, scratch), ground.evaluate(item.match))
            << "seed " << seed << " program " << set.programs()[p].name << "\n"
            << checked->text;
        auto asked = fields;
        asked.ipv6 = false;
        verify::ConcreteQuery both = c;
        both.ipv6 = false;
        const verify::Ground v4(model.terms(), both);
        const auto decision = set.respond(p, asked, scratch);
        ASSERT_EQ(std::vector<IpAddress>(decision.addresses, decision.addresses + decision.count),
                  present(item.ipv4, v4))
            << "seed " << seed << " program " << set.programs()[p].name << "\n"
            << checked->text;
        ASSERT_EQ(decision.ttl, v4.value(item.ttl)) << "seed " << seed << "\n" << checked->text;
      }
    }
  }
  RecordProperty("pairs", static_cast<int>(pairs));
  EXPECT_GE(pairs, static_cast<std::uint64_t>(sets) * 125);  // 100,000 at the usual size
}

TEST(Agreement, EveryQueryIsInTheCubesOfWhatItMeets) {
  const int sets = set_count(200);
  for (int i = 0; i < sets; ++i) {
    const std::uint64_t seed = first_seed() + 100'000 + static_cast<std::uint64_t>(i);
    const auto checked = make_set(seed, small);
    if (!checked) continue;
    verify::Model model(*checked->set, false);
    std::uint64_t compared = 0;
    model.finish({}, compared);
    const verify::Space& space = model.space();
    const QuerySource source(checked->set->definition());
    Random random(seed * 104729);
    for (int k = 0; k < 50; ++k) {
      const verify::ConcreteQuery c = concrete(source.next(random));
      const verify::Ground ground(model.terms(), c);
      for (const auto& item : model.items()) {
        // The class of the query in each dimension that a cube names, found by asking the tests.
        bool inside = false;
        for (const verify::Cube& cube : item.cover.cubes) {
          bool all = true;
          for (const auto& factor : cube.factors()) {
            const auto& axis = space.axis(factor.dimension);
            if (axis.var == UINT32_MAX) {
              all = all && factor.set.contains(ground.evaluate(axis.atom) ? 1 : 0);
              continue;
            }
            const auto& v = model.terms().variable_of(axis.var);
            verify::ClassNumber at = 0;
            switch (v.kind) {
              case verify::VarKind::flag:
                at = static_cast<verify::ClassNumber>(verify::number_of_field(c, v.index) != 0);
                break;
              case verify::VarKind::name:
                at = space.names().class_of(v.index == lang::field_qname ? c.qname : c.zone);
                break;
              case verify::VarKind::address:
                at = space.class_of_address(factor.dimension,
                                            v.index == lang::field_client ? c.client : c.resolver);
                break;
              case verify::VarKind::text:
                at = space.class_of_text(factor.dimension, verify::text_of_field(c, v.index));
                break;
              case verify::VarKind::label_text:
                at = space.class_of_text(
                    factor.dimension,
                    verify::label_text(v.index == lang::field_qname ? c.qname : c.zone,
                                       v.position));
                break;
              default:
                at = space.class_of_number(factor.dimension, ground.value_of(axis.var));
                break;
            }
            all = all && factor.set.contains(at);
          }
          inside = inside || all;
        }
        const bool holds = ground.evaluate(item.match);
        if (holds) {
          ASSERT_TRUE(inside) << "seed " << seed << "\n" << checked->text;
        }
        if (item.cover.exact) {
          ASSERT_EQ(holds, inside) << "seed " << seed << "\n" << checked->text;
        }
      }
    }
  }
}

/// Asks the solver alone, past all short cuts, and compares with the interpreter.
TEST(Agreement, TheSolverAloneAgrees) {
  const int sets = set_count(60);
  int asked = 0;
  int undecided = 0;  // allowed to be rare; never allowed to be an answer
  for (int i = 0; i < sets; ++i) {
    const std::uint64_t seed = first_seed() + 200'000 + static_cast<std::uint64_t>(i);
    const auto checked = make_set(seed, small);
    if (!checked) continue;
    const program::ProgramSet& set = *checked->set;
    verify::Model model(set, false);
    std::uint64_t compared = 0;
    model.finish({}, compared);
    const verify::Realiser realiser(set.definition(), model.space());
    verify::SolverLimits limits;
    verify::Solver solver(model.space(), realiser, limits);
    program::Scratch scratch;
    set.prepare(scratch);
    const QuerySource source(set.definition());
    Random random(seed * 31);
    std::vector<RandomQuery> queries;
    for (int k = 0; k < 60; ++k) queries.push_back(source.next(random));
    for (std::size_t p = 0; p < set.programs().size(); ++p) {
      for (std::size_t q = 0; q < set.programs().size(); ++q) {
        // p and q match (p alone when they are the same), or p matches and q does not.
        for (const bool excluded : {false, true}) {
          if (p == q && excluded) continue;
          std::vector<verify::Bool> required{model.items()[p].match};
          std::vector<verify::Bool> without;
          (excluded ? without : required).push_back(model.items()[q].match);
          const auto answer = solver.check(required, without, "agreement", false);
          ++asked;
          if (answer.undecided()) {
            ++undecided;
            std::printf("undecided: seed %llu programs %zu %zu %d: %s\n",
                        static_cast<unsigned long long>(seed), p, q, excluded ? 1 : 0,
                        answer.reason.c_str());
            continue;
          }
          auto meets = [&](const lang::QueryFields& f) {
            return set.matches(p, f, scratch) && set.matches(q, f, scratch) != excluded;
          };
          if (answer.satisfiable()) {
            ASSERT_TRUE(meets(answer.query.fields())) << "seed " << seed << "\n" << checked->text;
          } else {
            for (const RandomQuery& query : queries) {
              ASSERT_FALSE(meets(query.fields())) << "seed " << seed << " " << p << " " << q << "\n"
                                                  << checked->text;
            }
          }
        }
      }
    }
  }
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
