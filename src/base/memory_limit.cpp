#include "lapis/base/memory_limit.h"

#include <sys/resource.h>

namespace lapis {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool has_shadow = true;
#elif defined(__has_feature)
constexpr bool has_shadow = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool has_shadow = false;
#endif

}  // namespace

void limit_address_space(std::uint64_t mib) {
  if (mib == 0 || has_shadow) return;
  const rlim_t octets = static_cast<rlim_t>(mib) << 20U;
  const rlimit limit{octets, octets};
  setrlimit(RLIMIT_AS, &limit);
}

}  // namespace lapis
