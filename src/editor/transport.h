// Messages of the protocol: a header, an empty line, a JSON text of the length it announces.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace lapis::editor {

/// Cuts messages out of octets in any segmentation. What is no header is skipped, a line at a time.
class MessageCutter {
 public:
  static constexpr std::size_t longest_message = std::size_t{64} << 20U;
  static constexpr std::size_t longest_header_line = 4096;

  struct Message {
    std::string text;
    bool too_long = false;  ///< over `longest_message`: `text` is empty, its octets are skipped
  };

  void add(std::string_view octets) { buffer_.append(octets); }
  /// The next whole message, or nothing yet.
  std::optional<Message> next();

 private:
  bool read_header_line(bool& blank);

  std::string buffer_;
  std::size_t at_ = 0;
  std::optional<std::size_t> length_;
  bool in_body_ = false;
  std::size_t to_skip_ = 0;
};

/// `text` as one message. False when the other end is gone.
bool send_message(int descriptor, std::string_view text);

}  // namespace lapis::editor
