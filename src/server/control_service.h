// What the control socket is asked, and the answers.
//
// A request is a JSON object: {"command": "trace", "format": "text" | "json", "query": QUERY} with
// QUERY as `lapis eval --queries` reads it. An answer is {"output": TEXT} or {"error": WORDS}.
#pragma once

#include <string>
#include <string_view>

#include "lapis/answer/snapshot.h"
#include "lapis/base/source.h"
#include "lapis/server/config.h"

namespace lapis::server {

/// What is running. Borrowed.
struct Running {
  const answer::Snapshot& snapshot;
  const Config& config;
  const SourceMap& sources;  ///< the configuration and the programs
};

/// One request line to one answer line. Total: anything in, an answer out.
std::string answer_control(std::string_view request, const Running& running);

}  // namespace lapis::server
