// Suppressions in the text itself: `; lapis: allow(RULE) reason` in program and zone files,
// `# lapis: allow(RULE) reason` in YAML.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "lapis/base/diagnostic.h"
#include "lapis/base/rule.h"
#include "lapis/base/source.h"

namespace lapis::policy {

struct Suppression {
  std::string rule;
  std::string reason;
  Span span;               ///< the id of the rule in the comment
  std::uint32_t line = 0;  ///< line of the findings it allows, from 1
  bool used = false;
};

/// How comments and strings are written in a file.
enum class Syntax : std::uint8_t { lisp, zone, yaml };

Syntax syntax_of(std::string_view path);

using FindRule = std::function<const RuleInfo*(std::string_view id)>;

/// All suppressions of a file, by line. What looks like one and is none becomes a finding of rule
/// bad-suppression.
std::vector<Suppression> suppressions_of(std::uint32_t file, const SourceMap& sources,
                                         const FindRule& find_rule,
                                         const std::vector<std::string>& ids,
                                         Diagnostics& findings);

}  // namespace lapis::policy
