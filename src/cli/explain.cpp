// `lapis explain [RULE]`: what a rule means, offline, and the pages of docs/ that say the same.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "command.h"
#include "lapis/lint/lint.h"
#include "lapis/report/rules.h"

namespace lapis::cli {
namespace {

struct ExplainOptions {
  std::string rule;
  bool markdown = false;
  std::string all;  ///< folder to write all pages to
};

/// All rules with the folder of their pages; an id is listed once.
struct Book {
  const char* folder;
  std::span<const RuleInfo> rules;
  const char* how_to_read;  ///< of the examples; may be empty
};

constexpr const char* lint_examples =
    "Examples are records of the zone example.com. Where none is a SOA record, SOA, NS and the\n"
    "nameservers' addresses are left out. `; zone NAME` begins another zone that is given as "
    "well,\n"
    "`; previous` the version published before, `; file NAME` a file that is shown whole, and\n"
    "`; signed` records in the place of their like in a signed zone.";

std::vector<Book> books() {
  return {{"rules", report::rules(), ""}, {"lint", lint::lint_rules(), lint_examples}};
}

Exit list_rules() {
  std::set<std::string_view> listed;  // an id of programs may be one of zones as well
  for (const Book& book : books()) {
    for (const RuleInfo& rule : book.rules) {
      if (!listed.insert(rule.id).second) continue;
      std::printf("%-24s %-8s %s\n", rule.id, to_string(rule.severity), rule.title);
    }
  }
  return Exit::fine;
}

std::string page_of(const RuleInfo& rule, bool markdown) {
  return markdown ? report::rule_markdown(rule) : report::rule_text(rule);
}

Exit explain(const std::string& id, bool markdown) {
  std::vector<std::string> ids;
  std::string pages;
  for (const Book& book : books()) {
    for (const RuleInfo& rule : book.rules) {
      ids.emplace_back(rule.id);
      if (id != rule.id) continue;
      if (!pages.empty()) pages += "\n";
      pages += page_of(rule, markdown);
    }
  }
  std::fwrite(pages.data(), 1, pages.size(), stdout);
  if (!pages.empty()) return Exit::fine;
  const std::string meant = did_you_mean(id, ids);
  std::fprintf(stderr, "lapis explain: there is no rule '%s'%s\n", id.c_str(),
               meant.empty() ? "" : ("; did you mean '" + meant + "'?").c_str());
  return Exit::usage;
}

std::string index_page(const Book& book) {
  std::string out = "# All rules\n\nOne page each; `lapis explain RULE` prints the same text.\n\n";
  if (*book.how_to_read != 0) out += std::string(book.how_to_read) + "\n\n";
  out += "| rule | severity | |\n|---|---|---|\n";
  for (const RuleInfo& rule : book.rules) {
    out += std::string("| [") + rule.id + "](" + rule.id + ".md) | " + to_string(rule.severity) +
           " | " + rule.title + " |\n";
  }
  return out;
}

bool write(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.flush();
  if (file) return true;
  std::fprintf(stderr, "lapis explain: can't write %s\n", path.c_str());
  return false;
}

Exit write_all(const std::string& folder) {
  for (const Book& book : books()) {
    const std::filesystem::path place = std::filesystem::path(folder) / book.folder;
    std::error_code failed;
    std::filesystem::create_directories(place, failed);
    if (!write(place / "rules.md", index_page(book))) return Exit::usage;
    for (const RuleInfo& rule : book.rules) {
      const std::string page = page_of(rule, true);
      if (!write(place / (std::string(rule.id) + ".md"), page)) return Exit::usage;
    }
  }
  return Exit::fine;
}

Exit run_explain(const ExplainOptions& options) {
  if (!options.all.empty()) return write_all(options.all);
  if (options.rule.empty()) return list_rules();
  return explain(options.rule, options.markdown);
}

}  // namespace

void add_explain(CLI::App& app, Status& status) {
  auto options = std::make_shared<ExplainOptions>();
  CLI::App* command = app.add_subcommand("explain", "Say what a rule means; without one, list all");
  command->add_option("rule", options->rule, "Id of a rule, as shown in brackets after a finding")
      ->type_name("RULE");
  command->add_flag("--markdown", options->markdown, "As Markdown");
  command
      ->add_option("--all", options->all,
                   "Write the pages of all rules as Markdown into rules/ and lint/ of this folder")
      ->type_name("DIR");
  command->callback([options, &status] { status = run_explain(*options); });
}

}  // namespace lapis::cli
