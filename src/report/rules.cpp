#include "lapis/report/rules.h"

#include <algorithm>
#include <vector>

#include "rule_tables.h"

namespace lapis::report {

std::span<const Rule> rules() {
  static const std::vector<Rule> all = [] {
    std::vector<Rule> joined;
    const auto add = [&](std::span<const Rule> table, bool fixed) {
      for (Rule rule : table) {
        // A warning says that something was loaded after all, and so does a test that ran.
        const std::string_view id = rule.id;
        const bool ran = id == "test-failed" || id == "test-coverage";
        rule.fixed_level = fixed && !ran && rule.severity == Severity::error;
        joined.push_back(rule);
      }
    };
    add(verifier_rules(), false);
    add(language_rules(), true);
    add(configuration_rules(), true);
    add(policy_rules(), false);
    return joined;
  }();
  return all;
}

const Rule* find_rule(std::string_view id) {
  const auto all = rules();
  const auto at = std::find_if(all.begin(), all.end(), [id](const Rule& r) { return id == r.id; });
  return at == all.end() ? nullptr : &*at;
}

}  // namespace lapis::report
