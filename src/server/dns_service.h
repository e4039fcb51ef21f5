// The service of the real server: each query answered from the worker's snapshot, and counted.
#pragma once

#include "counters.h"
#include "service.h"

namespace lapis::server {

class DnsService final : public Service {
 public:
  explicit DnsService(Counters& counters) : counters_(counters) {}
  void adopt(std::shared_ptr<const answer::Snapshot> snapshot) override;
  void answer(std::span<Exchange> batch) override;

 private:
  void count(const Exchange& exchange);

  Counters& counters_;
  std::shared_ptr<const answer::Snapshot> snapshot_;
  answer::Scratch scratch_;
};

}  // namespace lapis::server
