// Counts what other threads, or this one, ask of the allocator and of mutexes.
//
// watch.cpp puts itself before malloc and its kin, whoever calls them (operator new, libuv, libc),
// and before pthread_mutex_lock. Not for builds with AddressSanitizer, which does the same.
#pragma once

#include <cstddef>

namespace lapis::testing {

struct Calls {
  std::size_t allocations = 0;
  std::size_t locks = 0;
};

/// Counts from construction to stop(). One at a time.
class Watch {
 public:
  enum class Whom { everyone, other_threads };
  explicit Watch(Whom whom);
  ~Watch() { stop(); }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  Calls stop();
};

}  // namespace lapis::testing
