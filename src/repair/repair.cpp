#include "lapis/repair/repair.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "lapis/program/program_set.h"
#include "lapis/report/text_diff.h"
#include "lapis/verify/diff.h"
#include "proposals.h"

namespace lapis::repair {
namespace {

using Clock = std::chrono::steady_clock;
/// How often each finding there is, whatever lines it stands on.
using Counts = std::map<std::string, int>;

/// Declarations that nothing uses any more go along with what used them, this many deep.
constexpr int most_rounds = 16;

/// Who has a finding and what it is about. Programs are left out of `related` by a fix as well, so
/// it counts only where a finding is about a pair.
std::vector<std::string> keys_of(const Diagnostic& d, const SourceMap& sources) {
  std::string head = d.rule + '\n';
  if (d.rule == "answer-differs" && d.message.find(" more") == std::string::npos) {
    // Which of the two is told depends on their order.
    std::vector<std::string> out;
    for (const Related& other : d.related) {
      out.push_back(head + std::min(d.program, other.name) + '\n' +
                    std::max(d.program, other.name));
    }
    return out;
  }
  head += d.program + '\n';
  if (d.span.known()) {
    for (const char c : sources.slice(d.span)) {
      if (c != ' ' && c != '\t' && c != '\n' && c != '\r') head += c;
    }
  }
  if (d.rule == "conflict" || d.rule == "answer-differs") {
    for (const Related& other : d.related) head += '\n' + other.name;
  }
  return {head};
}

Counts counts_of(const Diagnostics& findings, const SourceMap& sources) {
  Counts out;
  for (const Diagnostic& d : findings) {
    for (std::string& key : keys_of(d, sources)) ++out[std::move(key)];
  }
  return out;
}

int count(const Counts& counts, const std::string& key) {
  const auto at = counts.find(key);
  return at == counts.end() ? 0 : at->second;
}

/// A set with everything that is known of it.
struct Version {
  std::vector<lang::SetFile> files;
  std::shared_ptr<const program::ProgramSet> set;
  Diagnostics findings;
};

/// A proposal that was proved.
struct Proved {
  Proposal proposal;
  std::vector<std::string> changes;
  Version version;  ///< the set with it
};

class Workshop {
 public:
  Workshop(const SourceMap& sources, const std::vector<lang::SetFile>& files,
           const Diagnostics& findings, const Options& options)
      : given_(sources), original_(files), options_(options) {
    for (const lang::SetFile& file : files) {
      now_.files.push_back(
          {sources_.add(sources.path(file.file), std::string(sources.text(file.file)))});
    }
    for (const Diagnostic& d : options.accepted) {
      for (std::string& key : keys_of(d, sources)) accepted_.insert(std::move(key));
    }
    Diagnostics warnings;
    auto set = lang::check_set(now_.files, sources_, warnings);
    if (!set.ok()) return;
    now_.set = std::make_shared<const program::ProgramSet>(std::move(set).value());
    for (const Diagnostic& d : findings) now_.findings.push_back(moved(d));
  }

  Suggestions suggest() {
    Suggestions out;
    if (!now_.set) return out;
    const Diagnostics findings = now_.findings;
    for (const Diagnostic& finding : findings) {
      if (is_accepted(finding)) continue;
      for (const Proposal& proposal : proposals(finding)) {
        const std::size_t files = sources_.size();
        if (auto proved = prove(finding, proposal)) {
          out.fixes.push_back(described(finding, *proved));
          proved.reset();
        }
        sources_.keep_first(files);
        if (!defect_.empty()) break;
      }
      if (!defect_.empty() || is_late()) break;
    }
    out.internal_error = defect_;
    return out;
  }

  Applied apply_all() {
    Applied out;
    if (!now_.set) return out;
    std::set<std::string> failed;
    std::size_t looked = 0;
    for (;;) {
      if (make_one(failed, out.fixes)) continue;
      // What had no fix may have one now: a program that went may have been what was in the way.
      if (!defect_.empty() || is_late() || out.fixes.size() == looked) break;
      looked = out.fixes.size();
      failed.clear();
    }
    out.internal_error = defect_;
    if (!defect_.empty()) return out;
    for (std::size_t i = 0; i < original_.size(); ++i) {
      const std::string_view text = sources_.text(now_.files[i].file);
      if (text == given_.text(original_[i].file)) continue;
      out.files.push_back({original_[i].file, std::string(text)});
    }
    return out;
  }

