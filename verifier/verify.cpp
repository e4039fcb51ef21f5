// The verifier's door: builds the model, runs the checks, and makes one report of what they found.
#include "lapis/verify/verify.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "checks.h"

namespace lapis::verify {

Run::Run(const program::ProgramSet& set, const Options& given)
    : model(set, !given.core_only),
      options(given),
      satisfiable(set.programs().size()),
      reachable(set.programs().size()),
      reached_by(set.programs().size()) {
  limits.smt2_directory = given.smt2_directory;
  limits.deadline = Deadline::in_seconds(given.limit_seconds);
}

void Run::for_each(std::size_t count, const std::function<void(std::size_t, Finder&)>& work) {
  unsigned jobs = options.jobs != 0 ? options.jobs : std::thread::hardware_concurrency();
  jobs = std::max(1U, std::min<unsigned>(jobs, static_cast<unsigned>(count / 8 + 1)));
  const Realiser realiser(model.set(), model.space(), limits.deadline);
  std::atomic<std::size_t> next{0};
  std::atomic<bool> out_of_time{false};
  auto run = [&] {
    Finder finder(model, realiser, limits, finder_stats);
    constexpr std::size_t portion = 16;
    for (std::size_t begin = next.fetch_add(portion); begin < count;
         begin = next.fetch_add(portion)) {
      if (limits.expired()) {
        out_of_time = true;
        break;
      }
      for (std::size_t i = begin; i < std::min(begin + portion, count); ++i) work(i, finder);
      if (options.progress) options.progress(std::min(begin + portion, count), count);
    }
    if (!finder.defect().empty()) {
      const std::lock_guard lock(mutex_);
      defect = finder.defect();
    }
  };
  std::vector<std::thread> threads;
  for (unsigned i = 1; i < jobs; ++i) threads.emplace_back(run);
  run();
  for (std::thread& thread : threads) thread.join();
  if (out_of_time) undecided("the remaining questions", "the time limit was reached");
}

void Run::add(Placed placed) {
  const std::lock_guard lock(mutex_);
  findings.push_back(std::move(placed));
}

void Run::undecided(const std::string& question, const std::string& reason) {
  const std::lock_guard lock(mutex_);
  undecided_questions.push_back(question + ": " + reason);
}

Diagnostic Run::finding(const std::string& rule, Severity severity, std::uint32_t i,
                        std::string message, Span span) const {
  Diagnostic d;
  d.rule = rule;
  d.severity = severity;
  d.message = std::move(message);
  d.span = span;
  if (i < model.items().size()) d.program = program(i).name;
  return d;
}

namespace {

void check_everything(Run& run, std::uint64_t& steps) {
  AnswerQuestions questions;
  if (!run.options.core_only) questions = make_questions(run.model);
  const IndexQuestions index = make_index_questions(run);
  std::vector<Bool> asked = all_of(questions);
  for (const IndexQuestions::Open& open : index.open) asked.push_back(open.missed);
  run.model.finish(asked, run.compared);
  check_core(run);
  check_index(run, index);
  if (!run.options.core_only) {
    check_answers(run, questions);
    check_conditions(run, questions);
    check_coverage(run);
    check_overlaps(run);  // last: it may make the space anew
  }
  steps = check_steps(run);
}

}  // namespace

Report verify(const program::ProgramSet& set, const SourceMap&, const Options& options) {
  const auto start = std::chrono::steady_clock::now();
  Report report;
  report.stats.programs = set.programs().size();
  Run run(set, options);
  std::unique_ptr<ProofCache> cache;
  if (ContentKey writer; !options.cache_directory.empty() && build_identity(writer)) {
    cache = std::make_unique<ProofCache>(options.cache_directory, writer);
    run.finder_stats.cache = cache.get();
    run.model.keep_keys();
  }
  check_everything(run, report.stats.max_steps);
  std::stable_sort(run.findings.begin(), run.findings.end(), [](const Placed& a, const Placed& b) {
    return std::tie(a.program, a.rank, a.other) < std::tie(b.program, b.rank, b.other);
  });
  for (Placed& placed : run.findings) report.findings.push_back(std::move(placed.finding));
  if (has_errors(report.findings)) {
    report.verdict = Verdict::rejected;
  } else {
    report.verdict = run.undecided_questions.empty() ? Verdict::verified : Verdict::undecided;
  }
  if (!run.undecided_questions.empty()) {
    std::sort(run.undecided_questions.begin(), run.undecided_questions.end());
    report.undecided_reason = run.undecided_questions.front();
    if (run.undecided_questions.size() > 1) {
      report.undecided_reason +=
          " (and " + std::to_string(run.undecided_questions.size() - 1) + " more)";
    }
  }
  report.internal_error = run.defect;
  if (cache && run.defect.empty()) cache->save(report.cache_error);
  report.stats.solver_queries = run.limits.queries;
  report.stats.settled_without_solver = run.finder_stats.settled_without_solver;
  report.stats.settled_by_cache = run.finder_stats.settled_by_cache;
  report.stats.witnesses_replayed = run.finder_stats.replayed;
  report.stats.pairs_compared = run.compared;
  report.stats.name_classes = run.model.space().names().classes();
  report.stats.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return report;
}

}  // namespace lapis::verify
