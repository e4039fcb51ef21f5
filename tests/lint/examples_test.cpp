// The failing example of every rule has the finding and the passing one has not, and the passing
// one has nothing at warning or above.
#include <gtest/gtest.h>

#include "lapis/lint/lint.h"

namespace lapis::lint {
namespace {

/// An example is a whole zone when it has a SOA record, else records of one.
std::string whole_zone(std::string_view example) {
  std::string text = "$ORIGIN example.com.\n$TTL 3600\n";
  if (example.find("SOA ") == std::string_view::npos) {
    text +=
        "@ SOA ns1 hostmaster 2026010101 7200 1800 1209600 300\n@ NS ns1\n@ NS ns2\n"
        "ns1 A 192.0.2.53\nns2 A 192.0.2.54\n";
  }
  return text + std::string(example) + "\n";
}

Diagnostics lint_text(std::string_view example) {
  SourceMap sources;
  const std::uint32_t file = sources.add("example.com.zone", whole_zone(example));
  const zone::LoadedZone zone = zone::load_zone_text(file, sources);
  return lint_zone(zone, sources);
}

std::string told(const Diagnostics& findings) {
  std::string text;
  for (const Diagnostic& finding : findings) text += finding.rule + ": " + finding.message + "\n";
  return text;
}

/// More than one zone, or a file as it is: test_pages.py looks at those with the real binary.
bool is_alone(std::string_view example) {
  for (const char* mark : {"; zone ", "; file ", "; previous", "; signed"}) {
    if (example.find(mark) != std::string_view::npos) return false;
  }
  return *example.data() != 0;
}

class Examples : public ::testing::TestWithParam<RuleInfo> {};

TEST_P(Examples, FailAndPass) {
  const RuleInfo& rule = GetParam();
  const auto has = [&](const Diagnostics& findings) {
    return std::any_of(findings.begin(), findings.end(),
                       [&](const Diagnostic& finding) { return finding.rule == rule.id; });
  };
  if (is_alone(rule.fails)) {
    const Diagnostics findings = lint_text(rule.fails);
    EXPECT_TRUE(has(findings)) << rule.fails << "\n" << told(findings);
  }
  if (is_alone(rule.passes)) {
    const Diagnostics findings = lint_text(rule.passes);
    EXPECT_FALSE(has(findings)) << rule.passes << "\n" << told(findings);
    for (const Diagnostic& finding : findings) {
      EXPECT_EQ(finding.severity, Severity::note) << finding.rule << ": " << finding.message;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Rules, Examples,
                         ::testing::ValuesIn(lint_rules().begin(), lint_rules().end()),
                         [](const auto& rule) {
                           std::string name = rule.param.id;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace lapis::lint
