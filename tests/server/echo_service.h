// A service without DNS for the socket tests: the answer repeats the query with QR set and is
// padded to the size that octets 12 and 13 ask for.
#pragma once

#include <algorithm>
#include <cstring>
#include <vector>

#include "../../src/server/counters.h"
#include "../../src/server/service.h"

namespace lapis::server {

class EchoService final : public Service {
 public:
  void adopt(std::shared_ptr<const answer::Snapshot>) override {}
  void answer(std::span<Exchange> batch) override {
    for (Exchange& e : batch) {
      e.size = 0;
      if (e.query.size() < 14 || (e.query[2] & 0x80U) != 0) continue;
      const std::size_t wanted = static_cast<std::size_t>(e.query[12]) << 8U | e.query[13];
      const std::size_t size = std::min(std::max(wanted, e.query.size()), e.out.size());
      std::memset(e.out.data(), 0xAA, size);
      std::memcpy(e.out.data(), e.query.data(), e.query.size());
      e.out[2] |= 0x80U;
      e.size = size;
    }
  }
};

/// A query for EchoService: 14 octets with this id, asking for an answer of `size`.
inline std::vector<std::uint8_t> echo_query(std::uint16_t id, std::size_t size = 0) {
  std::vector<std::uint8_t> q(14, 0);
  q[0] = static_cast<std::uint8_t>(id >> 8U);
  q[1] = static_cast<std::uint8_t>(id);
  q[12] = static_cast<std::uint8_t>(size >> 8U);
  q[13] = static_cast<std::uint8_t>(size);
  return q;
}

inline std::vector<std::uint8_t> framed(const std::vector<std::uint8_t>& message) {
  std::vector<std::uint8_t> all(2 + message.size());
  all[0] = static_cast<std::uint8_t>(message.size() >> 8U);
  all[1] = static_cast<std::uint8_t>(message.size());
  std::copy(message.begin(), message.end(), all.begin() + 2);
  return all;
}

}  // namespace lapis::server
