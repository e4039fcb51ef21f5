// `lapis lint ZONEFILE…`: what is wrong with zone files.
#include <cstdio>
#include <iterator>
#include <memory>
#include <optional>

#include "lapis/dns/name.h"
#include "lapis/zone/load.h"
#include "lapis/zone/servable.h"
#include "output.h"

namespace lapis::cli {
namespace {

struct LintOptions {
  std::vector<std::string> files;
  std::string origin;
  std::string stdin_filename = "-";
  OutputOptions output;
};

bool read_standard_input(std::string& text) {
  char buffer[65536];
  std::size_t count = 0;
  while ((count = std::fread(buffer, 1, sizeof buffer, stdin)) > 0) text.append(buffer, count);
  return std::ferror(stdin) == 0;
}

/// Warnings of the text, and everything that forbids serving the zone.
Diagnostics findings_of(const zone::LoadedZone& zone) {
  Diagnostics findings = zone::serving_errors(zone);
  for (const Diagnostic& d : zone.diagnostics) {
    if (d.severity != Severity::error) findings.push_back(d);
  }
  return findings;
}

Exit run_lint(const LintOptions& options) {
  const Stopwatch watch;
  zone::LoadOptions load;
  if (!options.origin.empty()) {
    load.origin = dns::parse_name(options.origin);
    if (!load.origin) {
      std::fprintf(stderr, "lapis lint: '%s' is not a domain name\n", options.origin.c_str());
      return Exit::usage;
    }
  }
  SourceMap sources;
  report::Report out;
  out.command = "lint";
  for (const std::string& file : options.files) {
    zone::LoadedZone zone;
    if (file == "-") {
      std::string text;
      if (!read_standard_input(text)) {
        std::fputs("lapis lint: standard input can't be read\n", stderr);
        return Exit::usage;
      }
      zone =
          zone::load_zone_text(sources.add(options.stdin_filename, std::move(text)), sources, load);
    } else {
      zone = zone::load_zone(file, sources, load);
    }
    Diagnostics findings = findings_of(zone);
    std::move(findings.begin(), findings.end(), std::back_inserter(out.findings));
  }
  out.verdict = report::verdict_of(out.findings);
  out.elapsed_ms = watch.elapsed_ms();
  return show(out, sources, options.output);
}

}  // namespace

void add_lint(CLI::App& app, Status& status) {
  auto options = std::make_shared<LintOptions>();
  CLI::App* command = app.add_subcommand("lint", "Check zone files");
  command->add_option("file", options->files, "Zone files; - is standard input")
      ->required()
      ->type_name("ZONEFILE");
  command
      ->add_option("--origin,-o", options->origin, "The zone's name, when the file leaves it open")
      ->type_name("NAME");
  command->add_option("--stdin-filename", options->stdin_filename,
                      "What to call standard input in findings");
  add_output_options(*command, options->output);
  command->callback([options, &status] { status = run_lint(*options); });
}

}  // namespace lapis::cli
