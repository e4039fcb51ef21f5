#include "lapis/program/hot_lines.h"

#include <algorithm>
#include <limits>
#include <span>

#include "lapis/program/dispatch_index.h"

namespace lapis::program {
namespace {

/// About as many as stay in the second-level cache of a core beside everything else.
constexpr std::size_t programs_in_cache = 512;

/// Cache lines in the order in which they are read, each once.
class Walk {
 public:
  void add(const void* at) {
    const std::uintptr_t line = reinterpret_cast<std::uintptr_t>(at) / 64;
    const bool known = std::find(lines_.begin(), lines_.end(), line) != lines_.end();
    if (!known && lines_.size() < most) lines_.push_back(line);
  }
  void cells(const lang::Code& code, std::uint32_t program) {
    add(code.entry(program));
    // Questions for IPv6 addresses are fewer, and not worth the lines of the others.
    const std::span<const lang::Code::Cell> cells = code.hot_cells(program);
    for (const lang::Code::Cell& cell : cells) add(&cell);
  }
  std::span<const std::uintptr_t> lines() const { return lines_; }

 private:
  static constexpr std::size_t most = 32;

  std::vector<std::uintptr_t> lines_;
};

}  // namespace

void HotLines::build(const DispatchIndex& index) {
  const DispatchIndex::Parts& parts = index.parts();
  if (index.set().programs.size() <= programs_in_cache) return;
  const DispatchIndex::Node& root = parts.nodes[0];
  if (root.dimension == DispatchIndex::none) return;
  const Dimension& dimension = parts.dimensions[root.dimension];
  if (dimension.kind != Dimension::Kind::name || dimension.field != lang::field_qname) return;

  std::vector<Walk> walks(dimension.names.names().size());
  std::uintptr_t first = std::numeric_limits<std::uintptr_t>::max();
  for (std::uint32_t n = 0; n < walks.size(); ++n) {
    Walk& walk = walks[n];
    walk.add(&dimension.names.names()[n]);
    walk.add(dimension.names.names()[n].octets.data());
    const ClassNumber below = 2 * n + 1;
    for (std::uint32_t i = 0; i < root.count; ++i) {
      const DispatchIndex::Child* child = index.child(parts.levels[root.first + i], below);
      if (child == nullptr) continue;
      const DispatchIndex::Node& node = parts.nodes[child->node];
      walk.add(child);
      walk.add(&node);
      if (node.dimension == DispatchIndex::none) {
        walk.add(&parts.programs[node.first]);
      } else {
        walk.add(&parts.levels[node.first]);
        walk.add(&parts.children[parts.levels[node.first].first]);
      }
      if (node.least != DispatchIndex::none) walk.cells(index.code(), node.least);
    }
    for (const std::uintptr_t line : walk.lines()) first = std::min(first, line);
  }
  base_ = (first - 1) * line_octets;
  lines_.resize(walks.size());
  for (std::size_t n = 0; n < walks.size(); ++n) {
    auto out = lines_[n].at.begin();
    for (const std::uintptr_t line : walks[n].lines()) {
      const std::uintptr_t relative = line - (first - 1);
      if (relative > std::numeric_limits<std::uint32_t>::max()) continue;
      *out++ = static_cast<std::uint32_t>(relative);
    }
  }
  index_ = &index;
}

void HotLines::prefetch_name(const dns::HashedName& qname) const {
  index_->parts().dimensions[index_->parts().nodes[0].dimension].names.prefetch(qname);
}

std::uint32_t HotLines::find(const dns::HashedName& qname) const {
  const std::uint32_t n =
      index_->parts().dimensions[index_->parts().nodes[0].dimension].names.find_by_hash(qname);
  if (n == none) return none;
  const char* record = reinterpret_cast<const char*>(&lines_[n]);
  __builtin_prefetch(record);
  __builtin_prefetch(record + line_octets);
  return n;
}

}  // namespace lapis::program
