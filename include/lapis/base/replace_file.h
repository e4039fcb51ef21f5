// Writing a file in one step.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lapis {

enum class Replace : std::uint8_t {
  /// Links are followed; a file that is there keeps its mode, a new one gets what the umask leaves.
  content,
  /// Whatever stands there, a link too, is replaced by a file that only its owner may read.
  by_private_file,
};

/// Makes `text` the content of the file at `path` in one step, so that neither a crash nor a full
/// disk leaves half of it. The draft lies beside the file, and is left behind only by a process
/// that is killed. False with the system's words in `error` when it can't be done.
bool replace_file(const std::string& path, std::string_view text, std::string& error,
                  Replace how = Replace::content);

/// What the names of drafts of the file called `name` begin with.
std::string draft_prefix(const std::string& name);

}  // namespace lapis
