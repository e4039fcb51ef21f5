// Query lines of `lapis eval --queries`: whatever is read can be written and read back the same.
#include <cstdlib>

#include "lapis/report/witness.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  lapis::Witness witness;
  std::string error;
  if (!lapis::report::read_witness(text, witness, error)) {
    if (error.empty()) std::abort();
    return 0;
  }
  const std::string written = lapis::report::witness_json(witness);
  lapis::Witness back;
  if (!lapis::report::read_witness(written, back, error)) std::abort();
  if (lapis::report::witness_json(back) != written) std::abort();
  return 0;
}
