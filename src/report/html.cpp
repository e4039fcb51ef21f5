// A report as one HTML file that asks nothing of the network: the data as JSON, and the style and
// script of src/report/html/, which draw it.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "excerpt.h"
#include "formats.h"
#include "html_assets.h"
#include "lapis/report/overview.h"
#include "witness_value.h"

namespace lapis::report {
namespace {

using Json = nlohmann::ordered_json;

/// Files longer than this are not put into the report; excerpts show what findings are about.
constexpr std::size_t most_of_a_file = std::size_t{1} << 20U;
constexpr std::size_t most_of_all_files = std::size_t{8} << 20U;

std::string escaped(std::string_view text) {
  return markup_escape(showable(text));
}

/// Only what a reader needs: fields at their defaults are left out.
Json short_witness(const Witness& w) {
  Json whole = witness_value(w);
  Json out = Json::object();
  for (const auto& [name, value] : whole.items()) {
    const bool nothing = value == "" || value == 0 || (name == "transport" && value == "udp") ||
                         (value.is_object() && value.empty());
    if (!nothing) out[name] = value;
  }
  return out;
}

class Page {
 public:
  Page(const Report& report, const SourceMap& sources) : report_(report), sources_(sources) {}

  std::string render() {
    choose_sources();
    Json data = {{"command", report_.command}, {"paths", report_.paths}};
    data["findings"] = Json::array();
    for (const Diagnostic& d : report_.findings) data["findings"].push_back(finding(d));
    data["silenced"] = Json::array();
    for (const Silenced& s : report_.silenced) data["silenced"].push_back(finding(s.finding));
    data["sources"] = Json::array();
    for (const std::uint32_t file : shown_) {
      data["sources"].push_back(
          {{"path", showable(sources_.path(file))}, {"text", sources_.text(file)}});
    }
    data["overview"] = report_.overview ? overview(*report_.overview) : Json();
    std::string json = data.dump(-1, ' ', false, Json::error_handler_t::replace);
    // Nothing in the data may end the element it stands in (HTML section 4.12.1.3).
    for (std::size_t at = 0; (at = json.find('<', at)) != std::string::npos; at += 6) {
      json.replace(at, 1, "\\u003c");
    }
    return page(json);
  }

 private:
  void choose_sources() {
    std::size_t all = 0;
    for (std::uint32_t file = 1; file <= sources_.size(); ++file) {
      const std::size_t size = sources_.text(file).size();
      if (size > most_of_a_file || all + size > most_of_all_files) continue;
      all += size;
      shown_.push_back(file);
    }
  }

  Json place(Span span) const {
    if (!span.known()) return {};
    const Location at = sources_.locate(span);
    const auto source = std::find(shown_.begin(), shown_.end(), span.file);
    return {{"file", showable(at.path)},
            {"line", at.line},
            {"column", at.column},
            {"source", source == shown_.end() ? -1 : source - shown_.begin()}};
  }

  Json finding(const Diagnostic& d) const {
    Json related = Json::array();
    for (const Related& r : d.related) {
      related.push_back({{"name", r.name}, {"message", r.message}, {"place", place(r.span)}});
    }
    return {{"rule", d.rule},
            {"severity", lapis::to_string(d.severity)},
            {"message", showable(d.message)},
            {"program", d.program.empty() ? Json() : Json(d.program)},
            {"place", place(d.span)},
            {"excerpt", excerpt(d.span, sources_, {}, {}, {})},
            {"related", std::move(related)},
            {"help", d.help.empty() ? Json() : Json(showable(d.help))},
            {"witness", d.witness ? short_witness(*d.witness) : Json()}};
  }

  Json source_of(Span span) const {
    if (!span.known()) return {};
    const Location at = sources_.locate(span);
    return {{"file", showable(at.path)}, {"line", at.line}, {"text", sources_.slice(span)}};
  }

  Json overview(const Overview& o) const {
    Json programs = Json::array();
    for (const Overview::Program& p : o.programs) {
      programs.push_back({{"name", p.name},
                          {"doc", p.doc},
                          {"exclusive", p.exclusive},
                          {"reachable", p.reachable},
                          {"span", source_of(p.span)},
                          {"witness", p.witness ? short_witness(*p.witness) : Json()}});
    }
    Json pairs = Json::array();
    for (const Overview::Pair& p : o.pairs) {
      pairs.push_back(Json::array({p.earlier, p.later, p.shadowed, short_witness(p.witness)}));
    }
    Json cells = Json::array();
    for (const Overview::Cell& cell : o.cells) {
      Json answers = Json::array();
      for (const Overview::Answer& a : cell.answers) {
        answers.push_back({{"program", a.program}, {"witness", short_witness(a.witness)}});
      }
      cells.push_back(std::move(answers));
    }
    return {{"programs", std::move(programs)},
            {"pairs", std::move(pairs)},
            {"pairs_left_out", o.pairs_left_out},
            {"column_field", o.column_field},
            {"columns", o.columns},
            {"rows", o.rows},
            {"rows_left_out", o.rows_left_out},
            {"cells", std::move(cells)}};
  }

  std::string summary() const {
    std::string out;
    if (report_.programs > 0) {
      out +=
          std::to_string(report_.programs) + (report_.programs == 1 ? " program, " : " programs, ");
    }
    out += count_findings(report_.findings);
    if (const std::string silenced = count_silenced(report_); !silenced.empty()) {
      out += "; " + silenced;
    }
    if (report_.verdict == Verdict::undecided) out += "; undecided: " + report_.undecided_reason;
    if (!report_.digest.empty()) out += "; digest " + report_.digest.substr(0, 12);
    return out;
  }

  std::string page(const std::string& json) const {
    std::string paths;
    for (const std::string& path : report_.paths) paths += (paths.empty() ? "" : " ") + path;
    const std::string title = "lapis " + report_.command + " " + paths;
    const std::string verdict = to_string(report_.verdict);
    std::string out =
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
        "style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\">\n"
        "<title>" +
        escaped(title + ": " + verdict) + "</title>\n<style>\n" + html_style() +
        "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#findings\">To the findings</a>\n"
        "<header class=\"top\">\n<h1>lapis " +
        escaped(report_.command) + " <code>" + escaped(paths) + "</code> <span class=\"badge " +
        verdict + "\">" + verdict + "</span></h1>\n<p class=\"meta\">" + escaped(summary()) +
        "</p>\n</header>\n<nav aria-label=\"Parts of the report\"></nav>\n"
        "<div class=\"page\">\n<main></main>\n"
        "<aside class=\"detail\" id=\"detail\" aria-live=\"polite\" aria-label=\"Details\" "
        "tabindex=\"-1\"><h2>Details</h2><p>Pick a program, a cell of the matrix or a cell of the "
        "picture.</p></aside>\n</div>\n<noscript><section><h2>Findings</h2><pre>";
    for (const Diagnostic& d : report_.findings) out += escaped(render_line(d, sources_)) + "\n";
    out += "</pre></section></noscript>\n<script type=\"application/json\" id=\"data\">" + json +
           "</script>\n<script>\n" + html_script() + "</script>\n</body>\n</html>\n";
    return out;
  }

  const Report& report_;
  const SourceMap& sources_;
  std::vector<std::uint32_t> shown_;
};

}  // namespace

std::string render_html(const Report& report, const SourceMap& sources) {
  return Page(report, sources).render();
}

}  // namespace lapis::report
