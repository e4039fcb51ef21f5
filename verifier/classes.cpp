#include "classes.h"

#include <algorithm>
#include <optional>

namespace lapis::verify {

ClassSet ClassSet::of(std::vector<Range> ranges) {
  std::sort(ranges.begin(), ranges.end());
  ClassSet out;
  for (const Range& r : ranges) {
    if (!out.ranges_.empty() && r.first <= out.ranges_.back().second + 1) {
      out.ranges_.back().second = std::max(out.ranges_.back().second, r.second);
    } else {
      out.ranges_.push_back(r);
    }
  }
  return out;
}

namespace {

/// First range that ends at or after `c`.
auto reaching(const std::vector<ClassSet::Range>& ranges, ClassNumber c) {
  return std::lower_bound(ranges.begin(), ranges.end(), c,
                          [](const ClassSet::Range& r, ClassNumber v) { return r.second < v; });
}

/// The least class in a range of both, if any.
std::optional<ClassNumber> first_meeting(const std::vector<ClassSet::Range>& a,
                                         const std::vector<ClassSet::Range>& b) {
  auto x = a.begin();
  auto y = b.begin();
  while (x != a.end() && y != b.end()) {
    if (x->second < y->first) {
      ++x;
    } else if (y->second < x->first) {
      ++y;
    } else {
      return std::max(x->first, y->first);
    }
  }
  return {};
}

}  // namespace

bool ClassSet::contains(ClassNumber c) const {
  const auto at = reaching(ranges_, c);
  return at != ranges_.end() && at->first <= c;
}

bool ClassSet::contains(const ClassSet& other) const {
  if (other.ranges_.size() == 1) {
    const auto at = reaching(ranges_, other.ranges_[0].first);
    return at != ranges_.end() && at->first <= other.ranges_[0].first &&
           at->second >= other.ranges_[0].second;
  }
  auto at = ranges_.begin();
  for (const Range& r : other.ranges_) {
    while (at != ranges_.end() && at->second < r.first) ++at;
    if (at == ranges_.end() || at->first > r.first || at->second < r.second) return false;
  }
  return true;
}

bool ClassSet::touches(const ClassSet& other) const {
  if (ranges_.size() > 8 && other.ranges_.size() == 1) {
    const auto at = reaching(ranges_, other.ranges_[0].first);
    return at != ranges_.end() && at->first <= other.ranges_[0].second;
  }
  if (other.ranges_.size() > 8 && ranges_.size() == 1) return other.touches(*this);
  return first_meeting(ranges_, other.ranges_).has_value();
}

ClassNumber ClassSet::first_common(const ClassSet& other) const {
  return first_meeting(ranges_, other.ranges_).value_or(0);
}

std::uint64_t ClassSet::count() const {
  std::uint64_t n = 0;
  for (const Range& r : ranges_) n += std::uint64_t{r.second} - r.first + 1;
  return n;
}

ClassNumber ClassSet::at(std::uint64_t n) const {
  for (const Range& r : ranges_) {
    const std::uint64_t size = std::uint64_t{r.second} - r.first + 1;
    if (n < size) return r.first + static_cast<ClassNumber>(n);
    n -= size;
  }
  return last();
}

ClassSet ClassSet::intersect(const ClassSet& other) const {
  ClassSet out;
  auto x = ranges_.begin();
  auto y = other.ranges_.begin();
  while (x != ranges_.end() && y != other.ranges_.end()) {
    const ClassNumber low = std::max(x->first, y->first);
    const ClassNumber high = std::min(x->second, y->second);
    if (low <= high) out.ranges_.emplace_back(low, high);
    if (x->second < y->second) {
      ++x;
    } else {
      ++y;
    }
  }
  return out;
}

ClassSet ClassSet::unite(const ClassSet& other) const {
  std::vector<Range> all = ranges_;
  all.insert(all.end(), other.ranges_.begin(), other.ranges_.end());
  return of(std::move(all));
}

ClassSet ClassSet::without(const ClassSet& other) const {
  ClassSet out;
  auto y = other.ranges_.begin();
  for (Range r : ranges_) {
    while (y != other.ranges_.end() && y->second < r.first) ++y;
    auto z = y;
    bool left = true;
    while (left && z != other.ranges_.end() && z->first <= r.second) {
      if (z->first > r.first) out.ranges_.emplace_back(r.first, z->first - 1);
      if (z->second >= r.second) {
        left = false;
      } else {
        r.first = z->second + 1;
        ++z;
      }
    }
    if (left) out.ranges_.push_back(r);
  }
  return out;
}

// ---- cubes

namespace {

auto place(const std::vector<Cube::Factor>& factors, Dimension dimension) {
  return std::lower_bound(
      factors.begin(), factors.end(), dimension,
      [](const Cube::Factor& f, Dimension wanted) { return f.dimension < wanted; });
}

}  // namespace

const ClassSet* Cube::find(Dimension dimension) const {
  const auto at = place(factors_, dimension);
  return at != factors_.end() && at->dimension == dimension ? &at->set : nullptr;
}

bool Cube::narrow(Dimension dimension, const ClassSet& set) {
  const auto at = place(factors_, dimension);
  if (at == factors_.end() || at->dimension != dimension) {
    factors_.insert(at, {dimension, set});
    return !set.empty();
  }
  auto& mine = factors_[static_cast<std::size_t>(at - factors_.begin())].set;
  mine = mine.intersect(set);
  return !mine.empty();
}

void Cube::replace(Dimension dimension, ClassSet set) {
  const auto at = place(factors_, dimension);
  if (at == factors_.end() || at->dimension != dimension) {
    factors_.insert(at, {dimension, std::move(set)});
  } else {
    factors_[static_cast<std::size_t>(at - factors_.begin())].set = std::move(set);
  }
}

bool Cube::touches(const Cube& other) const {
  auto x = factors_.begin();
  auto y = other.factors_.begin();
  while (x != factors_.end() && y != other.factors_.end()) {
    if (x->dimension < y->dimension) {
      ++x;
    } else if (y->dimension < x->dimension) {
      ++y;
    } else {
      if (!x->set.touches(y->set)) return false;
      ++x;
      ++y;
    }
  }
  return true;
}

bool Cube::contains(const Cube& other) const {
  auto y = other.factors_.begin();
  for (const Factor& x : factors_) {
    while (y != other.factors_.end() && y->dimension < x.dimension) ++y;
    if (y == other.factors_.end() || y->dimension != x.dimension) return false;
    if (!x.set.contains(y->set)) return false;
  }
  return true;
}

bool Cube::intersect(const Cube& other, Cube& out) const {
  out.factors_.clear();
  auto x = factors_.begin();
  auto y = other.factors_.begin();
  while (x != factors_.end() || y != other.factors_.end()) {
    if (y == other.factors_.end() || (x != factors_.end() && x->dimension < y->dimension)) {
      out.factors_.push_back(*x++);
    } else if (x == factors_.end() || y->dimension < x->dimension) {
      out.factors_.push_back(*y++);
    } else {
      ClassSet both = x->set.intersect(y->set);
      if (both.empty()) return false;
      out.factors_.push_back({x->dimension, std::move(both)});
      ++x;
      ++y;
    }
  }
  return true;
}

}  // namespace lapis::verify
