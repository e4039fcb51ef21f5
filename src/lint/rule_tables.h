// The rules of each group, in the order they are documented; rules.cpp joins them.
#pragma once

#include <span>

#include "lapis/lint/lint.h"

namespace lapis::lint {

std::span<const RuleInfo> text_rules();
std::span<const RuleInfo> structure_rules();
std::span<const RuleInfo> value_rules();
std::span<const RuleInfo> mail_rules();
std::span<const RuleInfo> security_rules();
std::span<const RuleInfo> dnssec_rules();
std::span<const RuleInfo> answer_space_rules();
std::span<const RuleInfo> program_rules();

}  // namespace lapis::lint
