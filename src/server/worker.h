// One serving thread: a libuv loop with its own sockets, buffers, service and counters.
//
// Workers share nothing but the immutable snapshot. The control thread gives orders through
// `order`, which the worker takes between two turns of its loop; no query ever meets a lock.
#pragma once

#include <uv.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "connection_table.h"
#include "counters.h"
#include "moderation.h"
#include "service.h"
#include "sockets.h"
#include "tcp_connections.h"
#include "udp_listener.h"

namespace lapis::server {

class Worker {
 public:
  using MakeService = std::function<std::unique_ptr<Service>(Counters&)>;
  /// Called on the worker's thread when an order was carried out or the worker has ended.
  using Notify = std::function<void()>;

  /// What a worker is asked to do; what is empty stays as it is.
  struct Order {
    std::shared_ptr<const answer::Snapshot> snapshot;
    std::vector<ListenSockets> listen;   ///< to serve from now on
    std::vector<ListenAddress> silence;  ///< to close, after answering what has arrived
    std::optional<TcpLimits> tcp;
    bool drain = false;  ///< close all listeners, finish what has been received, end
    bool abort = false;  ///< end now
  };

  Worker(ConnectionTable& table, const MakeService& make_service, Notify notify);
  /// REQUIRES: not started, or finished().
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void start();
  /// Thread-safe. Orders given before the worker looks are carried out together, in this order:
  /// snapshot, limits, listen, silence, drain, abort.
  void order(Order order);
  /// Number of order() calls that have taken effect.
  std::uint64_t orders_done() const { return orders_done_.load(std::memory_order_acquire); }
  bool finished() const { return finished_.load(std::memory_order_acquire); }
  /// Waits for the thread. REQUIRES: it has been ordered to drain or abort.
  void join();
  const Counters& counters() const { return counters_; }

 private:
  struct Listening {
    ListenAddress address;
    UdpListener* udp = nullptr;
    TcpListener* tcp = nullptr;
  };

  void run();
  void take_orders();
  void tick();
  void turn_ended();
  void silence(const ListenAddress& address);
  void begin_drain();
  void end();

  // First, so that it outlives all handles.
  uv_loop_t loop_{};
  uv_async_t wake_{};
  uv_timer_t second_{};
  uv_check_t turn_end_{};
  Counters counters_;
  std::unique_ptr<Service> service_;
  Notify notify_;
  UdpBatch batch_;
  TcpConnections connections_;
  Moderation moderation_;
  std::vector<Listening> listening_;
  bool draining_ = false;
  bool ended_ = false;

  std::mutex mutex_;  // guards the two below
  Order pending_;
  std::uint64_t ordered_ = 0;
  std::atomic<std::uint64_t> orders_done_{0};
  std::atomic<bool> finished_{false};
  std::thread thread_;
};

}  // namespace lapis::server
