// SARIF 2.1.0 (OASIS): one run, one result a finding, rules with their help.
#include <map>
#include <nlohmann/json.hpp>

#include "formats.h"
#include "lapis/report/rules.h"
#include "lapis/report/witness.h"

namespace lapis::report {
namespace {

using Json = nlohmann::ordered_json;

/// A path as a relative URI reference (RFC 3986): what is not unreserved is percent-encoded.
std::string uri_of(const std::string& path) {
  constexpr std::string_view kept = "-._~/";
  constexpr const char* digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       kept.find(c) != std::string_view::npos;
    if (plain) {
      out += c;
      continue;
    }
    const auto octet = static_cast<unsigned char>(c);
    out += '%';
    out += digits[octet >> 4U];
    out += digits[octet & 15U];
  }
  return out.starts_with('/') ? "file://" + out : out;
}

Json region_json(const Location& place) {
  return {{"startLine", place.line},
          {"startColumn", place.column},
          {"endLine", place.end_line},
          {"endColumn", place.end_column}};
}

Json location_json(Span span, const SourceMap& sources) {
  const Location place = sources.locate(span);
  return {{"physicalLocation",
           {{"artifactLocation", {{"uri", uri_of(place.path)}}}, {"region", region_json(place)}}}};
}

/// Section 3.55: one artifactChange for each file.
Json fix_json(const Fix& fix, const SourceMap& sources) {
  std::map<std::uint32_t, Json> by_file;
  for (const TextEdit& edit : fix.edits) {
    Json& replacements = by_file.try_emplace(edit.at.file, Json::array()).first->second;
    replacements.push_back({{"deletedRegion", region_json(sources.locate(edit.at))},
                            {"insertedContent", {{"text", edit.text}}}});
  }
  Json changes = Json::array();
  for (auto& [file, replacements] : by_file) {
    changes.push_back({{"artifactLocation", {{"uri", uri_of(sources.path(file))}}},
                       {"replacements", std::move(replacements)}});
  }
  std::string words = fix.title + (fix.same_answers ? " (no answer changes)" : "");
  for (const std::string& change : fix.changes) words += "; " + change;
  return {{"description", {{"text", words}}}, {"artifactChanges", std::move(changes)}};
}

Json rule_json(const Report& report, const std::string& id) {
  Json rule = {{"id", id}};
  if (const RuleInfo* known = rule_of(report, id)) {
    rule["shortDescription"] = {{"text", known->title}};
    rule["fullDescription"] = {{"text", known->text}};
    rule["defaultConfiguration"] = {{"level", lapis::to_string(known->severity)}};
    rule["help"] = {{"text", rule_text(*known)}, {"markdown", rule_markdown(*known)}};
  }
  return rule;
}

/// SARIF knows who silenced a finding: the source itself, or something outside.
Json suppression_json(const Silenced& silenced) {
  const bool inside = silenced.why == Silenced::Why::suppressed;
  Json out = {{"kind", inside ? "inSource" : "external"}, {"status", "accepted"}};
  if (!silenced.reason.empty()) out["justification"] = silenced.reason;
  if (silenced.why == Silenced::Why::baseline) out["justification"] = "in the baseline";
  return out;
}

Json result_json(const Diagnostic& d, const Report& report, const SourceMap& sources,
                 std::size_t rule_index) {
  Json result = {{"ruleId", d.rule},
                 {"ruleIndex", rule_index},
                 {"level", lapis::to_string(d.severity)},
                 {"message", {{"text", d.message}}}};
  Json locations = Json::array();
  if (d.span.known()) locations.push_back(location_json(d.span, sources));
  result["locations"] = std::move(locations);
  Json related = Json::array();
  for (const Related& r : d.related) {
    if (!r.span.known()) continue;
    Json place = location_json(r.span, sources);
    place["message"] = {{"text", r.message.empty() ? r.name : r.message}};
    related.push_back(std::move(place));
  }
  if (!related.empty()) result["relatedLocations"] = std::move(related);
  Json fixes = Json::array();
  for (const Fix& fix : report.fixes) {
    if (fix.is_for(d)) fixes.push_back(fix_json(fix, sources));
  }
  if (!fixes.empty()) result["fixes"] = std::move(fixes);
  if (d.witness) {
    result["properties"] = {{"witness", Json::parse(witness_json(*d.witness))}};
  }
  return result;
}

}  // namespace

std::string render_sarif(const Report& report, const SourceMap& sources) {
  std::map<std::string, std::size_t> rule_index;
  Json rules = Json::array();
  Json results = Json::array();
  const auto result = [&](const Diagnostic& d, const std::string& print) -> Json& {
    const auto [entry, fresh] = rule_index.emplace(d.rule, rules.size());
    if (fresh) rules.push_back(rule_json(report, d.rule));
    Json json = result_json(d, report, sources, entry->second);
    json["partialFingerprints"] = {{"lapis/v1", print}};
    results.push_back(std::move(json));
    return results.back();
  };
  Diagnostics all = report.findings;
  for (const Silenced& silenced : report.silenced) all.push_back(silenced.finding);
  const std::vector<std::string> prints = fingerprints(all, sources);
  for (std::size_t i = 0; i < all.size(); ++i) {
    Json& json = result(all[i], prints[i]);
    // Without a suppression object among results that have them, a result counts as not suppressed.
    if (i < report.findings.size()) continue;
    json["suppressions"] =
        Json::array({suppression_json(report.silenced[i - report.findings.size()])});
  }
  const Json driver = {{"name", "lapis"}, {"rules", std::move(rules)}};
  const Json run = {
      {"tool", {{"driver", driver}}},
      {"columnKind", "unicodeCodePoints"},
      {"invocations",
       Json::array({{{"executionSuccessful", report.verdict != Verdict::undecided}}})},
      {"results", std::move(results)}};
  const Json log = {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                    {"version", "2.1.0"},
                    {"runs", Json::array({run})}};
  return log.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace lapis::report
