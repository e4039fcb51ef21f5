// `lapis fmt PATH…`: program text and zone files in their canonical layout.
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

#include "lapis/base/replace_file.h"
#include "lapis/lang/format.h"
#include "lapis/report/text_diff.h"
#include "lapis/zone/format.h"
#include "output.h"

namespace lapis::cli {
namespace {

namespace fs = std::filesystem;

struct FmtOptions {
  std::vector<std::string> paths;
  OutputOptions output;
  bool check = false;
  bool diff = false;
  bool from_stdin = false;
  bool zone = false;
  std::string stdin_name = "standard input";
};

Exit complain_about(const std::string& path, const std::string& words) {
  std::fprintf(stderr, "lapis fmt: %s: %s\n", path.c_str(), words.c_str());
  return Exit::usage;
}

/// The graver of two outcomes of one run.
Exit worse(Exit a, Exit b) {
  return std::max(a, b);
}

/// Files to lay out: those named, and all *.lisp files below directories that are named. As for
/// sets, names that begin with a dot are left alone.
Exit gather(const std::string& path, std::vector<std::string>& out) {
  std::error_code code;
  if (!fs::is_directory(path, code)) {
    if (fs::path(path).extension() == ".yaml") {
      return complain_about(path, "only *.lisp files have a canonical layout");
    }
    out.push_back(path);
    return Exit::fine;
  }
  std::vector<std::string> found;
  fs::recursive_directory_iterator at(path, code);
  for (const fs::recursive_directory_iterator end; !code && at != end; at.increment(code)) {
    const bool hidden = at->path().filename().native()[0] == '.';
    std::error_code ignored;
    if (at->is_directory(ignored)) {
      if (hidden) at.disable_recursion_pending();
    } else if (!hidden && at->path().extension() == ".lisp") {
      found.push_back(at->path().string());
    }
  }
  if (code) return complain_about(path, code.message());
  std::sort(found.begin(), found.end());
  out.insert(out.end(), found.begin(), found.end());
  return Exit::fine;
}

void print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

/// Zone files are known by their names; everything else is program text.
bool is_zone_file(const FmtOptions& options, const std::string& path) {
  const fs::path name = fs::path(path).filename();
  return options.zone || name.extension() == ".zone" || name.native().starts_with("db.");
}

Result<std::string> lay_out(const FmtOptions& options, SourceMap& sources, std::uint32_t file) {
  if (is_zone_file(options, sources.path(file))) return zone::format_zone(sources, file);
  return lang::format_text(sources, file);
}

/// Lays out one file; the exit code says what --check has to.
Exit format_file(const FmtOptions& options, const std::string& path) {
  SourceMap sources;
  std::string text;
  std::string error;
  if (!read_file(path, text, error)) return complain_about(path, error);
  const std::uint32_t file = sources.add(path, std::move(text));
  const auto laid_out = lay_out(options, sources, file);
  if (!laid_out.ok()) {
    complain(laid_out.errors(), sources, options.output);
    return Exit::findings;
  }
  if (*laid_out == sources.text(file)) return Exit::fine;
  if (options.diff) {
    print(report::unified_diff("a/" + path, "b/" + path, sources.text(file), *laid_out));
  } else {
    print(path + "\n");
  }
  if (options.check) return Exit::findings;
  if (options.diff) return Exit::fine;
  return replace_file(path, *laid_out, error) ? Exit::fine : complain_about(path, error);
}

Exit format_stdin(const FmtOptions& options) {
  std::string text;
  char buffer[65536];
  for (std::size_t got; (got = std::fread(buffer, 1, sizeof buffer, stdin)) > 0;) {
    text.append(buffer, got);
  }
  if (std::ferror(stdin) != 0) return complain_about("standard input", std::strerror(errno));
  SourceMap sources;
  const std::string& name = options.stdin_name;
  const std::uint32_t file = sources.add(name, std::move(text));
  const auto laid_out = lay_out(options, sources, file);
  if (!laid_out.ok()) {
    complain(laid_out.errors(), sources, options.output);
    return Exit::findings;
  }
  const bool same = *laid_out == sources.text(file);
  if (options.diff) {
    print(report::unified_diff("a/" + name, "b/" + name, sources.text(file), *laid_out));
  } else if (!options.check) {
    print(*laid_out);
  }
  return options.check && !same ? Exit::findings : Exit::fine;
}

Exit run_fmt(const FmtOptions& options) {
  if (options.from_stdin != options.paths.empty()) {
    std::fputs("lapis fmt: give either paths or --stdin\n", stderr);
    return Exit::usage;
  }
  if (options.from_stdin) return format_stdin(options);
  Exit status = Exit::fine;
  std::vector<std::string> files;
  for (const std::string& path : options.paths) status = worse(status, gather(path, files));
  for (const std::string& file : files) status = worse(status, format_file(options, file));
  return status;
}

}  // namespace

void add_fmt(CLI::App& app, Status& status) {
  auto options = std::make_shared<FmtOptions>();
  CLI::App* command = app.add_subcommand("fmt", "Bring program files into their canonical layout");
  command
      ->add_option("path", options->paths,
                   "Program files, zone files (*.zone, db.*), directories of *.lisp files")
      ->type_name("PATH");
  command->add_flag("--check", options->check,
                    "Write nothing; list the files that would change and exit 1 if there are any");
  command->add_flag("--diff", options->diff, "Write nothing; print what would change");
  command->add_flag("--stdin", options->from_stdin, "From standard input to standard output");
  command->add_flag("--zone", options->zone, "Take every file for a zone file, whatever its name");
  command->add_option("--stdin-name", options->stdin_name, "What messages call standard input")
      ->type_name("NAME");
  command->add_option("--color", options->output.colour, "Colour of error messages")
      ->check(CLI::IsMember({"auto", "always", "never"}));
  command->callback([options, &status] { status = run_fmt(*options); });
}

}  // namespace lapis::cli
