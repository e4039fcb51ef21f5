#include "lapis/base/side_by_side.h"

#include <algorithm>
#include <system_error>
#include <thread>
#include <vector>

namespace lapis {

std::size_t parts_of(std::size_t size, std::size_t worthwhile) {
  const std::size_t cores = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 16);
  return std::clamp<std::size_t>(size / worthwhile, 1, cores);
}

void side_by_side(std::size_t parts, const std::function<void(std::size_t)>& work) {
  std::vector<std::thread> threads;
  std::vector<std::size_t> left;
  if (parts > 0) left.push_back(0);
  for (std::size_t i = 1; i < parts; ++i) {
    try {
      threads.emplace_back(std::cref(work), i);
    } catch (const std::system_error&) {
      left.push_back(i);
    }
  }
  for (std::size_t i : left) work(i);
  for (std::thread& thread : threads) thread.join();
}

void in_parts(std::size_t size, std::size_t worthwhile,
              const std::function<void(std::size_t, std::size_t)>& work) {
  const std::size_t parts = parts_of(size, worthwhile);
  side_by_side(parts, [&](std::size_t i) { work(size * i / parts, size * (i + 1) / parts); });
}

}  // namespace lapis
