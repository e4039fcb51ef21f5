#include "output.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

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
}

Exit exit_of(const Diagnostics& findings) {
  if (std::any_of(findings.begin(), findings.end(), is_unreadable)) return Exit::usage;
  return has_errors(findings) ? Exit::findings : Exit::fine;
}

Exit show(const report::Report& report, const SourceMap& sources, const OutputOptions& options) {
  const std::string text = render(report, sources, options.parsed(), options.style(STDOUT_FILENO));
  std::fwrite(text.data(), 1, text.size(), stdout);
  if (report.verdict == report::Verdict::undecided) return Exit::undecided;
  return exit_of(report.findings);
}

void complain(const Diagnostics& findings, const SourceMap& sources, const OutputOptions& options) {
  const report::TextStyle style = options.style(STDERR_FILENO);
  for (const Diagnostic& d : findings) {
    const std::string text = report::render_finding(d, sources, {}, style);
    std::fwrite(text.data(), 1, text.size(), stderr);
  }
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
