// Findings as the protocol has them, and the changes offered for them.
#include "language_features.h"
#include "lapis/report/witness.h"

namespace lapis::editor {
namespace {

/// What "did you mean 'x'?" proposes; values of attributes stand in double quotes.
std::string proposed(const std::string& help) {
  constexpr std::string_view start = "did you mean ";
  const std::size_t at = help.find(start);
  if (at == std::string::npos) return {};
  const std::size_t quote = at + start.size();
  if (quote >= help.size() || (help[quote] != '\'' && help[quote] != '"')) return {};
  const std::size_t end = help.find({help[quote], '?'}, quote + 1);
  return end == std::string::npos ? std::string() : help.substr(quote + 1, end - quote - 1);
}

std::string witness_text(const Witness& witness) {
  return "this query shows it: " + report::eval_command(witness, {"."});
}

}  // namespace

Json diagnostic_json(const Diagnostic& finding, const CheckedSet& set, Ranges& ranges) {
  std::string message = finding.message;
  if (!finding.help.empty()) message += "\n" + finding.help;
  if (finding.witness) message += "\n" + witness_text(*finding.witness);
  Json out = {{"range", ranges.range(finding.span)},
              {"severity", finding.severity == Severity::error     ? 1
                           : finding.severity == Severity::warning ? 2
                                                                   : 3},
              {"code", finding.rule},
              {"source", "lapis"},
              {"message", std::move(message)}};
  if (finding.rule == "unused") out["tags"] = Json::array({1});  // shown faded
  Json related = Json::array();
  for (const Related& r : finding.related) {
    if (!set.knows(r.span)) continue;
    const std::string words = r.name.empty() ? r.message : "'" + r.name + "' " + r.message;
    related.push_back({{"location", ranges.location(r.span)}, {"message", words}});
  }
  if (!related.empty()) out["relatedInformation"] = std::move(related);
  if (finding.witness) {
    out["data"] = {{"witness", Json::parse(report::witness_json(*finding.witness))}};
  }
  return out;
}

namespace {

/// A proved change of the text; what is answered differently stands in the title.
Json fix_action(const report::Fix& fix, const Diagnostic& finding, const CheckedSet& set,
                Ranges& ranges) {
  Json changes = Json::object();
  for (const TextEdit& edit : fix.edits) {
    Json& edits = changes[set.uri_of(edit.at.file)];
    edits.push_back({{"range", ranges.range(edit.at)}, {"newText", edit.text}});
  }
  std::string title = fix.title;
  if (!title.empty() && title[0] >= 'a' && title[0] <= 'z') title[0] -= 'a' - 'A';
  title += fix.same_answers ? " (no answer changes)" : " (" + fix.changes[0] + ")";
  return {{"title", title},
          {"kind", "quickfix"},
          {"isPreferred", fix.same_answers},
          {"diagnostics", Json::array({diagnostic_json(finding, set, ranges)})},
          {"edit", {{"changes", std::move(changes)}}}};
}

}  // namespace

Json code_actions(const CheckedSet& set, std::uint32_t file, Span range,
                  const Diagnostics& findings, const std::vector<report::Fix>& fixes,
                  Ranges& ranges) {
  Json out = Json::array();
  for (const Diagnostic& finding : findings) {
    const Span& span = finding.span;
    if (span.file != file || span.begin > range.end || span.end < range.begin) continue;
    for (const report::Fix& fix : fixes) {
      if (fix.is_for(finding)) out.push_back(fix_action(fix, finding, set, ranges));
    }
    const std::string word = proposed(finding.help);
    if (word.empty()) continue;
    const std::string_view there = set.sources.slice(span);
    const bool quoted = there.size() >= 2 && there.front() == '"';
    Json edit = {{"range", ranges.range(span)}, {"newText", quoted ? "\"" + word + "\"" : word}};
    out.push_back({{"title", "Change to '" + word + "'"},
                   {"kind", "quickfix"},
                   {"isPreferred", true},
                   {"diagnostics", Json::array({diagnostic_json(finding, set, ranges)})},
                   {"edit", {{"changes", {{set.uri_of(file), Json::array({std::move(edit)})}}}}}});
  }
  return out;
}

}  // namespace lapis::editor
