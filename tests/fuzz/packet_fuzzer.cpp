// Any octets as a query, through the whole answer path. The first octet chooses the transport.
#include "answered_world.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  lapis::fuzz::ask_world({data + 1, size - 1}, static_cast<lapis::answer::Transport>(data[0] % 3));
  return 0;
}
