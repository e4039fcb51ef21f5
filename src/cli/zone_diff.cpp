#include "zone_diff.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "lapis/lint/zone_diff.h"
#include "revision.h"

namespace lapis::cli {
namespace {

using lint::AnswerChange;
using lint::RRsetChange;
using lint::Scope;
using lint::ZoneDiff;

std::string names_of(const AnswerChange& change) {
  switch (change.scope) {
    case Scope::name:
      return change.name;
    case Scope::below:
      return "any other name below " + change.name;
    case Scope::name_and_below:
      return change.name + " and every name below it";
  }
  return change.name;
}

std::string types_of(const AnswerChange& change) {
  if (change.every_type) return "every type";
  if (change.types.empty()) return "every other type";
  std::string text;
  for (const std::string& type : change.types) text += (text.empty() ? "" : ", ") + type;
  return change.other_types ? text + " and every other type" : text;
}

std::string head_of(const ZoneDiff& diff) {
  std::string text = diff.origin + ": ";
  if (diff.empty()) return text + "no difference";
  text += diff.serial_before == diff.serial_after
              ? "serial " + std::to_string(diff.serial_after) + " in both"
              : "serial " + std::to_string(diff.serial_before) + " to " +
                    std::to_string(diff.serial_after);
  const auto count = [](std::size_t n, const char* what) {
    return ", " + std::to_string(n) + " " + what + (n == 1 ? "" : "s");
  };
  return text + count(diff.rrsets.size(), "changed RRset") +
         count(diff.answers.size(), "changed answer");
}

std::string as_text(const ZoneDiff& diff) {
  std::string out = head_of(diff) + "\n";
  if (!diff.rrsets.empty()) out += "\nRecords\n";
  for (const RRsetChange& set : diff.rrsets) {
    const auto line = [&](char sign, std::uint32_t ttl, const std::string& data) {
      out += std::string("  ") + sign + " " + set.owner + " " + std::to_string(ttl) + " " +
             set.type + " " + data + "\n";
    };
    for (const std::string& data : set.removed) line('-', set.ttl_before, data);
    for (const std::string& data : set.added) line('+', set.ttl_after, data);
    if (set.existed && set.exists && set.ttl_before != set.ttl_after) {
      out += "  ~ " + set.owner + " " + set.type + " TTL " + std::to_string(set.ttl_before) +
             " to " + std::to_string(set.ttl_after) + "\n";
    }
  }
  if (!diff.answers.empty()) out += "\nAnswers\n";
  for (const AnswerChange& change : diff.answers) {
    out += "  " + names_of(change) + ", " + types_of(change) + "\n";
    out += "    before: " + change.before + "\n";
    out += "    after:  " + change.after + "\n";
    out += "    why:    " + change.reason + "\n";
    if (change.scope != Scope::name) out += "    ask:    " + change.query + "\n";
  }
  return out;
}

std::string as_json(const ZoneDiffOptions& options, const ZoneDiff& diff) {
  nlohmann::ordered_json out;
  out["version"] = 1;
  out["command"] = "diff";
  out["before"] = options.before;
  out["after"] = options.after;
  out["origin"] = diff.origin;
  out["serial"] = {{"before", diff.serial_before}, {"after", diff.serial_after}};
  out["rrsets"] = nlohmann::json::array();
  for (const RRsetChange& set : diff.rrsets) {
    nlohmann::ordered_json one;
    one["owner"] = set.owner;
    one["type"] = set.type;
    one["removed"] = set.removed;
    one["added"] = set.added;
    one["ttl_before"] = set.existed ? nlohmann::json(set.ttl_before) : nlohmann::json();
    one["ttl_after"] = set.exists ? nlohmann::json(set.ttl_after) : nlohmann::json();
    out["rrsets"].push_back(std::move(one));
  }
  out["answers"] = nlohmann::json::array();
  for (const AnswerChange& change : diff.answers) {
    nlohmann::ordered_json one;
    one["name"] = change.name;
    one["scope"] = change.scope == Scope::name    ? "name"
                   : change.scope == Scope::below ? "below"
                                                  : "name-and-below";
    one["types"] = change.types;
    one["other_types"] = change.other_types;
    one["every_type"] = change.every_type;
    one["before"] = change.before;
    one["after"] = change.after;
    one["reason"] = change.reason;
    one["query"] = change.query;
    out["answers"].push_back(std::move(one));
  }
  return out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

/// Text that stands in a cell of a table.
std::string cell(const std::string& text) {
  std::string out = "`";
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c == '`' ? '\'' : c;
  }
  return out + "`";
}

std::string as_markdown(const ZoneDiff& diff) {
  std::string out = "### " + head_of(diff) + "\n";
  if (!diff.rrsets.empty()) out += "\n| | record |\n|---|---|\n";
  for (const RRsetChange& set : diff.rrsets) {
    const auto line = [&](const char* sign, const std::string& text) {
      out += std::string("| ") + sign + " | " + cell(text) + " |\n";
    };
    const std::string head = set.owner + " " + set.type + " ";
    for (const std::string& data : set.removed) line("removed", head + data);
    for (const std::string& data : set.added) line("added", head + data);
    if (set.existed && set.exists && set.ttl_before != set.ttl_after) {
      line("TTL", head + std::to_string(set.ttl_before) + " to " + std::to_string(set.ttl_after));
    }
  }
  if (!diff.answers.empty()) {
    out += "\n| answers for | types | before | after | why |\n|---|---|---|---|---|\n";
  }
  for (const AnswerChange& change : diff.answers) {
    out += "| " + cell(names_of(change)) + " | " + types_of(change) + " | " + cell(change.before) +
           " | " + cell(change.after) + " | " + change.reason + " |\n";
  }
  return out;
}

}  // namespace

bool names_zone_file(const std::string& path) {
  const std::filesystem::path name = std::filesystem::path(path).filename();
  return name.extension() == ".zone" || name.native().starts_with("db.");
}

Exit run_zone_diff(const ZoneDiffOptions& options) {
  Revision revisions[2];
  std::string paths[2];
  const std::string* given[] = {&options.before, &options.after};
  for (int i = 0; i < 2; ++i) {
    std::string error;
    paths[i] = revisions[i].open(*given[i], error);
    if (paths[i].empty()) {
      std::fprintf(stderr, "lapis: %s\n", error.c_str());
      return Exit::usage;
    }
  }
  if (!readable({paths[0], paths[1]})) return Exit::usage;
  zone::LoadOptions load;
  if (!options.origin.empty()) {
    load.origin = dns::parse_name(options.origin);
    if (!load.origin) {
      std::fprintf(stderr, "lapis diff: '%s' is not a domain name\n", options.origin.c_str());
      return Exit::usage;
    }
  }
  SourceMap sources;
  const zone::LoadedZone before = zone::load_zone(paths[0], sources, load);
  sources.show_as(1, paths[0], options.before);
  const auto first = static_cast<std::uint32_t>(sources.size() + 1);
  const zone::LoadedZone after = zone::load_zone(paths[1], sources, load);
  sources.show_as(first, paths[1], options.after);
  const auto diff = lint::diff_zones(before, after, sources);
  if (!diff.ok()) {
    return not_comparable(diff.errors(), sources, options.format);
  }
  const std::string text = options.format == "json"       ? as_json(options, *diff)
                           : options.format == "markdown" ? as_markdown(*diff)
                                                          : as_text(*diff);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return options.exit_code && !diff->empty() ? Exit::findings : Exit::fine;
}

}  // namespace lapis::cli
