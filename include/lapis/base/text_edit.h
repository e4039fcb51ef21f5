// Changes of a text, as spans of the old text and what takes their place.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lapis/base/source.h"

namespace lapis {

/// The characters of `at` give way to `text`.
struct TextEdit {
  Span at;
  std::string text;
};

/// `text`, which is that of `file`, after those of `edits` that are about the file. Of edits that
/// overlap, the one that ends last is made.
std::string apply_edits(std::string_view text, std::uint32_t file, std::vector<TextEdit> edits);

}  // namespace lapis
