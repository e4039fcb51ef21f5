#include "lapis/zone/characters.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "lapis/base/utf8.h"

namespace lapis::zone {
namespace {

struct Range {
  char32_t first;
  char32_t last;
  Looks looks;
};

// Sorted. Unicode general categories Zs and Cf, and the punctuation that editors put in place of
// ASCII characters.
constexpr auto ranges = std::to_array<Range>({
    {0x00A0, 0x00A0, Looks::blank},     {0x00AD, 0x00AD, Looks::invisible},
    {0x034F, 0x034F, Looks::invisible}, {0x061C, 0x061C, Looks::invisible},
    {0x1680, 0x1680, Looks::blank},     {0x180E, 0x180E, Looks::invisible},
    {0x2000, 0x200A, Looks::blank},     {0x200B, 0x200F, Looks::invisible},
    {0x2010, 0x2015, Looks::symbol},    {0x2018, 0x201F, Looks::symbol},
    {0x2024, 0x2024, Looks::symbol},    {0x2028, 0x2029, Looks::blank},
    {0x202A, 0x202E, Looks::invisible}, {0x202F, 0x202F, Looks::blank},
    {0x2039, 0x203A, Looks::symbol},    {0x2044, 0x2044, Looks::symbol},
    {0x205F, 0x205F, Looks::blank},     {0x2060, 0x2064, Looks::invisible},
    {0x2066, 0x206F, Looks::invisible}, {0x2212, 0x2212, Looks::symbol},
    {0x2215, 0x2215, Looks::symbol},    {0x3000, 0x3000, Looks::blank},
    {0x3002, 0x3002, Looks::symbol},    {0xFE63, 0xFE63, Looks::symbol},
    {0xFEFF, 0xFEFF, Looks::invisible}, {0xFF01, 0xFF20, Looks::symbol},
    {0xFF21, 0xFF3A, Looks::letter},    {0xFF3B, 0xFF40, Looks::symbol},
    {0xFF41, 0xFF5A, Looks::letter},    {0xFF5B, 0xFF5E, Looks::symbol},
    {0xFF61, 0xFF61, Looks::symbol},
});

struct Pair {
  char32_t code_point;
  char ascii;
};

// Cyrillic, Greek and Latin letters that most typefaces draw like an ASCII letter, and the symbols
// that stand for one (Unicode Technical Standard 39, confusables), sorted.
constexpr auto pairs = std::to_array<Pair>({
    {0x0131, 'i'},  {0x0251, 'a'},  {0x0261, 'g'}, {0x0391, 'A'}, {0x0392, 'B'}, {0x0395, 'E'},
    {0x0396, 'Z'},  {0x0397, 'H'},  {0x0399, 'I'}, {0x039A, 'K'}, {0x039C, 'M'}, {0x039D, 'N'},
    {0x039F, 'O'},  {0x03A1, 'P'},  {0x03A4, 'T'}, {0x03A5, 'Y'}, {0x03A7, 'X'}, {0x03B1, 'a'},
    {0x03B3, 'y'},  {0x03B9, 'i'},  {0x03BD, 'v'}, {0x03BF, 'o'}, {0x03C1, 'p'}, {0x03C3, 'o'},
    {0x0405, 'S'},  {0x0406, 'I'},  {0x0408, 'J'}, {0x0410, 'A'}, {0x0412, 'B'}, {0x0415, 'E'},
    {0x041A, 'K'},  {0x041C, 'M'},  {0x041D, 'H'}, {0x041E, 'O'}, {0x0420, 'P'}, {0x0421, 'C'},
    {0x0422, 'T'},  {0x0425, 'X'},  {0x0430, 'a'}, {0x0435, 'e'}, {0x043A, 'k'}, {0x043E, 'o'},
    {0x0440, 'p'},  {0x0441, 'c'},  {0x0443, 'y'}, {0x0445, 'x'}, {0x0455, 's'}, {0x0456, 'i'},
    {0x0458, 'j'},  {0x04BB, 'h'},  {0x0501, 'd'}, {0x051B, 'q'}, {0x051D, 'w'}, {0x2010, '-'},
    {0x2011, '-'},  {0x2012, '-'},  {0x2013, '-'}, {0x2014, '-'}, {0x2015, '-'}, {0x2018, '\''},
    {0x2019, '\''}, {0x201B, '\''}, {0x201C, '"'}, {0x201D, '"'}, {0x201E, '"'}, {0x201F, '"'},
    {0x2024, '.'},  {0x2044, '/'},  {0x2212, '-'}, {0x2215, '/'}, {0x3002, '.'}, {0xFE63, '-'},
    {0xFF61, '.'},
});

}  // namespace

std::optional<char32_t> next_code_point(std::string_view text, std::size_t& at) {
  const CodePoint read = decode_utf8(text, at);
  at += std::max<std::size_t>(read.size, 1);
  if (read.size == 0) return std::nullopt;
  return read.value;
}

std::string to_utf8(char32_t code_point) {
  std::string out;
  const auto put = [&](char32_t octet) { out += static_cast<char>(octet); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xC0 | code_point >> 6);
    put(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    put(0xE0 | code_point >> 12);
    put(0x80 | (code_point >> 6 & 0x3F));
    put(0x80 | (code_point & 0x3F));
  } else {
    put(0xF0 | code_point >> 18);
    put(0x80 | (code_point >> 12 & 0x3F));
    put(0x80 | (code_point >> 6 & 0x3F));
    put(0x80 | (code_point & 0x3F));
  }
  return out;
}

LookAlike look_alike(char32_t code_point) {
  LookAlike found;
  if (code_point < 0x80) return found;
  const auto pair =
      std::lower_bound(pairs.begin(), pairs.end(), code_point,
                       [](const Pair& entry, char32_t value) { return entry.code_point < value; });
  if (pair != pairs.end() && pair->code_point == code_point) {
    found.looks = Looks::letter;
    found.ascii = pair->ascii;
  }
  // Full-width forms stand in ASCII order.
  if (code_point >= 0xFF01 && code_point <= 0xFF5E) {
    found.ascii = static_cast<char>(code_point - 0xFF01 + '!');
  }
  const auto range =
      std::lower_bound(ranges.begin(), ranges.end(), code_point,
                       [](const Range& entry, char32_t value) { return entry.last < value; });
  if (range != ranges.end() && range->first <= code_point) found.looks = range->looks;
  return found;
}

std::string code_point_text(char32_t code_point) {
  char text[12];
  std::snprintf(text, sizeof text, "U+%04X", static_cast<unsigned>(code_point));
  return text;
}

}  // namespace lapis::zone
