// Markdown for a comment on a pull request or a job's summary (GitHub Flavored Markdown): a table
// first, the details of each finding folded below it.
#include <algorithm>

#include "excerpt.h"
#include "formats.h"

namespace lapis::report {
namespace {

/// Text in a cell of a table or in a line: nothing in it is markup (GFM section 2.4).
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : showable(text)) {
    if (std::string_view("\\`*_{}[]<>#|~&@").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string code(std::string_view text) {
  std::string shown = showable(text);
  // Within a table a pipe ends the cell even in code.
  for (std::size_t at = 0; (at = shown.find('|', at)) != std::string::npos; at += 2) {
    shown.insert(at, "\\");
  }
  const bool ticks = shown.find('`') != std::string::npos;
  return ticks ? "`` " + shown + " ``" : "`" + shown + "`";
}

std::string place_of(const Diagnostic& d, const SourceMap& sources) {
  if (!d.span.known()) return "";
  const Location place = sources.locate(d.span);
  return code(place.path + ":" + std::to_string(place.line) + ":" + std::to_string(place.column));
}

/// A fence longer than any run of backticks inside.
std::string fence_for(const std::string& text) {
  std::size_t longest = 2;
  for (std::size_t at = text.find('`'); at != std::string::npos; at = text.find('`', at)) {
    const std::size_t end = std::min(text.find_first_not_of('`', at), text.size());
    longest = std::max(longest, end - at);
    at = end;
  }
  return std::string(longest + 1, '`');
}

}  // namespace

std::string render_markdown(const Report& report, const SourceMap& sources) {
  std::string out = "### lapis " + report.command + ": " + to_string(report.verdict) + "\n\n";
  if (report.programs > 0) {
    out += std::to_string(report.programs) + (report.programs == 1 ? " program, " : " programs, ");
  }
  out += count_findings(report.findings);
  if (const std::string silenced = count_silenced(report); !silenced.empty()) {
    out += "; " + silenced;
  }
  out += "\n";
  if (report.verdict == Verdict::undecided) {
    out += "\nUndecided: " + escaped(report.undecided_reason) + "\n";
  }
  if (report.findings.empty()) return out;
  out += "\n| severity | rule | place | finding |\n|---|---|---|---|\n";
  for (const Diagnostic& d : report.findings) {
    out += std::string("| ") + lapis::to_string(d.severity) + " | " + code(d.rule) + " | " +
           place_of(d, sources) + " | " + escaped(d.message) + " |\n";
  }
  for (const Diagnostic& d : report.findings) {
    const std::string details = render_finding(d, sources, report.paths);
    const std::string fence = fence_for(details);
    out += "\n<details><summary>" + std::string(lapis::to_string(d.severity)) + ": " +
           escaped(d.message) + "</summary>\n\n" + fence + "text\n" + details + fence +
           "\n\n</details>\n";
  }
  return out;
}

}  // namespace lapis::report
