// `lapis explain [RULE]`: what a rule means, offline.
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "command.h"
#include "lapis/base/diagnostic.h"
#include "lapis/lint/lint.h"
#include "lapis/report/rules.h"

namespace lapis::cli {
namespace {

Exit list_rules() {
  for (const report::Rule& rule : report::rules()) {
    std::printf("%-22s %-8s %s\n", rule.id, to_string(rule.severity), rule.title);
  }
  for (const lint::RuleInfo& rule : lint::lint_rules()) {
    std::printf("%-22s %-8s %s\n", rule.id, to_string(rule.severity), rule.title);
  }
  return Exit::fine;
}

Exit explain(const std::string& id) {
  if (const report::Rule* rule = report::find_rule(id)) {
    std::printf("%s (%s): %s\n\n%s\n", rule->id, to_string(rule->severity), rule->title,
                rule->text);
    return Exit::fine;
  }
  if (const lint::RuleInfo* rule = lint::find_lint_rule(id)) {
    std::printf("%s (%s): %s\n\n%s\n", rule->id, to_string(rule->severity), rule->title,
                rule->text);
    if (*rule->reference != 0) std::printf("\nSee %s.\n", rule->reference);
    return Exit::fine;
  }
  std::vector<std::string> ids;
  for (const report::Rule& rule : report::rules()) ids.emplace_back(rule.id);
  for (const lint::RuleInfo& rule : lint::lint_rules()) ids.emplace_back(rule.id);
  const std::string meant = did_you_mean(id, ids);
  std::fprintf(stderr, "lapis explain: there is no rule '%s'%s\n", id.c_str(),
               meant.empty() ? "" : ("; did you mean '" + meant + "'?").c_str());
  return Exit::usage;
}

}  // namespace

void add_explain(CLI::App& app, Status& status) {
  auto rule = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("explain", "Say what a rule means; without one, list all");
  command->add_option("rule", *rule, "Id of a rule, as shown in brackets after a finding")
      ->type_name("RULE");
  command->callback([rule, &status] { status = rule->empty() ? list_rules() : explain(*rule); });
}

}  // namespace lapis::cli
