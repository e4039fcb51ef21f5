#include "locate.h"

#include <algorithm>

namespace lapis::verify {

Locator::Locator(const Model& model) : model_(model) {
  const Space& space = model.space();
  std::vector<std::size_t> shelf_of(space.dimensions(), SIZE_MAX);
  auto can_file = [&](Dimension d) {
    const Var var = space.axis(d).var;
    if (var == UINT32_MAX) return false;
    const Variable& v = model.terms().variable_of(var);
    return v.kind == VarKind::address || (v.kind == VarKind::name && v.index == lang::field_qname);
  };
  // A program is filed by the dimension in which its cube is smallest; wide cubes are on no shelf,
  // so that no program is written down more often than this.
  constexpr std::uint64_t most_classes = 64;
  for (std::uint32_t i = 0; i < model.items().size(); ++i) {
    bool unfiled = false;
    for (const Cube& cube : model.items()[i].cover.cubes) {
      const Cube::Factor* best = nullptr;
      std::uint64_t least = most_classes;
      for (const Cube::Factor& factor : cube.factors()) {
        const std::uint64_t count = factor.set.count();
        if (count > least || !can_file(factor.dimension)) continue;
        // Of equally small sets the one of the dimension with more classes says more.
        if (best != nullptr && count == least &&
            space.axis(factor.dimension).classes <= space.axis(best->dimension).classes) {
          continue;
        }
        best = &factor;
        least = count;
      }
      if (best == nullptr) {
        unfiled = true;
        continue;
      }
      std::size_t& shelf = shelf_of[best->dimension];
      if (shelf == SIZE_MAX) {
        shelf = shelves_.size();
        shelves_.push_back({best->dimension, {}});
        shelves_.back().by_class.resize(space.axis(best->dimension).classes);
      }
      for (const auto& [low, high] : best->set.ranges()) {
        for (ClassNumber c = low; c <= high; ++c) {
          auto& there = shelves_[shelf].by_class[c];
          if (there.empty() || there.back() != i) there.push_back(i);
        }
      }
    }
    if (unfiled) everywhere_.push_back(i);
  }
}

ClassNumber Locator::class_of(Dimension d, const ConcreteQuery& query) const {
  const Space& space = model_.space();
  const Variable& v = model_.terms().variable_of(space.axis(d).var);
  if (v.kind == VarKind::name) return space.names().class_of(query.qname);
  return space.class_of_address(d, v.index == lang::field_client ? query.client : query.resolver);
}

void Locator::candidates(const ConcreteQuery& query, std::uint32_t end,
                         std::vector<std::uint32_t>& out) const {
  out.clear();
  auto add = [&](const std::vector<std::uint32_t>& programs) {
    out.insert(out.end(), programs.begin(),
               std::lower_bound(programs.begin(), programs.end(), end));
  };
  add(everywhere_);
  for (const Shelf& shelf : shelves_) {
    add(shelf.by_class[class_of(shelf.dimension, query)]);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
}

}  // namespace lapis::verify
