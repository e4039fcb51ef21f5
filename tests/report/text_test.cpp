// The text form of findings, compared whole.
#include <gtest/gtest.h>

#include "lapis/report/report.h"

namespace lapis::report {
namespace {

struct Source {
  SourceMap map;
  std::uint32_t file;
  explicit Source(std::string text) : file(map.add("a.lisp", std::move(text))) {}

  Diagnostic at(std::uint32_t begin, std::uint32_t end) const {
    return error_at({file, begin, end}, "type-mismatch", "expected a boolean, got a string");
  }
  Diagnostic at(std::string_view part) const {
    const std::size_t begin = map.text(file).find(part);
    return at(static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(begin + part.size()));
  }
};

TEST(FindingText, UnderlinesTheExactRange) {
  const Source s("; one\n(match (and \"x\" true))\n");
  EXPECT_EQ(render_finding(s.at("\"x\""), s.map),
            "a.lisp:2:13: error: expected a boolean, got a string [type-mismatch]\n"
            "     2 | (match (and \"x\" true))\n"
            "       |             ^~~\n");
}

struct ExcerptCase {
  const char* name;
  const char* text;
  std::uint32_t begin, end;
  const char* expected;
};

const ExcerptCase excerpt_cases[] = {
    {"tab before and inside", "\t(a\tb)\n", 1, 6,
     "     1 |     (a  b)\n"
     "       |     ^~~~~~\n"},
    {"UTF-8 before the range", "(doc \"Zürich\") x\n", 16, 17,
     "     1 | (doc \"Zürich\") x\n"
     "       |                ^\n"},
    {"wide characters take two columns", "\"東京\" x", 9, 10,
     "     1 | \"東京\" x\n"
     "       |        ^\n"},
    {"combining mark takes none", "e\xCC\x81 x", 4, 5,
     "     1 | e\xCC\x81 x\n"
     "       |   ^\n"},
    {"two lines", "(a\n  b) c\n", 0, 7,
     "     1 | (a\n"
     "       | ^~\n"
     "     2 |   b) c\n"
     "       |   ~~\n"},
    {"many lines are elided", "(a\n1\n2\n3\n4\n  b)\n", 0, 15,
     "     1 | (a\n"
     "       | ^~\n"
     "   ... |\n"
     "     6 |   b)\n"
     "       |   ~~\n"},
    {"range ending after the newline", "abc\ndef\n", 1, 4,
     "     1 | abc\n"
     "       |  ^~\n"},
    {"empty range at end of file", "abc", 3, 3,
     "     1 | abc\n"
     "       |    ^\n"},
    {"empty file", "", 0, 0,
     "     1 |\n"
     "       | ^\n"},
    {"CRLF", "ab\r\ncd\r\n", 4, 6,
     "     2 | cd\n"
     "       | ^~\n"},
    {"control character and broken UTF-8",
     "a\x1b\xff"
     "b",
     3, 4,
     "     1 | a\xEF\xBF\xBD\xEF\xBF\xBD"
     "b\n"
     "       |    ^\n"},
    {"text direction override",
     "a\xE2\x80\xAE"
     "b",
     4, 5,
     "     1 | a\xEF\xBF\xBD"
     "b\n"
     "       |   ^\n"},
    {"range beyond the file", "abc", 100, 200,
     "     1 | abc\n"
     "       |    ^\n"},
};

TEST(FindingText, Excerpts) {
  for (const ExcerptCase& c : excerpt_cases) {
    const Source s(c.text);
    const std::string text = render_finding(s.at(c.begin, c.end), s.map);
    EXPECT_EQ(text.substr(text.find('\n') + 1), c.expected) << c.name;
  }
}

TEST(FindingText, LongLineShowsAWindowAroundTheRange) {
  const Source s(std::string(5000, 'a') + "(bad)" + std::string(5000, 'z'));
  TextStyle style;
  style.width = 30;
  EXPECT_EQ(render_finding(s.at("(bad)"), s.map, {}, style),
            "a.lisp:1:5001: error: expected a boolean, got a string [type-mismatch]\n"
            "     1 | …aaaaaaaaaa(bad)zzzzzzzzzzzzzzz…\n"
            "       |            ^~~~~\n");
}

TEST(FindingText, RelatedHelpAndWitness) {
  const Source s("(program a)\n(program b)\n");
  Diagnostic d = error_at({s.file, 21, 22}, "conflict", "'a' and 'b' match the same query",
                          "make one of them (exclusive false)");
  d.related.push_back({"a", "the other program", {s.file, 9, 10}});
  Witness w;
  w.qname = "it's.example.com.";
  w.zone = "example.com.";
  w.client = "2001:db8::1";
  w.resolver = "192.0.2.1";
  w.transport = "tcp";
  w.attributes = {{"plan", std::string("pro")}, {"beta", true}};
  d.witness = w;
  EXPECT_EQ(render_finding(d, s.map, {"sets/my set"}),
            "a.lisp:2:10: error: 'a' and 'b' match the same query [conflict]\n"
            "     2 | (program b)\n"
            "       |          ^\n"
            "  related: a.lisp:1:10: the other program\n"
            "     1 | (program a)\n"
            "       |          ^\n"
            "  help: make one of them (exclusive false)\n"
            "  witness: this query shows it\n"
            "    qname      it's.example.com.\n"
            "    qtype      A\n"
            "    zone       example.com.\n"
            "    client     2001:db8::1\n"
            "    resolver   192.0.2.1\n"
            "    transport  tcp\n"
            "    plan       \"pro\"\n"
            "    beta       true\n"
            "  replay: lapis eval 'sets/my set' --qname 'it'\\''s.example.com.' --qtype A "
            "--zone example.com. --client 2001:db8::1 --resolver 192.0.2.1 --transport tcp "
            "--attr plan=pro --attr beta=true\n"
            "  ask:    dig @127.0.0.1 -p 5300 'it'\\''s.example.com.' A +tcp "
            "+subnet=2001:db8::1/128\n");
}

TEST(FindingText, WithoutAPlace) {
  SourceMap none;
  EXPECT_EQ(render_finding(error_at({}, "unreadable", "no\x1b such file"), none),
            "lapis: error: no\xEF\xBF\xBD such file [unreadable]\n");
}

TEST(FindingText, ColourOnlyWhenAsked) {
  const Source s("abc");
  TextStyle style;
  EXPECT_EQ(render_finding(s.at(0, 1), s.map, {}, style).find('\033'), std::string::npos);
  style.colour = true;
  const std::string text = render_finding(s.at(0, 1), s.map, {}, style);
  EXPECT_NE(text.find("\033[1;31merror:\033[0m"), std::string::npos);
  EXPECT_NE(text.find("\033[1;31m^\033[0m"), std::string::npos);
}

TEST(ReportText, EndsWithVerdictAndCounts) {
  const Source s("abc");
  Report report;
  report.command = "verify";
  report.verdict = Verdict::rejected;
  report.programs = 2;
  report.findings = {s.at(0, 1), s.at(1, 2)};
  report.findings[1].severity = Severity::warning;
  report.elapsed_ms = 12.3;
  const std::string text = render(report, s.map, Format::text);
  EXPECT_TRUE(text.ends_with("\nrejected: 2 programs, 1 error, 1 warning (12 ms)\n")) << text;
  report.findings.clear();
  report.verdict = Verdict::undecided;
  report.programs = 1;
  report.undecided_reason = "the time limit was reached";
  EXPECT_EQ(render(report, s.map, Format::text),
            "undecided: 1 program, no findings (12 ms)\n  because the time limit was reached\n");
}

}  // namespace
}  // namespace lapis::report
