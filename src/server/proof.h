// What the verifier, a child process running `lapis verify --format json`, has to say.
#pragma once

#include <string>
#include <vector>

#include "lapis/base/diagnostic.h"
#include "lapis/base/source.h"

namespace lapis::server {

/// How a child process ended, and what it wrote.
struct ChildEnd {
  std::string spawn_error;  ///< not empty: it never ran
  int exit_code = 0;
  int signal = 0;          ///< that ended it; 0: it exited
  bool timed_out = false;  ///< we ended it, its time being over
  bool too_much = false;   ///< we ended it for writing without end
  std::string output;
  std::string complaints;  ///< standard error, its beginning
};

struct Proof {
  enum class Verdict : std::uint8_t {
    verified,   ///< proved, for the set with `digest`
    rejected,   ///< `findings` say why
    undecided,  ///< neither, within the limits; `reason` says which
    failed,     ///< the verifier itself; `reason` says how
  };
  Verdict verdict = Verdict::failed;
  std::string digest;
  std::string reason;
  Diagnostics findings;
};

/// Reads the child's report. Places in it become spans of `sources`, where the same files are
/// expected; a place in a file that is not there stays unknown.
Proof read_proof(const ChildEnd& end, const SourceMap& sources);

}  // namespace lapis::server
