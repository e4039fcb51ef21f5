// Program text as the formatter sees it: the reader's tree with the comments and blank lines that
// the reader leaves out.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "reader.h"

namespace lapis::lang {

/// A comment that stands on lines of its own.
struct FormatComment {
  std::string_view text;      ///< from the semicolon, without blanks at the end
  bool blank_before = false;  ///< an empty line precedes it
};

struct FormatNode {
  std::string_view token;  ///< spelling of an atom; empty for a list
  bool list = false;
  bool square = false;    ///< closed by its own kind, as it will be written
  bool bindings = false;  ///< the list of bindings of a `config` or `let`
  std::vector<FormatNode> items;
  std::vector<FormatComment> before;  ///< on the lines above
  std::string_view after;             ///< at the end of the line; empty when there is none
  std::vector<FormatComment> at_end;  ///< of a list: on lines of their own before the bracket
  bool blank_before = false;          ///< an empty line between the last of `before` and this

  // Found once the tree stands.
  std::size_t width = 0;    ///< characters on one line
  std::size_t least = 0;    ///< characters of the widest line when broken wherever possible
  bool must_break = false;  ///< can't stand on one line
  std::string_view head() const {
    return list && !items.empty() ? items.front().token : std::string_view();
  }
};

struct FormatFile {
  std::vector<FormatNode> forms;
  std::vector<FormatComment> at_end;
};

/// Joins `data`, read from the whole of `text` without an error, with the comments between.
FormatFile format_tree(std::string_view text, const std::vector<Datum>& data);

/// Characters (code points) of UTF-8 text.
std::size_t characters(std::string_view text);

}  // namespace lapis::lang
