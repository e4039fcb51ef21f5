// A change of the text that removes a finding, as commands and editors show it.
#pragma once

#include <string>
#include <vector>

#include "lapis/base/diagnostic.h"
#include "lapis/base/text_edit.h"

namespace lapis::report {

struct Fix {
  // The finding that it removes.
  std::string rule;
  std::string program;
  std::string message;
  Span span;
  std::string title;  ///< what is done, as an order: "leave out …"
  /// Proved: no query is answered differently. Otherwise `changes` says what is.
  bool same_answers = true;
  std::vector<std::string> changes;
  std::vector<TextEdit> edits;

  bool is_for(const Diagnostic& d) const {
    return d.rule == rule && d.span == span && d.program == program && d.message == message;
  }
};

}  // namespace lapis::report
