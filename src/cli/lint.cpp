// `lapis lint ZONEFILE…`: the defects of zone files, whatever nameserver they are for.
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <deque>
#include <filesystem>
#include <iterator>
#include <memory>
#include <optional>

#include "agreement.h"
#include "lapis/base/replace_file.h"
#include "lapis/lint/fix.h"
#include "lapis/lint/lint.h"
#include "lapis/lint/programs.h"
#include "lapis/report/text_diff.h"
#include "lapis/server/config.h"
#include "output.h"
#include "progress.h"
#include "unmatched.h"

namespace lapis::cli {
namespace {

struct LintArguments {
  std::vector<std::string> files;
  std::string origin;
  std::string stdin_filename = "<stdin>";
  std::string previous;
  std::string at;
  std::string expiry_margin = "3d";
  std::string config;
  bool fix = false;
  bool only_diff = false;
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

/// A zone to look at: where its text is, and its name if that is known.
struct Input {
  std::string file;  // "-" for standard input
  std::optional<dns::Name> origin;
};

struct Inputs {
  std::vector<Input> zones;
  zone::LoadOptions load;
  std::optional<server::Config> config;  ///< of --config
};

/// The zones that a server serves by its configuration file.
Exit inputs_of_server(const LintArguments& arguments, SourceMap& sources, Inputs& inputs) {
  auto config = server::load_config(arguments.config, sources);
  if (!config.ok()) {
    complain(config.errors(), sources, arguments.output);
    return exit_of(config.errors());
  }
  inputs.load.include_root = config->server.include_root;
  inputs.load.include_directory = std::filesystem::path(arguments.config).parent_path().string();
  for (const server::ZoneConfig& zone : config->zones) {
    inputs.zones.push_back({zone.file, zone.name});
  }
  inputs.config = std::move(config).value();
  return Exit::fine;
}

/// What zones, attributes and programs of a server say of each other. Programs that can't be read
/// are the matter of `lapis check`.
Diagnostics lint_with_programs(const server::Config& config,
                               const std::vector<zone::LoadedZone>& zones, SourceMap& sources) {
  if (config.programs.empty()) return {};
  Diagnostics warnings;
  const auto set = program::load_program_set(config.programs, sources, warnings);
  if (!set.ok()) return set.errors();
  std::vector<lint::ProgrammedZone> programmed;
  std::deque<program::AttributeTable> tables;
  for (std::size_t i = 0; i < zones.size(); ++i) {
    const server::ZoneConfig& zone = config.zones[i];
    auto& entry = programmed.emplace_back();
    entry.zone = &zones[i];
    entry.addressing = zone.addressing;
    entry.site = config.server.site;
    entry.region = config.server.region;
    std::string text;
    std::string error;
    std::uint32_t file = 0;
    if (!zone.attributes_file.empty() && read_file(zone.attributes_file, text, error)) {
      file = sources.add(zone.attributes_file, std::move(text));
      entry.rows = program::attribute_rows(zone.name, sources, file);
    }
    auto table = program::AttributeTable::build(**set, zone.name, zone.attributes, sources, file);
    // Values that can't be read are the matter of `lapis check`; without them nothing is sure.
    entry.attributes_known = table.ok();
    if (table.ok()) entry.attributes = &tables.emplace_back(std::move(table).value());
  }
  return lint::lint_programs(
      **set, programmed, sources, [&](std::span<const lint::AddressQueries> questions) {
        return find_unmatched(**set, questions, config.server.site, config.server.region);
      });
}

Exit gather_inputs(const LintArguments& arguments, SourceMap& sources, Inputs& inputs) {
  if (arguments.files.empty() == arguments.config.empty()) {
    std::fputs("lapis lint: give either zone files or --config\n", stderr);
    return Exit::usage;
  }
  std::optional<dns::Name> origin;
  if (!arguments.origin.empty()) {
    origin = dns::parse_name(arguments.origin);
    if (!origin) {
      std::fprintf(stderr, "lapis lint: '%s' is not a domain name\n", arguments.origin.c_str());
      return Exit::usage;
    }
  }
  for (const std::string& file : arguments.files) inputs.zones.push_back({file, origin});
  if (!arguments.config.empty()) {
    const Exit read = inputs_of_server(arguments, sources, inputs);
    if (read != Exit::fine) return read;
  }
  return arguments.previous.empty() || readable({arguments.previous}) ? Exit::fine : Exit::usage;
}

/// A zone whose file can't be read is a finding, too, and needs a place.
zone::LoadedZone load_zone_file(const std::string& path, SourceMap& sources,
                                const zone::LoadOptions& options) {
  zone::LoadedZone zone = zone::load_zone(path, sources, options);
  for (Diagnostic& finding : zone.diagnostics) {
    if (finding.span.file != 0 || finding.rule != "unreadable-file") continue;
    finding.span.file = sources.add(path, {});
    if (finding.message.starts_with(path + ": ")) finding.message.erase(0, path.size() + 2);
  }
  return zone;
}

std::uint32_t date_of(std::uint32_t time) {
  const std::time_t seconds = time;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return static_cast<std::uint32_t>((parts.tm_year + 1900) * 10'000 + (parts.tm_mon + 1) * 100 +
                                    parts.tm_mday);
}

/// Shows what repairing would change, and changes it unless only that was asked for. True when
/// files were written.
bool repair(const LintArguments& arguments, const std::vector<zone::LoadedZone>& zones,
            const std::vector<Diagnostics>& findings, const SourceMap& sources,
            const lint::LintOptions& options, Exit& failure) {
  std::vector<lint::FixedFile> files;
  for (std::size_t i = 0; i < zones.size(); ++i) {
    lint::Fixes fixes =
        lint::fix_zone(zones[i], sources, findings[i], date_of(options.at.value_or(0)), options);
    std::move(fixes.files.begin(), fixes.files.end(), std::back_inserter(files));
  }
  // The report keeps standard output for itself where programs read it.
  std::FILE* const out = arguments.output.format == "text" ? stdout : stderr;
  for (const lint::FixedFile& file : files) {
    const std::string& path = sources.path(file.file);
    const std::string diff =
        report::unified_diff("a/" + path, "b/" + path, sources.text(file.file), file.text);
    std::fwrite(diff.data(), 1, diff.size(), out);
  }
  if (files.empty() || arguments.only_diff || !is_agreed_to_write()) return false;
  for (const lint::FixedFile& file : files) {
    std::string error;
    if (replace_file(sources.path(file.file), file.text, error)) continue;
    std::fprintf(stderr, "lapis lint: %s: %s\n", sources.path(file.file).c_str(), error.c_str());
    failure = Exit::usage;
  }
  return true;
}

class Run {
 public:
  Run(const LintArguments& arguments, Inputs inputs)
      : arguments_(arguments), inputs_(std::move(inputs)) {}

