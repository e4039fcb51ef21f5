// `lapis lsp`: the language server, over standard input and output.
#include <unistd.h>

#include <memory>

#include "command.h"
#include "lapis/editor/serve.h"

namespace lapis::cli {

void add_lsp(CLI::App& app, Status& status) {
  CLI::App* command =
      app.add_subcommand("lsp", "Language server over standard input and output (docs/editors.md)");
  // Some clients insist on saying so.
  auto stdio = std::make_shared<bool>(true);
  command->add_flag("--stdio", *stdio, "Has no effect: there is no other way");
  auto cache = std::make_shared<std::string>();
  command->add_option("--cache", *cache, "Directory that keeps proofs from one edit to the next")
      ->type_name("DIR");
  command->callback([stdio, cache, &status] {
    const int code = editor::serve(STDIN_FILENO, STDOUT_FILENO, LAPIS_VERSION, *cache);
    status = code == 0 ? Exit::fine : Exit::findings;
  });
}

}  // namespace lapis::cli
