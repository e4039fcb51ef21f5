// The difference of two sets against random queries: what is listed happens, what is not does not.
#include "lapis/verify/diff.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <set>
#include <tuple>

#include "generator.h"
#include "lapis/lang/joined.h"
#include "lapis/program/query_reader.h"
#include "restrict.h"

namespace lapis {
namespace {

using agreement::QuerySource;
using agreement::Random;
using agreement::RandomQuery;

/// The text before the first program, then each program.
std::vector<std::string> pieces(const std::string& text) {
  std::vector<std::string> out;
  std::size_t from = 0;
  for (std::size_t at = text.find("\n(program "); at != std::string::npos;
       at = text.find("\n(program ", from + 1)) {
    out.push_back(text.substr(from, at - from));
    from = at;
  }
  out.push_back(text.substr(from));
  return out;
}

/// The set with two programs swapped, one left out, or one that answers otherwise.
std::string mutated(const std::string& text, Random& random) {
  std::vector<std::string> parts = pieces(text);
  if (parts.size() < 3) return text;
  const std::size_t programs = parts.size() - 1;
  const std::size_t one = 1 + random() % programs;
  switch (random() % 3) {
    case 0:
      std::swap(parts[one], parts[1 + random() % programs]);
      break;
    case 1:
      parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(one));
      break;
    default: {
      const std::string from = "192.0.2.3";
      for (std::size_t at = parts[one].find(from); at != std::string::npos;
           at = parts[one].find(from, at + 1)) {
        parts[one].replace(at, from.size(), "192.0.2.4");
      }
      break;
    }
  }
  std::string out;
  for (const std::string& part : parts) out += part;
  return out;
}

/// Two sets read through one SourceMap.
struct Pair {
  Pair(const std::string& before_text, const std::string& after_text)
      : before(set_of("a.lisp", before_text)), after(set_of("b.lisp", after_text)) {}

  bool ok() const { return before && after; }
  verify::DiffReport diff(int limit_seconds = 3) const {
    verify::Options options;
    options.jobs = 1;
    options.limit_seconds = limit_seconds;  // what is not decided by then is not compared
    return verify::diff(*before, *after, options);
  }

  SourceMap sources;
  std::unique_ptr<const program::ProgramSet> before;  ///< nothing when the text does not check
  std::unique_ptr<const program::ProgramSet> after;

