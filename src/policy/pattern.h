// Patterns for paths and for domain names.
#pragma once

#include <string>
#include <string_view>

namespace lapis::policy {

/// `*` is any characters but `separator`, `**` any characters at all, `?` one character that is
/// not `separator`. Takes time proportional to both lengths.
bool matches(std::string_view pattern, std::string_view text, char separator);

/// A path (with `/`) against a pattern: one without `/` names a file or folder anywhere, one with
/// `/` is relative to where the policy lies; a folder stands for all below it.
bool path_matches(std::string_view pattern, std::string_view path);

/// A domain name against a pattern, without regard to case. `*` is within a label, `**` any labels.
bool name_matches(std::string_view pattern, std::string_view name);

}  // namespace lapis::policy
