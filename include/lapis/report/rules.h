// What each rule of the language, the verifier, the configuration and the policy means: the text
// behind `lapis explain`, docs/rules/ and SARIF's rule help. Zone lint rules live with the linter.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "lapis/base/rule.h"

namespace lapis::report {

using Rule = RuleInfo;

/// All rules, in the order they are documented.
std::span<const Rule> rules();
/// The rule of that id, or null.
const Rule* find_rule(std::string_view id);

/// The page of a rule: for a terminal and SARIF's help text, or as Markdown for docs/ and SARIF's
/// help. Both say the same.
std::string rule_text(const RuleInfo& rule);
std::string rule_markdown(const RuleInfo& rule);

}  // namespace lapis::report
