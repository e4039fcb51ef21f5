// One pass over the findings of a report: suppressions, levels, baselines, and what is left over.
#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <unordered_map>

#include "baseline.h"
#include "lapis/report/rules.h"
#include "policy_files.h"

namespace lapis::policy {
namespace {

using report::Silenced;

class Pass {
 public:
  Pass(const Options& options, report::Report& report, SourceMap& sources)
      : options_(options),
        report_(report),
        sources_(sources),
        read_files_(sources.size()),
        files_(options, sources, find_rule_, ids_, errors_) {
    for (const auto& book : report.rulebooks) {
      for (const RuleInfo& rule : book) ids_.emplace_back(rule.id);
    }
    for (const RuleInfo& rule : report::rules()) ids_.emplace_back(rule.id);
  }

  Outcome run() {
    load_policies();
    if (!options_.ignore) collect_suppressions();
    Diagnostics findings = std::move(report_.findings);
    report_.findings.clear();
    for (std::size_t i = 0; i < findings.size(); ++i) {
      if (!suppressed(findings[i])) levelled(std::move(findings[i]), i);
    }
    // What the policy itself has to say is subject to levels and baselines too.
    for (Diagnostic& d : own_) levelled(std::move(d));
    own_.clear();
    if (!options_.ignore) report_unused();
    for (Diagnostic& d : own_) levelled(std::move(d));
    apply_baselines();
    std::move(errors_.begin(), errors_.end(), std::back_inserter(report_.findings));
    return conclude();
  }

 private:
  using Place = std::pair<std::uint32_t, std::uint32_t>;  // file, line

  /// The policy of a finding: that of its file, or of the first path for one without a place.
  PolicyFile* policy_of(const Diagnostic& d) {
    if (!d.span.known()) return first_;
    return d.span.file < by_file_.size() ? by_file_[d.span.file] : nullptr;
  }

  void load_policies() {
    const std::string first =
        report_.paths.empty() || report_.paths[0] == "-" ? std::string(".") : report_.paths[0];
    first_ = files_.governing(first);
    by_file_.assign(read_files_ + 1, nullptr);
    for (std::uint32_t file = 1; file <= read_files_; ++file) {
      by_file_[file] = files_.governing(sources_.path(file));
    }
    for (const PolicyFile* policy : files_.all()) report_.policies.push_back(policy->path);
  }

  void collect_suppressions() {
    for (std::uint32_t file = 1; file <= read_files_; ++file) {
      for (Suppression& s : suppressions_of(file, sources_, find_rule_, ids_, own_)) {
        suppressions_[{file, s.line}].push_back(std::move(s));
      }
    }
  }

  bool suppressed(Diagnostic& d) {
    if (!d.span.known() || suppressions_.empty() || fixed(d.rule)) return false;
    if (options_.keep_errors && d.severity == Severity::error) return false;
    const auto found = suppressions_.find({d.span.file, sources_.locate(d.span).line});
    if (found == suppressions_.end()) return false;
    for (Suppression& s : found->second) {
      if (s.rule != d.rule) continue;
      s.used = true;
      report_.silenced.push_back({std::move(d), Silenced::Why::suppressed, s.reason});
      return true;
    }
    return false;
  }

  /// `number`: which of the report's findings it was.
  void levelled(Diagnostic d, std::size_t number = none) {
    PolicyFile* policy = policy_of(d);
    if (policy != nullptr && !fixed(d.rule)) {
      Subject subject{"", d.zone, d.owner};
      if (d.span.known()) subject.path = relative(*policy, d.span.file);
      const Setting* setting = setting_of(*policy, d.rule, subject);
      const bool lowers = setting != nullptr && setting->level > level_of(d.severity);
      const bool kept = options_.keep_errors && d.severity == Severity::error && lowers;
      if (setting != nullptr && setting->level == Level::off && !kept) {
        report_.silenced.push_back({std::move(d), Silenced::Why::off, ""});
        return;
      }
      if (setting != nullptr && !kept) d.severity = static_cast<Severity>(setting->level);
    }
    report_.findings.push_back(std::move(d));
    numbers_.push_back(number);
  }

