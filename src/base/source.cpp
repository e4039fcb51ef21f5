#include "lapis/base/source.h"

#include <sys/stat.h>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>

namespace lapis {
namespace {

bool continues_code_point(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

std::uint32_t code_points(std::string_view text) {
  return static_cast<std::uint32_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !continues_code_point(c); }));
}

}  // namespace

std::uint32_t SourceMap::add(std::string path, std::string text) {
  constexpr std::size_t limit = std::numeric_limits<std::uint32_t>::max() - 1;
  if (text.size() > limit) text.resize(limit);
  files_.push_back(File{std::move(path), std::move(text), {}});
  return static_cast<std::uint32_t>(files_.size());
}

void SourceMap::keep_first(std::size_t count) {
  while (files_.size() > count) files_.pop_back();
}

std::string_view SourceMap::text(std::uint32_t number) const {
  return file(number).text;
}

const std::string& SourceMap::path(std::uint32_t number) const {
  return file(number).path;
}

void SourceMap::index_lines(const File& file) {
  if (!file.line_starts.empty()) return;
  file.line_starts.push_back(0);
  for (std::size_t at = file.text.find('\n'); at != std::string::npos;
       at = file.text.find('\n', at + 1)) {
    file.line_starts.push_back(static_cast<std::uint32_t>(at + 1));
  }
}

Location SourceMap::locate(Span span) const {
  if (!span.known() || span.file > files_.size()) return {};
  const File& source = file(span.file);
  index_lines(source);
  auto place = [&](std::uint32_t offset, std::uint32_t& line, std::uint32_t& column) {
    offset = std::min<std::uint32_t>(offset, static_cast<std::uint32_t>(source.text.size()));
    auto next = std::upper_bound(source.line_starts.begin(), source.line_starts.end(), offset);
    const std::uint32_t start = *(next - 1);
    line = static_cast<std::uint32_t>(next - source.line_starts.begin());
    column = 1 + code_points(std::string_view(source.text).substr(start, offset - start));
  };
  Location location;
  location.path = source.path;
  place(span.begin, location.line, location.column);
  place(std::max(span.begin, span.end), location.end_line, location.end_column);
  return location;
}

std::string_view SourceMap::line_at(std::uint32_t number, std::uint32_t offset) const {
  const std::string_view text = file(number).text;
  offset = std::min<std::uint32_t>(offset, static_cast<std::uint32_t>(text.size()));
  const std::size_t before = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
  std::size_t end = text.find('\n', offset);
  if (end == std::string_view::npos) end = text.size();
  if (end > begin && text[end - 1] == '\r') --end;
  return text.substr(begin, end - begin);
}

std::string_view SourceMap::slice(Span span) const {
  if (!span.known()) return {};
  return std::string_view(file(span.file).text).substr(span.begin, span.end - span.begin);
}

void SourceMap::show_as(std::uint32_t first, const std::string& folder, const std::string& shown) {
  for (std::size_t i = first - 1; i < files_.size(); ++i) {
    std::string& path = files_[i].path;
    if (path.compare(0, folder.size(), folder) == 0) path.replace(0, folder.size(), shown);
  }
}

bool read_file(const std::string& path, std::string& text, std::string& error) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) {
    error = std::strerror(errno);
    return false;
  }
  if (S_ISDIR(info.st_mode)) {
    error = "is a directory";
    return false;
  }
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    error = std::strerror(errno);
    return false;
  }
  text.clear();
  text.reserve(static_cast<std::size_t>(info.st_size));
  char buffer[1 << 16];
  while (in.read(buffer, sizeof buffer) || in.gcount() > 0) {
    text.append(buffer, static_cast<std::size_t>(in.gcount()));
  }
  if (in.bad()) {
    error = "read error";
    return false;
  }
  return true;
}

}  // namespace lapis
