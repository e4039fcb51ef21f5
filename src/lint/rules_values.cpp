#include "rule_tables.h"

namespace lapis::lint {

std::span<const RuleInfo> value_rules() {
  return {};
}

}  // namespace lapis::lint
