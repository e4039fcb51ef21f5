// Writing a file in one step.
#pragma once

#include <string>
#include <string_view>

namespace lapis::cli {

/// Replaces a file in one step, so that neither a crash nor a full disk leaves half of it. Links
/// are followed; the mode is kept. False with the system's words in `error` when it can't be done.
bool replace_file(const std::string& path, std::string_view text, std::string& error);

/// Whoever sits at a terminal is asked, after the differences were shown; others have agreed.
bool is_agreed_to_write();

}  // namespace lapis::cli
