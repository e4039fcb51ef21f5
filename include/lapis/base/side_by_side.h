// Work in parts, each in a thread of its own.
#pragma once

#include <cstddef>
#include <functional>

namespace lapis {

/// How many parts are worth making of `size` when one of less than `worthwhile` is not: at least 1,
/// at most one for each core, and never more than 16.
std::size_t parts_of(std::size_t size, std::size_t worthwhile);

/// Calls `work(0)` … `work(parts - 1)`, each on a thread of its own, and returns when all are done.
/// The caller's thread does the first, and those for which there is no thread to be had. `work`
/// must not throw.
void side_by_side(std::size_t parts, const std::function<void(std::size_t)>& work);

/// Divides 0 … size - 1 among that many parts and calls `work(begin, end)` for each, side by side.
void in_parts(std::size_t size, std::size_t worthwhile,
              const std::function<void(std::size_t, std::size_t)>& work);

}  // namespace lapis
