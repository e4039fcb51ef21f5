// A program set as the checks see it: formulas of all programs, the space of queries, the cubes of
// each program and which earlier programs they touch.
//
// Built by one thread, read by all checks.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "classes.h"
#include "content_key.h"
#include "lapis/program/program_set.h"
#include "space.h"
#include "symbolic.h"
#include "term.h"

namespace lapis::verify {

/// One program as formulas.
struct ProgramModel {
  Bool match = bool_false;
  Cover cover;         ///< of the match
  bool plain = false;  ///< every cube has queries: it names only independent variables
  std::vector<std::uint32_t> earlier;  ///< programs before it whose cubes touch its own
  // With answers:
  SymList ipv4;
  SymList ipv6;
  Number ttl = 0;
};

class Model {
 public:
  /// `answers`: also the responses, for the checks that speak about them.
  Model(const program::ProgramSet& set, bool answers);

  const program::ProgramSet& programs() const { return set_; }
  const lang::Set& set() const { return set_.definition(); }
  Terms& terms() { return terms_; }
  const Terms& terms() const { return terms_; }
  Symbolic& algebra() { return algebra_; }
  std::vector<ProgramModel>& items() { return items_; }
  const std::vector<ProgramModel>& items() const { return items_; }
  const Space& space() const { return *space_; }
  /// Keys of all formulas given to finish(); null unless keep_keys() was called before.
  const ContentKeys* keys() const { return keys_.get(); }
  void keep_keys() { keys_ = std::make_unique<ContentKeys>(terms_, set()); }

  /// Makes the space for all matches and `questions`, the cubes, and who touches whom. No formula
  /// with new atoms may be asked about afterwards. `compared` as in touching_earlier().
  void finish(const std::vector<Bool>& questions, std::uint64_t& compared);

 private:
  bool is_plain(const Cover& cover) const;

  const program::ProgramSet& set_;
  Terms terms_;
  Symbolic algebra_;
  std::vector<ProgramModel> items_;
  std::unique_ptr<Space> space_;
  std::unique_ptr<ContentKeys> keys_;
};

}  // namespace lapis::verify
