#include "output.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "lapis/lint/lint.h"

namespace lapis::cli {
namespace {

bool is_unreadable(const Diagnostic& d) {
  return d.rule == "unreadable" || d.rule == "unreadable-file";
}

bool can_read(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) return false;
  if (S_ISDIR(info.st_mode)) {
    DIR* directory = opendir(path.c_str());
    if (directory == nullptr) return false;
    closedir(directory);
    return true;
  }
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  close(descriptor);
  return true;
}

}  // namespace

report::Format OutputOptions::parsed() const {
  return report::parse_format(format).value_or(report::Format::text);
}

report::TextStyle OutputOptions::style(int descriptor) const {
  report::TextStyle style;
  style.colour = colour == "always" || (colour == "auto" && report::wants_colour(descriptor));
  return style;
}

void add_output_options(CLI::App& command, OutputOptions& options) {
  command.add_option("--format", options.format, "How to show the findings")
      ->check(CLI::IsMember(report::format_names()))
      ->capture_default_str();
  command.add_option("--color", options.colour, "Colour in text output")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
  CLI::Option* file =
      command
          .add_option("--policy", options.policy.file,
                      "Policy of findings; else the nearest .lapis.yaml above each file")
          ->type_name("FILE");
  command
      .add_flag("--no-policy", options.policy.ignore,
                "No policy, suppression or baseline: what the server goes by")
      ->excludes(file);
  command
      .add_option("--baseline", options.policy.baseline,
                  "Leave out the findings that this file knows")
      ->type_name("FILE");
  command.add_flag("--update-baseline", options.policy.update_baseline,
                   "Write the findings there are into the baseline");
  command.add_option("--fail-level", options.fail_level, "Least severity that fails the run")
      ->check(CLI::IsMember({"error", "warning", "note"}));
  command.add_flag("--print-config", options.print_policy,
                   "Show the level of each rule and what sets it, and end");
}

Exit exit_of(const Diagnostics& findings) {
  if (std::any_of(findings.begin(), findings.end(), is_unreadable)) return Exit::usage;
  return has_errors(findings) ? Exit::findings : Exit::fine;
}

namespace {

policy::Options policy_of(const OutputOptions& options) {
  policy::Options out = options.policy;
  if (options.fail_level == "error") out.fail_level = Severity::error;
  if (options.fail_level == "warning") out.fail_level = Severity::warning;
  if (options.fail_level == "note") out.fail_level = Severity::note;
  return out;
}

}  // namespace

Exit show(report::Report report, SourceMap& sources, const OutputOptions& options) {
  if (report.rulebooks.empty()) report.rulebooks.push_back(lint::lint_rules());
  const policy::Outcome outcome = policy::apply(policy_of(options), report, sources);
  const std::string text = render(report, sources, options.parsed(), options.style(STDOUT_FILENO));
  std::fwrite(text.data(), 1, text.size(), stdout);
  const Diagnostics& findings = report.findings;
  if (outcome.broken || std::any_of(findings.begin(), findings.end(), is_unreadable)) {
    return Exit::usage;
  }
  if (report.verdict == report::Verdict::undecided) return Exit::undecided;
  return report.verdict == report::Verdict::rejected ? Exit::findings : Exit::fine;
}

Diagnostics accepted_findings(const report::Report& report, SourceMap& sources,
                              const OutputOptions& options) {
  const std::size_t files = sources.size();
  report::Report copy = report;
  if (copy.rulebooks.empty()) copy.rulebooks.push_back(lint::lint_rules());
  policy::Options wanted = policy_of(options);
  wanted.update_baseline = false;
  policy::apply(wanted, copy, sources);
  sources.keep_first(files);
  Diagnostics out;
  for (report::Silenced& silenced : copy.silenced) out.push_back(std::move(silenced.finding));
  return out;
}

Exit print_policy(const std::vector<std::string>& paths, const OutputOptions& options) {
  SourceMap sources;
  Diagnostics errors;
  const std::string text = policy::effective(policy_of(options), paths, {lint::lint_rules()},
                                             options.format == "json", sources, errors);
  complain(errors, sources, options);
  if (!errors.empty()) return Exit::usage;
  std::fwrite(text.data(), 1, text.size(), stdout);
  return Exit::fine;
}

void complain(const Diagnostics& findings, const SourceMap& sources, const OutputOptions& options) {
  const report::TextStyle style = options.style(STDERR_FILENO);
  for (const Diagnostic& d : findings) {
    const std::string text = report::render_finding(d, sources, {}, style);
    std::fwrite(text.data(), 1, text.size(), stderr);
  }
}

Exit not_comparable(const Diagnostics& findings, const SourceMap& sources,
                    const std::string& format) {
  OutputOptions output;
  output.format = format;
  if (output.parsed() == report::Format::text) {
    complain(findings, sources, output);
    return Exit::usage;
  }
  report::Report out;
  out.command = "diff";
  out.verdict = report::Verdict::rejected;
  out.findings = findings;
  out.rulebooks.push_back(lint::lint_rules());
  const std::string text = render(out, sources, output.parsed());
  std::fwrite(text.data(), 1, text.size(), stdout);
  return Exit::usage;
}

bool readable(const std::vector<std::string>& paths) {
  bool all = true;
  for (const std::string& path : paths) {
    if (can_read(path)) continue;
    std::fprintf(stderr, "lapis: %s: %s\n", path.c_str(), std::strerror(errno));
    all = false;
  }
  return all;
}

}  // namespace lapis::cli
