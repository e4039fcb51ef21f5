#include "baseline.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <tuple>

#include "lapis/base/replace_file.h"
#include "lapis/report/report.h"

namespace lapis::policy {
namespace {

using Json = nlohmann::ordered_json;

constexpr int version = 1;

std::string relative_to(const std::string& folder, const std::string& path) {
  std::error_code failed;
  const auto whole = std::filesystem::weakly_canonical(std::filesystem::absolute(path), failed);
  return failed ? path : whole.lexically_proximate(folder).generic_string();
}

std::string text_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool read_entries(const Json& root, Baseline& out, std::string& error) {
  if (!root.is_object()) {
    error = "not a JSON object";
    return false;
  }
  const auto number = root.find("version");
  if (number == root.end() || *number != version) {
    error = "not a baseline of version 1";
    return false;
  }
  const auto findings = root.find("findings");
  if (findings == root.end() || !findings->is_array()) {
    error = "no list 'findings'";
    return false;
  }
  for (const Json& finding : *findings) {
    const std::string print = finding.is_object() ? text_of(finding, "fingerprint") : "";
    if (print.empty()) {
      error = "a finding without fingerprint";
      return false;
    }
    out.entries[print] = {text_of(finding, "rule"), text_of(finding, "file"),
                          text_of(finding, "message"), false};
  }
  return true;
}

}  // namespace

std::string folder_of(const std::string& path) {
  std::error_code failed;
  const auto whole = std::filesystem::weakly_canonical(std::filesystem::absolute(path), failed);
  return (failed ? std::filesystem::path(path) : whole).parent_path().string();
}

bool read_baseline(const std::string& path, Span from, SourceMap& sources, Baseline& out,
                   Diagnostics& errors) {
  std::string text;
  std::string error;
  out.path = path;
  if (!read_file(path, text, error)) {
    errors.push_back(error_at(from, "bad-baseline",
                              "can't read the baseline " + path + ": " + error,
                              "--update-baseline writes one"));
    return false;
  }
  out.file = sources.add(path, std::move(text));
  const Json root = Json::parse(sources.text(out.file), nullptr, false);
  if (!read_entries(root, out, error)) {
    errors.push_back(error_at({out.file, 0, 0}, "bad-baseline", "this is no baseline: " + error,
                              "--update-baseline writes it anew"));
    return false;
  }
  return true;
}

bool write_baseline(const std::string& path, const Diagnostics& findings,
                    std::map<std::string, Baseline::Entry> kept, const SourceMap& sources,
                    std::string& error) {
  const std::string folder = folder_of(path);
  const std::vector<std::string> prints = report::fingerprints(findings, sources, folder);
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const Diagnostic& d = findings[i];
    kept[prints[i]] = {
        d.rule, d.span.known() ? relative_to(folder, sources.path(d.span.file)) : std::string(),
        d.message, false};
  }
  // In an order that keeps differences of the file small.
  std::vector<std::pair<std::string, Baseline::Entry>> entries(kept.begin(), kept.end());
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
    return std::tie(a.second.path, a.second.rule, a.second.message, a.first) <
           std::tie(b.second.path, b.second.rule, b.second.message, b.first);
  });
  Json list = Json::array();
  for (const auto& [print, entry] : entries) {
    list.push_back({{"fingerprint", print},
                    {"rule", entry.rule},
                    {"file", entry.path},
                    {"message", entry.message}});
  }
  const Json root = {{"version", version}, {"findings", std::move(list)}};
  return replace_file(path, root.dump(2, ' ', false, Json::error_handler_t::replace) + '\n', error);
}

}  // namespace lapis::policy
