// Where the nodes of typed trees live: in blocks, so that they stay at their addresses and lie side
// by side in the order in which they were made.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "lapis/lang/set.h"

namespace lapis::lang {

class Arena {
 public:
  Expr& add() {
    if (size_ % block == 0) blocks_.push_back(std::make_unique<Expr[]>(block));
    return blocks_.back()[size_++ % block];
  }
  std::size_t size() const { return size_; }

 private:
  static constexpr std::size_t block = 128;
  std::vector<std::unique_ptr<Expr[]>> blocks_;
  std::size_t size_ = 0;
};

/// Moves what `programs` and `invariants` refer to into an arena of its own. Most nodes made while
/// a set is checked have been folded away by then. Nodes of `from` are not to be looked at
/// afterwards.
std::shared_ptr<const Arena> compacted(std::unique_ptr<Arena> from, std::vector<Program>& programs,
                                       std::vector<Invariant>& invariants);

}  // namespace lapis::lang
