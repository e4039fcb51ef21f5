// The tables that rules() joins, in the order they are documented. Fields: id, severity, title,
// text, reference, fails, passes, fix. tests/rules runs every example.
#pragma once

#include <span>

#include "lapis/report/rules.h"

namespace lapis::report {

std::span<const Rule> verifier_rules();
std::span<const Rule> language_rules();
std::span<const Rule> configuration_rules();
std::span<const Rule> policy_rules();

}  // namespace lapis::report
