// Writing a file in one step.
#pragma once

#include <string>
#include <string_view>

namespace lapis::cli {

/// Replaces a file in one step, so that neither a crash nor a full disk leaves half of it. Links
/// are followed; the mode is kept. False with the system's words in `error` when it can't be done.
bool replace_file(const std::string& path, std::string_view text, std::string& error);

}  // namespace lapis::cli
