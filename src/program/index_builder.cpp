// Builds the dispatch index of a set: see dispatch_index.h for what it is.
//
// Which dimension a node asks about is chosen by what is left in the worst case: the programs that
// a query could still match, had the node asked for this dimension. Each level of the tree is made
// from the conditions of the programs alone, so the same set always gives the same index.
#include <algorithm>
#include <map>

#include "lapis/program/dispatch_index.h"
#include "lapis/program/necessary.h"

namespace lapis::program {
namespace {

/// Blocks a program may be filed under by one node.
constexpr std::size_t most_blocks = 32;
/// A node that rules out fewer programs than this is not worth asking.
constexpr std::size_t least_gain = 3;

/// A program on its way to the leaves, and in how many places of the tree it may stand by now.
struct Entry {
  std::uint32_t program = 0;
  std::uint32_t copies = 1;
  std::uint32_t filed = 0;  ///< by how many of its factors
};

/// What filing the entries of a node by one dimension would do.
struct Plan {
  struct Filed {
    std::uint32_t entry = 0;
    const ClassRanges* ranges = nullptr;
    std::vector<Block> blocks;
  };
  std::uint32_t dimension = DispatchIndex::none;
  std::vector<Filed> filed;
  std::size_t left = SIZE_MAX;  ///< programs left in the worst case
};

class Builder {
 public:
  explicit Builder(const std::vector<const lang::Program*>& programs)
      : conditions_(programs), needs_(conditions_.of_each(programs)) {
    for (Necessary& needs : needs_) {
      // A program that can never match is filed nowhere in particular: ruling it out is not the
      // index's job, and the verifier refuses it.
      if (needs.never) needs.factors.clear();
    }
  }

  DispatchIndex::Parts build(const lang::Set& set) {
    std::vector<Entry> all(set.programs.size());
    for (std::uint32_t p = 0; p < all.size(); ++p) {
      all[p].program = p;
      parts_.settled.push_back(can_settle(needs_[p]));
    }
    add_node(all, {}, 0);
    keep_client_needs();
    keep_used_dimensions();
    return std::move(parts_);
  }

 private:
  /// Where all factors of the match have been asked nothing is left to evaluate. Places are left
  /// out because the classes of the client's address don't say how far they reach.
  bool can_settle(const Necessary& needs) {
    return needs.exact && !needs.never &&
           std::none_of(
               needs.factors.begin(), needs.factors.end(),
               [&](const Necessary::Factor& f) { return dimension(f.dimension).is_place(); });
  }

  const Dimension& dimension(std::uint32_t d) { return conditions_.dimensions()[d]; }

  /// The subtree of `entries` (ascending by program); `used` are the dimensions asked above it.
  std::uint32_t add_node(const std::vector<Entry>& entries, std::vector<std::uint32_t> used,
                         int depth) {
    const auto number = static_cast<std::uint32_t>(parts_.nodes.size());
    parts_.nodes.emplace_back();
    if (!entries.empty()) parts_.nodes[number].least = entries.front().program;
    const Plan plan = depth < DispatchIndex::most_depth ? choose(entries, used) : Plan{};
    if (plan.dimension == DispatchIndex::none) {
      add_leaf(number, entries);
    } else {
      used.push_back(plan.dimension);
      split(number, entries, plan, used, depth);
    }
    return number;
  }

  void add_leaf(std::uint32_t number, const std::vector<Entry>& entries) {
    DispatchIndex::Node& node = parts_.nodes[number];
    node.first = static_cast<std::uint32_t>(parts_.programs.size());
    node.count = static_cast<std::uint32_t>(entries.size());
    for (const Entry& entry : entries) {
      parts_.programs.push_back(entry.program);
      if (entry.filed != needs_[entry.program].factors.size()) {
        parts_.settled[entry.program] = false;
      }
    }
  }

