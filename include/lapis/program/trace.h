// Why a query is answered as it is: every program tried, every value on the way, and where the
// values of the query's fields came from. Behind `lapis eval --trace` and `lapis trace`.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "lapis/base/source.h"
#include "lapis/lang/tracer.h"
#include "lapis/program/program_set.h"

namespace lapis::program {

/// Where the value of a field came from, in words ("--client", "default of the attribute"), and the
/// place that gives it when a file does.
struct FieldSource {
  std::string words;
  Span span;
};

struct TracedField {
  std::uint32_t field = 0;
  std::string name;
  lang::Constant value;
  FieldSource source;
};

struct TracedProgram {
  std::size_t program = 0;  ///< index into programs()
  bool matched = false;
  lang::Observation match;
};

/// Borrows from the set: valid as long as it is.
struct Trace {
  std::vector<TracedProgram> tried;   ///< in order; the last one matched when `program` >= 0
  std::int32_t program = -1;          ///< the answering program, -1 for none
  lang::Observation ipv4, ipv6, ttl;  ///< its response; without expressions when there is none
  std::uint8_t scope = 0;             ///< as Decision::scope
  std::vector<TracedField> fields;    ///< those that were read, in the order of the field table
};

/// Evaluates `query` as decide() does, and both families of the response. `source` is asked once
/// for each field that was read.
Trace trace(const ProgramSet& set, const QueryContext& query,
            const std::function<FieldSource(std::uint32_t field)>& source);

/// The answer alone, in a few lines: the program, both lists, the TTL.
std::string answer_text(const Trace& trace, const ProgramSet& set);

/// Lines for people, ending in a newline.
std::string trace_text(const Trace& trace, const ProgramSet& set, const SourceMap& sources);

/// The expression as it stands in the source when it is on one line, else as the tree has it; cut
/// to `longest` octets.
std::string expression_text(const lang::Expr& expr, const SourceMap& sources, std::size_t longest);

/// One JSON object on one line, without a line end. Its shape is described in docs/operations.md.
std::string trace_json(const Trace& trace, const ProgramSet& set, const SourceMap& sources);

}  // namespace lapis::program
