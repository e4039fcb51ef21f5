// Random sets: what is fixed has one finding less and no other, and answers as it did. Both are
// looked at without the comparison that the fixes were proved with: by the verifier's report of the
// new text, and by the interpreter on random queries.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "agreement/generator.h"
#include "lapis/program/program_set.h"
#include "lapis/repair/repair.h"

namespace lapis {
namespace {

using agreement::QuerySource;
using agreement::Random;
using agreement::RandomQuery;

constexpr int sets = 30;
constexpr int queries = 200;
/// Some random sets are hard. What is undecided is passed over, and is no fix.
constexpr double limit_seconds = 1;

struct Looked {
  SourceMap sources;
  std::vector<lang::SetFile> files;
  Diagnostics findings;
  std::unique_ptr<program::ProgramSet> set;
  bool decided = false;
};

std::unique_ptr<Looked> look(const std::string& text) {
  auto out = std::make_unique<Looked>();
  out->files.push_back({out->sources.add("set.lisp", text)});
  auto set = lang::check_set(out->files, out->sources, out->findings);
  if (!set.ok()) return nullptr;
  out->set = std::make_unique<program::ProgramSet>(std::move(set).value());
  verify::Options options;
  options.jobs = 1;
  options.limit_seconds = limit_seconds;
  const verify::Report report = verify::verify(*out->set, out->sources, options);
  EXPECT_EQ(report.internal_error, "");
  out->decided = report.undecided_reason.empty();
  out->findings.insert(out->findings.end(), report.findings.begin(), report.findings.end());
  return out;
}

std::map<std::string, int> by_rule(const Diagnostics& findings) {
  std::map<std::string, int> out;
  for (const Diagnostic& d : findings) {
    // One finding of a later program names all earlier ones; which is the later may change.
    if (d.rule != "answer-differs") ++out[d.rule];
  }
  return out;
}

struct Answer {
  std::vector<IpAddress> addresses;
  std::uint32_t ttl = 0;
  friend bool operator==(const Answer&, const Answer&) = default;
};

Answer ask(const program::ProgramSet& set, const lang::QueryFields& query,
           program::Scratch& scratch) {
  Answer out;
  const program::Decision decision = set.decide(query, scratch, false);
  if (decision.program < 0) return out;
  out.addresses.assign(decision.addresses, decision.addresses + decision.count);
  std::sort(out.addresses.begin(), out.addresses.end());
  out.addresses.erase(std::unique(out.addresses.begin(), out.addresses.end()), out.addresses.end());
  if (!out.addresses.empty()) out.ttl = decision.ttl;  // no address, no RRset that has one
  return out;
}

/// The query with the attributes that the other set has.
std::vector<lang::AttributeValue> kept_attributes(const RandomQuery& query, const lang::Set& from,
                                                  const lang::Set& to) {
  std::vector<lang::AttributeValue> out;
  for (const lang::Attribute& attribute : to.attributes) {
    for (std::size_t i = 0; i < from.attributes.size(); ++i) {
      if (from.attributes[i].name == attribute.name) out.push_back(query.attributes[i]);
    }
  }
  return out;
}

void expect_same_answers(const Looked& before, const Looked& after, Random& random) {
  program::Scratch one;
  program::Scratch two;
  before.set->prepare(one);
  after.set->prepare(two);
  const QuerySource source(before.set->definition());
  for (int i = 0; i < queries; ++i) {
    const RandomQuery query = source.next(random);
    const auto attributes =
        kept_attributes(query, before.set->definition(), after.set->definition());
    lang::QueryFields changed = query.fields();
    changed.attributes = attributes.data();
    ASSERT_EQ(attributes.size(), after.set->definition().attributes.size());
    ASSERT_EQ(ask(*before.set, query.fields(), one), ask(*after.set, changed, two));
  }
}

TEST(RepairProperty, AllFixesKeepAnswersAndLeaveLess) {
  repair::Options options;
  options.verify.jobs = 1;
  options.verify.limit_seconds = limit_seconds;
  std::map<std::string, int> made;
  int looked = 0;
  for (std::uint64_t seed = 1; looked < sets; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    agreement::Size size;
    size.programs = 3 + static_cast<int>(seed % 3);
    size.depth = 2;
    const auto before = look(agreement::random_set(random, size));
    if (!before || !before->decided) continue;
    ++looked;
    const auto applied =
        repair::apply_all(before->sources, before->files, before->findings, options);
    ASSERT_EQ(applied.internal_error, "");
    ASSERT_EQ(applied.files.empty(), applied.fixes.empty());
    if (applied.files.empty()) continue;
    for (const report::Fix& fix : applied.fixes) ++made[fix.rule];
    const auto after = look(applied.files[0].text);
    ASSERT_TRUE(after);
    const auto had = by_rule(before->findings);
    int less = 0;
    for (const auto& [rule, count] : by_rule(after->findings)) {
      const auto at = had.find(rule);
      ASSERT_NE(at, had.end()) << rule;
      EXPECT_LE(count, at->second) << rule;
    }
    for (const auto& [rule, count] : had) less += count;
    for (const auto& [rule, count] : by_rule(after->findings)) less -= count;
    EXPECT_GE(less, static_cast<int>(applied.fixes.size()));
    expect_same_answers(*before, *after, random);
    if (HasFatalFailure()) return;
  }
  // The generator makes sets that need each of these.
  for (const char* rule : {"unused", "redundant-condition", "unreachable", "conflict"}) {
    EXPECT_GT(made[rule], 0) << rule;
  }
}

TEST(RepairProperty, EachSuggestionDoesWhatItSaysOnItsOwn) {
  repair::Options options;
  options.verify.jobs = 1;
  options.verify.limit_seconds = limit_seconds;
  int suggestions = 0;
  for (std::uint64_t seed = 1001; suggestions < sets; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    agreement::Size size;
    size.depth = 2;
    const auto before = look(agreement::random_set(random, size));
    if (!before || !before->decided) continue;
    const auto suggested =
        repair::suggest(before->sources, before->files, before->findings, options);
    ASSERT_EQ(suggested.internal_error, "");
    for (const report::Fix& fix : suggested.fixes) {
      ++suggestions;
      SCOPED_TRACE(fix.title);
      const auto of = std::count_if(before->findings.begin(), before->findings.end(),
                                    [&](const Diagnostic& d) { return fix.is_for(d); });
      ASSERT_EQ(of, 1);
      const auto after = look(apply_edits(before->sources.text(1), 1, fix.edits));
      ASSERT_TRUE(after);
      const auto had = by_rule(before->findings);
      const auto has = by_rule(after->findings);
      EXPECT_LT(has.count(fix.rule) == 0 ? 0 : has.at(fix.rule), had.at(fix.rule));
      for (const auto& [rule, count] : has) {
        EXPECT_LE(count, had.count(rule) == 0 ? 0 : had.at(rule)) << rule;
      }
      EXPECT_EQ(fix.same_answers, fix.changes.empty());
      if (fix.same_answers) expect_same_answers(*before, *after, random);
      if (HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace lapis
