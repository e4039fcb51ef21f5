// The verifier at work: this binary run as `lapis verify`, in a process of its own.
//
// The solver thus never shares memory with the server: whatever becomes of it (a crash, all of its
// memory, an endless search), queries are answered meanwhile, and no answer means no proof. Used by
// the control thread alone, which is never blocked.
#pragma once

#include <uv.h>

#include <functional>
#include <string>
#include <vector>

#include "lapis/server/config.h"
#include "proof.h"

namespace lapis::server {

class VerifierProcess {
 public:
  using Done = std::function<void(ChildEnd)>;

  /// `done` is called once, from the loop, when the process has ended and every handle is closed;
  /// it may destroy this object.
  VerifierProcess(uv_loop_t& loop, Done done);
  VerifierProcess(const VerifierProcess&) = delete;
  VerifierProcess& operator=(const VerifierProcess&) = delete;

  /// Runs on `paths`, at the priority of the calling thread.
  void start(const std::vector<std::string>& paths, const VerifyLimits& limits);
  /// Ends it now; `done` is still called.
  void kill();

 private:
  struct Pipe {
    uv_pipe_t handle{};
    std::string* text = nullptr;
    std::size_t most = 0;
    bool required = false;  // more than `most` ends the process
  };

  void open_pipe(Pipe& pipe, std::string& text, std::size_t most, bool required);
  void read(Pipe& pipe);
  void take(Pipe& pipe, std::size_t count);
  void watch_deadline(std::uint32_t seconds);
  void exited(std::int64_t status, int signal);
  void close(uv_handle_t* handle);

  uv_loop_t& loop_;
  Done done_;
  uv_process_t process_{};
  uv_timer_t deadline_{};
  Pipe output_;
  Pipe complaints_;
  std::string buffer_;
  ChildEnd end_;
  int open_ = 0;
};

}  // namespace lapis::server
