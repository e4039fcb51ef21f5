#include "excerpt.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "lapis/base/utf8.h"

namespace lapis::report {
namespace {

constexpr std::size_t tab_stop = 4;
constexpr std::string_view replacement = "\xEF\xBF\xBD";

struct Range {
  std::uint32_t low, high;
};

/// Code points a terminal shows two columns wide (Unicode East Asian Width W and F, in bulk).
constexpr std::array<Range, 10> wide_ranges{{{0x1100, 0x115F},
                                             {0x2E80, 0x303E},
                                             {0x3041, 0xA4CF},
                                             {0xAC00, 0xD7A3},
                                             {0xF900, 0xFAFF},
                                             {0xFE30, 0xFE6F},
                                             {0xFF00, 0xFF60},
                                             {0xFFE0, 0xFFE6},
                                             {0x1F300, 0x1FAFF},
                                             {0x20000, 0x3FFFD}}};
/// Combining marks and joiners: no column of their own.
constexpr std::array<Range, 5> zero_ranges{
    {{0x0300, 0x036F}, {0x1AB0, 0x1AFF}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0x200B, 0x200D}}};
/// Controls that could hide or reorder what follows, shown as U+FFFD.
constexpr std::array<Range, 6> unsafe_ranges{{{0x0000, 0x001F},
                                              {0x007F, 0x009F},
                                              {0x200E, 0x200F},
                                              {0x2028, 0x202E},
                                              {0x2066, 0x2069},
                                              {0xFEFF, 0xFEFF}}};

template <std::size_t N>
bool within(const std::array<Range, N>& ranges, std::uint32_t c) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [c](const Range& r) { return c >= r.low && c <= r.high; });
}

/// A source line as cells: what each character is shown as, how wide, and where it came from.
struct Cell {
  std::string shown;
  std::size_t columns;
  std::size_t offset;
};

std::vector<Cell> cells_of(std::string_view line, std::size_t from, std::size_t limit) {
  std::vector<Cell> cells;
  std::size_t column = 0;
  for (std::size_t at = from, size = 0; at < line.size() && column < limit; at += size) {
    const CodePoint read = decode_utf8(line, at);
    size = std::max<std::size_t>(read.size, 1);
    const std::uint32_t c = read.value;
    Cell cell{std::string(line.substr(at, size)), 1, at};
    if (c == '\t') {
      cell.columns = tab_stop - column % tab_stop;
      cell.shown.assign(cell.columns, ' ');
    } else if (read.size == 0 || within(unsafe_ranges, c)) {
      cell.shown = replacement;
    } else if (within(zero_ranges, c)) {
      cell.columns = 0;
    } else if (within(wide_ranges, c)) {
      cell.columns = 2;
    }
    column += cell.columns;
    cells.push_back(std::move(cell));
  }
  return cells;
}

/// Byte offset at which the shown part of a long line starts: the range's start stays in view.
std::size_t window_start(std::string_view line, std::size_t begin, std::size_t width) {
  if (line.size() <= width || begin < width / 2) return 0;
  std::size_t at = begin - width / 3;
  while (at > 0 && (static_cast<std::uint8_t>(line[at]) & 0xC0U) == 0x80U) --at;
  return at;
}

struct Gutter {
  std::size_t digits;
  const Paint& paint;

  std::string with(const std::string& label) const {
    return std::string(paint.on) + std::string(digits - std::min(digits, label.size()), ' ') +
           label + " |" + paint.off;
  }
};

/// One source line and the underline beneath the bytes [begin, end) of it.
void append_line(std::string& out, std::string_view line, std::size_t begin, std::size_t end,
                 bool first, const Gutter& gutter, const std::string& number,
                 const TextStyle& style, const Paint& mark) {
  const std::size_t start = window_start(line, begin, style.width);
  const std::vector<Cell> cells = cells_of(line, start, style.width);
  std::string text;
  std::string under;
  bool marked = false;
  std::size_t underlined = 0;
  if (start > 0) {
    text += "…";
    under += ' ';
  }
  for (const Cell& cell : cells) {
    text += cell.shown;
    const bool inside = cell.offset >= begin && cell.offset < end;
    for (std::size_t i = 0; i < cell.columns; ++i) {
      if (!inside) {
        under += ' ';
        continue;
      }
      if (!marked) under += mark.on;
      under += first && !marked ? '^' : '~';
      marked = true;
      underlined = under.size();
    }
  }
  const std::size_t shown_to = cells.empty() ? start : cells.back().offset + 1;
  if (!cells.empty() && shown_to + 4 < line.size()) text += "…";
  if (!marked && first) {  // an empty range, or one at the end of the line
    under += mark.on;
    under += '^';
    underlined = under.size();
  }
  under.resize(underlined);
  while (!text.empty() && text.back() == ' ') text.pop_back();
  out += "  " + gutter.with(number) + (text.empty() ? "" : " " + text) + "\n";
  if (underlined > 0) out += "  " + gutter.with("") + " " + under + mark.off + "\n";
}

}  // namespace

std::string showable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0, size = 0; at < text.size(); at += size) {
    const CodePoint read = decode_utf8(text, at);
    size = std::max<std::size_t>(read.size, 1);
    const std::uint32_t c = read.value;
    if (c == '\t') {
      out += ' ';
    } else if (read.size == 0 || within(unsafe_ranges, c)) {
      out += replacement;
    } else {
      out += text.substr(at, size);
    }
  }
  return out;
}

std::string excerpt(Span span, const SourceMap& sources, const TextStyle& style,
                    const Paint& gutter_paint, const Paint& mark) {
  if (!span.known() || span.file > sources.size()) return {};
  const std::string_view text = sources.text(span.file);
  const std::size_t size = text.size();
  const std::size_t span_begin = std::min<std::size_t>(span.begin, size);
  const std::size_t span_end = std::clamp<std::size_t>(span.end, span_begin, size);
  const Location place = sources.locate(span);
  // A range that ends at the start of a line does not touch that line.
  const bool ends_before = place.end_line > place.line && place.end_column == 1;
  const std::uint32_t last = ends_before ? place.end_line - 1 : place.end_line;
  const Gutter gutter{std::max<std::size_t>(4, std::to_string(last).size()), gutter_paint};

  std::string out;
  std::size_t offset = span_begin;
  for (std::uint32_t number = place.line; number <= last; ++number) {
    const std::string_view line = sources.line_at(span.file, static_cast<std::uint32_t>(offset));
    const std::size_t line_begin = static_cast<std::size_t>(line.data() - text.data());
    const bool first = number == place.line;
    if (first || number == last || last - place.line < 4) {
      // Indentation of later lines is not underlined.
      const std::size_t indent = std::min(line.find_first_not_of(" \t"), line.size());
      const std::size_t begin = first ? span_begin - line_begin : indent;
      const std::size_t end = std::min(span_end - line_begin, line.size());
      append_line(out, line, begin, end, first, gutter, std::to_string(number), style, mark);
    } else if (number == place.line + 1) {
      out += "  " + gutter.with("...") + "\n";
    }
    const std::size_t next = text.find('\n', line_begin + line.size());
    if (next == std::string_view::npos) break;
    offset = next + 1;
  }
  return out;
}

std::string markup_escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\n':
        out += "&#10;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace lapis::report
