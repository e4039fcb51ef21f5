// GitLab's code quality report: an array of issues in the form of Code Climate, as far as GitLab
// reads it (description, check_name, fingerprint, severity, location).
#include <nlohmann/json.hpp>

#include "excerpt.h"
#include "formats.h"

namespace lapis::report {
namespace {

using Json = nlohmann::ordered_json;

const char* gitlab_severity(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "critical";
    case Severity::warning:
      return "minor";
    case Severity::note:
      return "info";
  }
  return "critical";
}

/// Paths in a report are relative to the repository and do not begin with "./".
std::string plain_path(std::string path) {
  while (path.starts_with("./")) path.erase(0, 2);
  return path;
}

Json location(const Diagnostic& d, const Report& report, const SourceMap& sources) {
  if (!d.span.known()) {
    // An issue must have a place; a finding about the whole set gets what the command was given.
    return {{"path", report.paths.empty() ? "." : plain_path(report.paths[0])},
            {"lines", {{"begin", 1}}}};
  }
  const Location place = sources.locate(d.span);
  return {{"path", plain_path(place.path)},
          {"lines", {{"begin", place.line}, {"end", place.end_line}}}};
}

}  // namespace

std::string render_gitlab(const Report& report, const SourceMap& sources) {
  const std::vector<std::string> prints = fingerprints(report.findings, sources);
  Json issues = Json::array();
  for (std::size_t i = 0; i < report.findings.size(); ++i) {
    const Diagnostic& d = report.findings[i];
    issues.push_back(
        {{"description", showable(d.message) + (d.help.empty() ? "" : " (" + d.help + ")")},
         {"check_name", d.rule},
         {"fingerprint", prints[i]},
         {"severity", gitlab_severity(d.severity)},
         {"location", location(d, report, sources)}});
  }
  if (report.verdict == Verdict::undecided) {
    // Undecided must not look like an empty, so clean, report.
    issues.push_back({{"description", "undecided: " + showable(report.undecided_reason)},
                      {"check_name", "undecided"},
                      {"fingerprint", "undecided-" + report.digest},
                      {"severity", "blocker"},
                      {"location", location({}, report, sources)}});
  }
  return issues.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace lapis::report
