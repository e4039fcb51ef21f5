#include "scanner.h"

#include <array>

namespace lapis::zone {
namespace {

/// Characters that end an unquoted token, and the backslash, which needs a second look.
constexpr std::array<bool, 256> make_word_stops() {
  std::array<bool, 256> stops{};
  for (const char c : {' ', '\t', '\r', '\n', ';', '(', ')', '"', '\\'}) {
    stops[static_cast<unsigned char>(c)] = true;
  }
  return stops;
}
constexpr std::array<bool, 256> word_stops = make_word_stops();

bool stops_word(char c) {
  return word_stops[static_cast<unsigned char>(c)];
}

}  // namespace

void Scanner::fail(Entry& entry, ScanError error, std::size_t begin, std::size_t end) {
  if (entry.error != ScanError::none) return;
  entry.error = error;
  entry.error_begin = static_cast<std::uint32_t>(begin);
  entry.error_end = static_cast<std::uint32_t>(end);
}

bool Scanner::looks_like_next_record() const {
  if (at_ >= text_.size()) return false;
  const char c = text_[at_];
  return c != ' ' && c != '\t' && c != '\r' && c != '\n' && c != ';' && c != ')';
}

bool Scanner::next(Entry& entry) {
  while (at_ < text_.size()) {
    scan_entry(entry);
    if (!entry.tokens.empty() || entry.error != ScanError::none) return true;
  }
  return false;
}

void Scanner::scan_quoted(Entry& entry, bool glued) {
  const std::size_t begin = ++at_;
  while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\n') {
    at_ += text_[at_] == '\\' && at_ + 1 < text_.size() && text_[at_ + 1] != '\n' ? 2 : 1;
  }
  const std::size_t end = at_;
  if (at_ < text_.size() && text_[at_] == '"') {
    ++at_;
  } else {
    fail(entry, ScanError::unclosed_quote, begin - 1, end);
  }
  entry.tokens.push_back(
      {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end), true, glued});
}

void Scanner::scan_word(Entry& entry, bool glued) {
  const std::size_t begin = at_;
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (!stops_word(c)) {
      ++at_;
    } else if (c == '\\') {
      at_ += at_ + 1 < text_.size() && text_[at_ + 1] != '\n' ? 2 : 1;
    } else {
      break;
    }
  }
  entry.tokens.push_back(
      {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(at_), false, glued});
}

void Scanner::scan_entry(Entry& entry) {
  entry.tokens.clear();
  entry.error = ScanError::none;
  entry.leading_blank = text_[at_] == ' ' || text_[at_] == '\t';
  std::size_t depth = 0;
  std::size_t group_begin = 0;
  std::size_t after_group_line = 0;  // start of the line after the one that opened the group
  bool glued = false;
  while (at_ < text_.size()) {
    switch (text_[at_]) {
      case ' ':
      case '\t':
      case '\r':
        ++at_;
        glued = false;
        break;
      case ';':
        at_ = text_.find('\n', at_);
        if (at_ == std::string_view::npos) at_ = text_.size();
        glued = false;
        break;
      case '\n':
        ++at_;
        glued = false;
        if (depth == 0) return;
        if (after_group_line == 0) after_group_line = at_;
        if (distrust_groups_ && looks_like_next_record()) {
          fail(entry, ScanError::unclosed_parenthesis, group_begin, group_begin + 1);
          return;
        }
        break;
      case '(':
        if (depth++ == 0) {
          group_begin = at_;
          after_group_line = 0;
        }
        ++at_;
        glued = false;
        break;
      case ')':
        if (depth == 0) {
          fail(entry, ScanError::stray_parenthesis, at_, at_ + 1);
        } else {
          --depth;
        }
        ++at_;
        glued = false;
        break;
      case '"':
        scan_quoted(entry, glued);
        glued = true;
        break;
      default:
        scan_word(entry, glued);
        glued = true;
    }
  }
  if (depth > 0) {
    fail(entry, ScanError::unclosed_parenthesis, group_begin, group_begin + 1);
    distrust_groups_ = true;
    if (after_group_line != 0) at_ = after_group_line;
  }
}

}  // namespace lapis::zone
