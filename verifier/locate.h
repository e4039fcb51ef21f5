// Which programs can match a concrete query at all: those whose cubes hold its classes. Answers
// "does any program before this one take the query" without trying all of them.
#pragma once

#include <cstdint>
#include <vector>

#include "model.h"
#include "realise.h"

namespace lapis::verify {

class Locator {
 public:
  /// REQUIRES: model.finish() was called and `model` does not change meanwhile.
  explicit Locator(const Model& model);

  /// Programs before `end` that may match, ascending, into `out`. Contains every one that does.
  void candidates(const ConcreteQuery& query, std::uint32_t end,
                  std::vector<std::uint32_t>& out) const;

 private:
  /// A dimension by which programs are filed: for each class those whose cube holds it.
  struct Shelf {
    Dimension dimension = 0;
    std::vector<std::vector<std::uint32_t>> by_class;
  };
  ClassNumber class_of(Dimension d, const ConcreteQuery& query) const;

  const Model& model_;
  std::vector<Shelf> shelves_;
  std::vector<std::uint32_t> everywhere_;  ///< programs on no shelf
};

}  // namespace lapis::verify