  const std::string& relative(const PolicyFile& policy, std::uint32_t file) {
    const auto [entry, fresh] = relative_.try_emplace(file);
    if (fresh) entry->second = PolicyFiles::relative(policy, sources_.path(file));
    return entry->second;
  }

  void report_unused() {
    if (!report_.complete) return;
    for (const auto& [place, list] : suppressions_) {
      for (const Suppression& s : list) {
        const auto& aside = report_.context_files;
        if (s.used || std::find(aside.begin(), aside.end(), place.first) != aside.end()) continue;
        Diagnostic d =
            error_at(s.span, "unused-suppression",
                     "no finding of '" + s.rule + "' is here any more", "remove the comment");
        d.severity = Severity::warning;
        own_.push_back(std::move(d));
      }
    }
  }

  /// The baseline of a policy's findings: the one of the command line counts for all.
  std::string baseline_path(const PolicyFile* policy) const {
    if (options_.ignore) return {};
    if (!options_.baseline.empty()) return options_.baseline;
    return policy == nullptr ? std::string() : policy->baseline;
  }

  void apply_baselines() {
    std::map<std::string, std::vector<std::size_t>> by_baseline;  // indices of findings
    std::map<std::string, Span> named_at;
    const auto note = [&](const PolicyFile* policy) -> std::vector<std::size_t>* {
      const std::string path = baseline_path(policy);
      if (path.empty()) return nullptr;
      named_at[path] =
          policy != nullptr && options_.baseline.empty() ? policy->baseline_span : Span();
      return &by_baseline[path];
    };
    note(first_);
    if (options_.update_baseline && !options_.ignore && by_baseline.empty()) {
      errors_.push_back(error_at({}, "bad-baseline", "there is no baseline to update",
                                 "name one with --baseline FILE or in .lapis.yaml"));
    }
    for (std::size_t i = 0; i < report_.findings.size(); ++i) {
      const Diagnostic& d = report_.findings[i];
      auto* list = note(policy_of(d));
      if (list == nullptr || fixed(d.rule)) continue;
      if (options_.keep_errors && d.severity == Severity::error) continue;
      list->push_back(i);
    }
    std::set<std::size_t> known;
    Diagnostics stale;
    for (const auto& [path, indices] : by_baseline) {
      Diagnostics findings;
      for (const std::size_t i : indices) findings.push_back(report_.findings[i]);
      if (options_.update_baseline) {
        if (update(path, named_at[path], findings)) known.insert(indices.begin(), indices.end());
        continue;
      }
      Baseline baseline;
      if (!read_baseline(path, named_at[path], sources_, baseline, errors_)) continue;
      const auto prints = report::fingerprints(findings, sources_, folder_of(path));
      for (std::size_t k = 0; k < indices.size(); ++k) {
        const auto entry = baseline.entries.find(prints[k]);
        if (entry == baseline.entries.end()) continue;
        entry->second.met = true;
        known.insert(indices[k]);
      }
      note_stale(baseline, stale);
    }
    Diagnostics left;
    std::vector<std::size_t> numbers;
    for (std::size_t i = 0; i < report_.findings.size(); ++i) {
      if (known.contains(i)) {
        report_.silenced.push_back({std::move(report_.findings[i]), Silenced::Why::baseline, ""});
      } else {
        left.push_back(std::move(report_.findings[i]));
        numbers.push_back(numbers_[i]);
      }
    }
    report_.findings = std::move(left);
    numbers_ = std::move(numbers);
    for (Diagnostic& d : stale) levelled(std::move(d));
  }

