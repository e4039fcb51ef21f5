// What a rule is: the one text behind `lapis explain`, its page in docs/, and SARIF's rule help.
//
// The tables of rules lie with those who report them (report/rules.h, lint/lint.h). An id is unique
// in its table; one that is in both (`syntax`) means the same defect of another kind of text.
#pragma once

#include <string_view>

#include "lapis/base/diagnostic.h"

namespace lapis {

struct RuleInfo {
  const char* id;
  Severity severity;  ///< the usual one; a finding may be milder or stricter where `text` says
  const char* title;  ///< one line, no final full stop
  const char* text;   ///< what it means and why it matters
  const char* reference = "";  ///< RFC section or other source, or empty
  /// Text with the defect, and the same text without it; empty where none is shown.
  const char* fails = "";
  const char* passes = "";
  const char* fix = "";  ///< how to repair it, one or two sentences
  /// Says that something could not be read or loaded, so nothing was proved about it: its level
  /// can't be lowered and it can't be suppressed.
  bool fixed_level = false;
};

}  // namespace lapis
