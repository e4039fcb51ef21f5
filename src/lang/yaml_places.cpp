#include "lapis/lang/yaml_places.h"

#include <algorithm>

namespace lapis::lang {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

}  // namespace

YamlPlaces::YamlPlaces(const SourceMap& sources, std::uint32_t file)
    : text_(sources.text(file)), file_(file) {
  line_starts_.push_back(0);
  for (std::size_t i = 0; i < text_.size(); ++i) {
    if (text_[i] == '\n') line_starts_.push_back(i + 1);
  }
}

Span YamlPlaces::place(const YAML::Mark& mark) const {
  if (mark.is_null() || mark.line < 0) return span(0, std::min<std::size_t>(1, text_.size()));
  const auto line = std::min(static_cast<std::size_t>(mark.line), line_starts_.size() - 1);
  std::size_t at = line_starts_[line] + static_cast<std::size_t>(std::max(mark.column, 0));
  if (line == 0 && text_.starts_with("\xEF\xBB\xBF")) at += 3;
  at = std::min(at, text_.size());
  return span(at, std::min(at + 1, text_.size()));
}

Span YamlPlaces::scalar(const YAML::Node& value) const {
  const Span start = place(value.Mark());
  std::size_t begin = start.begin;
  const char first = begin < text_.size() ? text_[begin] : '\0';
  if (first == '|' || first == '>') return block(value.Mark());
  if (first == '"' || first == '\'') ++begin;
  // Scalars on several lines are folded: the same but for white space (YAML 1.2 §7.3).
  std::size_t at = begin;
  for (const char c : value.Scalar()) {
    if (is_blank(c)) continue;
    while (at < text_.size() && is_blank(text_[at])) ++at;
    if (at == text_.size() || text_[at] != c) return {};
    ++at;
  }
  return span(begin, at);
}

/// Lines after the header that are indented at least as the first of them (YAML 1.2 §8.1).
Span YamlPlaces::block(const YAML::Mark& header) const {
  std::size_t line = static_cast<std::size_t>(header.line) + 1;
  const std::size_t begin = line < line_starts_.size() ? line_starts_[line] : text_.size();
  std::size_t end = begin;
  std::size_t indent = 0;
  for (; line < line_starts_.size(); ++line) {
    const std::size_t start = line_starts_[line];
    const std::size_t next = line + 1 < line_starts_.size() ? line_starts_[line + 1] : text_.size();
    const std::size_t used = text_.substr(start, next - start).find_first_not_of(' ');
    const bool blank = used == std::string_view::npos || text_[start + used] == '\n' ||
                       text_[start + used] == '\r';
    if (blank) continue;
    if (indent == 0) indent = std::max<std::size_t>(used, 1);
    if (used < indent) break;
    end = next;
  }
  return span(begin, end);
}

Span YamlPlaces::span(std::size_t begin, std::size_t end) const {
  return {file_, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

}  // namespace lapis::lang
