// The programs of a large set, checked in parts side by side.
//
// What a program is checked against (attributes, definitions, names) is complete before the first
// is checked, so a program's tree does not depend on where the others are checked. What differs is
// who has already put a constant definition in: a part finds fewer of them made, so it counts more
// nodes than the whole would, never less. Errors are what is told apart by order (the same words at
// the same place are said once), so a part with an error has the whole checked one by one.
#include <algorithm>

#include "checker.h"
#include "lapis/base/side_by_side.h"

namespace lapis::lang {

Checker::Checker(const Checker& whole, Diagnostics& diagnostics)
    : sources_(whole.sources_),
      diagnostics_(diagnostics),
      arena_(std::make_unique<Arena>()),
      names_(whole.names_),
      fields_(whole.fields_),
      definitions_(whole.definitions_),
      attribute_used_(whole.attribute_used_) {
  set_.attributes = whole.set_.attributes;
  set_.closed_fields = whole.set_.closed_fields;
  for (Definition& d : definitions_) definition_by_name_.emplace(d.name, &d);
}

bool Checker::check_programs_in_parts() {
  constexpr std::size_t worthwhile = 500;
  const std::size_t count = parts_of(programs_.size(), worthwhile);
  if (count < 2 || !diagnostics_.empty()) return false;
  struct Part {
    Diagnostics diagnostics;
    std::unique_ptr<Checker> checker;
    std::vector<Program> programs;
    std::shared_ptr<const Arena> arena;
  };
  std::vector<Part> parts(count);
  side_by_side(count, [&](std::size_t i) {
    Part& part = parts[i];
    part.checker.reset(new Checker(*this, part.diagnostics));
    const std::size_t begin = programs_.size() * i / count;
    const std::size_t end = programs_.size() * (i + 1) / count;
    part.checker->set_.programs.reserve(end - begin);
    for (std::size_t p = begin; p < end && part.diagnostics.empty(); ++p) {
      part.checker->check_program(*programs_[p]);
    }
  });
  for (const Part& part : parts) {
    if (!part.diagnostics.empty()) return false;
  }
  side_by_side(count, [&](std::size_t i) {
    Checker& checker = *parts[i].checker;
    std::vector<Invariant> none;
    parts[i].programs = std::move(checker.set_.programs);
    parts[i].arena = compacted(std::move(checker.arena_), parts[i].programs, none);
  });
  set_.programs.reserve(programs_.size());
  for (Part& part : parts) {
    std::move(part.programs.begin(), part.programs.end(), std::back_inserter(set_.programs));
    part_arenas_.push_back(std::move(part.arena));
    const Checker& checker = *part.checker;
    for (std::size_t d = 0; d < definitions_.size(); ++d) {
      definitions_[d].used = definitions_[d].used || checker.definitions_[d].used;
    }
    for (std::size_t a = 0; a < attribute_used_.size(); ++a) {
      attribute_used_[a] = attribute_used_[a] || checker.attribute_used_[a];
    }
    set_.slots = std::max(set_.slots, checker.set_.slots);
    set_.storage = std::max(set_.storage, checker.set_.storage);
    set_.texts = std::max(set_.texts, checker.set_.texts);
  }
  return true;
}

}  // namespace lapis::lang
