#include "local_tree.h"

#include <set>

namespace lapis::verify {

LocalTree::LocalTree(const ConstantNames& names, std::array<const ClassSet*, 2> sets) {
  auto member = [&](ClassNumber c) {
    return std::array<bool, 2>{sets[0] == nullptr || sets[0]->contains(c),
                               sets[1] == nullptr || sets[1]->contains(c)};
  };
  nodes_.emplace_back();
  nodes_[0].self = member(0);
  nodes_[0].rest = member(1);
  // Nodes at whose classes membership changes, and all above them.
  std::set<std::uint32_t> splits{0};
  auto split = [&](ClassNumber c) {
    if (c >= names.classes()) return;
    for (std::uint32_t n = ConstantNames::node_of(c); splits.insert(n).second;) {
      n = names.node(n).parent;
    }
  };
  for (const ClassSet* set : sets) {
    if (set == nullptr) continue;
    for (const auto& [low, high] : set->ranges()) {
      split(low);
      if (high != UINT32_MAX) split(high + 1);
    }
  }
  for (std::uint32_t n : splits) {
    const auto& node = names.node(n);
    if (n != 0) add(node.name, member(node.self), member(node.self + 1));
    for (std::uint32_t child : node.children) {
      const auto whole = member(names.node(child).self);
      if (splits.count(child) == 0 && whole != member(node.self + 1)) {
        add(names.node(child).name, whole, whole);
      }
    }
  }
  for (Node& node : nodes_) {
    std::vector<std::string> labels;
    for (const auto& [label, child] : node.children) {
      labels.push_back(label);
      node.by_text.push_back(child);
    }
    node.trie = std::make_unique<Trie>(labels, true);
  }
}

void LocalTree::mention_octets(std::array<bool, 256>& octets) const {
  for (const Node& node : nodes_) {
    for (const auto& [label, child] : node.children) {
      for (char c : label) octets[static_cast<std::uint8_t>(c)] = true;
    }
  }
}

void LocalTree::add(const lang::WireName& name, std::array<bool, 2> self,
                    std::array<bool, 2> rest) {
  const dns::NameView view = name.view();
  int at = 0;
  for (int i = view.label_count() - 1; i >= 0; --i) {
    const auto label = view.parent(i).first_label();
    const std::string text(label.begin(), label.end());
    auto& children = nodes_[static_cast<std::size_t>(at)].children;
    auto found = children.find(text);
    if (found == children.end()) {
      found = children.emplace(text, static_cast<int>(nodes_.size())).first;
      const auto inherited = nodes_[static_cast<std::size_t>(at)].rest;
      const int fresh = found->second;
      nodes_.emplace_back();
      nodes_.back().self = inherited;
      nodes_.back().rest = inherited;
      at = fresh;
    } else {
      at = found->second;
    }
  }
  nodes_[static_cast<std::size_t>(at)].self = self;
  nodes_[static_cast<std::size_t>(at)].rest = rest;
}

}  // namespace lapis::verify
