// The daemon's two doors: check everything a configuration names, and serve it.
//
// Both prepare a configuration the same way (read, load, prove in a child process), so what
// `lapis check` accepts is what `lapis serve` starts with and what a reload puts in place.
#pragma once

#include <memory>
#include <string>

#include "lapis/answer/snapshot.h"
#include "lapis/base/diagnostic.h"
#include "lapis/base/source.h"
#include "lapis/server/config.h"

namespace lapis::server {

/// What became of a configuration. Accepted as a whole or refused as a whole.
struct Prepared {
  SourceMap sources;     ///< all files that findings have positions in
  Config config;         ///< as far as it could be read
  Diagnostics findings;  ///< errors, warnings and notes, in the order found
  /// Why the set is neither proved nor refuted (time, memory), or empty.
  std::string undecided_reason;
  /// How the verifier itself failed, or empty.
  std::string internal_error;
  /// What can be served; null when anything was refused.
  std::shared_ptr<const answer::Snapshot> snapshot;
  std::size_t program_files = 0;  ///< `sources` begins with these: configuration and programs
  std::string digest;             ///< of the program set; empty when there is none
  std::size_t programs = 0;       ///< in the set
  std::size_t records = 0;        ///< in all zones
  std::size_t broken_zones = 0;   ///< left out by `on-zone-error: skip`
  bool proof_reused = false;      ///< the set is the running one, proved before
  double elapsed_ms = 0;

  bool accepted() const { return snapshot != nullptr; }
};

/// Does everything `serve` does before it opens a socket. Blocks, as long as the verifier may take.
Prepared check_configuration(const std::string& path);

struct Served {
  bool started = false;  ///< queries were answered, and the end was asked for
  Prepared refused;      ///< why nothing was started; empty when a signal came first
};

/// Serves until SIGTERM or SIGINT. SIGHUP reloads, SIGUSR1 logs the counters. Logs to standard
/// error; `version` is for the log. Call once in a process, on its first thread.
Served serve(const std::string& path, const std::string& version);

}  // namespace lapis::server