 private:
  /// Makes a fix of the first finding that has one.
  bool make_one(std::set<std::string>& failed, std::vector<report::Fix>& made) {
    const Diagnostics findings = now_.findings;
    for (const Diagnostic& finding : findings) {
      if (is_accepted(finding) || failed.count(keys_of(finding, sources_)[0]) != 0) continue;
      for (const Proposal& proposal : to_be_made(finding)) {
        if (is_late()) return false;
        const std::size_t files = sources_.size();
        auto proved = prove(finding, proposal);
        if (!defect_.empty()) return false;
        if (!proved) {
          sources_.keep_first(files);
          continue;
        }
        made.push_back(described(finding, *proved));
        now_ = std::move(proved->version);
        return true;
      }
      failed.insert(keys_of(finding, sources_)[0]);
    }
    return false;
  }

  /// The proposals that may be made without asking, in that order.
  std::vector<Proposal> to_be_made(const Diagnostic& finding) {
    std::vector<Proposal> all = proposals(finding);
    if (options_.reorder) {
      std::stable_sort(all.begin(), all.end(), [](const Proposal& a, const Proposal& b) {
        return !a.same_answers && b.same_answers;
      });
    } else {
      std::erase_if(all, [](const Proposal& p) { return !p.same_answers; });
    }
    return all;
  }

  std::vector<Proposal> proposals(const Diagnostic& finding) {
    lang::Reviser reviser(sources_);
    return proposals_for(finding, now_.set->definition(), reviser);
  }

  /// The set after `edits`, checked; nothing when it does not check or has no programs left.
  std::optional<Version> changed(const Version& from, const std::vector<TextEdit>& edits) {
    Version out;
    for (const lang::SetFile& file : from.files) {
      std::string text = apply_edits(sources_.text(file.file), file.file, edits);
      out.files.push_back({sources_.add(sources_.path(file.file), std::move(text))});
    }
    auto set = lang::check_set(out.files, sources_, out.findings);
    if (!set.ok() || set->programs.empty()) return std::nullopt;
    out.set = std::make_shared<const program::ProgramSet>(std::move(set).value());
    return out;
  }

  /// Adds what the verifier says; false when it did not decide everything.
  bool verify(Version& version) {
    verify::Options how = options_.verify;
    how.progress = nullptr;
    how.smt2_directory.clear();
    verify::Report report = verify::verify(*version.set, sources_, how);
    if (!report.internal_error.empty()) defect_ = report.internal_error;
    if (!defect_.empty() || !report.undecided_reason.empty()) return false;
    std::move(report.findings.begin(), report.findings.end(), std::back_inserter(version.findings));
    return true;
  }

  std::optional<Proved> prove(const Diagnostic& finding, const Proposal& proposal) {
    Proved out;
    out.proposal = proposal;
    const Counts before = counts_of(now_.findings, sources_);
    auto version = changed(now_, proposal.edits);
    for (int round = 0; version; ++round) {
      if (round > most_rounds || is_late() || !verify(*version)) return std::nullopt;
      const Counts after = counts_of(version->findings, sources_);
      for (const std::string& key : keys_of(finding, sources_)) {
        if (count(after, key) >= count(before, key)) return std::nullopt;
      }
      std::vector<TextEdit> more;
      if (!is_no_worse(before, after, *version, more, out.proposal.title)) return std::nullopt;
      if (more.empty()) break;
      version = changed(*version, more);
    }
    if (!version || !answers_as_claimed(*version, out)) return std::nullopt;
    out.version = std::move(*version);
    return out;
  }

