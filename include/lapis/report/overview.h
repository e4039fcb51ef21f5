// A program set at a glance, for people who look rather than read: who shares queries with whom,
// and which program answers where. Filled by the verifier, drawn by the html report.
//
// Everything shown with a witness was replayed on the production interpreter.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lapis/base/diagnostic.h"

namespace lapis::report {

struct Overview {
  struct Program {
    std::string name;
    std::string doc;
    bool exclusive = true;
    bool reachable = true;
    Span span;                       ///< the whole form
    std::optional<Witness> witness;  ///< a query that it answers
  };
  /// Two programs that match a common query.
  struct Pair {
    std::uint32_t earlier = 0;
    std::uint32_t later = 0;
    bool shadowed = false;  ///< proved: the earlier one matches all that the later one matches
    Witness witness;        ///< both match it
  };
  /// One cell of the picture: what is known to answer queries with this name and this value.
  struct Answer {
    std::int32_t program = -1;  ///< -1: none, so the zone's own records
    Witness witness;
  };
  struct Cell {
    std::vector<Answer> answers;  ///< in program order, each with a query; none: no query at all
  };

  std::vector<Program> programs;
  std::vector<Pair> pairs;         ///< by later program
  std::size_t pairs_left_out = 0;  ///< beyond the limit, or not decided
  std::string column_field;        ///< field or attribute of the picture's columns, or empty
  std::vector<std::string> columns;
  std::vector<std::string> rows;  ///< classes of names
  std::size_t rows_left_out = 0;
  std::vector<Cell> cells;  ///< row by row
};

}  // namespace lapis::report
