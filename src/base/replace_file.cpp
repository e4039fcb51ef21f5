#include "lapis/base/replace_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "lapis/base/write_all.h"

namespace lapis {
namespace {

namespace fs = std::filesystem;

/// A new file beside `target`; -1 with the reason in errno when that can't be.
int open_draft(const fs::path& target, mode_t mode, std::string& draft) {
  const std::string begin =
      (target.parent_path() / draft_prefix(target.filename().string())).string() +
      std::to_string(getpid()) + "-";
  for (int number = 0; number < 1000; ++number) {
    draft = begin + std::to_string(number);
    const int descriptor =
        open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
    if (descriptor >= 0 || errno != EEXIST) return descriptor;
  }
  return -1;
}

bool write_draft(int descriptor, std::string_view text) {
  const bool written = write_all(descriptor, text) && fsync(descriptor) == 0;
  const int failure = errno;
  const bool closed = close(descriptor) == 0;
  if (!written) errno = failure;
  return written && closed;
}

}  // namespace

std::string draft_prefix(const std::string& name) {
  return "." + name + ".";
}

bool replace_file(const std::string& path, std::string_view text, std::string& error, Replace how) {
  const bool is_private = how == Replace::by_private_file;
  std::error_code missing;
  const fs::path real = is_private ? fs::path() : fs::canonical(path, missing);
  const fs::path target = is_private || missing ? fs::path(path) : real;
  struct stat info {};
  const bool keeps_mode = !is_private && stat(target.c_str(), &info) == 0;
  std::string draft;
  const int descriptor = open_draft(target, is_private || keeps_mode ? 0600 : 0666, draft);
  if (descriptor < 0) {
    error = std::strerror(errno);
    return false;
  }
  const bool has_mode = !keeps_mode || fchmod(descriptor, info.st_mode & 07777U) == 0;
  if (write_draft(descriptor, text) && has_mode &&
      std::rename(draft.c_str(), target.c_str()) == 0) {
    return true;
  }
  error = std::strerror(errno);
  unlink(draft.c_str());
  return false;
}

}  // namespace lapis
