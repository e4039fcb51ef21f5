#include "progress.h"

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace lapis::cli {
namespace {

bool is_terminal() {
  const char* term = std::getenv("TERM");
  return isatty(STDERR_FILENO) != 0 && (term == nullptr || std::strcmp(term, "dumb") != 0);
}

}  // namespace

Progress::Progress(std::string word, std::size_t total) : word_(std::move(word)), total_(total) {
  if (is_terminal()) thread_ = std::thread([this] { show(); });
}

Progress::~Progress() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  end_.notify_one();
  thread_.join();
}

void Progress::show() {
  using namespace std::chrono_literals;
  std::unique_lock lock(mutex_);
  bool shown = false;
  for (auto pause = 1000ms; !end_.wait_for(lock, pause, [this] { return ended_; }); pause = 200ms) {
    shown = true;
    const std::size_t done = done_.load(std::memory_order_relaxed);
    if (total_ == 1) {
      std::fprintf(stderr, "\r%s…", word_.c_str());
    } else {
      std::fprintf(stderr, "\r%s %zu of %zu", word_.c_str(), done, total_);
    }
    std::fflush(stderr);
  }
  // Back to an empty line: the report follows.
  if (shown) std::fputs("\r\033[K", stderr);
}

}  // namespace lapis::cli
