// UTF-8 (RFC 3629): what text from outside is checked against before anything reads it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace lapis {

struct CodePoint {
  std::uint32_t value = 0;
  /// Octets of the sequence; 0 when the octets there are not a well-formed one (RFC 3629 §4).
  std::size_t size = 0;
};

/// The character at text[at]. REQUIRES: at < text.size().
CodePoint decode_utf8(std::string_view text, std::size_t at);

/// Offset of the first octet at which no well-formed sequence starts; npos when all is well.
std::size_t first_invalid_utf8(std::string_view text);

}  // namespace lapis
