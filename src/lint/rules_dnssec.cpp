#include "rule_tables.h"

namespace lapis::lint {

std::span<const RuleInfo> dnssec_rules() {
  return {};
}

}  // namespace lapis::lint
