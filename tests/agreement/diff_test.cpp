// The difference of two sets against random queries: what is listed happens, what is not does not.
#include "lapis/verify/diff.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <set>
#include <tuple>

#include "generator.h"
#include "lapis/lang/joined.h"
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
    SourceMap sources;
    Diagnostics warnings;
    auto a = lang::check_set({{sources.add("a.lisp", text)}}, sources, warnings);
    auto b = lang::check_set({{sources.add("b.lisp", next)}}, sources, warnings);
    if (!a.ok() || !b.ok()) continue;
    const program::ProgramSet before(std::move(a).value());
    const program::ProgramSet after(std::move(b).value());
    verify::Options options;
    options.jobs = 1;
    options.limit_seconds = 3;  // what is not decided by then is not compared
    const verify::DiffReport report = verify::diff(before, after, options);
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
    lang::JoinedSets joined = lang::join_sets(before.definition(), after.definition());
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
    SourceMap sources;
    Diagnostics warnings;
    auto a = lang::check_set({{sources.add("a.lisp", text)}}, sources, warnings);
    auto b = lang::check_set({{sources.add("b.lisp", next)}}, sources, warnings);
    if (!a.ok() || !b.ok()) continue;
    const program::ProgramSet before(std::move(a).value());
    const program::ProgramSet after(std::move(b).value());
    const auto smaller = verify::restricted(before.definition(), after.definition());
    if (!smaller) continue;  // too few programs are left as they were
    left_out += before.programs().size() - smaller->before.programs.size();
    verify::Options options;
    options.jobs = 1;
    options.limit_seconds = 3;  // what is not decided by then is not compared
    const verify::DiffReport part = verify::diff(before, after, options);
    const verify::DiffReport all = verify::diff_of_all(before, after, options);
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
    SourceMap sources;
    Diagnostics warnings;
    auto a = lang::check_set({{sources.add("a.lisp", text)}}, sources, warnings);
    auto b = lang::check_set({{sources.add("b.lisp", "; moved\n\n" + text)}}, sources, warnings);
    if (!a.ok() || !b.ok()) continue;
    const verify::DiffReport report = verify::diff(program::ProgramSet(std::move(a).value()),
                                                   program::ProgramSet(std::move(b).value()), {});
    EXPECT_TRUE(report.changes.empty()) << text;
    EXPECT_TRUE(report.undecided.empty()) << text;
  }
}

}  // namespace
}  // namespace lapis
