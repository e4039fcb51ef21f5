#include "watch.h"

#include <dlfcn.h>
#include <pthread.h>

#include <atomic>
#include <cerrno>

namespace {

std::atomic<bool> watching{false};
std::atomic<std::size_t> allocations{0};
std::atomic<std::size_t> locks{0};
// Read inside malloc, so it must not need a constructor or an allocation itself.
thread_local constinit bool exempt = false;

void count(std::atomic<std::size_t>& calls) {
  if (watching.load(std::memory_order_relaxed) && !exempt) ++calls;
}

}  // namespace

// glibc's own names of what it does behind malloc; the manual ("Replacing malloc") asks that all
// of these are replaced together.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* room, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* room);

void* malloc(std::size_t size) {
  count(allocations);
  return __libc_malloc(size);
}
void* calloc(std::size_t n, std::size_t size) {
  count(allocations);
  return __libc_calloc(n, size);
}
void* realloc(void* room, std::size_t size) {
  count(allocations);
  return __libc_realloc(room, size);
}
void* memalign(std::size_t alignment, std::size_t size) {
  count(allocations);
  return __libc_memalign(alignment, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  count(allocations);
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** room, std::size_t alignment, std::size_t size) {
  count(allocations);
  *room = __libc_memalign(alignment, size);
  return *room == nullptr ? ENOMEM : 0;
}
void free(void* room) {
  __libc_free(room);
}

int pthread_mutex_lock(pthread_mutex_t* mutex) {
  using Lock = int (*)(pthread_mutex_t*);
  static std::atomic<Lock> next{nullptr};
  Lock lock = next.load(std::memory_order_relaxed);
  if (lock == nullptr) {
    lock = reinterpret_cast<Lock>(dlsym(RTLD_NEXT, "pthread_mutex_lock"));
    next.store(lock, std::memory_order_relaxed);
  }
  count(locks);
  return lock(mutex);
}
}

namespace lapis::testing {

Watch::Watch(Whom whom) {
  allocations = 0;
  locks = 0;
  exempt = whom == Whom::other_threads;
  watching = true;
}

Calls Watch::stop() {
  watching = false;
  exempt = false;
  return {allocations.load(), locks.load()};
}

}  // namespace lapis::testing
