// Characters that look like others or like nothing: what gets into zone files from word processors,
// web pages and chat, and makes a record mean something else than one reads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lapis::zone {

/// One code point of UTF-8 text at `at`, which moves past it; nothing (and one octet further) when
/// the octets there are not UTF-8 (RFC 3629: shortest form, no surrogates).
std::optional<char32_t> next_code_point(std::string_view text, std::size_t& at);
/// UTF-8 of a code point.
std::string to_utf8(char32_t code_point);

enum class Looks : std::uint8_t {
  fine,       ///< nothing to say
  invisible,  ///< shown as nothing, or changes the direction of text
  blank,      ///< shown as a blank, but separates no fields
  symbol,     ///< shown like a quote, hyphen, dot or another ASCII symbol or digit
  letter,     ///< shown like an ASCII letter
};

struct LookAlike {
  Looks looks = Looks::fine;
  char ascii = 0;  ///< what it is taken for, when that is one character
};

/// What a code point above 127 is mistaken for.
LookAlike look_alike(char32_t code_point);

/// "U+00A0" and the like.
std::string code_point_text(char32_t code_point);

}  // namespace lapis::zone
