// The generator itself: what it writes is well-typed, covers the language, and is repeatable.
#include "generator.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "lapis/program/program_set.h"

namespace lapis::agreement {
namespace {

struct Written {
  SourceMap sources;
  std::string text;
  std::unique_ptr<Result<lang::Set>> set;
};

Written checked(Random& random, const Size& size) {
  Written w;
  w.text = random_set(random, size);
  Diagnostics warnings;
  const std::uint32_t file = w.sources.add("random.lisp", w.text);
  w.set = std::make_unique<Result<lang::Set>>(lang::check_set({{file}}, w.sources, warnings));
  return w;
}

int sets_to_try() {
  const char* wanted = std::getenv("LAPIS_GENERATOR_SETS");
  return wanted != nullptr ? std::atoi(wanted) : 400;
}

void note_ops(const lang::Expr& e, std::set<lang::Op>& seen) {
  seen.insert(e.op);
  for (const lang::Expr* arg : e.args) note_ops(*arg, seen);
}

TEST(Generator, NearlyAllSetsAreWellTyped) {
  Random random(20240611);
  int refused = 0;
  const int tries = sets_to_try();
  for (int i = 0; i < tries; ++i) {
    const Written w = checked(random, {});
    if (w.set->ok()) continue;
    ++refused;
    const Diagnostic& d = w.set->errors().front();
    const Location at = w.sources.locate(d.span);
    ADD_FAILURE_AT("random.lisp", static_cast<int>(at.line))
        << d.message << " at " << w.sources.slice(d.span) << "\n"
        << w.text;
    if (refused > 20) break;
  }
  EXPECT_LE(refused * 100, tries);
}

TEST(Generator, ReachesEveryOperation) {
  Random random(7);
  std::set<lang::Op> seen;
  for (int i = 0; i < 400; ++i) {
    const Written w = checked(random, {});
    if (!w.set->ok()) continue;
    for (const lang::Program& p : (*w.set)->programs) {
      for (const lang::Expr* e : {p.match, p.ipv4, p.ipv6, p.ttl}) note_ops(*e, seen);
    }
    for (const lang::Invariant& i2 : (*w.set)->invariants) note_ops(*i2.condition, seen);
  }
  for (int op = 0; op <= static_cast<int>(lang::Op::subset); ++op) {
    EXPECT_TRUE(seen.count(static_cast<lang::Op>(op)) != 0)
        << "never written: " << lang::to_string(static_cast<lang::Op>(op));
  }
}

TEST(Generator, IsRepeatable) {
  Random one(3);
  Random two(3);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(random_set(one, {}), random_set(two, {}));
}

TEST(Generator, QueriesAreLegalAndReachPrograms) {
  Random random(11);
  int matched = 0;
  int asked = 0;
  for (int i = 0; i < 60; ++i) {
    Written w = checked(random, {});
    if (!w.set->ok()) continue;
    const program::ProgramSet set(std::move(*w.set).value());
    const QuerySource source(set.definition());
    program::Scratch scratch;
    set.prepare(scratch);
    for (int j = 0; j < 50; ++j) {
      const RandomQuery query = source.next(random);
      ASSERT_TRUE(dns::is_under(query.qname, query.zone));
      ASSERT_LE(query.qname.size(), dns::max_name_octets);
      const program::Decision decision = set.decide(query.fields(), scratch);
      ++asked;
      matched += decision.program >= 0 ? 1 : 0;
      ASSERT_LE(decision.ttl, lang::max_ttl);
      ASSERT_LE(decision.scope, query.client.width());
    }
  }
  EXPECT_GT(matched * 3, asked);
  EXPECT_LT(matched, asked);
}

/// RFC 7871 §7.2.1: every client that shares the scope's bits gets the same decision.
TEST(Generator, ScopeIsHonest) {
  Random random(5);
  for (int i = 0; i < 150; ++i) {
    Written w = checked(random, {});
    if (!w.set->ok()) continue;
    const program::ProgramSet set(std::move(*w.set).value());
    const QuerySource source(set.definition());
    program::Scratch one;
    program::Scratch two;
    set.prepare(one);
    set.prepare(two);
    for (int j = 0; j < 40; ++j) {
      RandomQuery query = source.next(random);
      const program::Decision first = set.decide(query.fields(), one);
      const IpAddress kept = query.client.masked(first.scope);
      const RandomQuery other = source.next(random);
      const IpAddress rest = other.client.family() == kept.family()
                                 ? other.client
                                 : IpAddress::from_bits(kept.family(), random() << 32U, 0);
      const IpAddress tail = rest.masked(first.scope);
      query.client = IpAddress::from_bits(kept.family(), kept.high() | (rest.high() ^ tail.high()),
                                          kept.low() | (rest.low() ^ tail.low()));
      // Where the client came from depends on its geography only up to place_bits.
      const program::Decision second = set.decide(query.fields(), two);
      ASSERT_EQ(first.program, second.program) << w.text << query.witness(set.definition()).client;
      ASSERT_EQ(first.ttl, second.ttl) << w.text;
      ASSERT_EQ(std::vector<IpAddress>(first.addresses, first.addresses + first.count),
                std::vector<IpAddress>(second.addresses, second.addresses + second.count))
          << w.text;
    }
  }
}

}  // namespace
}  // namespace lapis::agreement
