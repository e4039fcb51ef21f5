// How many TCP connections there are, in all and by client, over all workers (RFC 9210 §4.2).
//
// Asked when a connection begins and ends, never for a query. Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>

#include "lapis/base/ip.h"
#include "lapis/server/config.h"

namespace lapis::server {

class ConnectionTable {
 public:
  enum class Verdict : std::uint8_t { admitted, full, client_full };

  explicit ConnectionTable(const TcpLimits& limits) : limits_(limits) {}

  void set_limits(const TcpLimits& limits);
  /// Counts the connection when admitted. An IPv6 client is its /64.
  Verdict admit(const IpAddress& client);
  void release(const IpAddress& client);
  std::uint32_t total() const;

 private:
  mutable std::mutex mutex_;
  TcpLimits limits_;
  std::uint32_t total_ = 0;
  std::map<IpAddress, std::uint32_t> by_client_;
};

}  // namespace lapis::server
