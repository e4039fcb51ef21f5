// The difference between two texts, as `diff -u` writes it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lapis/base/text_edit.h"
#include "lapis/report/fix.h"

namespace lapis::report {

/// A unified diff from `before` to `after` with three lines of context, headed `--- OLD` and
/// `+++ NEW`; empty when the texts are equal. `patch` and `git apply` take it.
std::string unified_diff(std::string_view old_name, std::string_view new_name,
                         std::string_view before, std::string_view after);

/// Edits of whole lines of `before`, the text of `file`, that make `after` of it.
std::vector<TextEdit> changed_lines(std::string_view before, std::string_view after,
                                    std::uint32_t file);

/// What a fix changes, as unified_diff() of each file, with the names a/PATH and b/PATH.
std::string fix_diff(const Fix& fix, const SourceMap& sources);

}  // namespace lapis::report
