// Every rule has a file that breaks it and one that comes close and does not.
//
// In NAME.fail.lisp a comment `; expect RULE…` stands on the line above each finding's, and these
// are all findings; NAME.pass.lisp has none of rule NAME.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "lapis/verify/verify.h"

namespace lapis {
namespace {

namespace fs = std::filesystem;
using Finding = std::pair<std::uint32_t, std::string>;  // line, rule

std::string text_of(const fs::path& file) {
  std::ifstream in(file);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

std::multiset<Finding> expected(const std::string& text) {
  std::multiset<Finding> out;
  std::istringstream lines(text);
  std::uint32_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    const std::string mark = "; expect ";
    const auto at = line.find(mark);
    if (at == std::string::npos) continue;
    std::istringstream rules(line.substr(at + mark.size()));
    for (std::string rule; rules >> rule;) out.emplace(number + 1, rule);
  }
  return out;
}

std::multiset<Finding> found(const std::string& text, bool all) {
  SourceMap sources;
  Diagnostics findings;
  auto set = lang::check_set({{sources.add("set.lisp", text)}}, sources, findings);
  if (set) {
    const program::ProgramSet programs(std::move(set).value());
    verify::Options options;
    options.jobs = all ? 2 : 1;
    const verify::Report report = verify::verify(programs, sources, options);
    EXPECT_EQ(report.internal_error, "");
    EXPECT_NE(report.verdict, verify::Verdict::undecided);
    findings.insert(findings.end(), report.findings.begin(), report.findings.end());
  } else {
    findings = set.errors();
  }
  std::multiset<Finding> out;
  for (const Diagnostic& d : findings) {
    out.emplace(sources.locate(d.span).line, d.rule);
  }
  return out;
}

class Corpus : public testing::TestWithParam<std::string> {};

TEST_P(Corpus, FailingFileIsNamedAndPassingOneIsNot) {
  const fs::path folder = fs::path(LAPIS_SOURCE_DIR) / "tests/verify/corpus";
  const std::string failing = text_of(folder / (GetParam() + ".fail.lisp"));
  ASSERT_NE(failing, "");
  const auto wanted = expected(failing);
  EXPECT_TRUE(std::any_of(wanted.begin(), wanted.end(),
                          [](const Finding& f) { return f.second == GetParam(); }));
  EXPECT_EQ(found(failing, true), wanted);
  const std::string passing = text_of(folder / (GetParam() + ".pass.lisp"));
  ASSERT_NE(passing, "");
  for (const Finding& f : found(passing, false)) {
    EXPECT_NE(f.second, GetParam()) << "line " << f.first;
  }
}

INSTANTIATE_TEST_SUITE_P(Rules, Corpus,
                         testing::Values("unsatisfiable", "unreachable", "conflict", "empty-answer",
                                         "answer-outside-pool", "invariant", "attribute-domain",
                                         "answer-differs", "redundant-condition", "constant-branch",
                                         "mixed-family-gap", "unused", "ttl-spread", "coverage"),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace lapis
