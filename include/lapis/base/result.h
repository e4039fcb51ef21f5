// A value or the diagnostics that say why there is none. Errors are values here: nothing below the
// programs throws across a function boundary.
#pragma once

#include <cassert>
#include <utility>
#include <variant>

#include "lapis/base/diagnostic.h"

namespace lapis {

/// Holds either a T or a non-empty list of diagnostics.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Diagnostic diagnostic) : state_(std::in_place_index<1>) {
    std::get<1>(state_).push_back(std::move(diagnostic));
  }
  Result(Diagnostics diagnostics) : state_(std::in_place_index<1>, std::move(diagnostics)) {
    assert(!std::get<1>(state_).empty());
  }

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  /// REQUIRES: ok()
  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  /// REQUIRES: !ok()
  const Diagnostics& errors() const { return std::get<1>(state_); }
  Diagnostics& errors() { return std::get<1>(state_); }

 private:
  std::variant<T, Diagnostics> state_;
};

}  // namespace lapis
