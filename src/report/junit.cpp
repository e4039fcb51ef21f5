// JUnit XML: one test case a finding, and one that passes when there is none, so that a run without
// findings is not shown as a run without tests.
#include <cstdio>

#include "excerpt.h"
#include "formats.h"

namespace lapis::report {
namespace {

std::string failure(const Diagnostic& d, const Report& report, const SourceMap& sources) {
  // Excerpts are showable already; only the newlines must stay.
  return "<failure type=\"" + markup_escape(d.rule) + "\" message=\"" +
         markup_escape(showable(d.message)) + "\">" +
         markup_escape(render_finding(d, sources, report.paths)) + "</failure>";
}

/// A test that was run, with all of its failures.
std::string test_case(const TestCase& test, const Report& report, const SourceMap& sources) {
  const Location place = sources.locate(test.span);
  std::string out = "    <testcase classname=\"" + markup_escape(showable(place.path)) +
                    "\" name=\"" + markup_escape(showable(test.name)) + "\">";
  for (const std::size_t i : test.failures) out += failure(report.findings[i], report, sources);
  return out + "</testcase>\n";
}

std::string test_case(const Diagnostic& d, const Report& report, const SourceMap& sources) {
  const Location place = sources.locate(d.span);
  std::string name = d.rule;
  if (!d.program.empty()) name += " " + d.program;
  if (d.span.known()) {
    name +=
        " " + place.path + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
  }
  std::string out = "    <testcase classname=\"lapis." + report.command + "\" name=\"" +
                    markup_escape(showable(name)) + "\">";
  if (d.severity != Severity::error) return out + "</testcase>\n";
  return out + failure(d, report, sources) + "</testcase>\n";
}

}  // namespace

std::string render_junit(const Report& report, const SourceMap& sources) {
  std::string cases;
  std::size_t failures = 0;
  std::vector<bool> of_a_test(report.findings.size());
  for (const TestCase& test : report.cases) {
    cases += test_case(test, report, sources);
    failures += test.failures.empty() ? 0 : 1;
    for (const std::size_t i : test.failures) of_a_test[i] = true;
  }
  std::size_t tests = report.cases.size();
  for (std::size_t i = 0; i < report.findings.size(); ++i) {
    if (of_a_test[i]) continue;
    cases += test_case(report.findings[i], report, sources);
    failures += report.findings[i].severity == Severity::error ? 1 : 0;
    ++tests;
  }
  if (report.verdict == Verdict::undecided) {
    cases += "    <testcase classname=\"lapis." + report.command +
             "\" name=\"decided\"><error message=\"" +
             markup_escape(showable(report.undecided_reason)) + "\"/></testcase>\n";
    ++tests;
  } else if (tests == 0) {
    cases = "    <testcase classname=\"lapis." + report.command + "\" name=\"no findings\"/>\n";
    tests = 1;
  }
  char time[32];
  std::snprintf(time, sizeof time, "%.3f", report.elapsed_ms / 1000);
  const std::string counts = "tests=\"" + std::to_string(tests) + "\" failures=\"" +
                             std::to_string(failures) + "\" errors=\"" +
                             (report.verdict == Verdict::undecided ? "1" : "0") + "\" time=\"" +
                             time + "\"";
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites " + counts +
         ">\n  <testsuite name=\"lapis " + report.command + "\" " + counts + ">\n" + cases +
         "  </testsuite>\n</testsuites>\n";
}

}  // namespace lapis::report
