// A rule as a page: one content, two renderings.
#include "lapis/report/rules.h"

#include <algorithm>

namespace lapis::report {
namespace {

std::string indented(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (end > at) out += "    " + std::string(text.substr(at, end - at));
    out += "\n";
    at = end + 1;
  }
  return out;
}

/// Name of the language of an example, for a fenced block.
const char* language_of(std::string_view example) {
  if (example.starts_with("server:")) return "yaml";
  if (example.starts_with("(") || example.find("\n(program ") != std::string_view::npos) {
    return "lisp";
  }
  return "zone";
}

std::string fenced(std::string_view example) {
  std::string out = std::string("```") + language_of(example) + "\n" + std::string(example);
  if (!out.ends_with('\n')) out += "\n";
  return out + "```\n";
}

bool given(const char* text) {
  return text != nullptr && *text != '\0';
}

}  // namespace

std::string rule_text(const RuleInfo& rule) {
  std::string out = std::string(rule.id) + " (" + to_string(rule.severity) + "): " + rule.title +
                    "\n\n" + rule.text + "\n";
  if (given(rule.fix)) out += std::string("\nHow to repair: ") + rule.fix + "\n";
  if (given(rule.fails)) out += "\nFails:\n\n" + indented(rule.fails);
  if (given(rule.passes)) out += "\nPasses:\n\n" + indented(rule.passes);
  if (given(rule.reference)) out += std::string("\nSource: ") + rule.reference + "\n";
  return out;
}

std::string rule_markdown(const RuleInfo& rule) {
  std::string out = std::string("# ") + rule.id + "\n\n**" + rule.title + "** (" +
                    to_string(rule.severity) + ")\n\n" + rule.text + "\n";
  if (given(rule.fix)) out += std::string("\n## How to repair\n\n") + rule.fix + "\n";
  if (given(rule.fails)) out += "\n## Fails\n\n" + fenced(rule.fails);
  if (given(rule.passes)) out += "\n## Passes\n\n" + fenced(rule.passes);
  if (given(rule.reference)) out += std::string("\n## Source\n\n") + rule.reference + "\n";
  return out;
}

}  // namespace lapis::report
