// The lexical level of zone files (RFC 1035 §5.1): text to entries, an entry being the tokens of
// one logical line. Parentheses join lines, quotes hold blanks, a backslash takes the special
// meaning from the next character, a semicolon starts a comment. Tokens are byte ranges of the
// text, escapes still in them.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace lapis::zone {

struct Token {
  std::uint32_t begin = 0;  ///< without the opening quote
  std::uint32_t end = 0;    ///< without the closing quote
  bool quoted = false;
  bool glued = false;  ///< nothing stands between this token and the one before
};

enum class ScanError : std::uint8_t {
  none,
  unclosed_parenthesis,
  stray_parenthesis,
  unclosed_quote,
};

struct Entry {
  std::vector<Token> tokens;
  bool leading_blank = false;  ///< the owner is that of the record before
  ScanError error = ScanError::none;
  std::uint32_t error_begin = 0;
  std::uint32_t error_end = 0;
};

class Scanner {
 public:
  explicit Scanner(std::string_view text, std::size_t start = 0) : text_(text), at_(start) {}

  /// Reads the next entry that has tokens or an error. False at the end of the text.
  bool next(Entry& entry);
  /// Offset behind the last entry, its line end included.
  std::size_t position() const { return at_; }

 private:
  void scan_entry(Entry& entry);
  void scan_quoted(Entry& entry, bool glued);
  void scan_word(Entry& entry, bool glued);
  void fail(Entry& entry, ScanError error, std::size_t begin, std::size_t end);
  bool looks_like_next_record() const;

  std::string_view text_;
  std::size_t at_ = 0;
  // Set after a parenthesis was found to be open to the end of the text. From then on a line that
  // starts with an ordinary character ends an open group: otherwise each later group would again
  // be searched to the end, and each later record be lost.
  bool distrust_groups_ = false;
};

}  // namespace lapis::zone
