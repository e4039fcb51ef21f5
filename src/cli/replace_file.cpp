#include "replace_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "lapis/base/write_all.h"

namespace lapis::cli {
namespace fs = std::filesystem;

bool replace_file(const std::string& path, std::string_view text, std::string& error) {
  std::error_code code;
  const fs::path target = fs::canonical(path, code);
  std::string draft =
      (target.parent_path() / ("." + target.filename().string())).string() + ".XXXXXX";
  struct stat info {};
  const int descriptor = code || stat(target.c_str(), &info) != 0 ? -1 : mkstemp(draft.data());
  if (descriptor < 0) {
    error = code ? code.message() : std::strerror(errno);
    return false;
  }
  bool done = fchmod(descriptor, info.st_mode & 07777U) == 0 && write_all(descriptor, text) &&
              fsync(descriptor) == 0;
  done = close(descriptor) == 0 && done;
  done = done && std::rename(draft.c_str(), target.c_str()) == 0;
  if (done) return true;
  error = std::strerror(errno);
  unlink(draft.c_str());
  return false;
}

bool is_agreed_to_write() {
  if (isatty(STDIN_FILENO) == 0 || isatty(STDOUT_FILENO) == 0) return true;
  std::fflush(stdout);
  std::fputs("Write this? [y/N] ", stderr);
  const int answer = std::fgetc(stdin);
  return answer == 'y' || answer == 'Y';
}

}  // namespace lapis::cli