  /// Loads and lints everything once.
  bool look(SourceMap& sources) {
    zones_.clear();
    options_ = {};
    if (!read_times(arguments_, options_)) return false;
    Progress progress("reading zones", inputs_.zones.size());
    for (const Input& input : inputs_.zones) {
      zone::LoadOptions load = inputs_.load;
      load.origin = input.origin;
      if (input.file == "-") {
        if (!stdin_text_) stdin_text_ = read_standard_input();
        zones_.push_back(zone::load_zone_text(sources.add(arguments_.stdin_filename, *stdin_text_),
                                              sources, load));
      } else {
        zones_.push_back(load_zone_file(input.file, sources, load));
      }
      progress.step();
    }
    if (!arguments_.previous.empty() && !zones_.empty()) {
      zone::LoadOptions load = inputs_.load;
      load.origin = zones_[0].records.origin;
      first_of_previous_ = sources.size() + 1;
      previous_ = zone::load_zone(arguments_.previous, sources, load);
      last_of_previous_ = sources.size();
      options_.previous = &previous_;
    }
    std::vector<const zone::LoadedZone*> together;
    for (const zone::LoadedZone& zone : zones_) together.push_back(&zone);
    findings_ = lint::lint_zones(together, sources, options_);
    with_programs_.clear();
    if (inputs_.config) with_programs_ = lint_with_programs(*inputs_.config, zones_, sources);
    return true;
  }

