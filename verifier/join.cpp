#include "join.h"

#include <algorithm>
#include <map>

namespace lapis::verify {
namespace {

/// A spatial join by cutting: the list is cut at a class of one dimension into those on its left
/// and those on its right (some are on both) while that makes the work smaller, and compared pair
/// by pair at the leaves. A pair that is in several leaves is reported in the one that holds its
/// least common class of every dimension cut on the way.
class Join {
 public:
  Join(const Space& space, bool questions, std::vector<std::vector<std::uint32_t>>& out,
       std::uint64_t& compared)
      : space_(space), questions_(questions), out_(out), compared_(compared) {}

  void run(const std::vector<Owned>& list, int depth) {
    Cut cut;
    if (list.size() <= 24 || depth >= 64 || !best_cut(list, cut)) {
      compare(list);
      return;
    }
    std::vector<Owned> left;
    std::vector<Owned> right;
    const ClassSet below(0, cut.at - 1);
    const ClassSet above(cut.at, UINT32_MAX);
    for (const Owned& item : list) {
      const ClassSet* set = item.cube->find(cut.dimension);
      if (set == nullptr || set->touches(below)) left.push_back(item);
      if (set == nullptr || set->touches(above)) right.push_back(item);
    }
    auto [at, fresh] = windows_.try_emplace(cut.dimension, Window{0, UINT32_MAX});
    const Window window = at->second;
    at->second = {window.low, cut.at - 1};
    run(left, depth + 1);
    windows_[cut.dimension] = {cut.at, window.high};
    run(right, depth + 1);
    if (fresh) {
      windows_.erase(cut.dimension);
    } else {
      windows_[cut.dimension] = window;
    }
  }

 private:
  struct Cut {
    Dimension dimension = 0;
    ClassNumber at = 0;
  };
  struct Window {
    ClassNumber low = 0;
    ClassNumber high = 0;
  };

  bool best_cut(const std::vector<Owned>& list, Cut& best) const {
    // Judged on a sample: where the least classes of the cubes have their median.
    constexpr std::size_t sample_size = 256;
    const std::size_t step = std::max<std::size_t>(1, list.size() / sample_size);
    std::map<Dimension, std::vector<const ClassSet*>> sets;
    std::size_t sampled = 0;
    for (std::size_t i = 0; i < list.size(); i += step, ++sampled) {
      for (const auto& factor : list[i].cube->factors())
        sets[factor.dimension].push_back(&factor.set);
    }
    double least = 0.75 * static_cast<double>(sampled) * static_cast<double>(sampled);
    bool found = false;
    for (auto& [dimension, members] : sets) {
      if (members.size() * 4 < sampled) continue;
      const auto window = windows_.find(dimension);
      const ClassNumber low = window == windows_.end() ? 0 : window->second.low;
      std::vector<ClassNumber> firsts;
      for (const ClassSet* set : members) firsts.push_back(std::max(set->first(), low));
      std::sort(firsts.begin(), firsts.end());
      ClassNumber at = firsts[firsts.size() / 2];
      if (at == firsts.front()) {
        const auto next = std::upper_bound(firsts.begin(), firsts.end(), at);
        if (next == firsts.end()) continue;
        at = *next;
      }
      const ClassSet below(0, at - 1);
      const ClassSet above(at, UINT32_MAX);
      const std::size_t free = sampled - members.size();
      std::size_t left = free;
      std::size_t right = free;
      for (const ClassSet* set : members) {
        left += set->touches(below) ? 1U : 0U;
        right += set->touches(above) ? 1U : 0U;
      }
      const double cost = static_cast<double>(left) * static_cast<double>(left) +
                          static_cast<double>(right) * static_cast<double>(right);
      if (cost < least) {
        least = cost;
        best = {dimension, at};
        found = true;
      }
    }
    return found;
  }

  bool reported_here(const Cube& a, const Cube& b) const {
    for (const auto& [dimension, window] : windows_) {
      const ClassSet* x = a.find(dimension);
      const ClassSet* y = b.find(dimension);
      const ClassSet& universe = space_.axis(dimension).universe;
      const ClassNumber first = x == nullptr && y == nullptr ? universe.first()
                                : x == nullptr               ? y->first()
                                : y == nullptr               ? x->first()
                                                             : x->first_common(*y);
      if (first < window.low || first > window.high) return false;
    }
    return true;
  }

  void compare(const std::vector<Owned>& list) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      for (std::size_t j = i + 1; j < list.size(); ++j) {
        const Owned& a = list[i];
        const Owned& b = list[j];
        const Owned& later = a.program < b.program ? b : a;
        const Owned& earlier = a.program < b.program ? a : b;
        if (later.program == earlier.program || earlier.question != Owned::no_question) continue;
        if (questions_ != (later.question != Owned::no_question)) continue;
        ++compared_;
        if (!a.cube->touches(*b.cube) || !reported_here(*a.cube, *b.cube)) continue;
        out_[questions_ ? later.question : later.program].push_back(earlier.program);
      }
    }
  }

  const Space& space_;
  const bool questions_;
  std::vector<std::vector<std::uint32_t>>& out_;
  std::uint64_t& compared_;
  std::map<Dimension, Window> windows_;
};

std::vector<std::vector<std::uint32_t>> joined(const Space& space, bool questions,
                                               const std::vector<Owned>& cubes, std::size_t size,
                                               std::uint64_t& compared) {
  std::vector<std::vector<std::uint32_t>> out(size);
  Join(space, questions, out, compared).run(cubes, 0);
  for (auto& list : out) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
  }
  return out;
}

}  // namespace

std::vector<std::vector<std::uint32_t>> touching_earlier(const Space& space,
                                                         const std::vector<Owned>& cubes,
                                                         std::size_t programs,
                                                         std::uint64_t& compared) {
  return joined(space, false, cubes, programs, compared);
}

std::vector<std::vector<std::uint32_t>> touching_questions(const Space& space,
                                                           const std::vector<Owned>& cubes,
                                                           std::size_t questions,
                                                           std::uint64_t& compared) {
  return joined(space, true, cubes, questions, compared);
}

}  // namespace lapis::verify
