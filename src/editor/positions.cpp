#include "positions.h"

#include <algorithm>

namespace lapis::editor {
namespace {

std::size_t sequence_length(unsigned char first) {
  if (first < 0xC0) return 1;
  if (first < 0xE0) return 2;
  return first < 0xF0 ? 3 : 4;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

Lines::Lines(std::string_view text) : text_(text) {
  starts_.push_back(0);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool alone = text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n');
    if (text[i] == '\n' || alone) starts_.push_back(i + 1);
  }
}

std::string_view Lines::line(std::size_t number) const {
  const std::size_t begin = starts_[number];
  std::size_t end = number + 1 < starts_.size() ? starts_[number + 1] : text_.size();
  while (end > begin && (text_[end - 1] == '\n' || text_[end - 1] == '\r')) --end;
  return text_.substr(begin, end - begin);
}

std::size_t Lines::offset(Position position, Encoding encoding) const {
  if (position.line >= starts_.size()) return text_.size();
  const std::string_view in = line(position.line);
  std::size_t at = 0;
  for (std::uint32_t units = 0; at < in.size() && units < position.character;) {
    const std::size_t length =
        std::min(sequence_length(static_cast<unsigned char>(in[at])), in.size() - at);
    // A position inside of a character is its beginning.
    const std::uint32_t more =
        encoding == Encoding::utf8 ? static_cast<std::uint32_t>(length) : (length == 4 ? 2U : 1U);
    if (units + more > position.character) break;
    units += more;
    at += length;
  }
  return starts_[position.line] + at;
}

Position Lines::position(std::size_t offset, Encoding encoding) const {
  const auto after =
      std::upper_bound(starts_.begin(), starts_.end(), std::min(offset, text_.size()));
  const auto number = static_cast<std::size_t>(after - starts_.begin()) - 1;
  const std::string_view in = line(number);
  const std::size_t octets = std::min(std::min(offset, text_.size()) - starts_[number], in.size());
  Position out{static_cast<std::uint32_t>(number), 0};
  if (encoding == Encoding::utf8) {
    out.character = static_cast<std::uint32_t>(octets);
    return out;
  }
  for (std::size_t at = 0; at < octets;) {
    const std::size_t length = sequence_length(static_cast<unsigned char>(in[at]));
    out.character += length == 4 ? 2 : 1;
    at += length;
  }
  return out;
}

std::string path_of_uri(std::string_view uri) {
  constexpr std::string_view scheme = "file://";
  if (!uri.starts_with(scheme)) return {};
  uri.remove_prefix(scheme.size());
  const std::size_t slash = uri.find('/');
  if (slash == std::string_view::npos) return {};
  std::string out;
  for (std::size_t i = slash; i < uri.size(); ++i) {
    const bool escape = uri[i] == '%' && i + 2 < uri.size() && hex_value(uri[i + 1]) >= 0 &&
                        hex_value(uri[i + 2]) >= 0;
    if (escape) {
      out += static_cast<char>(hex_value(uri[i + 1]) * 16 + hex_value(uri[i + 2]));
      i += 2;
    } else {
      out += uri[i];
    }
  }
  return out;
}

std::string uri_of_path(std::string_view path) {
  std::string out = "file://";
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("/-._~").find(c) != std::string_view::npos;
    if (plain) {
      out += c;
    } else {
      out += '%';
      out += "0123456789ABCDEF"[static_cast<unsigned char>(c) >> 4U];
      out += "0123456789ABCDEF"[static_cast<unsigned char>(c) & 15U];
    }
  }
  return out;
}

}  // namespace lapis::editor
