// A bound on what a process that proves may take of the machine.
#pragma once

#include <cstdint>

namespace lapis {

/// Limits the address space of this process (RLIMIT_AS) to `mib` MiB, for good; 0 is no limit.
/// Nothing happens in a build with AddressSanitizer or ThreadSanitizer, whose shadow memory alone
/// takes terabytes of it.
void limit_address_space(std::uint64_t mib);

}  // namespace lapis
