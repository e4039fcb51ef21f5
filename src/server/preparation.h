// One change on its way: a configuration read, loaded and proved beside what is running.
//
// The control thread reads the configuration, a thread of its own loads programs and zones, and a
// child process proves the programs while the zones are still being read. Nothing waits: the
// control thread stays with its signals, and `done` is called from the loop at the end.
#pragma once

#include <uv.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "cookie_secret.h"
#include "lapis/server/serve.h"
#include "loader.h"
#include "verifier_process.h"

namespace lapis::server {

class Preparation {
 public:
  struct Request {
    std::string config_path;
    CookieSecret own_secret{};
    std::string proven_digest;  ///< of a set that needs no other proof; empty: none
    std::shared_ptr<const geo::Places> places = nullptr;  ///< of what is running; may be null
  };
  using Done = std::function<void(Prepared)>;

  /// `done` is called once, from the loop, and may destroy this object.
  Preparation(uv_loop_t& loop, Request request, Done done);
  /// REQUIRES: `done` has been called, or start() has not.
  ~Preparation();
  Preparation(const Preparation&) = delete;
  Preparation& operator=(const Preparation&) = delete;

  void start();
  /// Ends as soon as possible, refused; `done` is still called.
  void cancel();

 private:
  enum class Stage : std::uint8_t { programs, zones, loaded };

  void load();
  void reach(Stage stage);
  void look();
  void prove();
  void finish();
  void conclude();
  bool proves_the_set();

  uv_loop_t& loop_;
  Request request_;
  Done done_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  uv_async_t wake_{};
  Prepared result_;
  std::atomic<bool> cancelled_{false};
  std::atomic<Stage> stage_{Stage::programs};
  std::optional<Loader> loader_;
  std::thread thread_;
  bool programs_seen_ = false;
  bool proof_running_ = false;
  bool closing_ = false;
  std::unique_ptr<VerifierProcess> verifier_;
  std::optional<ChildEnd> verifier_end_;
};

}  // namespace lapis::server
