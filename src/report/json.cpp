// JSON as tools depend on it: keys may be added, never renamed or removed within version 1.
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "formats.h"
#include "witness_value.h"

namespace lapis::report {
namespace {

using Json = nlohmann::ordered_json;

Json place_json(Span span, const SourceMap& sources) {
  const Location place = sources.locate(span);
  return {{"file", place.path},
          {"line", place.line},
          {"column", place.column},
          {"end_line", place.end_line},
          {"end_column", place.end_column}};
}

Json fix_json(const Fix& fix, const SourceMap& sources) {
  Json edits = Json::array();
  for (const TextEdit& edit : fix.edits) {
    Json one = place_json(edit.at, sources);
    one["text"] = edit.text;
    edits.push_back(std::move(one));
  }
  return {{"title", fix.title},
          {"same_answers", fix.same_answers},
          {"changes", fix.changes},
          {"edits", std::move(edits)}};
}

Json finding_json(const Diagnostic& d, const Report& report, const SourceMap& sources) {
  Json related = Json::array();
  Json places = Json::array();
  for (const Related& r : d.related) {
    if (!r.name.empty()) related.push_back(r.name);
    if (r.span.known()) {
      Json place = place_json(r.span, sources);
      place["name"] = r.name;
      place["message"] = r.message;
      places.push_back(std::move(place));
    }
  }
  Json json = {{"rule", d.rule},
               {"severity", lapis::to_string(d.severity)},
               {"message", d.message},
               {"program", d.program.empty() ? Json() : Json(d.program)},
               {"related", std::move(related)}};
  json.update(place_json(d.span, sources));
  json["witness"] = d.witness ? witness_value(*d.witness) : Json();
  json["help"] = d.help.empty() ? Json() : Json(d.help);
  json["related_places"] = std::move(places);
  if (!d.zone.empty()) json["zone"] = d.zone;
  if (!d.owner.empty()) json["owner"] = d.owner;
  for (const Fix& fix : report.fixes) {
    if (fix.is_for(d)) json["fixes"].push_back(fix_json(fix, sources));
  }
  return json;
}

/// How many findings count for nothing, by reason.
Json silenced_json(const Report& report) {
  const auto count = [&](Silenced::Why why) {
    return std::count_if(report.silenced.begin(), report.silenced.end(),
                         [&](const Silenced& s) { return s.why == why; });
  };
  return {{"suppressed", count(Silenced::Why::suppressed)},
          {"baseline", count(Silenced::Why::baseline)},
          {"off", count(Silenced::Why::off)}};
}

std::string dump(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string render_json(const Report& report, const SourceMap& sources) {
  Json findings = Json::array();
  for (const Diagnostic& d : report.findings) findings.push_back(finding_json(d, report, sources));
  Json json = {{"version", 1},
               {"command", report.command},
               {"verdict", to_string(report.verdict)},
               {"programs", report.programs},
               {"findings", std::move(findings)},
               {"elapsed_ms", std::round(report.elapsed_ms * 1000) / 1000}};
  json["silenced"] = silenced_json(report);
  if (!report.policies.empty()) json["policies"] = report.policies;
  if (!report.digest.empty()) json["digest"] = report.digest;
  if (!report.undecided_reason.empty()) json["undecided_reason"] = report.undecided_reason;
  if (!report.cases.empty()) {
    Json cases = Json::array();
    for (const TestCase& test : report.cases) {
      Json one = {{"name", test.name}, {"passed", test.failures.empty()}};
      one.update(place_json(test.span, sources));
      cases.push_back(std::move(one));
    }
    json["cases"] = std::move(cases);
  }
  if (!report.stats.empty()) {
    Json stats = Json::object();
    for (const auto& [name, value] : report.stats) stats[name] = value;
    json["stats"] = std::move(stats);
  }
  return dump(json, 2);
}

std::string render_jsonl(const Report& report, const SourceMap& sources) {
  std::string out;
  for (const Diagnostic& d : report.findings) out += dump(finding_json(d, report, sources), -1);
  return out;
}

}  // namespace lapis::report
