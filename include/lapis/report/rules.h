// What each rule of the language, the verifier and the configuration means: the text behind
// `lapis explain` and SARIF's rule help. Zone lint rules live with the linter.
#pragma once

#include <span>
#include <string_view>

#include "lapis/base/diagnostic.h"

namespace lapis::report {

struct Rule {
  const char* id;
  Severity severity;
  const char* title;  ///< one line
  const char* text;   ///< a few paragraphs: what, why, how to repair
};

/// All rules, in the order they are documented.
std::span<const Rule> rules();
/// The rule of that id, or null.
const Rule* find_rule(std::string_view id);

}  // namespace lapis::report
