// The renderers behind render(), one function a format.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "lapis/report/report.h"

namespace lapis::report {

std::string render_text(const Report& report, const SourceMap& sources, const TextStyle& style);
std::string render_compact(const Report& report, const SourceMap& sources);
std::string render_json(const Report& report, const SourceMap& sources);
std::string render_jsonl(const Report& report, const SourceMap& sources);
std::string render_sarif(const Report& report, const SourceMap& sources);
std::string render_junit(const Report& report, const SourceMap& sources);
std::string render_github(const Report& report, const SourceMap& sources);
std::string render_gitlab(const Report& report, const SourceMap& sources);
std::string render_html(const Report& report, const SourceMap& sources);
std::string render_markdown(const Report& report, const SourceMap& sources);

/// The figures of `--stats`, a line each, values below one another.
void append_stats(std::string& out, const std::vector<std::pair<std::string, std::string>>& stats);

/// "1 error, 2 warnings", or "no findings".
std::string count_findings(const Diagnostics& findings);

/// "2 suppressed, 1 in the baseline", or empty.
std::string count_silenced(const Report& report);

}  // namespace lapis::report
