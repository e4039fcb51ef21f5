#include "lapis/program/class_ranges.h"

#include <algorithm>
#include <bit>

namespace lapis::program {

ClassRanges tidy(ClassRanges ranges) {
  std::sort(ranges.begin(), ranges.end());
  std::size_t kept = 0;
  for (const ClassRange& range : ranges) {
    if (kept > 0 && range.first <= std::uint64_t{ranges[kept - 1].second} + 1) {
      ranges[kept - 1].second = std::max(ranges[kept - 1].second, range.second);
    } else {
      ranges[kept++] = range;
    }
  }
  ranges.resize(kept);
  return ranges;
}

ClassRanges intersect(const ClassRanges& a, const ClassRanges& b) {
  ClassRanges out;
  for (std::size_t i = 0, k = 0; i < a.size() && k < b.size();) {
    const ClassNumber low = std::max(a[i].first, b[k].first);
    const ClassNumber high = std::min(a[i].second, b[k].second);
    if (low <= high) out.emplace_back(low, high);
    if (a[i].second < b[k].second) {
      ++i;
    } else {
      ++k;
    }
  }
  return out;
}

bool touch(const ClassRanges& a, const ClassRanges& b) {
  for (std::size_t i = 0, k = 0; i < a.size() && k < b.size();) {
    if (std::max(a[i].first, b[k].first) <= std::min(a[i].second, b[k].second)) return true;
    if (a[i].second < b[k].second) {
      ++i;
    } else {
      ++k;
    }
  }
  return false;
}

ClassRanges complement(const ClassRanges& ranges, ClassNumber classes) {
  ClassRanges out;
  ClassNumber next = 0;
  for (const auto& [low, high] : ranges) {
    if (low > next) out.emplace_back(next, low - 1);
    next = high + 1;
  }
  if (next < classes) out.emplace_back(next, classes - 1);
  return out;
}

bool contains(const ClassRanges& ranges, ClassNumber c) {
  const auto after =
      std::upper_bound(ranges.begin(), ranges.end(), c,
                       [](ClassNumber x, const ClassRange& range) { return x < range.first; });
  return after != ranges.begin() && (after - 1)->second >= c;
}

std::uint64_t size_of(const ClassRanges& ranges) {
  std::uint64_t size = 0;
  for (const auto& [low, high] : ranges) size += std::uint64_t{high} - low + 1;
  return size;
}

std::vector<Block> blocks_of(const ClassRanges& ranges) {
  std::vector<Block> out;
  for (const auto& [first, last] : ranges) {
    const std::uint64_t end = std::uint64_t{last} + 1;
    for (std::uint64_t low = first; low < end;) {
      int shift = std::bit_width(end - low) - 1;
      if (low != 0) shift = std::min(shift, std::countr_zero(low));
      out.push_back({static_cast<std::uint8_t>(shift), static_cast<ClassNumber>(low >> shift)});
      low += std::uint64_t{1} << shift;
    }
  }
  return out;
}

}  // namespace lapis::program
