// Fingerprints of findings: the same after lines were added elsewhere, another when what the
// finding is about was changed.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>

#include "lapis/base/stable_hash.h"
#include "lapis/report/report.h"

namespace lapis::report {
namespace {

/// The characters of the span without spacing, so that a new layout is no new finding.
void append_squeezed(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (c != ' ' && c != '\t' && c != '\n' && c != '\r') out += c;
  }
}

std::string path_from(const std::string& path, const std::string& folder) {
  if (folder.empty() || path.empty()) return path;
  std::error_code failed;
  const auto whole = std::filesystem::weakly_canonical(std::filesystem::absolute(path), failed);
  if (failed) return path;
  return whole.lexically_proximate(folder).generic_string();
}

}  // namespace

std::vector<std::string> fingerprints(const Diagnostics& findings, const SourceMap& sources,
                                      const std::string& folder) {
  std::map<std::uint32_t, std::string> paths;
  std::map<std::string, std::uint32_t> seen;
  std::vector<std::string> out;
  out.reserve(findings.size());
  for (const Diagnostic& d : findings) {
    std::string content = d.rule + '\0' + d.program + '\0' + d.owner + '\0';
    if (d.span.known()) {
      const auto [path, fresh] = paths.try_emplace(d.span.file);
      if (fresh) path->second = path_from(sources.path(d.span.file), folder);
      content += path->second + '\0';
      append_squeezed(content, sources.slice(d.span));
    } else {
      content += d.message;
    }
    std::vector<std::string> names;
    for (const Related& related : d.related) names.push_back(related.name);
    std::sort(names.begin(), names.end());
    for (const std::string& name : names) content += '\0' + name;
    const std::uint32_t nth = seen[content]++;
    content += '\0' + std::to_string(nth);
    const auto* octets = reinterpret_cast<const std::uint8_t*>(content.data());
    char digits[17];
    std::snprintf(digits, sizeof digits, "%016llx",
                  static_cast<unsigned long long>(stable_hash({octets, content.size()}, 0)));
    out.emplace_back(digits);
  }
  return out;
}

}  // namespace lapis::report
