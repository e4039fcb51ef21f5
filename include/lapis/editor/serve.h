// The language server of `lapis lsp`: the Language Server Protocol 3.17 over two descriptors.
//
// One thread, one loop. The checker runs at every edit; the verifier runs in a child process once
// the typing has paused, and is killed when it goes on. What is unsaved in the editor stands in for
// the files of its directory, which is the program set.
#pragma once

#include <string>

namespace lapis::editor {

/// Serves until the client says `exit` or closes its end. The exit code of the process: 0 after
/// `shutdown`, else 1, as the protocol wants it. `cache`: directory of proofs; empty: none.
int serve(int input, int output, const std::string& version, const std::string& cache);

}  // namespace lapis::editor
