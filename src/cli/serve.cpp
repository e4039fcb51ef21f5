// `lapis serve --config FILE`: the nameserver, in the foreground until SIGTERM or SIGINT.
#include "lapis/server/serve.h"

#include <memory>

#include "output.h"
#include "prepared.h"

namespace lapis::cli {
namespace {

struct ServeOptions {
  std::string config;
  OutputOptions output;
};

Exit run_serve(const ServeOptions& options) {
  const server::Served served = server::serve(options.config, LAPIS_VERSION);
  if (served.started) return Exit::fine;
  const server::Prepared& refused = served.refused;
  complain(refused.findings, refused.sources, options.output);
  return explain_refusal(refused);
}

}  // namespace

void add_serve(CLI::App& app, Status& status) {
  auto options = std::make_shared<ServeOptions>();
  CLI::App* command = app.add_subcommand("serve", "Answer DNS queries");
  command->add_option("--config,-c", options->config, "Configuration file")
      ->required()
      ->type_name("FILE");
  command->footer(
      "Signals: SIGTERM and SIGINT finish what has been received and end; SIGHUP reloads\n"
      "everything, or nothing when any of it is refused; SIGUSR1 logs the counters.");
  command->callback([options, &status] { status = run_serve(*options); });
}

}  // namespace lapis::cli
