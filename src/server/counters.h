// What a worker counts. Written by that worker alone, read by the control thread at any time.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>

namespace lapis::server {

/// A counter with one writer: an ordinary add that other threads may read meanwhile.
class Counter {
 public:
  void add(std::uint64_t n = 1) {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// One worker's counters, on cache lines of their own so that workers share nothing.
struct alignas(64) Counters {
  Counter udp_queries;
  Counter tcp_queries;
  std::array<Counter, 16> by_rcode;
  Counter silent;           ///< queries that get no answer (QR=1, shorter than a header, …)
  Counter truncated;        ///< answers with TC
  Counter by_program;       ///< answers chosen by a program
  Counter dropped;          ///< datagrams not answered: port 0, our own address, send failure
  Counter tcp_connections;  ///< accepted
  Counter tcp_refused;      ///< closed at once: a limit was reached
  Counter tcp_timeouts;     ///< closed for idling or for not reading
};

/// Sums over workers, as one line of `name=value` pairs; values of 0 are left out but for queries.
struct CounterTotals {
  std::uint64_t udp_queries = 0, tcp_queries = 0, silent = 0, truncated = 0, by_program = 0,
                dropped = 0, tcp_connections = 0, tcp_refused = 0, tcp_timeouts = 0;
  std::array<std::uint64_t, 16> by_rcode{};
  std::uint64_t reloads_ok = 0, reloads_refused = 0, broken_zones = 0;

  void add(const Counters& counters);
  std::string to_string() const;
};

}  // namespace lapis::server
