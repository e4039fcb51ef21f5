#include "kept_order.h"

#include <algorithm>

namespace lapis::verify {

// Longest increasing subsequence of the old places, in the new order.
std::vector<std::uint32_t> kept_order(const std::vector<std::uint32_t>& old_places) {
  constexpr std::uint32_t none = UINT32_MAX;
  std::vector<std::uint32_t> tails;
  std::vector<std::uint32_t> previous(old_places.size(), none);
  for (std::uint32_t k = 0; k < old_places.size(); ++k) {
    if (old_places[k] == none) continue;
    const auto at = std::lower_bound(
        tails.begin(), tails.end(), k,
        [&](std::uint32_t x, std::uint32_t y) { return old_places[x] < old_places[y]; });
    if (at != tails.begin()) previous[k] = *(at - 1);
    if (at == tails.end()) {
      tails.push_back(k);
    } else {
      *at = k;
    }
  }
  std::vector<std::uint32_t> out;
  for (std::uint32_t k = tails.empty() ? none : tails.back(); k != none; k = previous[k]) {
    out.push_back(k);
  }
  std::reverse(out.begin(), out.end());
  return out;
}

}  // namespace lapis::verify
