// What a program set answers to one query, both address families at once, as `lapis eval` shows it.
#pragma once

#include <string>
#include <vector>

#include "lapis/program/program_set.h"

namespace lapis::cli {

/// The answer to one query; reused from query to query.
struct Answer {
  std::int32_t program = -1;  ///< index, -1 when no program matched
  std::vector<IpAddress> ipv4;
  std::vector<IpAddress> ipv6;
  std::int64_t ttl = 0;
};

/// Asks one set again and again.
class Answerer {
 public:
  explicit Answerer(const program::ProgramSet& set);

  /// First program that matches, and its response to `query`.
  void answer(const program::QueryContext& query, Answer& out);

  /// Why `program` did not match, or an empty string when it did: the first conjunct that is
  /// false, and the values of the fields in it.
  std::string why_not(std::size_t program, const program::QueryContext& query,
                      const SourceMap& sources);

  /// `{"program":…,"ipv4":[…],"ipv6":[…],"ttl":…}` without a line end. Without a program the lists
  /// are empty and the TTL is null.
  void append_json(const Answer& answer, std::string& out) const;

 private:
  const program::ProgramSet& set_;
  program::Scratch scratch_;
  lang::Memory memory_;
  std::vector<std::string> json_names_;  ///< names of the programs as JSON strings
};

}  // namespace lapis::cli
