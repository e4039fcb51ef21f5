#include "lapis/base/diagnostic.h"

#include <algorithm>
#include <numeric>

namespace lapis {

const char* to_string(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::note:
      return "note";
  }
  return "error";
}

bool has_errors(const Diagnostics& diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(),
                     [](const Diagnostic& d) { return d.severity == Severity::error; });
}

Diagnostic error_at(Span span, std::string rule, std::string message, std::string help) {
  Diagnostic d;
  d.rule = std::move(rule);
  d.message = std::move(message);
  d.span = span;
  d.help = std::move(help);
  return d;
}

namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
  if (word.size() > 64) return {};
  std::size_t best = 2 + word.size() / 4;
  std::string answer;
  for (const std::string& candidate : candidates) {
    if (candidate == word || candidate.size() > 64) continue;
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best && distance < word.size()) {
      best = distance;
      answer = candidate;
    }
  }
  return answer;
}

}  // namespace lapis
