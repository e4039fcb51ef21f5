#include "prepared.h"

#include <cstdio>

#include "output.h"

namespace lapis::cli {

Exit explain_refusal(const server::Prepared& prepared) {
  if (!prepared.internal_error.empty()) {
    std::fprintf(stderr, "lapis: internal error: %s\n", prepared.internal_error.c_str());
    return Exit::internal;
  }
  const Exit findings = exit_of(prepared.findings);
  if (findings != Exit::fine) return findings;
  if (!prepared.undecided_reason.empty()) {
    std::fprintf(stderr, "lapis: undecided: %s\n", prepared.undecided_reason.c_str());
    return Exit::undecided;
  }
  return Exit::fine;
}

}  // namespace lapis::cli
