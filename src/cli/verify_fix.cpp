#include "verify_fix.h"

#include <cstdio>

#include "agreement.h"
#include "lapis/base/replace_file.h"
#include "lapis/repair/repair.h"
#include "lapis/report/text_diff.h"

namespace lapis::cli {
namespace {

std::vector<lang::SetFile> files_of(const SourceMap& sources) {
  std::vector<lang::SetFile> out;
  for (std::uint32_t file = 1; file <= sources.size(); ++file) out.push_back({file});
  return out;
}

repair::Options options_of(const report::Report& report, SourceMap& sources,
                           const OutputOptions& output, const FixOptions& options) {
  repair::Options out;
  out.verify = options.verify;
  out.reorder = options.reorder;
  out.accepted = accepted_findings(report, sources, output);
  return out;
}

Exit internal(const std::string& error) {
  std::fprintf(stderr, "lapis: internal error: %s\n", error.c_str());
  return Exit::internal;
}

/// Writes one file, unless somebody else has in the meantime.
bool write(const std::string& path, std::string_view before, const std::string& after) {
  std::string now;
  std::string error;
  if (read_file(path, now, error) && now != before) error = "it was changed meanwhile; not written";
  if (error.empty() && replace_file(path, after, error)) return true;
  std::fprintf(stderr, "lapis verify: %s: %s\n", path.c_str(), error.c_str());
  return false;
}

}  // namespace

Exit suggest_fixes(report::Report& report, SourceMap& sources, const OutputOptions& output,
                   const FixOptions& options) {
  const std::vector<lang::SetFile> files = files_of(sources);
  const repair::Options how = options_of(report, sources, output, options);
  repair::Suggestions found = repair::suggest(sources, files, report.findings, how);
  if (!found.internal_error.empty()) return internal(found.internal_error);
  report.fixes = std::move(found.fixes);
  return Exit::fine;
}

Exit apply_fixes(const report::Report& report, SourceMap& sources, const OutputOptions& output,
                 const FixOptions& options, bool& written) {
  const std::vector<lang::SetFile> files = files_of(sources);
  const repair::Options how = options_of(report, sources, output, options);
  const repair::Applied applied = repair::apply_all(sources, files, report.findings, how);
  if (!applied.internal_error.empty()) return internal(applied.internal_error);
  // The report keeps standard output for itself where programs read it.
  std::FILE* const out = output.format == "text" ? stdout : stderr;
  for (const report::Fix& fix : applied.fixes) {
    std::fprintf(out, "fix: %s [%s]%s\n", fix.title.c_str(), fix.rule.c_str(),
                 fix.same_answers ? "" : " (answers change)");
    for (const std::string& change : fix.changes) std::fprintf(out, "  %s\n", change.c_str());
  }
  for (const repair::FixedFile& file : applied.files) {
    const std::string& path = sources.path(file.file);
    const std::string diff =
        report::unified_diff("a/" + path, "b/" + path, sources.text(file.file), file.text);
    std::fwrite(diff.data(), 1, diff.size(), out);
  }
  if (applied.files.empty()) {
    std::fputs("no finding has a fix that can be proved\n", out);
    return Exit::fine;
  }
  if (!is_agreed_to_write()) return Exit::fine;
  Exit outcome = Exit::fine;
  for (const repair::FixedFile& file : applied.files) {
    if (!write(sources.path(file.file), sources.text(file.file), file.text)) outcome = Exit::usage;
  }
  written = true;
  return outcome;
}

}  // namespace lapis::cli