  bool repair_all(const SourceMap& sources, Exit& failure) const {
    return repair(arguments_, zones_, findings_, sources, options_, failure);
  }

  /// Adds the files that were only read to compare with.
  void name_context(std::vector<std::uint32_t>& files) const {
    for (std::size_t file = first_of_previous_; file <= last_of_previous_; ++file) {
      files.push_back(static_cast<std::uint32_t>(file));
    }
  }

  Diagnostics take_findings() {
    Diagnostics all;
    for (Diagnostics& found : findings_)
      std::move(found.begin(), found.end(), std::back_inserter(all));
    std::move(with_programs_.begin(), with_programs_.end(), std::back_inserter(all));
    return all;
  }

 private:
  const LintArguments& arguments_;
  Inputs inputs_;
  std::optional<std::string> stdin_text_;
  Diagnostics with_programs_;
  std::vector<zone::LoadedZone> zones_;
  zone::LoadedZone previous_;
  std::size_t first_of_previous_ = 1;
  std::size_t last_of_previous_ = 0;
  lint::LintOptions options_;
  std::vector<Diagnostics> findings_;
};

Exit run_lint(const LintArguments& arguments) {
  const Stopwatch watch;
  SourceMap sources;
  Inputs inputs;
  const Exit gathered = gather_inputs(arguments, sources, inputs);
  if (gathered != Exit::fine) return gathered;
  if (arguments.fix && std::any_of(inputs.zones.begin(), inputs.zones.end(),
                                   [](const Input& input) { return input.file == "-"; })) {
    std::fputs("lapis lint: standard input can't be repaired in place; use --diff\n", stderr);
    return Exit::usage;
  }
  report::Report out;
  out.command = "lint";
  for (const Input& input : inputs.zones) out.paths.push_back(input.file);
  if (arguments.output.print_policy) return print_policy(out.paths, arguments.output);
  Run run(arguments, std::move(inputs));
  if (!run.look(sources)) return Exit::usage;
  Exit failure = Exit::fine;
  if ((arguments.fix || arguments.only_diff) && run.repair_all(sources, failure)) {
    // What is left is told about the files as they are now.
    for (std::uint32_t file = 1; file <= sources.size(); ++file) out.context_files.push_back(file);
    if (!run.look(sources)) return Exit::usage;
  }
  out.findings = run.take_findings();
  run.name_context(out.context_files);
  out.complete = true;
  out.verdict = report::verdict_of(out.findings);
  out.elapsed_ms = watch.elapsed_ms();
  const Exit shown = show(out, sources, arguments.output);
  return failure == Exit::fine ? shown : failure;
}

}  // namespace

void add_lint(CLI::App& app, Status& status) {
  auto arguments = std::make_shared<LintArguments>();
  CLI::App* command = app.add_subcommand("lint", "Find the defects of zone files");
  command->add_option("zonefile", arguments->files, "Zone files; - is standard input")
      ->type_name("ZONEFILE");
  command->add_option("--origin", arguments->origin, "The zone's name; else taken from the file")
      ->type_name("NAME");
  command
      ->add_option("--stdin-filename", arguments->stdin_filename,
                   "What to call standard input in findings")
      ->type_name("FILE");
  command->add_option("--config,-c", arguments->config, "Lint all zones of this server instead")
      ->type_name("FILE");
  CLI::Option* fix = command->add_flag(
      "--fix", arguments->fix,
      "Show as a diff, then do what is mechanical: final dots, one TTL for an RRset, duplicates, "
      "the serial");
  command->add_flag("--diff", arguments->only_diff, "Show what --fix would do, and change nothing")
      ->excludes(fix);
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
