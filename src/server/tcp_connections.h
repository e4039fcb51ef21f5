// The TCP connections of one worker: reading, answering, writing, timing out (RFC 7766 §6).
//
// What happens to a connection, in order: accepted and admitted → readable: octets go into its
// TcpStream, answers come out and are written at once → the peer does not keep up: only
// writability is watched until it does → idle too long, reading too slowly, closed or broken by the
// peer, or drained: closed. Used by the worker's thread alone.
#pragma once

#include <uv.h>

#include <cstdint>
#include <list>
#include <memory>
#include <utility>
#include <vector>

#include "connection_table.h"
#include "counters.h"
#include "sockets.h"
#include "tcp_stream.h"

namespace lapis::server {

class TcpConnection;

class TcpConnections {
 public:
  TcpConnections(uv_loop_t& loop, ConnectionTable& table, Service& service, Counters& counters);
  ~TcpConnections();
  TcpConnections(const TcpConnections&) = delete;
  TcpConnections& operator=(const TcpConnections&) = delete;

  void set_limits(const TcpLimits& limits) { limits_ = limits; }
  /// Takes over an accepted socket; closes it when a limit says so.
  void accept(Descriptor socket, const answer::Client& client);
  /// Closes the connection that has idled longest. False when every connection is busy.
  bool close_longest_idle();
  /// Closes those whose time is over; called every second.
  void expire();
  /// From now on each connection is closed as soon as what it has received is answered and sent.
  void drain();
  void close_all();
  bool empty() const { return idle_.empty() && writing_.empty(); }
  /// Connections of which queries were answered since the last call.
  unsigned answered_this_turn() { return std::exchange(answered_, 0U); }

 private:
  friend class TcpConnection;
  using List = std::list<std::unique_ptr<TcpConnection>>;

  void close(TcpConnection& connection);

  uv_loop_t& loop_;
  ConnectionTable& table_;
  Service& service_;
  Counters& counters_;
  TcpLimits limits_;
  TcpBuffers buffers_;
  bool draining_ = false;
  unsigned answered_ = 0;
  // Each in order of its last sign of life, oldest first: a complete query, 64 KiB taken.
  List idle_;
  List writing_;
};

/// Accepts on one listening socket.
class TcpListener {
 public:
  /// Takes over `socket`. Made with `new`; deletes itself after close().
  TcpListener(uv_loop_t& loop, Descriptor socket, TcpConnections& connections);
  TcpListener(const TcpListener&) = delete;
  TcpListener& operator=(const TcpListener&) = delete;

  /// Listens again after the system had no descriptor left.
  void resume();
  /// Accepts what is in the queue, then closes.
  void close();

 private:
  ~TcpListener() = default;
  void accept_some(int limit);
  void watch();

  uv_poll_t poll_{};
  Descriptor socket_;
  TcpConnections& connections_;
  bool paused_ = false;
};

}  // namespace lapis::server
