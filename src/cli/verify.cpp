// `lapis verify PATH…`: the proof of a program set, or the findings that stand in its way.
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <mutex>

#include "lapis/base/memory_limit.h"
#include "lapis/program/program_set.h"
#include "lapis/verify/overview.h"
#include "lapis/verify/verify.h"
#include "output.h"
#include "verify_fix.h"

namespace lapis::cli {
namespace {

struct VerifyOptions {
  std::vector<std::string> paths;
  OutputOptions output;
  verify::Options verify;
  FixOptions fixes;
  std::uint64_t limit_memory_mib = 0;
  bool stats = false;
  bool quiet = false;
};

/// A line on a terminal that shows how far a long run has come; silent in its first second.
class ProgressLine {
 public:
  explicit ProgressLine(bool wanted) : wanted_(wanted && isatty(STDERR_FILENO) == 1) {}
  ~ProgressLine() {
    if (shown_) std::fputs("\r\033[K", stderr);
  }
  void operator()(std::uint64_t done, std::uint64_t all) {
    if (!wanted_) return;
    const std::lock_guard lock(mutex_);
    const double now = watch_.elapsed_ms();
    if (now < next_ms_) return;
    next_ms_ = now + 100;
    shown_ = true;
    const double percent =
        all == 0 ? 0 : 100.0 * static_cast<double>(done) / static_cast<double>(all);
    std::fprintf(stderr, "\r\033[Kverifying: %.0f %%, %.1f s", percent, now / 1000);
  }

