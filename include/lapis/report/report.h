// The one place that turns findings into text, JSON and the formats other tools read.
//
// Everything below returns `Diagnostic`s; a command gathers them in a `Report` and renders it once.
// Rendering has no side effects and never fails: whatever is odd in the source text (tabs, control
// characters, broken UTF-8, a line of a megabyte) is made showable.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lapis/base/diagnostic.h"
#include "lapis/base/rule.h"
#include "lapis/base/source.h"
#include "lapis/report/fix.h"
#include "lapis/report/overview.h"

namespace lapis::report {

enum class Verdict : std::uint8_t { verified, rejected, undecided };

const char* to_string(Verdict verdict);

/// One test that was run; for commands that run tests.
struct TestCase {
  std::string name;
  Span span;
  std::vector<std::size_t> failures;  ///< indices of its findings; empty: it passed
};

/// A finding that counts for nothing, and why: formats that can say so (SARIF) show it.
struct Silenced {
  enum class Why : std::uint8_t {
    suppressed,  ///< `; lapis: allow(RULE) reason` beside it
    baseline,    ///< known when the baseline was written
    off          ///< its level is off
  };
  Diagnostic finding;
  Why why = Why::off;
  std::string reason;  ///< the words of the suppression, or empty
};

/// What one run of a command found.
struct Report {
  std::string command;  ///< "verify", "lint", …
  Verdict verdict = Verdict::verified;
  std::size_t programs = 0;  ///< programs looked at
  Diagnostics findings;
  double elapsed_ms = 0;
  std::string undecided_reason;    ///< why, when the verdict is undecided
  std::string digest;              ///< content digest of the set, or empty
  std::vector<std::string> paths;  ///< what the command was given; for the `lapis eval` line
  /// Figures for `--stats`, shown in the order given.
  std::vector<std::pair<std::string, std::string>> stats;
  /// In the order run; JUnit shows each, JSON and text count them.
  std::vector<TestCase> cases;
  /// Every rule of the command was looked at to its end, so what no finding met is unused.
  bool complete = false;
  /// Files that were read, but whose findings this run does not look for.
  std::vector<std::uint32_t> context_files;
  std::vector<Silenced> silenced;
  std::vector<std::string> policies;         ///< the .lapis.yaml files that were applied
  std::shared_ptr<const Overview> overview;  ///< for the html report of a program set
  std::vector<Fix> fixes;                    ///< proved changes of the text that remove findings
  /// Tables of rules beside report::rules(), for titles and help.
  std::vector<std::span<const RuleInfo>> rulebooks;
};

/// Verdict from the findings alone: rejected when one is an error.
Verdict verdict_of(const Diagnostics& findings);

enum class Format : std::uint8_t {
  text,
  compact,
  json,
  jsonl,
  sarif,
  junit,
  github,
  gitlab,
  markdown,
  html
};

/// The format of that name; nothing when there is none.
std::optional<Format> parse_format(std::string_view name);
/// Names of all formats, for option help and errors.
const std::vector<std::string>& format_names();

struct TextStyle {
  bool colour = false;
  std::size_t width = 120;  ///< columns of source shown of a long line
};

/// Whether output to `descriptor` should be coloured: a terminal, TERM not "dumb", and NO_COLOR
/// (no-color.org) unset or empty.
bool wants_colour(int descriptor);

/// The whole report, ending in a newline.
std::string render(const Report& report, const SourceMap& sources, Format format,
                   const TextStyle& style = {});

/// One finding as text: position, message, source with carets, related places, help, witness.
/// `paths` are named in the `lapis eval` line; none is shown when they are empty.
std::string render_finding(const Diagnostic& finding, const SourceMap& sources,
                           const std::vector<std::string>& paths = {}, const TextStyle& style = {});

/// The text of a rule, in rules() or in the report's rulebooks; null when nobody has it. Where both
/// have the id, the rulebooks count for `lint` and rules() for other commands.
const RuleInfo* rule_of(const Report& report, std::string_view id);

/// For each finding a fingerprint of its content (16 hex digits): rule, file, program, the related
/// names and the characters it is about without their spacing, but no line number. Findings with
/// equal content are told apart by their order. Paths are taken relative to `folder`, or as they
/// are when it is empty.
std::vector<std::string> fingerprints(const Diagnostics& findings, const SourceMap& sources,
                                      const std::string& folder = {});

/// One finding on one line without source: `path:line:column: severity: message [rule]`.
std::string render_line(const Diagnostic& finding, const SourceMap& sources);

}  // namespace lapis::report
