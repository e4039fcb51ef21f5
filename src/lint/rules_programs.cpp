#include "rule_tables.h"

namespace lapis::lint {

std::span<const RuleInfo> program_rules() {
  return {};
}

}  // namespace lapis::lint