  Plan choose(const std::vector<Entry>& entries, const std::vector<std::uint32_t>& used) {
    Plan best;
    Plan best_client;
    if (entries.size() <= least_gain) return best;
    std::map<std::uint32_t, Plan> plans;
    for (std::uint32_t i = 0; i < entries.size(); ++i) {
      for (const Necessary::Factor& factor : needs_[entries[i].program].factors) {
        if (std::find(used.begin(), used.end(), factor.dimension) != used.end()) continue;
        // Most classes: it would stand nearly everywhere.
        if (size_of(factor.ranges) * 2 > dimension(factor.dimension).classes()) continue;
        std::vector<Block> blocks = blocks_of(factor.ranges);
        if (blocks.empty() || blocks.size() > most_blocks ||
            blocks.size() * entries[i].copies > DispatchIndex::most_copies) {
          continue;
        }
        plans[factor.dimension].filed.push_back({i, &factor.ranges, std::move(blocks)});
      }
    }
    for (auto& [d, plan] : plans) {
      plan.dimension = d;
      plan.left = entries.size() - plan.filed.size() + most_at_one_class(plan);
      if (plan.left + least_gain > entries.size()) continue;
      Plan& to = dimension(d).is_client() ? best_client : best;
      if (plan.left < to.left) to = std::move(plan);
    }
    // The client comes last where something else tells programs apart as well: what the other
    // dimensions rule out then needs no look when the scope is found.
    if (best.left <= entries.size() / 2 || best.left <= best_client.left) return best;
    return best_client;
  }

  /// The most programs filed that one class has.
  static std::size_t most_at_one_class(const Plan& plan) {
    std::vector<std::pair<std::uint64_t, int>> edges;
    for (const Plan::Filed& filed : plan.filed) {
      for (const auto& [low, high] : *filed.ranges) {
        edges.emplace_back(low, 1);
        edges.emplace_back(std::uint64_t{high} + 1, -1);
      }
    }
    std::sort(edges.begin(), edges.end());
    std::ptrdiff_t now = 0;
    std::ptrdiff_t most = 0;
    for (const auto& [at, change] : edges) most = std::max(most, now += change);
    return static_cast<std::size_t>(most);
  }

  void split(std::uint32_t number, const std::vector<Entry>& entries, const Plan& plan,
             const std::vector<std::uint32_t>& used, int depth) {
    // Blocks in order of level, then number; entries stay ascending in each.
    std::map<std::pair<std::uint8_t, ClassNumber>, std::vector<Entry>> by_block;
    std::vector<Entry> rest;
    std::size_t next = 0;
    for (std::uint32_t i = 0; i < entries.size(); ++i) {
      if (next == plan.filed.size() || plan.filed[next].entry != i) {
        rest.push_back(entries[i]);
        continue;
      }
      const std::vector<Block>& blocks = plan.filed[next++].blocks;
      Entry copy = entries[i];
      copy.copies *= static_cast<std::uint32_t>(blocks.size());
      ++copy.filed;
      for (const Block& block : blocks) by_block[{block.shift, block.number}].push_back(copy);
    }
    const std::vector<DispatchIndex::Level> levels = lay_out(by_block);
    parts_.nodes[number].dimension = plan.dimension;
    parts_.nodes[number].first = static_cast<std::uint32_t>(parts_.levels.size());
    parts_.nodes[number].count = static_cast<std::uint32_t>(levels.size());
    parts_.levels.insert(parts_.levels.end(), levels.begin(), levels.end());
    std::size_t level = 0;
    std::uint32_t sparse_at = 0;
    for (const auto& [block, below] : by_block) {
      while (levels[level].shift != block.first) {
        ++level;
        sparse_at = 0;
      }
      const std::uint32_t at =
          levels[level].first +
          (levels[level].dense ? block.second - levels[level].base : sparse_at++);
      const std::uint32_t child = add_node(below, used, depth + 1);
      parts_.children[at] = {block.second, child};
    }
    if (!rest.empty()) {
      const std::uint32_t child = add_node(rest, used, depth + 1);
      parts_.nodes[number].rest = child;
    }
  }

