// Saying on a terminal what takes long.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <thread>

namespace lapis::cli {

/// Shows "word 120 of 10000" on standard error, when that is a terminal and a second has passed,
/// and takes it away again at the end. Otherwise it does nothing, not even start its thread.
class Progress {
 public:
  /// `word` is what is being done, `total` how many steps that takes.
  Progress(std::string word, std::size_t total);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// One step is done. Any thread.
  void step() { done_.fetch_add(1, std::memory_order_relaxed); }

 private:
  void show();

  const std::string word_;
  const std::size_t total_;
  std::atomic<std::size_t> done_{0};
  std::mutex mutex_;
  std::condition_variable end_;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace lapis::cli
