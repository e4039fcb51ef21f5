// `lapis check --config FILE`: everything `serve` would load and prove, without a socket.
#include <memory>

#include "output.h"
#include "prepared.h"

namespace lapis::cli {
namespace {

struct CheckOptions {
  std::string config;
  OutputOptions output;
};

Exit run_check(const CheckOptions& options) {
  if (options.output.print_policy) return print_policy({options.config}, options.output);
  server::Prepared prepared = server::check_configuration(options.config);
  report::Report out;
  out.command = "check";
  out.findings = prepared.findings;
  out.programs = prepared.programs;
  out.digest = prepared.digest;
  out.paths = prepared.config.programs;
  out.elapsed_ms = prepared.elapsed_ms;
  out.undecided_reason = prepared.undecided_reason;
  out.verdict = report::verdict_of(out.findings);
  const bool undecided = !prepared.accepted() && out.verdict == report::Verdict::verified;
  if (undecided) {
    out.verdict = report::Verdict::undecided;
    if (out.undecided_reason.empty()) out.undecided_reason = prepared.internal_error;
  }
  const Exit shown = show(out, prepared.sources, options.output);
  return prepared.internal_error.empty() ? shown : explain_refusal(prepared);
}

}  // namespace

void add_check(CLI::App& app, Status& status) {
  auto options = std::make_shared<CheckOptions>();
  CLI::App* command = app.add_subcommand(
      "check", "Check all that serve would load: configuration, zones, programs");
  command->add_option("--config,-c", options->config, "Configuration file")
      ->required()
      ->type_name("FILE");
  add_output_options(*command, options->output);
  // What the server refuses is refused here, whatever a policy says.
  options->output.policy.keep_errors = true;
  command->callback([options, &status] { status = run_check(*options); });
}

}  // namespace lapis::cli
