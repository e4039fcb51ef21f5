// The difference between two texts, as `diff -u` writes it.
#pragma once

#include <string>
#include <string_view>

namespace lapis::report {

/// A unified diff from `before` to `after` with three lines of context, headed `--- OLD` and
/// `+++ NEW`; empty when the texts are equal. `patch` and `git apply` take it.
std::string unified_diff(std::string_view old_name, std::string_view new_name,
                         std::string_view before, std::string_view after);

}  // namespace lapis::report
