// `lapis lint ZONEFILE…`: the defects of zone files, whatever nameserver they are for.
#include <cstdio>
#include <ctime>
#include <iterator>
#include <memory>
#include <optional>

#include "lapis/lint/lint.h"
#include "output.h"

namespace lapis::cli {
namespace {

struct LintArguments {
  std::vector<std::string> files;
  std::string origin;
  std::string stdin_filename = "<stdin>";
  std::string previous;
  std::string at;
  std::string expiry_margin = "3d";
  OutputOptions output;
};

std::string read_standard_input() {
  std::string text;
  char part[65536];
  while (const std::size_t size = std::fread(part, 1, sizeof part, stdin)) text.append(part, size);
  return text;
}

/// A time as RRSIG records write it, YYYYMMDDHHMMSS or seconds since 1970 (RFC 4034 section 3.2).
std::optional<std::uint32_t> parse_time(const std::string& text) {
  if (text.empty() || text.size() > 14 || text.find_first_not_of("0123456789") != text.npos) {
    return std::nullopt;
  }
  if (text.size() != 14) {
    const unsigned long long seconds = std::stoull(text);
    if (seconds > 0xFFFFFFFF) return std::nullopt;
    return static_cast<std::uint32_t>(seconds);
  }
  std::tm parts{};
  if (strptime(text.c_str(), "%Y%m%d%H%M%S", &parts) == nullptr) return std::nullopt;
  return static_cast<std::uint32_t>(timegm(&parts));
}

bool read_times(const LintArguments& arguments, lint::LintOptions& options) {
  const auto at = arguments.at.empty()
                      ? std::optional(static_cast<std::uint32_t>(std::time(nullptr)))
                      : parse_time(arguments.at);
  const auto margin = zone::parse_ttl(arguments.expiry_margin);
  if (!at) {
    std::fprintf(stderr, "lapis lint: --at takes YYYYMMDDHHMMSS or seconds, not '%s'\n",
                 arguments.at.c_str());
  } else if (!margin || *margin > 0x7FFFFFFF) {
    std::fprintf(stderr, "lapis lint: --expiry-margin takes a time such as 3d, not '%s'\n",
                 arguments.expiry_margin.c_str());
  } else {
    options.at = *at;
    options.expiry_margin = *margin;
    return true;
  }
  return false;
}

Exit run_lint(const LintArguments& arguments) {
  std::vector<std::string> on_disk;
  std::copy_if(arguments.files.begin(), arguments.files.end(), std::back_inserter(on_disk),
               [](const std::string& file) { return file != "-"; });
  if (!arguments.previous.empty()) on_disk.push_back(arguments.previous);
  if (!readable(on_disk)) return Exit::usage;
  zone::LoadOptions load;
  if (!arguments.origin.empty()) {
    load.origin = dns::parse_name(arguments.origin);
    if (!load.origin) {
      std::fprintf(stderr, "lapis lint: '%s' is not a domain name\n", arguments.origin.c_str());
      return Exit::usage;
    }
  }
  const Stopwatch watch;
  SourceMap sources;
  report::Report out;
  out.command = "lint";
  out.paths = arguments.files;
  std::vector<zone::LoadedZone> zones;
  for (const std::string& file : arguments.files) {
    zones.push_back(file == "-" ? zone::load_zone_text(
                                      sources.add(arguments.stdin_filename, read_standard_input()),
                                      sources, load)
                                : zone::load_zone(file, sources, load));
  }
  lint::LintOptions options;
  if (!read_times(arguments, options)) return Exit::usage;
  zone::LoadedZone previous;
  if (!arguments.previous.empty()) {
    load.origin = zones[0].records.origin;
    previous = zone::load_zone(arguments.previous, sources, load);
    options.previous = &previous;
  }
  std::vector<const zone::LoadedZone*> together;
  for (const zone::LoadedZone& zone : zones) together.push_back(&zone);
  for (Diagnostics& found : lint::lint_zones(together, sources, options)) {
    std::move(found.begin(), found.end(), std::back_inserter(out.findings));
  }
  out.verdict = report::verdict_of(out.findings);
  out.elapsed_ms = watch.elapsed_ms();
  return show(out, sources, arguments.output);
}

}  // namespace

void add_lint(CLI::App& app, Status& status) {
  auto arguments = std::make_shared<LintArguments>();
  CLI::App* command = app.add_subcommand("lint", "Find the defects of zone files");
  command->add_option("zonefile", arguments->files, "Zone files; - is standard input")
      ->required()
      ->type_name("ZONEFILE");
  command->add_option("--origin", arguments->origin, "The zone's name; else taken from the file")
      ->type_name("NAME");
  command
      ->add_option("--stdin-filename", arguments->stdin_filename,
                   "What to call standard input in findings")
      ->type_name("FILE");
  command
      ->add_option("--previous", arguments->previous,
                   "The zone as it is published now; the serial must be ahead of its serial")
      ->type_name("ZONEFILE");
  command
      ->add_option("--at", arguments->at,
                   "When signatures must be valid, YYYYMMDDHHMMSS or seconds; else now")
      ->type_name("TIME");
  command
      ->add_option("--expiry-margin", arguments->expiry_margin,
                   "Report signatures that end within this time; 3d when not given")
      ->type_name("TIME");
  add_output_options(*command, arguments->output);
  command->callback([arguments, &status] { status = run_lint(*arguments); });
}

}  // namespace lapis::cli
