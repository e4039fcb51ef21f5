// The part of the tree of constant names on which membership in a set of classes depends.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "automaton.h"
#include "space.h"

namespace lapis::verify {

/// Walked label by label from the root, to learn whether qname, zone or both lie in their sets.
class LocalTree {
 public:
  struct Node {
    std::map<std::string, int> children;  ///< by label octets
    std::array<bool, 2> self{};           ///< member if this is the name; of qname, of zone
    std::array<bool, 2> rest{};           ///< member if the name leaves the tree below here
    std::unique_ptr<Trie> trie;           ///< of the children's labels, reversed
    std::vector<int> by_text;             ///< trie text number to child
  };

  /// Sets of qname and of zone; null: all.
  LocalTree(const ConstantNames& names, std::array<const ClassSet*, 2> sets);

  const Node& node(int n) const { return nodes_[static_cast<std::size_t>(n)]; }
  /// Marks the octets that labels of the tree have.
  void mention_octets(std::array<bool, 256>& octets) const;

 private:
  void add(const lang::WireName& name, std::array<bool, 2> self, std::array<bool, 2> rest);

  std::vector<Node> nodes_;
};

}  // namespace lapis::verify
