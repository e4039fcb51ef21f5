#include "proof.h"

#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>

#include "lapis/report/witness.h"

namespace lapis::server {
namespace {

using Json = nlohmann::json;

// Exit codes of `lapis verify`, as in its manual.
constexpr int exit_fine = 0;
constexpr int exit_findings = 1;
constexpr int exit_undecided = 3;

std::string text(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::uint32_t number(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number_unsigned() ? found->get<std::uint32_t>() : 0;
}

/// Offset of a line and column (of code points, both from 1); the text's end when beyond.
std::uint32_t offset_of(std::string_view source, std::uint32_t line, std::uint32_t column) {
  std::size_t at = 0;
  for (std::uint32_t i = 1; i < line && at < source.size(); ++i) {
    const std::size_t end = source.find('\n', at);
    at = end == std::string_view::npos ? source.size() : end + 1;
  }
  const auto continues = [&](std::size_t i) {
    return i < source.size() && (static_cast<unsigned char>(source[i]) & 0xC0U) == 0x80U;
  };
  for (std::uint32_t i = 1; i < column && at < source.size(); ++i) {
    ++at;
    while (continues(at)) ++at;
  }
  return static_cast<std::uint32_t>(at);
}

Span span_of(const Json& place, const SourceMap& sources) {
  const std::string path = text(place, "file");
  if (path.empty()) return {};
  for (std::uint32_t file = 1; file <= sources.size(); ++file) {
    if (sources.path(file) != path) continue;
    const std::string_view source = sources.text(file);
    const std::uint32_t begin = offset_of(source, number(place, "line"), number(place, "column"));
    const std::uint32_t end =
        offset_of(source, number(place, "end_line"), number(place, "end_column"));
    return {file, begin, std::max(begin, end)};
  }
  return {};
}

Severity severity_of(const std::string& word) {
  if (word == to_string(Severity::note)) return Severity::note;
  if (word == to_string(Severity::warning)) return Severity::warning;
  return Severity::error;
}

void read_related(const Json& finding, const SourceMap& sources, std::vector<Related>& related) {
  const Json places = finding.value("related_places", Json::array());
  for (const Json& place : places) {
    related.push_back({text(place, "name"), text(place, "message"), span_of(place, sources)});
  }
  if (!related.empty()) return;
  const Json names = finding.value("related", Json::array());
  for (const Json& name : names) {
    if (name.is_string()) related.push_back({name.get<std::string>(), "", {}});
  }
}

Diagnostic read_finding(const Json& finding, const SourceMap& sources) {
  Diagnostic d;
  d.rule = text(finding, "rule");
  d.severity = severity_of(text(finding, "severity"));
  d.message = text(finding, "message");
  d.help = text(finding, "help");
  d.program = text(finding, "program");
  d.span = span_of(finding, sources);
  read_related(finding, sources, d.related);
  if (const auto witness = finding.find("witness");
      witness != finding.end() && witness->is_object()) {
    Witness read;
    std::string error;
    if (report::read_witness(witness->dump(), read, error)) d.witness = std::move(read);
  }
  return d;
}

std::string first_line(const std::string& words) {
  return words.substr(0, words.find('\n'));
}

/// How it ended without a report that counts.
Proof without_report(const ChildEnd& end) {
  Proof proof;
  proof.verdict = Proof::Verdict::failed;
  if (!end.spawn_error.empty()) {
    proof.reason = "the verifier can't be started: " + end.spawn_error;
  } else if (end.timed_out) {
    proof.verdict = Proof::Verdict::undecided;
    proof.reason = "the verifier did not end within its time";
  } else if (end.too_much) {
    proof.reason = "the verifier writes without end";
  } else if (end.signal != 0) {
    // Also what the system does to a process when memory is short, so no claim about the set.
    proof.verdict = Proof::Verdict::undecided;
    proof.reason = std::string("the verifier was ended by signal ") + strsignal(end.signal);
  } else if (end.exit_code == exit_undecided) {
    proof.verdict = Proof::Verdict::undecided;
    proof.reason = end.complaints.empty() ? "no decision" : first_line(end.complaints);
  } else {
    proof.reason = "the verifier ended with exit code " + std::to_string(end.exit_code);
    if (!end.complaints.empty()) proof.reason += ": " + first_line(end.complaints);
  }
  return proof;
}

std::optional<Proof> read_report(const ChildEnd& end, const SourceMap& sources) {
  const Json report = Json::parse(end.output, nullptr, false);
  if (!report.is_object()) return std::nullopt;
  const std::string verdict = text(report, "verdict");
  Proof proof;
  proof.digest = text(report, "digest");
  proof.reason = text(report, "undecided_reason");
  const auto findings = report.find("findings");
  if (findings != report.end() && findings->is_array()) {
    for (const Json& finding : *findings) {
      if (finding.is_object()) proof.findings.push_back(read_finding(finding, sources));
    }
  }
  // Verdict and exit code must say the same; anything else is no proof.
  if (verdict == "verified" && end.exit_code == exit_fine && !has_errors(proof.findings)) {
    proof.verdict = Proof::Verdict::verified;
  } else if (verdict == "rejected" && end.exit_code == exit_findings) {
    proof.verdict = Proof::Verdict::rejected;
  } else if (verdict == "undecided" && end.exit_code == exit_undecided) {
    proof.verdict = Proof::Verdict::undecided;
    if (proof.reason.empty()) proof.reason = "no decision";
  } else {
    return std::nullopt;
  }
  return proof;
}

}  // namespace

Proof read_proof(const ChildEnd& end, const SourceMap& sources) {
  const bool ran = end.spawn_error.empty() && end.signal == 0 && !end.timed_out && !end.too_much;
  if (ran) {
    try {
      if (std::optional<Proof> proof = read_report(end, sources)) return std::move(*proof);
    } catch (const Json::exception& e) {
      // A report of another shape than ours is none.
    }
  }
  return without_report(end);
}

}  // namespace lapis::server
