#include "model.h"

#include <algorithm>
#include <future>

#include "join.h"
#include "lapis/base/side_by_side.h"

namespace lapis::verify {

Model::Model(const program::ProgramSet& set, bool answers)
    : set_(set), algebra_(terms_, set.definition()) {
  items_.reserve(set.programs().size());
  for (const lang::Program& program : set.programs()) {
    ProgramModel& item = items_.emplace_back();
    item.match = algebra_.condition(*program.match);
    if (!answers) continue;
    item.ipv4 = algebra_.list(*program.ipv4);
    item.ipv6 = algebra_.list(*program.ipv6);
    item.ttl = algebra_.number(*program.ttl);
  }
}

bool Model::is_plain(const Cover& cover) const {
  if (!cover.exact) return false;
  for (const Cube& cube : cover.cubes) {
    for (const Cube::Factor& factor : cube.factors()) {
      const Var var = space_->axis(factor.dimension).var;
      if (var == UINT32_MAX) return false;
      const Variable& v = terms_.variable_of(var);
      switch (v.kind) {
        case VarKind::flag:
        case VarKind::number:
        case VarKind::text:
        case VarKind::address:
          break;
        case VarKind::name:
          if (v.index != lang::field_qname) return false;
          break;
        default:
          return false;
      }
    }
  }
  return true;
}

void Model::finish(const std::vector<Bool>& questions, std::uint64_t& compared) {
  std::vector<Bool> roots = questions;
  for (const ProgramModel& item : items_) roots.push_back(item.match);
  // Keys are made of the formulas alone, as the space is: both at once.
  std::future<void> hashing;
  if (keys_) hashing = std::async(std::launch::async, [&] { keys_->add(roots); });
  space_ = std::make_unique<Space>(terms_, set(), roots);
  std::vector<Owned> cubes;
  constexpr std::size_t worthwhile = 1000;
  in_parts(items_.size(), worthwhile, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      items_[i].cover = space_->cover(items_[i].match);
      items_[i].plain = is_plain(items_[i].cover);
    }
  });
  for (std::uint32_t i = 0; i < items_.size(); ++i) {
    for (const Cube& cube : items_[i].cover.cubes) cubes.push_back({i, &cube});
  }
  auto earlier = touching_earlier(*space_, cubes, items_.size(), compared);
  for (std::size_t i = 0; i < items_.size(); ++i) items_[i].earlier = std::move(earlier[i]);
  if (hashing.valid()) hashing.get();
}

}  // namespace lapis::verify