  /// Nothing has come, or nothing but declarations that are of no use any more, which `more` takes
  /// out as well.
  bool is_no_worse(const Counts& before, const Counts& after, const Version& version,
                   std::vector<TextEdit>& more, std::string& title) {
    lang::Reviser reviser(sources_);
    std::set<std::string> seen;
    for (const Diagnostic& d : version.findings) {
      for (const std::string& key : keys_of(d, sources_)) {
        if (count(after, key) <= count(before, key)) continue;
        if (d.rule != "unused") return false;
        if (!seen.insert(key).second) continue;
        const auto drop = proposals_for(d, version.set->definition(), reviser);
        if (drop.empty()) return false;
        more.insert(more.end(), drop[0].edits.begin(), drop[0].edits.end());
        title += "; then " + drop[0].title;
      }
    }
    return true;
  }

  bool answers_as_claimed(const Version& version, Proved& out) {
    verify::Options how = options_.verify;
    how.progress = nullptr;
    how.smt2_directory.clear();
    const verify::DiffReport difference = verify::diff(*now_.set, *version.set, how);
    if (!difference.internal_error.empty()) defect_ = difference.internal_error;
    if (!defect_.empty() || !difference.undecided.empty()) return false;
    const auto name = [](const std::string& program) {
      return program.empty() ? std::string("no program") : "'" + program + "'";
    };
    for (const verify::Change& change : difference.changes) {
      if (!change.answer) continue;
      if (out.proposal.same_answers) return false;
      out.changes.push_back("queries of " + name(change.before.program) + " are answered by " +
                            name(change.after.program) + ", such as " + change.witness.qname + " " +
                            change.witness.qtype + " from " + change.witness.client);
    }
    // What was to change answers may turn out to change none.
    if (out.changes.empty()) out.proposal.same_answers = true;
    return true;
  }

  report::Fix described(const Diagnostic& finding, const Proved& proved) const {
    report::Fix fix;
    fix.rule = finding.rule;
    fix.program = finding.program;
    fix.message = finding.message;
    fix.span = given_place(finding.span);
    fix.title = proved.proposal.title;
    fix.same_answers = proved.proposal.same_answers;
    fix.changes = proved.changes;
    for (std::size_t i = 0; i < now_.files.size(); ++i) {
      const std::uint32_t file = now_.files[i].file;
      for (TextEdit& edit :
           report::changed_lines(sources_.text(file), sources_.text(proved.version.files[i].file),
                                 original_[i].file)) {
        fix.edits.push_back(std::move(edit));
      }
    }
    return fix;
  }

  /// A place in the set as it is now, under the number its file was given with.
  Span given_place(Span span) const {
    for (std::size_t i = 0; i < now_.files.size(); ++i) {
      if (now_.files[i].file == span.file) return {original_[i].file, span.begin, span.end};
    }
    return {};
  }

  Diagnostic moved(const Diagnostic& given) const {
    const auto move = [&](Span& span) {
      for (std::size_t i = 0; i < original_.size(); ++i) {
        if (original_[i].file != span.file) continue;
        span.file = now_.files[i].file;
        return;
      }
    };
    Diagnostic out = given;
    move(out.span);
    for (Related& related : out.related) move(related.span);
    return out;
  }

  bool is_accepted(const Diagnostic& finding) const {
    const auto keys = keys_of(finding, sources_);
    return keys.empty() || accepted_.count(keys[0]) != 0;
  }

  bool is_late() const {
    return options_.limit_seconds > 0 &&
           std::chrono::duration<double>(Clock::now() - start_).count() > options_.limit_seconds;
  }

  const SourceMap& given_;
  const std::vector<lang::SetFile>& original_;
  const Options& options_;
  const Clock::time_point start_ = Clock::now();
  SourceMap sources_;  ///< of all versions
  std::set<std::string> accepted_;
  Version now_;
  std::string defect_;
};

}  // namespace

Suggestions suggest(const SourceMap& sources, const std::vector<lang::SetFile>& files,
                    const Diagnostics& findings, const Options& options) {
  return Workshop(sources, files, findings, options).suggest();
}

Applied apply_all(const SourceMap& sources, const std::vector<lang::SetFile>& files,
                  const Diagnostics& findings, const Options& options) {
  return Workshop(sources, files, findings, options).apply_all();
}

}  // namespace lapis::repair
