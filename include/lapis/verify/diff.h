// What changes when one program set takes the place of another: the classes of queries whose
// answering program or whose answer is not the same, each with a replayed witness.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lapis/base/diagnostic.h"
#include "lapis/lang/joined.h"
#include "lapis/program/program_set.h"
#include "lapis/verify/verify.h"

namespace lapis::verify {

/// What one set answers to a witness; no program: the zone's own records do.
struct SideAnswer {
  std::string program;  ///< "" when none matches
  std::vector<IpAddress> ipv4;
  std::vector<IpAddress> ipv6;
  std::int64_t ttl = 0;  ///< seconds
};

/// Queries that program `before.program` answers in the one set and `after.program` in the other.
struct Change {
  SideAnswer before;  ///< to the witness
  SideAnswer after;
  /// The query, with the attributes of the set before; where a default changed and the query's
  /// name has no value of the attribute, without it.
  Witness witness;
  Witness witness_after;  ///< the same query with the attributes of the set after
  std::vector<std::string>
      unset;  ///< attributes with another default that its name has no value of
  /// Some query of the class is answered differently, the witness being one; else only the program
  /// differs. RRsets are compared, so the order of addresses does not count (RFC 2181 §5).
  bool answer = false;
  /// Conditions that all queries of the class meet, in words: a part of what describes it, the
  /// programs' order being the rest.
  std::vector<std::string> where;
  Span before_span;  ///< of the program's name
  Span after_span;
};

struct DiffReport {
  /// Empty, with nothing undecided: proved that no query is answered differently or by another
  /// program. Shortest description first within each pair of programs.
  std::vector<Change> changes;
  std::vector<std::string> differences;  ///< of attributes and fields, in words
  std::vector<std::string> undecided;    ///< questions without an answer, each with the reason
  std::string internal_error;            ///< a defect of Lapis, as in Report
  double seconds = 0;
};

/// Both sets must be read through one SourceMap. Never throws.
DiffReport diff(const program::ProgramSet& before, const program::ProgramSet& after,
                const Options& options);

/// The same without leaving out the programs that can have no part in a change, so at the cost of
/// the whole sets: what diff() is compared with.
DiffReport diff_of_all(const program::ProgramSet& before, const program::ProgramSet& after,
                       const Options& options);

}  // namespace lapis::verify
