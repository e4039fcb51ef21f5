// The verifier at work on a set that is being edited: in a child process, so that it can be stopped
// the moment the text changes, and whatever becomes of it the editor goes on.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lapis/report/fix.h"
#include "workspace.h"

namespace lapis::editor {

class Proof {
 public:
  static constexpr double limit_seconds = 60;
  static constexpr std::uint64_t limit_memory_mib = 4096;
  /// For the proofs of what would remove the findings, all together.
  static constexpr double limit_fixes_seconds = 20;

  /// Starts proving what `set` holds now, with the directory `cache` of earlier proofs unless
  /// empty. Null when no process can be started.
  static std::unique_ptr<Proof> start(const std::string& set, const CheckedSet& checked,
                                      const std::string& cache);
  /// Kills the child when it still runs.
  ~Proof();
  Proof(const Proof&) = delete;
  Proof& operator=(const Proof&) = delete;

  const std::string& set() const { return set_; }
  std::uint64_t generation() const { return generation_; }
  /// Readable when there is something to take in.
  int descriptor() const { return descriptor_; }
  /// Takes in what is there; true when the child has said everything.
  bool read();
  /// What was found, with places in the CheckedSet it was started for; nothing until the child has
  /// said it. The fixes come later.
  std::optional<Diagnostics> findings() const;
  /// What would remove these findings and those of the checker. After read() was true.
  std::vector<report::Fix> fixes() const;

 private:
  Proof(std::string set, std::uint64_t generation, pid_t child, int descriptor)
      : set_(std::move(set)), generation_(generation), child_(child), descriptor_(descriptor) {}

  std::string set_;
  std::uint64_t generation_;
  pid_t child_;
  int descriptor_;
  std::string output_;
};

}  // namespace lapis::editor