 private:
  const bool wanted_;
  bool shown_ = false;
  double next_ms_ = 1000;
  std::mutex mutex_;
  Stopwatch watch_;
};

void add_stats(report::Report& out, const verify::Stats& stats, double load_ms) {
  char seconds[32];
  std::snprintf(seconds, sizeof seconds, "%.3f", stats.seconds);
  char load[32];
  std::snprintf(load, sizeof load, "%.3f", load_ms / 1000);
  out.stats = {{"load seconds", load},
               {"verify seconds", seconds},
               {"name classes", std::to_string(stats.name_classes)},
               {"pairs compared", std::to_string(stats.pairs_compared)},
               {"settled without solver", std::to_string(stats.settled_without_solver)},
               {"settled by cache", std::to_string(stats.settled_by_cache)},
               {"solver queries", std::to_string(stats.solver_queries)},
               {"witnesses replayed", std::to_string(stats.witnesses_replayed)},
               {"most steps of a query", std::to_string(stats.max_steps)}};
}

/// Loads and proves the set once. Not `fine` only for a defect of Lapis.
Exit look(const VerifyOptions& options, const Stopwatch& watch, SourceMap& sources,
          report::Report& out, bool& checked) {
  out.command = "verify";
  out.paths = options.paths;
  auto set = program::load_program_set(options.paths, sources, out.findings);
  const double load_ms = watch.elapsed_ms();
  if (!set.ok()) {
    out.findings.insert(out.findings.begin(), set.errors().begin(), set.errors().end());
    out.verdict = report::Verdict::rejected;
    return Exit::fine;
  }
  checked = true;
  // The process is about to end: a set of thousands of programs is left to the system as it is.
  static auto* const kept = new std::vector<std::shared_ptr<const program::ProgramSet>>;
  kept->push_back(*set);
  verify::Report proof;
  {
    ProgressLine progress(!options.quiet);
    verify::Options limits = options.verify;
    limits.progress = [&](std::uint64_t done, std::uint64_t all) { progress(done, all); };
    proof = verify::verify(**set, sources, limits);
  }
  if (!proof.internal_error.empty()) {
    std::fprintf(stderr, "lapis: internal error: %s\n", proof.internal_error.c_str());
    return Exit::internal;
  }
  if (!proof.cache_error.empty()) {
    std::fprintf(stderr, "lapis: the cache was not written: %s\n", proof.cache_error.c_str());
  }
  out.programs = (*set)->programs().size();
  out.digest = (*set)->digest();
  out.verdict = proof.verdict;
  out.undecided_reason = proof.undecided_reason;
  out.findings.insert(out.findings.end(), std::make_move_iterator(proof.findings.begin()),
                      std::make_move_iterator(proof.findings.end()));
  out.complete = proof.verdict != verify::Verdict::undecided && !options.verify.core_only;
  if (options.output.parsed() == report::Format::html) {
    verify::OverviewOptions look;
    look.jobs = options.verify.jobs;
    look.limit_seconds = options.verify.limit_seconds;
    out.overview = std::make_shared<report::Overview>(verify::overview(**set, look));
  }
  if (options.stats) add_stats(out, proof.stats, load_ms);
  return Exit::fine;
}

Exit run_verify(const VerifyOptions& options) {
  if (!readable(options.paths)) return Exit::usage;
  if (options.output.print_policy) return print_policy(options.paths, options.output);
  limit_address_space(options.limit_memory_mib);
  const Stopwatch watch;
  SourceMap sources;
  report::Report out;
  bool checked = false;
  Exit looked = look(options, watch, sources, out, checked);
  if (looked != Exit::fine) return looked;
  Exit failure = Exit::fine;
  FixOptions fixes = options.fixes;
  fixes.verify = options.verify;
  if (checked && fixes.fix) {
    bool written = false;
    failure = apply_fixes(out, sources, options.output, fixes, written);
    if (failure == Exit::internal) return failure;
    if (written) {
      // What is left is told about the files as they are now.
      sources = SourceMap();
      out = {};
      looked = look(options, watch, sources, out, checked);
      if (looked != Exit::fine) return looked;
    }
  } else if (checked && fixes.suggest) {
    failure = suggest_fixes(out, sources, options.output, fixes);
    if (failure != Exit::fine) return failure;
  }
  out.elapsed_ms = watch.elapsed_ms();
  const Exit shown = show(out, sources, options.output);
  return failure == Exit::fine ? shown : failure;
}

}  // namespace

void add_verify(CLI::App& app, Status& status) {
  auto options = std::make_shared<VerifyOptions>();
  CLI::App* command =
      app.add_subcommand("verify", "Prove a program set, or show why it is not fit");
  command->add_option("path", options->paths, "Directories or files of one program set")
      ->required()
      ->type_name("PATH");
  add_output_options(*command, options->output);
  command->add_option("--jobs,-j", options->verify.jobs, "Threads; 0 is one per core")
      ->capture_default_str();
  command
      ->add_option("--limit-seconds", options->verify.limit_seconds,
                   "Time after which the verdict is undecided; 0 is none")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--limit-memory", options->limit_memory_mib,
                      "MiB of address space for this process; 0 is no limit");
  command->add_option("--limit-steps", options->verify.limit_steps,
                      "Most evaluation steps one query may cost; 0 is no limit");
  command
      ->add_option("--smt2-out", options->verify.smt2_directory,
                   "Directory for every solver query as SMT-LIB 2")
      ->type_name("DIR");
  command
      ->add_option("--cache", options->verify.cache_directory,
                   "Directory that keeps proofs for later runs")
      ->type_name("DIR");
  command->add_flag("--core-only", options->verify.core_only,
                    "Check unsatisfiable, unreachable and conflict alone");
  command->add_flag("--coverage", options->verify.coverage,
                    "Say, with a witness, whether queries reach no program");
  CLI::Option* fix = command->add_flag(
      "--fix", options->fixes.fix,
      "Show as a diff, then make every change of the files that is proved to remove a finding, to "
      "add none and to change no answer");
  command
      ->add_flag("--reorder", options->fixes.reorder,
                 "With --fix: rather move an unreachable program up than leave it out, which "
                 "changes answers")
      ->needs(fix);
  command
      ->add_flag("--suggest-fixes", options->fixes.suggest,
                 "Show the proved changes that would remove each finding")
      ->excludes(fix);
  command->add_flag("--stats", options->stats, "Show what the run cost");
  command->add_flag("--quiet,-q", options->quiet, "No progress line");
  command->callback([options, &status] { status = run_verify(*options); });
}

}  // namespace lapis::cli
