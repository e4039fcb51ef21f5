// $GENERATE start-stop[/step] owner [ttl] [class] type rdata, as BIND reads it: in owner and rdata
// "$" is the running number and "${offset,width,base}" the number with an offset added, at least
// `width` characters wide, in base d, o, x, X, or n, N (nibbles in reverse, for ip6.arpa).
#include <algorithm>
#include <charconv>
#include <cstdint>

#include "lapis/zone/rr_type.h"
#include "loader.h"

namespace lapis::zone {
namespace {

struct Range {
  std::int64_t start = 0;
  std::int64_t stop = 0;
  std::int64_t step = 1;
};

constexpr std::int64_t largest = 0x7FFFFFFF;

bool parse_integer(std::string_view text, std::int64_t& value) {
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  return failure == std::errc() && end == text.data() + text.size() && value <= largest &&
         value >= -largest;
}

bool parse_range(std::string_view text, Range& range) {
  const std::size_t slash = text.find('/');
  if (slash != std::string_view::npos && !parse_integer(text.substr(slash + 1), range.step)) {
    return false;
  }
  const std::string_view bounds = text.substr(0, slash);
  const std::size_t dash = bounds.find('-');
  return dash != std::string_view::npos && parse_integer(bounds.substr(0, dash), range.start) &&
         parse_integer(bounds.substr(dash + 1), range.stop) && range.start >= 0 &&
         range.stop >= range.start && range.step > 0;
}

struct Modifier {
  std::int64_t offset = 0;
  std::int64_t width = 0;
  char base = 'd';
};

bool parse_modifier(std::string_view text, Modifier& modifier) {
  const std::size_t first = text.find(',');
  if (!parse_integer(text.substr(0, first), modifier.offset)) return false;
  if (first == std::string_view::npos) return true;
  text.remove_prefix(first + 1);
  const std::size_t second = text.find(',');
  constexpr std::int64_t widest = 255;
  if (!parse_integer(text.substr(0, second), modifier.width) || modifier.width < 0 ||
      modifier.width > widest) {
    return false;
  }
  if (second == std::string_view::npos) return true;
  text.remove_prefix(second + 1);
  if (text.size() != 1 || std::string_view("doxXnN").find(text[0]) == std::string_view::npos) {
    return false;
  }
  modifier.base = text[0];
  return true;
}

std::string digits_of(std::uint32_t value, int base, bool capitals) {
  constexpr std::size_t room = 24;
  char buffer[room];
  const auto end = std::to_chars(buffer, buffer + room, value, base).ptr;
  std::string text(buffer, end);
  if (capitals) {
    for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  }
  return text;
}

/// Nibbles, lowest first, with dots between; `width` counts nibbles and dots.
void append_nibbles(std::uint32_t value, std::int64_t width, bool capitals, std::string& out) {
  do {
    out += digits_of(value & 0xF, 16, capitals);
    value >>= 4;
    --width;
    if (value != 0 || width > 0) {
      out += '.';
      --width;
    }
  } while (value != 0 || width > 0);
}

/// As C's printf does, with which BIND defines this: a negative number has a sign in front of its
/// zeros in decimal, and is taken modulo 2^32 in the other bases.
void append_number(std::int64_t number, const Modifier& modifier, std::string& out) {
  const std::int64_t shifted = number + modifier.offset;
  const auto value = static_cast<std::uint32_t>(shifted);
  const bool capitals = modifier.base == 'X' || modifier.base == 'N';
  if (modifier.base == 'n' || modifier.base == 'N') {
    append_nibbles(value, modifier.width, capitals, out);
    return;
  }
  auto width = static_cast<std::size_t>(modifier.width);
  const bool signed_decimal = modifier.base == 'd' && shifted < 0;
  if (signed_decimal) {
    out += '-';
    width -= width > 0 ? 1 : 0;
  }
  const int base = modifier.base == 'd' ? 10 : modifier.base == 'o' ? 8 : 16;
  const std::string digits =
      digits_of(signed_decimal ? static_cast<std::uint32_t>(-shifted) : value, base, capitals);
  if (digits.size() < width) out.append(width - digits.size(), '0');
  out += digits;
}

/// Replaces the running number in `pattern`. False when a modifier is wrong.
bool substitute(std::string_view pattern, std::int64_t number, std::string& out) {
  for (std::size_t i = 0; i < pattern.size();) {
    if (pattern[i] == '\\' && i + 1 < pattern.size()) {
      out += pattern.substr(i, 2);  // "\$" stays an escaped character
      i += 2;
    } else if (pattern[i] != '$') {
      out += pattern[i++];
    } else if (i + 1 < pattern.size() && pattern[i + 1] == '$') {
      out += '$';
      i += 2;
    } else if (i + 1 < pattern.size() && pattern[i + 1] == '{') {
      const std::size_t close = pattern.find('}', i);
      Modifier modifier;
      if (close == std::string_view::npos ||
          !parse_modifier(pattern.substr(i + 2, close - i - 2), modifier)) {
        return false;
      }
      append_number(number, modifier, out);
      i = close + 1;
    } else {
      append_number(number, {}, out);
      ++i;
    }
  }
  return true;
}

/// What stands after the range. BIND takes the record data as one string: when it is in quotes as a
/// whole they are no part of it, and quotes inside are escaped.
std::string pattern_of(std::string_view text, const std::vector<Token>& tokens,
                       std::uint32_t begin) {
  const Token& last = tokens.back();
  const auto is_type = [&](const Token& token) {
    return !token.quoted && type_from_text(text.substr(token.begin, token.end - token.begin));
  };
  const auto type = std::find_if(tokens.begin() + 3, tokens.end(), is_type);
  const bool whole_in_quotes = last.quoted && type != tokens.end() && type + 2 == tokens.end();
  if (!whole_in_quotes) {
    return std::string(text.substr(begin, last.end + (last.quoted ? 1U : 0U) - begin));
  }
  std::string pattern(text.substr(begin, last.begin - 1 - begin));
  for (std::uint32_t i = last.begin; i < last.end; ++i) {
    if (text[i] == '\\' && i + 1 < last.end) {
      if (text[i + 1] != '"') pattern += text[i];
      ++i;
    }
    pattern += text[i];
  }
  return pattern;
}

}  // namespace

void Loader::generate(const Source& source, const Entry& entry) {
  const auto& tokens = entry.tokens;
  const Span whole = source.span(tokens.front(), tokens.back());
  if (source.fixed || tokens.size() < 5) {
    return error(whole, "generate", "$GENERATE takes a range, an owner, a type and record data");
  }
  Range range;
  if (!parse_range(source.chars(tokens[1]), range)) {
    return error(source.span(tokens[1]), "generate",
                 "expected a range start-stop or start-stop/step of numbers up to 2147483647");
  }
  const auto count = static_cast<std::uint64_t>((range.stop - range.start) / range.step + 1);
  if (generated_ + count > options_.max_generated) {
    return error(
        source.span(tokens[1]), "generate",
        "more than " + std::to_string(options_.max_generated) + " records would be generated");
  }
  generated_ += count;

  const std::uint32_t pattern_begin = source.span(tokens[2]).begin;
  const std::string pattern = pattern_of(source.text, tokens, pattern_begin);
  std::string text;
  Entry made;
  for (std::int64_t number = range.start; number <= range.stop; number += range.step) {
    text.clear();
    if (!substitute(pattern, number, text)) {
      return error(Span{source.file, pattern_begin, whole.end}, "generate",
                   "expected ${offset,width,base} with base d, o, x, X, n or N");
    }
    Source generated;
    generated.text = text;
    generated.file = source.file;
    generated.fixed = whole;
    const std::size_t errors_before = zone_.diagnostics.size();
    Scanner scanner(generated.text);
    while (scanner.next(made)) this->entry(generated, made);
    // The same mistake in each of a million records is one mistake.
    if (zone_.diagnostics.size() != errors_before || full_) return;
  }
}

}  // namespace lapis::zone
