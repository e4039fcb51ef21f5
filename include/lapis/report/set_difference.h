// What changes between two program sets, as text, JSON, Markdown and HTML.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lapis/base/diagnostic.h"

namespace lapis::report {

/// One side's answer to the witness.
struct SideAnswer {
  std::string program;                 ///< "" when no program answers and the zone's own records do
  std::vector<std::string> addresses;  ///< of the type asked for
  std::vector<std::string> ipv4;
  std::vector<std::string> ipv6;
  std::int64_t ttl = 0;
  std::string replay;  ///< a command line that shows it
};

struct ChangeEntry {
  SideAnswer before;
  SideAnswer after;
  Witness witness;                 ///< as the set before is asked
  Witness witness_after;           ///< as the set after is: with its attributes
  std::vector<std::string> unset;  ///< attributes that the query's name has no value of
  bool answer = false;             ///< else only the answering program changes
  std::vector<std::string> where;
  std::uint64_t queries = 0;  ///< of the log that belong here
};

/// What a log of queries says of the change.
struct QueryWeights {
  std::uint64_t all = 0;
  std::uint64_t answered_differently = 0;
  std::uint64_t by_another_program = 0;  ///< with the same answer
};

struct SetDifference {
  std::string before_path;
  std::string after_path;
  std::size_t before_programs = 0;
  std::size_t after_programs = 0;
  std::vector<std::string> attributes;  ///< differences of declarations, in words
  std::vector<ChangeEntry> changes;
  std::vector<std::string> undecided;
  std::optional<QueryWeights> queries;
  /// Figures for `--stats`, shown in the order given.
  std::vector<std::pair<std::string, std::string>> stats;
  double elapsed_ms = 0;
};

/// "same" (proved), "different" or "undecided".
const char* verdict_of(const SetDifference& difference);

std::string difference_text(const SetDifference& difference);
/// `{"version":1,"command":"diff","verdict":…,"changes":[…]}`.
std::string difference_json(const SetDifference& difference);
/// A section for a pull request.
std::string difference_markdown(const SetDifference& difference);
/// One file that asks nothing of the network.
std::string difference_html(const SetDifference& difference);

}  // namespace lapis::report