  /// Room for the children, by levels. A level is laid out densely when that at most triples it.
  template <class Blocks>
  std::vector<DispatchIndex::Level> lay_out(const Blocks& by_block) {
    std::vector<DispatchIndex::Level> levels;
    for (auto at = by_block.begin(); at != by_block.end();) {
      auto end = at;
      std::uint32_t count = 0;
      ClassNumber last = 0;
      for (; end != by_block.end() && end->first.first == at->first.first; ++end, ++count) {
        last = end->first.second;
      }
      DispatchIndex::Level level;
      level.shift = at->first.first;
      level.base = at->first.second;
      level.first = static_cast<std::uint32_t>(parts_.children.size());
      const std::uint64_t span = std::uint64_t{last} - level.base + 1;
      level.dense = span <= std::uint64_t{count} * 3 + 4;
      level.count = level.dense ? static_cast<std::uint32_t>(span) : count;
      for (std::uint32_t i = 0; i < level.count; ++i) {
        parts_.children.push_back({level.base + i, DispatchIndex::none});
      }
      levels.push_back(level);
      at = end;
    }
    return levels;
  }

  void keep_client_needs() {
    const auto& dimensions = conditions_.dimensions();
    for (std::uint32_t d = 0; d < dimensions.size(); ++d) {
      if (dimensions[d].is_client()) parts_.client_dimension = d;
    }
    for (const Necessary& needs : needs_) {
      DispatchIndex::ClientNeed& need = parts_.client_needs.emplace_back();
      const ClassRanges* ranges = parts_.client_dimension == DispatchIndex::none
                                      ? nullptr
                                      : needs.find(parts_.client_dimension);
      if (ranges == nullptr) continue;
      need = {static_cast<std::uint32_t>(parts_.client_ranges.size()),
              static_cast<std::uint32_t>(ranges->size()), false};
      parts_.client_ranges.insert(parts_.client_ranges.end(), ranges->begin(), ranges->end());
    }
  }

  /// Drops the dimensions that no node asks for, and numbers the others anew.
  void keep_used_dimensions() {
    std::vector<std::uint32_t> renumbered(conditions_.dimensions().size(), DispatchIndex::none);
    const auto keep = [&](std::uint32_t& d) {
      if (d == DispatchIndex::none) return;
      if (renumbered[d] == DispatchIndex::none) {
        renumbered[d] = static_cast<std::uint32_t>(parts_.dimensions.size());
        parts_.dimensions.push_back(std::move(conditions_.dimensions()[d]));
      }
      d = renumbered[d];
    };
    for (DispatchIndex::Node& node : parts_.nodes) keep(node.dimension);
    keep(parts_.client_dimension);
  }

  NecessaryConditions conditions_;
  std::vector<Necessary> needs_;
  DispatchIndex::Parts parts_;
};

bool uses_client(const lang::Expr& e) {
  if (e.op == lang::Op::field) {
    return e.index == lang::field_client || e.index == lang::field_country ||
           e.index == lang::field_continent || e.index == lang::field_asn;
  }
  return std::any_of(e.args.begin(), e.args.end(),
                     [](const lang::Expr* arg) { return uses_client(*arg); });
}

}  // namespace

DispatchIndex DispatchIndex::build(const lang::Set& set) {
  Parts parts = Builder(programs_of(set)).build(set);
  parts.matches_use_client =
      std::any_of(set.programs.begin(), set.programs.end(),
                  [](const lang::Program& program) { return uses_client(*program.match); });
  parts.programs.shrink_to_fit();
  parts.nodes.shrink_to_fit();
  parts.children.shrink_to_fit();
  parts.levels.shrink_to_fit();
  return DispatchIndex(set, std::move(parts));
}

}  // namespace lapis::program
