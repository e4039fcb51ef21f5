// The table of all rules, which joins the groups' tables.
#include <algorithm>
#include <vector>

#include "lapis/lint/lint.h"
#include "rule_tables.h"

namespace lapis::lint {
std::span<const RuleInfo> lint_rules() {
  static const std::vector<RuleInfo> all = [] {
    std::vector<RuleInfo> joined;
    for (const auto group :
         {text_rules(), structure_rules(), value_rules(), mail_rules(), security_rules(),
          dnssec_rules(), answer_space_rules(), program_rules()}) {
      joined.insert(joined.end(), group.begin(), group.end());
    }
    return joined;
  }();
  return all;
}

const RuleInfo* find_lint_rule(std::string_view id) {
  const auto all = lint_rules();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const RuleInfo& rule) { return rule.id == id; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace lapis::lint
