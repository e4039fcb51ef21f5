// The formats other tools read.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "lapis/report/report.h"
#include "lapis/report/rules.h"

namespace lapis::report {
namespace {

using Json = nlohmann::json;

struct Sample {
  SourceMap map;
  Report report;

  Sample() {
    const std::uint32_t file = map.add("sets/a b.lisp", "(program a)\n(program b\n  )\n");
    Diagnostic d = error_at({file, 12, 26}, "unreachable", "'b' is 100% <shadowed>, by: 'a'");
    d.program = "b";
    d.related.push_back({"a", "takes them all", {file, 0, 11}});
    d.witness = Witness{};
    d.witness->qname = "x.";
    d.witness->attributes = {{"beta", true}};
    Diagnostic n = error_at({file, 9, 10}, "unused", "note this\nwell", "drop it");
    n.severity = Severity::note;
    report.command = "verify";
    report.verdict = Verdict::rejected;
    report.programs = 2;
    report.findings = {d, n};
    report.elapsed_ms = 1.23456;
    report.digest = "abc";
  }
};

TEST(JsonReport, HasTheFixedKeys) {
  Sample s;
  const Json json = Json::parse(render(s.report, s.map, Format::json));
  EXPECT_EQ(json["version"], 1);
  EXPECT_EQ(json["command"], "verify");
  EXPECT_EQ(json["verdict"], "rejected");
  EXPECT_EQ(json["programs"], 2);
  EXPECT_EQ(json["elapsed_ms"], 1.235);
  ASSERT_EQ(json["findings"].size(), 2U);
  const Json& f = json["findings"][0];
  EXPECT_EQ(f["rule"], "unreachable");
  EXPECT_EQ(f["severity"], "error");
  EXPECT_EQ(f["program"], "b");
  EXPECT_EQ(f["related"], Json::parse(R"(["a"])"));
  EXPECT_EQ(f["file"], "sets/a b.lisp");
  EXPECT_EQ(f["line"], 2);
  EXPECT_EQ(f["column"], 1);
  EXPECT_EQ(f["end_line"], 3);
  EXPECT_EQ(f["end_column"], 4);
  EXPECT_EQ(f["witness"]["qname"], "x.");
  EXPECT_EQ(f["witness"]["attributes"]["beta"], true);
  EXPECT_EQ(f["witness"].size(), 12U);
  EXPECT_TRUE(json["findings"][1]["witness"].is_null());
  EXPECT_TRUE(json["findings"][1]["program"].is_null());
  EXPECT_EQ(json["findings"][1]["related"], Json::array());
}

TEST(JsonReport, BrokenUtf8StaysJson) {
  Sample s;
  s.report.findings[0].message = "\xff";
  EXPECT_EQ(Json::parse(render(s.report, s.map, Format::json))["findings"][0]["message"],
            "\xEF\xBF\xBD");
}

TEST(JsonLines, OneFindingALine) {
  Sample s;
  const std::string text = render(s.report, s.map, Format::jsonl);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
  EXPECT_EQ(Json::parse(text.substr(0, text.find('\n')))["rule"], "unreachable");
}

TEST(Compact, OneFindingALine) {
  Sample s;
  s.report.findings[1].message = "note this";
  EXPECT_EQ(render(s.report, s.map, Format::compact),
            "sets/a b.lisp:2:1: error: 'b' is 100% <shadowed>, by: 'a' [unreachable]\n"
            "sets/a b.lisp:1:10: note: note this [unused]\n");
}

TEST(Github, EscapesPropertiesAndData) {
  Sample s;
  s.report.findings[0].witness.reset();
  EXPECT_EQ(render(s.report, s.map, Format::github),
            "::error title=lapis%3A unreachable,file=sets/a b.lisp,line=2,endLine=3::'b' is "
            "100%25 <shadowed>, by: 'a'\n"
            "::notice title=lapis%3A unused,file=sets/a b.lisp,line=1,endLine=1,col=10,"
            "endColumn=11::note this%0Awell%0Ahelp: drop it\n");
}

TEST(Sarif, ResultsPointIntoTheirRules) {
  Sample s;
  const Json log = Json::parse(render(s.report, s.map, Format::sarif));
  EXPECT_EQ(log["version"], "2.1.0");
  const Json& run = log["runs"][0];
  ASSERT_EQ(run["results"].size(), 2U);
  for (const Json& result : run["results"]) {
    const std::size_t index = result["ruleIndex"];
    EXPECT_EQ(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
  }
  const Json& place = run["results"][0]["locations"][0]["physicalLocation"];
  EXPECT_EQ(place["artifactLocation"]["uri"], "sets/a%20b.lisp");
  EXPECT_EQ(place["region"]["startLine"], 2);
  EXPECT_EQ(place["region"]["endColumn"], 4);
  EXPECT_EQ(run["results"][0]["relatedLocations"].size(), 1U);
  const Json& help = run["tool"]["driver"]["rules"][0]["help"];
  EXPECT_EQ(help["text"], rule_text(*find_rule("unreachable")));
  EXPECT_EQ(help["markdown"], rule_markdown(*find_rule("unreachable")));
}

TEST(Junit, FailuresAreErrorsOnly) {
  Sample s;
  const std::string xml = render(s.report, s.map, Format::junit);
  EXPECT_NE(xml.find("tests=\"2\" failures=\"1\" errors=\"0\""), std::string::npos) << xml;
  EXPECT_NE(xml.find("message=\"'b' is 100% &lt;shadowed&gt;, by: 'a'\""), std::string::npos);
  s.report.findings.clear();
  s.report.verdict = Verdict::verified;
  const std::string clean = render(s.report, s.map, Format::junit);
  EXPECT_NE(clean.find("tests=\"1\" failures=\"0\""), std::string::npos) << clean;
}

TEST(FormatNames, AllParse) {
  for (const std::string& name : format_names()) EXPECT_TRUE(parse_format(name)) << name;
  EXPECT_FALSE(parse_format("xml"));
}

TEST(Rules, HaveUniqueIdsAndText) {
  std::set<std::string_view> ids;
  for (const Rule& rule : rules()) {
    EXPECT_TRUE(ids.insert(rule.id).second) << rule.id;
    EXPECT_GT(std::string_view(rule.text).size(), 20U) << rule.id;
  }
  EXPECT_EQ(find_rule("no-such-rule"), nullptr);
}

}  // namespace
}  // namespace lapis::report
