#include <algorithm>
#include <cstdio>
#include <sstream>

#include "excerpt.h"
#include "formats.h"
#include "lapis/report/text_diff.h"
#include "lapis/report/witness.h"

namespace lapis::report {
namespace {

/// SGR sequences, all empty without colour.
struct Palette {
  Paint bold, error, warning, note, faint, good;

  explicit Palette(bool colour) {
    if (!colour) return;
    constexpr const char* off = "\033[0m";
    bold = {"\033[1m", off};
    error = {"\033[1;31m", off};
    warning = {"\033[1;33m", off};
    note = {"\033[1;36m", off};
    faint = {"\033[34m", off};
    good = {"\033[1;32m", off};
  }
  const Paint& of(Severity severity) const {
    return severity == Severity::error ? error : severity == Severity::warning ? warning : note;
  }
};

std::string painted(const Paint& paint, const std::string& text) {
  return paint.on + text + paint.off;
}

std::string position(Span span, const SourceMap& sources) {
  if (!span.known()) return "lapis";
  const Location place = sources.locate(span);
  return showable(place.path) + ":" + std::to_string(place.line) + ":" +
         std::to_string(place.column);
}

/// What a reader needs to see of the query; fields at their defaults are left out.
void append_witness(std::string& out, const Witness& w, const std::vector<std::string>& paths) {
  out += "  witness: this query shows it\n";
  auto line = [&](const char* name, const std::string& value) {
    if (value.empty()) return;
    char label[32];
    std::snprintf(label, sizeof label, "    %-10s ", name);
    out += label + showable(value) + "\n";
  };
  line("qname", w.qname);
  line("qtype", w.qtype);
  line("zone", w.zone);
  line("client", w.client);
  if (w.resolver != w.client) line("resolver", w.resolver);
  if (w.transport != "udp") line("transport", w.transport);
  line("site", w.site);
  line("region", w.region);
  line("country", w.country);
  line("continent", w.continent);
  if (w.asn != 0) line("asn", std::to_string(w.asn));
  for (const auto& [name, value] : w.attributes) line(name.c_str(), attribute_text(value));
  // A query without client asks zones, not programs.
  if (!paths.empty() && !w.client.empty()) {
    out += "  replay: " + eval_command(w, paths) + "\n";
  }
  out += "  ask:    " + dig_command(w) + "\n";
}

void append_finding(std::string& out, const Diagnostic& d, const SourceMap& sources,
                    const std::vector<std::string>& paths, const TextStyle& style,
                    const Palette& palette) {
  const Paint& strong = palette.of(d.severity);
  out += painted(palette.bold, position(d.span, sources) + ":") + " " +
         painted(strong, std::string(lapis::to_string(d.severity)) + ":") + " " +
         showable(d.message) + " [" + d.rule + "]\n";
  out += excerpt(d.span, sources, style, palette.faint, strong);
  for (const Related& related : d.related) {
    std::string words = related.message;
    if (words.empty()) words = "'" + related.name + "' is here";
    if (!related.span.known()) {
      out += "  related: " + showable(words) + "\n";
      continue;
    }
    out += "  related: " + position(related.span, sources) + ": " + showable(words) + "\n";
    out += excerpt(related.span, sources, style, palette.faint, palette.note);
  }
  if (!d.help.empty()) out += "  help: " + showable(d.help) + "\n";
  if (d.witness) append_witness(out, *d.witness, paths);
}

/// What would remove a finding, with the change as a diff.
void append_fixes(std::string& out, const Diagnostic& d, const Report& report,
                  const SourceMap& sources) {
  for (const Fix& fix : report.fixes) {
    if (!fix.is_for(d)) continue;
    out += "  fix: " + showable(fix.title) +
           (fix.same_answers ? " (proved: no answer changes)\n" : " (answers change)\n");
    for (const std::string& change : fix.changes) out += "    " + showable(change) + "\n";
    std::istringstream diff(fix_diff(fix, sources));
    for (std::string line; std::getline(diff, line);) out += "    " + showable(line) + "\n";
  }
}

std::string milliseconds(double elapsed) {
  char text[32];
  std::snprintf(text, sizeof text, elapsed < 10 ? "%.1f ms" : "%.0f ms", elapsed);
  return text;
}

std::string summary(const Report& report, const Palette& palette) {
  const bool lint = report.command == "lint";
  std::string word = to_string(report.verdict);
  if (lint) word = report.verdict == Verdict::verified ? "ok" : word;
  if (report.command == "test") word = report.verdict == Verdict::verified ? "passed" : "failed";
  const Paint& paint = report.verdict == Verdict::verified   ? palette.good
                       : report.verdict == Verdict::rejected ? palette.error
                                                             : palette.warning;
  std::string line = painted(paint, word) + ": ";
  if (!lint) {
    line += std::to_string(report.programs) + (report.programs == 1 ? " program, " : " programs, ");
  }
  if (!report.cases.empty() || report.command == "test") {
    const auto failed = std::count_if(report.cases.begin(), report.cases.end(),
                                      [](const TestCase& test) { return !test.failures.empty(); });
    line += std::to_string(report.cases.size()) +
            (report.cases.size() == 1 ? " case, " : " cases, ") + std::to_string(failed) +
            " failed, ";
  }
  line += count_findings(report.findings);
  if (const std::string silenced = count_silenced(report); !silenced.empty()) {
    line += "; " + silenced;
  }
  line += " (" + milliseconds(report.elapsed_ms) + ")\n";
  if (report.verdict == Verdict::undecided && !report.undecided_reason.empty()) {
    line += "  because " + showable(report.undecided_reason) + "\n";
  }
  return line;
}

}  // namespace

std::string render_finding(const Diagnostic& finding, const SourceMap& sources,
                           const std::vector<std::string>& paths, const TextStyle& style) {
  std::string out;
  append_finding(out, finding, sources, paths, style, Palette(style.colour));
  return out;
}

std::string render_line(const Diagnostic& finding, const SourceMap& sources) {
  return position(finding.span, sources) + ": " + lapis::to_string(finding.severity) + ": " +
         showable(finding.message) + " [" + finding.rule + "]";
}

void append_stats(std::string& out, const std::vector<std::pair<std::string, std::string>>& stats) {
  std::size_t widest = 0;
  for (const auto& [name, value] : stats) widest = std::max(widest, name.size());
  for (const auto& [name, value] : stats) {
    out += "  " + name + std::string(widest - name.size() + 2, ' ') + value + "\n";
  }
}

std::string render_text(const Report& report, const SourceMap& sources, const TextStyle& style) {
  const Palette palette(style.colour);
  std::string out;
  for (const Diagnostic& d : report.findings) {
    append_finding(out, d, sources, report.paths, style, palette);
    append_fixes(out, d, report, sources);
    out += "\n";
  }
  out += summary(report, palette);
  append_stats(out, report.stats);
  return out;
}

}  // namespace lapis::report
