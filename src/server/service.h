// What stands between the sockets and the DNS: messages in, messages out.
//
// The listeners know only this, so they can be tested with any service, and the DNS side never
// sees a socket. A service belongs to one worker and is called by its thread alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "lapis/answer/respond.h"

namespace lapis::server {

/// One query and the room for its answer.
using Exchange = answer::BatchItem;

class Service {
 public:
  virtual ~Service() = default;
  /// From the next batch on, answers come from `snapshot`.
  virtual void adopt(std::shared_ptr<const answer::Snapshot> snapshot) = 0;
  /// Answers every exchange of the batch, at most answer::max_batch of them. Never throws, blocks
  /// or allocates.
  virtual void answer(std::span<Exchange> batch) = 0;
};

}  // namespace lapis::server
