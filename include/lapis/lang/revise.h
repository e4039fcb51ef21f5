// Edits of program text that leave everything around them as it is: comments, layout, and the YAML
// that Lisp may stand in. They are made on the surface, so whether the text still checks, and what
// it means afterwards, is for the caller to find out.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "lapis/base/source.h"
#include "lapis/base/text_edit.h"

namespace lapis::lang {

/// The files of a set, to be edited. Functions return no edits where a change can't be made.
class Reviser {
 public:
  /// `sources` must outlive it.
  explicit Reviser(const SourceMap& sources);
  ~Reviser();
  Reviser(const Reviser&) = delete;
  Reviser& operator=(const Reviser&) = delete;

  /// Leaves out the declaration or program that `inside` is part of, with a comment that ends its
  /// last line, and with the suppressions right above it. Other comments above it stay.
  std::vector<TextEdit> drop_form(Span inside);
  /// Leaves out the constant of a `config` whose name stands at `name`.
  std::vector<TextEdit> drop_constant(Span name);
  /// Leaves out the part of an `and` that stands at `condition`.
  std::vector<TextEdit> drop_condition(Span condition);
  /// Moves the program named at `program` to right before the one named at `other`, each with the
  /// comments right above it.
  std::vector<TextEdit> move_before(Span program, Span other);
  /// Lets the program named at `program` match only what the one named at `other` does not match.
  /// Conditions that both matches share are not repeated.
  std::vector<TextEdit> exclude(Span program, Span other);

 private:
  struct File;
  const File& file(std::uint32_t number);

  const SourceMap& sources_;
  std::map<std::uint32_t, std::unique_ptr<File>> files_;
};

}  // namespace lapis::lang