 private:
  std::unique_ptr<const program::ProgramSet> set_of(const char* name, const std::string& text) {
    Diagnostics warnings;
    auto set = lang::check_set({{sources.add(name, text)}}, sources, warnings);
    return set.ok() ? std::make_unique<const program::ProgramSet>(std::move(set).value()) : nullptr;
  }
};

struct Outcome {
  std::string program;
  std::vector<IpAddress> addresses;
  std::int64_t ttl = 0;
};

/// What the programs from `begin` on, up to `end`, make of a query.
Outcome ask(const program::ProgramSet& set, std::size_t begin, std::size_t end,
            const lang::QueryFields& q, program::Scratch& scratch) {
  Outcome out;
  for (std::size_t p = begin; p < end; ++p) {
    if (!set.matches(p, q, scratch)) continue;
    const auto decision = set.respond(p, q, scratch);
    out.program = set.programs()[p].name;
    out.addresses.assign(decision.addresses, decision.addresses + decision.count);
    std::sort(out.addresses.begin(), out.addresses.end());
    out.addresses.erase(std::unique(out.addresses.begin(), out.addresses.end()),
                        out.addresses.end());
    out.ttl = decision.ttl;
    break;
  }
  return out;
}

TEST(Diff, ListsWhatRandomQueriesShow) {
  int compared = 0;
  int changed = 0;
  for (std::uint64_t seed = 600'001; seed <= 600'060; ++seed) {
    Random random(seed);
    const std::string text = agreement::random_set(random, {4, 3, 3, 3, 0});
    Random other(seed / 4);
    const std::string next =
        seed % 4 == 0 ? agreement::random_set(other, {4, 3, 3, 3, 0}) : mutated(text, random);
    const Pair sets(text, next);
    if (!sets.ok()) continue;
    const verify::DiffReport report = sets.diff();
    const std::string where =
        "seed " + std::to_string(seed) + "\n" + text + "\n; ---- after\n" + next;
    ASSERT_EQ(report.internal_error, "") << where;
    if (!report.undecided.empty()) continue;
    ++compared;
    changed += report.changes.empty() ? 0 : 1;
    std::set<std::tuple<std::string, std::string, bool>> listed;
    for (const verify::Change& c : report.changes) {
      listed.emplace(c.before.program, c.after.program, c.answer);
    }
    lang::JoinedSets joined = lang::join_sets(sets.before->definition(), sets.after->definition());
    const std::size_t first = joined.first;
    const program::ProgramSet both(std::move(joined.set));
    program::Scratch scratch;
    both.prepare(scratch);
    const QuerySource source(both.definition());
    for (int k = 0; k < 200; ++k) {
      const RandomQuery query = source.next(random);
      const lang::QueryFields q = query.fields();
      const Outcome x = ask(both, 0, first, q, scratch);
      const Outcome y = ask(both, first, both.programs().size(), q, scratch);
      const bool differs = x.program.empty() != y.program.empty() || x.addresses != y.addresses ||
                           (!x.addresses.empty() && x.ttl != y.ttl);
      if (differs) {
        ASSERT_EQ(listed.count({x.program, y.program, true}), 1U)
            << x.program << " then " << y.program << " " << where;
      } else if (x.program != y.program) {
        ASSERT_TRUE(listed.count({x.program, y.program, true}) == 1 ||
                    listed.count({x.program, y.program, false}) == 1)
            << x.program << " then " << y.program << " " << where;
      }
    }
  }
  EXPECT_GE(compared, 30);
  EXPECT_GE(changed, 10);
}

using Listed = std::set<std::tuple<std::string, std::string, bool>>;

Listed listed_by(const verify::DiffReport& report) {
  Listed out;
  for (const verify::Change& c : report.changes) {
    out.emplace(c.before.program, c.after.program, c.answer);
  }
  return out;
}

TEST(Diff, LeavingOutWhatCanHaveNoPartChangesNothing) {
  const char* wanted = std::getenv("LAPIS_AGREEMENT_SETS");
  const std::uint64_t sets = wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : 120;
  std::size_t compared = 0;
  std::size_t left_out = 0;
  std::size_t changed = 0;
  for (std::uint64_t seed = 800'001; seed <= 800'000 + sets; ++seed) {
    Random random(seed);
    const std::string text = agreement::random_set(random, {12, 3, 3, 3, 0});
    const std::string next = mutated(text, random);
    const Pair pair(text, next);
    if (!pair.ok()) continue;
    const auto smaller = verify::restricted(pair.before->definition(), pair.after->definition());
    if (!smaller) continue;  // too few programs are left as they were
    left_out += pair.before->programs().size() - smaller->before.programs.size();
    const verify::DiffReport part = pair.diff();
    verify::Options options;
    options.jobs = 1;
    options.limit_seconds = 3;
    const verify::DiffReport all = verify::diff_of_all(*pair.before, *pair.after, options);
    if (!part.undecided.empty() || !all.undecided.empty()) continue;
    ++compared;
    changed += all.changes.empty() ? 0 : 1;
    EXPECT_EQ(part.internal_error, "");
    ASSERT_EQ(listed_by(part), listed_by(all)) << seed << "\n"
                                               << text << "\n; ---- after\n"
                                               << next;
  }
  EXPECT_GE(compared, sets * 3 / 4);
  EXPECT_GE(left_out, sets);
  EXPECT_GE(changed, sets / 6);
}

TEST(Diff, OfASetWithItselfIsNothing) {
  for (std::uint64_t seed = 700'001; seed <= 700'020; ++seed) {
    Random random(seed);
    const std::string text = agreement::random_set(random, {4, 3, 3, 3, 0});
    const Pair sets(text, "; moved\n\n" + text);
    if (!sets.ok()) continue;
    const verify::DiffReport report = sets.diff(0);
    EXPECT_TRUE(report.changes.empty()) << text;
    EXPECT_TRUE(report.undecided.empty()) << text;
  }
}

/// Program and TTL that a set answers a witness with.
std::pair<std::string, std::int64_t> asked(const program::ProgramSet& set, const Witness& witness) {
  program::QueryReader reader(set);
  std::string error;
  EXPECT_TRUE(reader.read(witness, error)) << error;
  program::Scratch scratch;
  set.prepare(scratch);
  const Outcome out = ask(set, 0, set.programs().size(), reader.context(), scratch);
  return {out.program, out.ttl};
}

/// Sets of one program for each condition on `tier`, declared in another way.
std::string tiers(const std::string& declaration, const std::string& conditions) {
  std::string out = declaration + "\n";
  std::size_t number = 0;
  for (std::size_t from = 0; from < conditions.size();) {
    const std::size_t end = conditions.find('\n', from);
    out += "(program p" + std::to_string(number) + " (match " +
           conditions.substr(from, end - from) +
           ") (response (list (ipv4 \"192.0.2.1\")) (list) (ttl " + std::to_string(10 + number) +
           ")))\n";
    ++number;
    from = end == std::string::npos ? conditions.size() : end + 1;
  }
  return out;
}

TEST(Diff, NamesWithoutAValueAreAnsweredByEachSetsOwnDefault) {
  struct Case {
    const char* before;
    const char* after;
    const char* conditions;
    std::size_t changes;
  };
  const Case cases[] = {
      {"(attribute tier (int 0 9) (default 1))", "(attribute tier (int 0 9) (default 5))",
       "(<= tier 1)\n(= tier 5)", 1},
      // No program can tell the two defaults apart.
      {"(attribute tier (int 0 9) (default 1))", "(attribute tier (int 0 9) (default 5))",
       "(<= tier 5)\n(= tier 6)", 0},
      // A default that the other set does not know as a value.
      {"(attribute tier (int 0 9) (default 1))", "(attribute tier (int 3 20) (default 12))",
       "(< tier 4)\n(>= tier 4)", 1},
      {"(attribute tier (one-of \"a\" \"b\"))", "(attribute tier (one-of \"b\" \"c\"))",
       "(!= tier \"b\")\n(= tier \"b\")", 1},
      {"(attribute tier bool)", "(attribute tier bool (default true))", "tier\n(not tier)", 1},
      {"(attribute tier string (default \"x\"))", "(attribute tier string (default \"y\"))",
       "(= (lower tier) \"y\")", 1},
      {"(attribute tier (int 0 9) (default 2)) (attribute plan bool)",
       "(attribute plan bool (default true)) (attribute tier (int 0 9) (default 7))",
       "(and plan (> tier 4))\n(or plan (< tier 5))", 3},
  };
  for (const Case& c : cases) {
    const std::string where = std::string(c.before) + " then " + c.after;
    const Pair sets(tiers(c.before, c.conditions), tiers(c.after, c.conditions));
    ASSERT_TRUE(sets.ok()) << where;
    const verify::DiffReport report = sets.diff(0);
    EXPECT_EQ(report.internal_error, "");
    EXPECT_TRUE(report.undecided.empty()) << where;
    EXPECT_FALSE(report.differences.empty()) << where;
    EXPECT_EQ(report.changes.size(), c.changes) << where;
    for (const verify::Change& change : report.changes) {
      EXPECT_FALSE(change.unset.empty()) << where;
      const auto was = asked(*sets.before, change.witness);
      const auto is = asked(*sets.after, change.witness_after);
      EXPECT_EQ(was.first, change.before.program) << where;
      EXPECT_EQ(is.first, change.after.program) << where;
      EXPECT_NE(was, is) << where;
    }
  }
}

TEST(Diff, AttributesWithoutACommonValueAreAskedSeparately) {
  const Pair sets(tiers("(attribute tier string)", "(= tier \"x\")"),
                  tiers("(attribute tier (int 0 9))", "(= tier 4)"));
  ASSERT_TRUE(sets.ok());
  const verify::DiffReport report = sets.diff(0);
  ASSERT_EQ(report.changes.size(), 2U);
  for (const verify::Change& change : report.changes) {
    EXPECT_EQ(asked(*sets.before, change.witness).first, change.before.program);
    EXPECT_EQ(asked(*sets.after, change.witness_after).first, change.after.program);
  }
}

TEST(Diff, SitesThatNoServerCanHaveInBothAreNoProof) {
  const Pair sets(tiers("(field site (one-of \"a\" \"b\"))", "(= site \"a\")"),
                  tiers("(field site (one-of \"c\" \"d\"))", "(= site \"c\")"));
  ASSERT_TRUE(sets.ok());
  const verify::DiffReport report = sets.diff(0);
  EXPECT_TRUE(report.changes.empty());
  EXPECT_EQ(report.undecided.size(), 1U);
}

}  // namespace
}  // namespace lapis
