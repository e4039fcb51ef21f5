// The line-oriented formats: compact for grep and editors, GitHub workflow commands.
#include "excerpt.h"
#include "formats.h"
#include "lapis/report/witness.h"

namespace lapis::report {
namespace {

/// Workflow-command escapes: data, and additionally ':' and ',' in properties.
std::string github_escape(const std::string& text, bool property) {
  std::string out;
  for (const char c : text) {
    if (c == '%') {
      out += "%25";
    } else if (c == '\r') {
      out += "%0D";
    } else if (c == '\n') {
      out += "%0A";
    } else if (property && c == ':') {
      out += "%3A";
    } else if (property && c == ',') {
      out += "%2C";
    } else {
      out += c;
    }
  }
  return out;
}

const char* github_level(Severity severity) {
  return severity == Severity::note ? "notice" : lapis::to_string(severity);
}

std::string github_properties(const Diagnostic& d, const SourceMap& sources) {
  std::string out = "title=" + github_escape("lapis: " + d.rule, true);
  if (!d.span.known()) return out;
  const Location place = sources.locate(d.span);
  out += ",file=" + github_escape(place.path, true) + ",line=" + std::to_string(place.line) +
         ",endLine=" + std::to_string(place.end_line);
  // Columns are only accepted for a range inside one line.
  if (place.line == place.end_line) {
    out +=
        ",col=" + std::to_string(place.column) + ",endColumn=" + std::to_string(place.end_column);
  }
  return out;
}

}  // namespace

std::string render_compact(const Report& report, const SourceMap& sources) {
  std::string out;
  for (const Diagnostic& d : report.findings) out += render_line(d, sources) + "\n";
  return out;
}

std::string render_github(const Report& report, const SourceMap& sources) {
  std::string out;
  for (const Diagnostic& d : report.findings) {
    std::string message = d.message;
    if (!d.help.empty()) message += "\nhelp: " + d.help;
    if (d.witness) message += "\nwitness: " + witness_json(*d.witness);
    out += std::string("::") + github_level(d.severity) + " " + github_properties(d, sources) +
           "::" + github_escape(message, false) + "\n";
  }
  return out;
}

}  // namespace lapis::report
