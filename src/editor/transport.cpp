#include "transport.h"

#include <strings.h>

#include <algorithm>
#include <charconv>

#include "lapis/base/write_all.h"

namespace lapis::editor {
namespace {

/// Value of a Content-Length header field.
std::optional<std::size_t> content_length(std::string_view line) {
  constexpr std::string_view name = "content-length:";
  if (line.size() <= name.size() || strncasecmp(line.data(), name.data(), name.size()) != 0) {
    return std::nullopt;
  }
  line.remove_prefix(name.size());
  while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
  while (!line.empty() && (line.back() == ' ' || line.back() == '\r')) line.remove_suffix(1);
  std::size_t value = 0;
  const auto [end, code] = std::from_chars(line.data(), line.data() + line.size(), value);
  if (code != std::errc{} || end != line.data() + line.size()) return std::nullopt;
  return value;
}

}  // namespace

/// False when no whole line is there.
bool MessageCutter::read_header_line(bool& blank) {
  const std::size_t end = buffer_.find('\n', at_);
  if (end == std::string::npos) {
    // A line that never ends is not worth keeping.
    if (buffer_.size() - at_ > longest_header_line) at_ = buffer_.size();
    return false;
  }
  const std::string_view line = std::string_view(buffer_).substr(at_, end - at_);
  at_ = end + 1;
  blank = line.empty() || line == "\r";
  if (const auto length = content_length(line)) length_ = length;
  return true;
}

std::optional<MessageCutter::Message> MessageCutter::next() {
  for (;;) {
    const std::size_t skipped = std::min(to_skip_, buffer_.size() - at_);
    at_ += skipped;
    to_skip_ -= skipped;
    if (to_skip_ > 0) break;
    if (!in_body_) {
      bool blank = false;
      if (!read_header_line(blank)) break;
      if (!blank || !length_) continue;  // an empty line without a length begins nothing
      if (*length_ > longest_message) {
        to_skip_ = *length_;
        length_.reset();
        return Message{{}, true};
      }
      in_body_ = true;
    }
    if (buffer_.size() - at_ < *length_) break;
    Message message{buffer_.substr(at_, *length_), false};
    at_ += *length_;
    length_.reset();
    in_body_ = false;
    return message;
  }
  buffer_.erase(0, at_);
  at_ = 0;
  return std::nullopt;
}

bool send_message(int descriptor, std::string_view text) {
  std::string framed = "Content-Length: " + std::to_string(text.size()) + "\r\n\r\n";
  framed += text;
  return write_all(descriptor, framed);
}

}  // namespace lapis::editor
