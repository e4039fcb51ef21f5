#include "lapis/report/report.h"

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>

#include "formats.h"
#include "lapis/report/rules.h"

namespace lapis::report {
namespace {

struct FormatName {
  const char* name;
  Format format;
};

constexpr std::array<FormatName, 10> formats{{{"text", Format::text},
                                              {"compact", Format::compact},
                                              {"json", Format::json},
                                              {"jsonl", Format::jsonl},
                                              {"sarif", Format::sarif},
                                              {"junit", Format::junit},
                                              {"github", Format::github},
                                              {"gitlab", Format::gitlab},
                                              {"markdown", Format::markdown},
                                              {"html", Format::html}}};

std::string plural(std::size_t count, const char* word) {
  return std::to_string(count) + " " + word + (count == 1 ? "" : "s");
}

}  // namespace

const char* to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::verified:
      return "verified";
    case Verdict::rejected:
      return "rejected";
    case Verdict::undecided:
      return "undecided";
  }
  return "undecided";
}

Verdict verdict_of(const Diagnostics& findings) {
  return has_errors(findings) ? Verdict::rejected : Verdict::verified;
}

std::optional<Format> parse_format(std::string_view name) {
  for (const FormatName& entry : formats) {
    if (name == entry.name) return entry.format;
  }
  return std::nullopt;
}

const std::vector<std::string>& format_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> list;
    for (const FormatName& entry : formats) list.emplace_back(entry.name);
    return list;
  }();
  return names;
}

bool wants_colour(int descriptor) {
  const char* no_color = std::getenv("NO_COLOR");
  if (no_color != nullptr && *no_color != '\0') return false;
  const char* term = std::getenv("TERM");
  if (term != nullptr && std::strcmp(term, "dumb") == 0) return false;
  return isatty(descriptor) == 1;
}

const RuleInfo* rule_of(const Report& report, std::string_view id) {
  // An id may mean a defect of programs and of zones (`syntax`): the command decides.
  const RuleInfo* own = find_rule(id);
  if (own != nullptr && report.command != "lint") return own;
  for (const auto& book : report.rulebooks) {
    for (const RuleInfo& rule : book) {
      if (id == rule.id) return &rule;
    }
  }
  return own;
}

std::string count_findings(const Diagnostics& findings) {
  std::array<std::size_t, 3> counts{};
  for (const Diagnostic& d : findings) ++counts[static_cast<std::size_t>(d.severity)];
  std::string words;
  constexpr std::array<const char*, 3> names{"error", "warning", "note"};
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    if (!words.empty()) words += ", ";
    words += plural(counts[i], names[i]);
  }
  return words.empty() ? "no findings" : words;
}

std::string count_silenced(const Report& report) {
  std::array<std::size_t, 3> counts{};
  for (const Silenced& s : report.silenced) ++counts[static_cast<std::size_t>(s.why)];
  constexpr std::array<const char*, 3> words{" suppressed", " in the baseline", " turned off"};
  std::string out;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    out += (out.empty() ? "" : ", ") + std::to_string(counts[i]) + words[i];
  }
  return out;
}

std::string render(const Report& report, const SourceMap& sources, Format format,
                   const TextStyle& style) {
  switch (format) {
    case Format::text:
      return render_text(report, sources, style);
    case Format::compact:
      return render_compact(report, sources);
    case Format::json:
      return render_json(report, sources);
    case Format::jsonl:
      return render_jsonl(report, sources);
    case Format::sarif:
      return render_sarif(report, sources);
    case Format::junit:
      return render_junit(report, sources);
    case Format::github:
      return render_github(report, sources);
    case Format::gitlab:
      return render_gitlab(report, sources);
    case Format::markdown:
      return render_markdown(report, sources);
    case Format::html:
      return render_html(report, sources);
  }
  return {};
}

}  // namespace lapis::report
