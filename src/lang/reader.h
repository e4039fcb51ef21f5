// Text to data: the parenthesised surface, before anything has a meaning.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lapis/base/diagnostic.h"
#include "lapis/base/source.h"

namespace lapis::lang {

/// A symbol, number, string or list, with its place.
struct Datum {
  enum class Kind : std::uint8_t { symbol, number, string, list };
  Kind kind = Kind::list;
  Span span;
  std::string text;  ///< symbol's or string's characters (escapes resolved)
  std::int64_t number = 0;
  std::vector<Datum> items;
  bool square = false;
  bool unfinished = false;  ///< a top-level form whose closing bracket is missing

  bool is_symbol() const { return kind == Kind::symbol; }
  bool is_symbol(std::string_view name) const { return is_symbol() && text == name; }
  bool is_list() const { return kind == Kind::list; }
  bool is_string() const { return kind == Kind::string; }
  /// Symbol at the head of a list, or empty.
  std::string_view head() const {
    return is_list() && !items.empty() && items[0].is_symbol() ? std::string_view(items[0].text)
                                                               : std::string_view();
  }
};

/// Lists nested deeper than this are refused; it also bounds every later recursion.
inline constexpr int max_nesting = 200;

/// Reads all data of a file. Errors go to `diagnostics`; what could be read is returned all the
/// same, so that later stages can report their own. Octets that are not UTF-8 are returned as
/// U+FFFD, so that no message repeats them.
std::vector<Datum> read_data(const SourceMap& sources, std::uint32_t file,
                             Diagnostics& diagnostics);
/// The same for a part of a file.
std::vector<Datum> read_data(const SourceMap& sources, Span part, Diagnostics& diagnostics);

}  // namespace lapis::lang
