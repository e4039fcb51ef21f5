// `lapis test FILE…`: runs the cases of test files, measures what they cover, suggests what is
// missing.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

#include "geo.h"
#include "lapis/suite/coverage.h"
#include "lapis/suite/suite.h"
#include "output.h"
#include "suggested_cases.h"

namespace lapis::cli {
namespace {

struct TestOptions {
  std::vector<std::string> files;
  std::vector<std::string> set;
  std::string geo;
  OutputOptions output;
  bool coverage = false;
  double min_coverage = 0;
  std::string suggest;
  double limit_seconds = 60;

  bool wants_coverage() const { return coverage || min_coverage > 0 || !suggest.empty(); }
};

Exit failed(const std::string& words) {
  std::fprintf(stderr, "lapis test: %s\n", words.c_str());
  return Exit::usage;
}

/// Test files by the set they are about, in the order in which sets are first named.
struct Group {
  std::vector<std::string> paths;
  std::vector<const suite::TestFile*> files;
};

std::vector<Group> grouped(const std::vector<suite::TestFile>& files, const TestOptions& options) {
  std::vector<Group> groups;
  for (const suite::TestFile& file : files) {
    const std::vector<std::string>& paths = options.set.empty() ? file.set : options.set;
    auto at = std::find_if(groups.begin(), groups.end(),
                           [&](const Group& group) { return group.paths == paths; });
    if (at == groups.end()) at = groups.insert(at, Group{paths, {}});
    at->files.push_back(&file);
  }
  return groups;
}

std::vector<suite::TestFile> read_files(const TestOptions& options, SourceMap& sources,
                                        Diagnostics& findings) {
  std::vector<suite::TestFile> out;
  for (const std::string& path : options.files) {
    std::string text;
    std::string error;
    if (!read_file(path, text, error)) {
      findings.push_back(error_at({}, "unreadable", path + ": " + error));
      continue;
    }
    const std::uint32_t number = sources.add(path, std::move(text));
    auto file = suite::read_test_file(sources, number);
    if (!file.ok()) {
      findings.insert(findings.end(), file.errors().begin(), file.errors().end());
      continue;
    }
    if (file->set.empty() && options.set.empty()) {
      findings.push_back(error_at({number, 0, 0}, "test-file", "the file names no program set",
                                  "add 'set: PATH', or give --set PATH"));
    }
    out.push_back(std::move(file).value());
  }
  return out;
}

void add_cases(const std::vector<suite::CaseResult>& results, report::Report& out) {
  for (const suite::CaseResult& result : results) {
    report::TestCase test{result.name, result.span, {}};
    for (const Diagnostic& failure : result.failures) {
      test.failures.push_back(out.findings.size());
      out.findings.push_back(failure);
    }
    out.cases.push_back(std::move(test));
  }
}

std::string counted(suite::Coverage::Count count) {
  char text[96];
  std::snprintf(text, sizeof text, "%zu of %zu (%.1f %%)", count.covered, count.all,
                suite::Coverage::percent(count));
  return text;
}

void add_coverage(const suite::Coverage& coverage, const TestOptions& options,
                  const SourceMap& sources, report::Report& out) {
  using Kind = suite::Goal::Kind;
  out.stats.emplace_back("programs covered", counted(coverage.count(Kind::program)));
  out.stats.emplace_back("conditions covered", counted(coverage.count(Kind::condition)));
  out.stats.emplace_back("branches covered", counted(coverage.count(Kind::branch)));
  out.stats.emplace_back("covered in all", counted(coverage.count()));
  if (coverage.impossible() > 0) {
    out.stats.emplace_back("proved to be out of reach", std::to_string(coverage.impossible()));
  }
  if (options.coverage) {
    for (const suite::Goal& goal : coverage.goals()) {
      if (goal.covered || goal.impossible) continue;
      Diagnostic d = error_at(coverage.place(goal), "test-coverage",
                              "no test has a query for which " + coverage.describe(goal, sources));
      d.severity = Severity::note;
      d.program = coverage.set().programs()[goal.program].name;
      out.findings.push_back(std::move(d));
    }
  }
  const double percent = suite::Coverage::percent(coverage.count());
  if (percent >= options.min_coverage) return;
  char words[96];
  std::snprintf(words, sizeof words, "the tests cover %.1f %% of the set, %.1f %% are wanted",
                percent, options.min_coverage);
  out.findings.push_back(error_at({}, "test-coverage", words,
                                  "--coverage lists what is missing, --suggest FILE writes cases"));
}

/// Creates the file; one that is there already is not touched.
Exit write_new(const std::string& path, const std::string& text) {
  if (path == "-") {
    std::fwrite(text.data(), 1, text.size(), stdout);
    return Exit::fine;
  }
  const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  std::FILE* file = descriptor < 0 ? nullptr : fdopen(descriptor, "w");
  if (file == nullptr) return failed(path + ": " + std::strerror(errno));
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  if (std::fclose(file) != 0 || !written) return failed(path + ": " + std::strerror(errno));
  return Exit::fine;
}

/// Runs one group. False when a defect of Lapis showed itself.
bool run_group(const Group& group, const TestOptions& options, const geo::Places* places,
               SourceMap& sources, report::Report& out, std::string& suggested) {
  auto suite = suite::Suite::load(group.paths, group.files, sources);
  if (!suite.ok()) {
    out.findings.insert(out.findings.end(), suite.errors().begin(), suite.errors().end());
    return true;
  }
  const program::ProgramSet& set = *suite->set();
  out.programs += set.programs().size();
  out.digest = set.digest();
  if (!options.wants_coverage()) {
    add_cases(suite->run(nullptr, places), out);
    return true;
  }
  suite::Coverage coverage(set);
  add_cases(suite->run(&coverage, places), out);
  if (options.suggest.empty()) {
    const std::string defect = suite::exclude_impossible(coverage, options.limit_seconds);
    if (!defect.empty()) {
      std::fprintf(stderr, "lapis: internal error: %s\n", defect.c_str());
      return false;
    }
  }
  add_coverage(coverage, options, sources, out);
  if (options.suggest.empty()) return true;
  const suite::Suggestions suggestions = suite::suggest(coverage, options.limit_seconds);
  if (!suggestions.internal_error.empty()) {
    std::fprintf(stderr, "lapis: internal error: %s\n", suggestions.internal_error.c_str());
    return false;
  }
  suggested += suggested_cases(suggestions, coverage, sources);
  return true;
}

Exit run_test(const TestOptions& options) {
  if (options.output.print_policy) return print_policy(options.files, options.output);
  const Stopwatch watch;
  SourceMap sources;
  report::Report out;
  out.command = "test";
  const std::vector<suite::TestFile> files = read_files(options, sources, out.findings);
  const auto places = load_geo(options.geo, sources, out.findings);
  std::vector<Group> groups;
  if (!has_errors(out.findings)) groups = grouped(files, options);
  if (groups.size() > 1 && !options.suggest.empty()) {
    return failed("--suggest takes test files of one set");
  }
  std::string suggested;
  for (const Group& group : groups) {
    if (out.paths.empty() && groups.size() == 1) out.paths = group.paths;
    if (!run_group(group, options, places.get(), sources, out, suggested)) return Exit::internal;
  }
  out.verdict = report::verdict_of(out.findings);
  out.elapsed_ms = watch.elapsed_ms();
  if (options.suggest.empty() || groups.empty()) return show(out, sources, options.output);
  const std::string text = suggested_file(groups[0].paths, options.suggest) + suggested;
  const Exit written = write_new(options.suggest, text);
  if (written != Exit::fine) return written;
  // Both can't have the standard output.
  if (options.suggest != "-") return show(out, sources, options.output);
  complain(out.findings, sources, options.output);
  return exit_of(out.findings);
}

}  // namespace

void add_test(CLI::App& app, Status& status) {
  auto options = std::make_shared<TestOptions>();
  CLI::App* command = app.add_subcommand("test", "Run the test cases of a program set");
  command->add_option("file", options->files, "Test files (YAML, see docs/testing.md)")
      ->required()
      ->type_name("FILE");
  command->add_option("--set", options->set, "The program set, instead of the one the files name")
      ->type_name("PATH")
      ->type_size(1)
      ->allow_extra_args(false);
  add_geo_option(*command, options->geo);
  add_output_options(*command, options->output);
  command->add_flag("--coverage", options->coverage,
                    "Say which programs, sides of conditions and branches no query reaches");
  command
      ->add_option("--min-coverage", options->min_coverage,
                   "Fail when less than this percentage is covered")
      ->type_name("PERCENT")
      ->check(CLI::Range(0.0, 100.0));
  command
      ->add_option(
          "--suggest", options->suggest,
          "Write the missing cases, found by the verifier, to a new FILE (- is the output)")
      ->type_name("FILE");
  command
      ->add_option("--limit-seconds", options->limit_seconds,
                   "Time for --suggest, and for telling what tests can't reach; 0 is no limit")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->callback([options, &status] { status = run_test(*options); });
}

}  // namespace lapis::cli
