// The daemon's log: lines on standard error, as text or as one JSON object a line.
#pragma once

#include <string>
#include <vector>

#include "lapis/base/diagnostic.h"
#include "lapis/base/source.h"
#include "lapis/server/config.h"

namespace lapis::server {

/// Sets up the process's log; called at the start and whenever the configuration changes.
void set_up_log(LogLevel level, LogFormat format);

/// Logs each finding on one line with its place, at the level of its severity; notes are for
/// debugging. Of very many only the first are logged, and how many there are. A witness is given as
/// the command that replays it on the set at `programs`.
void log_findings(const Diagnostics& findings, const SourceMap& sources,
                  const std::vector<std::string>& programs);

}  // namespace lapis::server
