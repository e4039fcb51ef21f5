// The control thread of `lapis serve`: signals in, orders to the workers out.
//
// It owns what is running (configuration, snapshot, workers) and at most one Preparation of what
// may come next. It never answers a query and is never waited for by a thread that does.
#pragma once

#include <uv.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "connection_table.h"
#include "control_socket.h"
#include "counters.h"
#include "lapis/server/serve.h"
#include "preparation.h"
#include "worker.h"

namespace lapis::server {

/// For each worker, its sockets.
using SocketsByWorker = std::vector<std::vector<ListenSockets>>;

class Daemon {
 public:
  Daemon(std::string config_path, std::string version);
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  /// Returns when everything has ended.
  Served run();

 private:
  enum class State : std::uint8_t { starting, serving, draining, ending };

  /// A worker and how many orders it has been given.
  struct Employed {
    std::unique_ptr<Worker> worker;
    std::uint64_t ordered = 0;
  };
  /// A snapshot no new query is answered from, kept until every worker has moved on: the last
  /// reference must not go, and the memory be freed, on a serving thread.
  struct Retired {
    std::shared_ptr<const answer::Snapshot> snapshot;
    std::vector<std::uint64_t> until;  ///< orders_done() of each worker
  };

  void watch_signal(uv_signal_t& handle, int number);
  void on_signal(int number);
  void prepare(bool reload);
  void prepared(Prepared result);
  void start(Prepared result);
  void reload(Prepared result);
  std::string answer_control_request(std::string_view request) const;
  SocketsByWorker open_new(Prepared& result, std::size_t workers);
  void put_in_place(Prepared result, SocketsByWorker sockets);
  void remember(Prepared result);
  void order(Employed& employed, Worker::Order order);
  void workers_moved();
  void begin_drain();
  void abort();
  void end();
  CounterTotals totals() const;
  void log_state() const;

  const std::string config_path_;
  const std::string version_;
  const CookieSecret own_secret_ = random_cookie_secret();
  State state_ = State::starting;
  Served served_;

  uv_loop_t loop_{};
  uv_signal_t terminate_{}, interrupt_{}, hang_up_{}, user_{};
  uv_async_t workers_wake_{};
  uv_timer_t drain_time_{};

  std::unique_ptr<Preparation> preparation_;
  bool prepare_again_ = false;  ///< SIGHUP came while a change was on its way
  ControlSocket control_;
  Config config_;      ///< what is running
  SourceMap sources_;  ///< its texts: configuration and programs, for traces
  std::shared_ptr<const answer::Snapshot> snapshot_;
  std::string proven_digest_;
  std::vector<Retired> retired_;
  std::unique_ptr<ConnectionTable> connections_;
  std::vector<Employed> workers_;
  std::uint64_t reloads_ok_ = 0;
  std::uint64_t reloads_refused_ = 0;
};

}  // namespace lapis::server
