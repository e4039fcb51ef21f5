#include "dns_service.h"

#include <ctime>

namespace lapis::server {

void DnsService::adopt(std::shared_ptr<const answer::Snapshot> snapshot) {
  answer::prepare(*snapshot, scratch_);
  snapshot_ = std::move(snapshot);
}

void DnsService::answer(std::span<Exchange> batch) {
  timespec now{};
  clock_gettime(CLOCK_REALTIME_COARSE, &now);
  scratch_.now = static_cast<std::uint32_t>(now.tv_sec);
  answer::respond_batch(*snapshot_, batch, scratch_);
  for (const Exchange& exchange : batch) count(exchange);
}

void DnsService::count(const Exchange& exchange) {
  if (exchange.size == 0) {
    counters_.silent.add();
    return;
  }
  counters_.by_rcode[exchange.outcome.rcode & 0x0FU].add();
  if (exchange.outcome.truncated) counters_.truncated.add();
  if (exchange.outcome.program >= 0) counters_.by_program.add();
}

}  // namespace lapis::server
