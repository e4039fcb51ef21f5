#include "revision.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <vector>

extern char** environ;

namespace lapis::cli {
namespace {

namespace fs = std::filesystem;

/// Runs a program with its output in a file; true when it ends well.
bool run(std::vector<std::string> words, const std::string& output) {
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output.c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const int failed = posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return false;
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return false;
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

std::string first_line(const std::string& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

}  // namespace

Revision::~Revision() {
  if (folder_.empty()) return;
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::string Revision::open(const std::string& where, std::string& error) {
  std::error_code code;
  if (fs::exists(where, code)) return where;
  const auto colon = where.find(':');
  if (colon == std::string::npos || colon == 0) {
    error = "'" + where + "' does not exist; a git revision is written REV:path";
    return {};
  }
  // An option is not a revision.
  if (where.front() == '-') {
    error = "'" + where + "' is not a path or a git revision";
    return {};
  }
  std::string pattern = (fs::temp_directory_path(code) / "lapis-revision-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) {
    error = "no temporary folder can be made in " + fs::temp_directory_path(code).string();
    return {};
  }
  folder_ = pattern;
  const std::string scratch = folder_ + "/out";
  if (!run({"git", "rev-parse", "--show-toplevel"}, scratch)) {
    error = "'" + where + "' does not exist, and here is no git repository to look it up in";
    return {};
  }
  const std::string top = first_line(scratch);
  std::string path = where.substr(colon + 1);
  const std::string revision = where.substr(0, colon);
  // As for git itself, a path that begins with a dot counts from here.
  const bool is_from_here = path == "." || path.rfind("./", 0) == 0 || path.rfind("../", 0) == 0;
  run({"git", "rev-parse", "--show-prefix"}, scratch);
  const std::string here = first_line(scratch);
  if (is_from_here) {
    path = (fs::path(here) / path).lexically_normal().string();
    if (path == ".") path.clear();
  }
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  const std::string object = revision + ":" + path;
  if (!run({"git", "-C", top, "cat-file", "-t", object}, scratch)) {
    if (!run({"git", "-C", top, "rev-parse", "--verify", revision + "^{tree}"}, scratch)) {
      error = "git knows no revision '" + revision + "'";
    } else if (!is_from_here && !here.empty() &&
               run({"git", "-C", top, "cat-file", "-t", revision + ":" + here + path}, scratch)) {
      error = "git knows no '" + object +
              "'; the path counts from the top of the repository: write '" + revision + ":./" +
              path + "' for the one here";
    } else {
      error = "git knows no '" + object + "'; the path counts from the top of the repository";
    }
    return {};
  }
  const std::string name = fs::path(path).filename().string();
  const std::string target = folder_ + "/" + (name.empty() ? "set" : name);
  if (first_line(scratch) == "tree") {
    fs::create_directory(target, code);
    if (!run({"git", "-C", top, "archive", "--format=tar", object}, scratch) ||
        !run({"tar", "-x", "-f", scratch, "-C", target}, "/dev/null")) {
      error = "git archive " + object + " failed";
      return {};
    }
  } else if (!run({"git", "-C", top, "show", object}, target)) {
    error = "git show " + object + " failed";
    return {};
  }
  return target;
}

}  // namespace lapis::cli
