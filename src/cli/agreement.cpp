#include "agreement.h"

#include <unistd.h>

#include <cstdio>

namespace lapis::cli {

bool is_agreed_to_write() {
  if (isatty(STDIN_FILENO) == 0 || isatty(STDOUT_FILENO) == 0) return true;
  std::fflush(stdout);
  std::fputs("Write this? [y/N] ", stderr);
  const int answer = std::fgetc(stdin);
  return answer == 'y' || answer == 'Y';
}

}  // namespace lapis::cli
