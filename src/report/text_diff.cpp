#include "lapis/report/text_diff.h"

#include <dtl/dtl.hpp>
#include <set>
#include <sstream>
#include <vector>

namespace lapis::report {
namespace {

/// Lines without their ends. A last line that has no end carries diff's remark, so that it differs
/// from the same line with one and is shown as `patch` wants it.
std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) {
      lines.push_back(std::string(text) + "\n\\ No newline at end of file");
      break;
    }
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return lines;
}

}  // namespace

std::string unified_diff(std::string_view old_name, std::string_view new_name,
                         std::string_view before, std::string_view after) {
  if (before == after) return {};
  dtl::Diff<std::string> diff(lines_of(before), lines_of(after));
  diff.onHuge();
  diff.compose();
  diff.composeUnifiedHunks();
  std::ostringstream out;
  out << "--- " << old_name << "\n+++ " << new_name << "\n";
  diff.printUnifiedFormat(out);
  std::string text = std::move(out).str();
  // A file without lines begins, for patch, at line 0.
  const std::size_t range = text.find("@@ -");
  if (range == std::string::npos) return text;
  if (before.empty()) text.replace(range, 7, "@@ -0,0");
  const std::size_t added = text.find(" +", range);
  if (after.empty()) text.replace(added, 5, " +0,0");
  return text;
}

std::vector<TextEdit> changed_lines(std::string_view before, std::string_view after,
                                    std::uint32_t file) {
  std::vector<TextEdit> out;
  if (before == after) return out;
  const auto lines = [](std::string_view text) {
    std::vector<std::string> all;
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      const std::size_t size = end == std::string_view::npos ? text.size() : end + 1;
      all.emplace_back(text.substr(0, size));
      text.remove_prefix(size);
    }
    return all;
  };
  dtl::Diff<std::string> diff(lines(before), lines(after));
  diff.onHuge();
  diff.compose();
  std::uint32_t at = 0;  // in `before`
  bool open = false;     // the last edit ends here
  for (const auto& [line, element] : diff.getSes().getSequence()) {
    const auto size = static_cast<std::uint32_t>(line.size());
    if (element.type == dtl::SES_COMMON) {
      at += size;
      open = false;
      continue;
    }
    if (!open) out.push_back({{file, at, at}, ""});
    open = true;
    if (element.type == dtl::SES_DELETE) {
      at += size;
      out.back().at.end = at;
    } else {
      out.back().text += line;
    }
  }
  return out;
}

std::string fix_diff(const Fix& fix, const SourceMap& sources) {
  std::set<std::uint32_t> files;
  for (const TextEdit& edit : fix.edits) files.insert(edit.at.file);
  std::string out;
  for (const std::uint32_t file : files) {
    const std::string& path = sources.path(file);
    const std::string_view text = sources.text(file);
    out += unified_diff("a/" + path, "b/" + path, text, apply_edits(text, file, fix.edits));
  }
  return out;
}

}  // namespace lapis::report
