// Positions of the protocol (line, character) and octets of a text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lapis::editor {

/// What `character` counts: code units of UTF-8 or of UTF-16.
enum class Encoding : std::uint8_t { utf8, utf16 };

struct Position {
  std::uint32_t line = 0;
  std::uint32_t character = 0;
};

/// The lines of one text. Lines end with \n, \r\n or \r, as the protocol has it.
class Lines {
 public:
  /// `text` must outlive it.
  explicit Lines(std::string_view text);

  /// A position behind the end of its line is the end of the line, one behind the text its end.
  std::size_t offset(Position position, Encoding encoding) const;
  Position position(std::size_t offset, Encoding encoding) const;

 private:
  std::string_view line(std::size_t number) const;

  std::string_view text_;
  std::vector<std::size_t> starts_;
};

/// The path of a file: URI; empty for any other.
std::string path_of_uri(std::string_view uri);
std::string uri_of_path(std::string_view path);

}  // namespace lapis::editor
