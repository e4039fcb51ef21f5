// The canonical layout of program text, behind `lapis fmt` and the editor's "format document".
//
// Layout follows from the tree of forms, the comments and the blank lines alone, never from where
// lines were broken before; so formatting twice changes nothing. Only white space, blank lines and
// the kind of brackets change: tokens keep their spelling and every comment is kept. The rules are
// in docs/language.md, "Layout".
#pragma once

#include <string>

#include "lapis/base/result.h"
#include "lapis/base/source.h"

namespace lapis::lang {

/// Longest line that formatting aims at, in characters. Only a token or a comment that is longer by
/// itself, or stands too deep, exceeds it.
inline constexpr std::size_t format_width = 100;

/// The text of `file` in canonical layout, ending in a newline unless it is empty. Text that does
/// not parse is not laid out: the errors of the reader, with their places.
Result<std::string> format_text(const SourceMap& sources, std::uint32_t file);

}  // namespace lapis::lang
