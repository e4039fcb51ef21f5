#include "connection_table.h"

namespace lapis::server {
namespace {

IpAddress client_key(const IpAddress& client) {
  return client.is_v4() ? client : client.masked(64);
}

}  // namespace

void ConnectionTable::set_limits(const TcpLimits& limits) {
  const std::lock_guard lock(mutex_);
  limits_ = limits;
}

ConnectionTable::Verdict ConnectionTable::admit(const IpAddress& client) {
  const std::lock_guard lock(mutex_);
  if (total_ >= limits_.connections) return Verdict::full;
  std::uint32_t& count = by_client_[client_key(client)];
  if (count >= limits_.connections_per_client) return Verdict::client_full;
  ++count;
  ++total_;
  return Verdict::admitted;
}

void ConnectionTable::release(const IpAddress& client) {
  const std::lock_guard lock(mutex_);
  const auto found = by_client_.find(client_key(client));
  if (found == by_client_.end()) return;
  --total_;
  if (--found->second == 0) by_client_.erase(found);
}

std::uint32_t ConnectionTable::total() const {
  const std::lock_guard lock(mutex_);
  return total_;
}

}  // namespace lapis::server