  /// Writes a baseline; what it says of files that this run did not look at stays.
  bool update(const std::string& path, Span named_at, const Diagnostics& findings) {
    if (!report_.complete) {
      errors_.push_back(error_at(
          named_at, "bad-baseline",
          "the run did not come to its end, so the baseline " + path + " is left as it was"));
      return false;
    }
    Baseline old;
    std::error_code failed;
    if (std::filesystem::exists(path, failed) &&
        !read_baseline(path, named_at, sources_, old, errors_)) {
      return false;
    }
    const std::set<std::string> checked = checked_from(folder_of(path));
    std::erase_if(old.entries, [&](const auto& e) { return checked.contains(e.second.path); });
    std::string error;
    if (write_baseline(path, findings, std::move(old.entries), sources_, error)) return true;
    errors_.push_back(
        error_at(named_at, "bad-baseline", "can't write the baseline " + path + ": " + error));
    return false;
  }

  void note_stale(const Baseline& baseline, Diagnostics& stale) const {
    if (!report_.complete) return;
    const std::set<std::string> checked = checked_from(folder_of(baseline.path));
    const auto gone = static_cast<std::size_t>(
        std::count_if(baseline.entries.begin(), baseline.entries.end(), [&](const auto& entry) {
          return !entry.second.met && checked.contains(entry.second.path);
        }));
    if (gone == 0) return;
    Diagnostic d = error_at({baseline.file, 0, 0}, "stale-baseline",
                            std::to_string(gone) + (gone == 1 ? " finding" : " findings") +
                                " of the baseline " + (gone == 1 ? "is" : "are") + " gone",
                            "--update-baseline forgets them");
    d.severity = Severity::note;
    stale.push_back(std::move(d));
  }

  /// The files this run looked at, relative to `folder`.
  std::set<std::string> checked_from(const std::string& folder) const {
    PolicyFile from;
    from.folder = folder;
    std::set<std::string> out;
    for (std::uint32_t file = 1; file <= read_files_; ++file) {
      out.insert(PolicyFiles::relative(from, sources_.path(file)));
    }
    return out;
  }

  bool fixed(std::string_view id) const {
    const RuleInfo* rule = find_rule_(id);
    return rule != nullptr && rule->fixed_level;
  }

  /// Cases name their findings by number; one that has none left has passed.
  void renumber_failures() {
    std::unordered_map<std::size_t, std::size_t> now;
    for (std::size_t i = 0; i < numbers_.size(); ++i) now.emplace(numbers_[i], i);
    for (report::TestCase& test : report_.cases) {
      std::vector<std::size_t> failures;
      for (const std::size_t failure : test.failures) {
        if (const auto at = now.find(failure); at != now.end()) failures.push_back(at->second);
      }
      test.failures = std::move(failures);
    }
  }

  Outcome conclude() {
    renumber_failures();
    Outcome out;
    out.broken = !errors_.empty();
    out.fails =
        std::any_of(report_.findings.begin(), report_.findings.end(), [&](const Diagnostic& d) {
          const PolicyFile* policy = policy_of(d);
          Severity from = Severity::error;
          if (policy != nullptr) from = policy->fail_level.value_or(from);
          from = options_.fail_level.value_or(from);
          return d.severity <= from;
        });
    if (report_.verdict != report::Verdict::undecided) {
      report_.verdict = out.fails ? report::Verdict::rejected : report::Verdict::verified;
    }
    return out;
  }

  static constexpr std::size_t none = SIZE_MAX;

  const Options& options_;
  report::Report& report_;
  SourceMap& sources_;
  const std::size_t read_files_;  // what the command read, before policies were added
  Diagnostics errors_;            // of policies and baselines
  std::vector<std::string> ids_;
  FindRule find_rule_ = [this](std::string_view id) {
    // Where an id is in two tables, the one whose level is fixed counts.
    const RuleInfo* own = report::find_rule(id);
    return own != nullptr && own->fixed_level ? own : report::rule_of(report_, id);
  };
  PolicyFiles files_;
  PolicyFile* first_ = nullptr;
  std::vector<PolicyFile*> by_file_;
  std::map<Place, std::vector<Suppression>> suppressions_;
  std::unordered_map<std::uint32_t, std::string> relative_;
  Diagnostics own_;
  std::vector<std::size_t> numbers_;  ///< by finding that is left: its number before
};

}  // namespace

Outcome apply(const Options& options, report::Report& report, SourceMap& sources) {
  return Pass(options, report, sources).run();
}

}  // namespace lapis::policy
