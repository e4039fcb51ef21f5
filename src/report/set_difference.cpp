#include "lapis/report/set_difference.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "formats.h"
#include "lapis/report/witness.h"
#include "set_difference_words.h"
#include "witness_value.h"

namespace lapis::report {
namespace {

using Json = nlohmann::ordered_json;

std::string joined(const std::vector<std::string>& parts, const char* between) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : between) + part;
  return out;
}

std::string plural(std::uint64_t n, const std::string& one, const std::string& many) {
  return std::to_string(n) + " " + (n == 1 ? one : many);
}

std::size_t answers_changed(const SetDifference& d) {
  return static_cast<std::size_t>(std::count_if(d.changes.begin(), d.changes.end(),
                                                [](const ChangeEntry& c) { return c.answer; }));
}

Json side_json(const SideAnswer& side) {
  return {{"program", side.program.empty() ? Json() : Json(side.program)},
          {"ipv4", side.ipv4},
          {"ipv6", side.ipv6},
          {"ttl", side.program.empty() ? Json() : Json(side.ttl)}};
}

std::string cell(const std::string& text) {  // of a Markdown table
  std::string out;
  for (char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

std::string answer_words(const SideAnswer& side) {
  if (side.program.empty()) return "the zone's own records";
  if (side.addresses.empty()) return "no address";
  return joined(side.addresses, " ") + ", TTL " + std::to_string(side.ttl);
}

std::string program_words(const SideAnswer& side) {
  return side.program.empty() ? "no program" : side.program;
}

std::string witness_words(const ChangeEntry& c) {
  const Witness& w = c.witness;
  std::string out = w.qname + " " + w.qtype + " from " + w.client;
  if (w.resolver != w.client) out += " through " + w.resolver;
  out += " over " + w.transport;
  for (const auto& [name, value] :
       {std::pair("site", w.site), std::pair("region", w.region), std::pair("country", w.country),
        std::pair("continent", w.continent)}) {
    if (!value.empty()) out += std::string(", ") + name + " " + value;
  }
  if (w.asn != 0) out += ", asn " + std::to_string(w.asn);
  for (const auto& attribute : w.attributes)
    out += ", " + attribute.first + " " + attribute_text(attribute.second);
  for (const std::string& name : c.unset) out += ", no " + name;
  bool first = true;
  for (const auto& attribute : c.witness_after.attributes) {
    if (std::find(w.attributes.begin(), w.attributes.end(), attribute) != w.attributes.end()) {
      continue;
    }
    out += (first ? "; after: " : ", ") + attribute.first + " " + attribute_text(attribute.second);
    first = false;
  }
  return out;
}

std::string difference_summary(const SetDifference& d) {
  if (!d.undecided.empty()) {
    return "undecided: " + plural(d.undecided.size(), "question", "questions") +
           " without an answer";
  }
  if (d.changes.empty()) return "no query is answered differently (proved)";
  const std::size_t answers = answers_changed(d);
  const std::size_t programs = d.changes.size() - answers;
  std::string out;
  if (answers > 0) {
    out =
        plural(answers, "class of queries is", "classes of queries are") + " answered differently";
  }
  if (programs > 0) {
    out += (out.empty() ? "" : ", ") +
           plural(programs, "class has the same answer", "classes have the same answer") +
           " from another program";
  }
  return out;
}

std::string difference_weights(const QueryWeights& q) {
  auto share = [&](std::uint64_t n) {
    char text[32];
    std::snprintf(text, sizeof text, "%.2f %%",
                  q.all == 0 ? 0 : 100.0 * static_cast<double>(n) / static_cast<double>(q.all));
    return std::string(text);
  };
  return "of " + plural(q.all, "query", "queries") + " in the log " +
         std::to_string(q.answered_differently) + " (" + share(q.answered_differently) +
         ") are answered differently, " + std::to_string(q.by_another_program) + " (" +
         share(q.by_another_program) + ") by another program with the same answer";
}

const char* verdict_of(const SetDifference& d) {
  if (!d.undecided.empty()) return "undecided";
  return d.changes.empty() ? "same" : "different";
}

std::string difference_text(const SetDifference& d) {
  std::string out = "before  " + d.before_path + ", " +
                    plural(d.before_programs, "program", "programs") + "\nafter   " + d.after_path +
                    ", " + plural(d.after_programs, "program", "programs") + "\n";
  for (const std::string& words : d.attributes) out += "note    " + words + "\n";
  for (const ChangeEntry& c : d.changes) {
    out += "\n" + program_words(c.before) + " -> " + program_words(c.after);
    out += c.answer ? "\n" : "  (the same answer)\n";
    if (!c.where.empty()) out += "  where    " + joined(c.where, "\n           ") + "\n";
    if (d.queries) out += "  log      " + plural(c.queries, "query", "queries") + "\n";
    out += "  e.g.     " + witness_words(c) + "\n";
    out += "  before   " + answer_words(c.before) + "\n";
    out += "  after    " + answer_words(c.after) + "\n";
    bool labelled = false;
    for (const std::string* line : {&c.before.replay, &c.after.replay}) {
      if (line->empty()) continue;
      out += (labelled ? "           " : "  replay   ") + *line + "\n";
      labelled = true;
    }
  }
  for (const std::string& question : d.undecided) out += "\nundecided: " + question + "\n";
  out += "\n" + difference_summary(d) + "\n";
  if (d.queries) out += difference_weights(*d.queries) + "\n";
  append_stats(out, d.stats);
  return out;
}

std::string difference_json(const SetDifference& d) {
  Json changes = Json::array();
  for (const ChangeEntry& c : d.changes) {
    Json change = {{"before", side_json(c.before)},
                   {"after", side_json(c.after)},
                   {"answer_changes", c.answer},
                   {"where", c.where},
                   {"witness", witness_value(c.witness)}};
    if (c.witness.attributes != c.witness_after.attributes) {
      change["witness_after"] = witness_value(c.witness_after);
    }
    if (!c.unset.empty()) change["unset"] = c.unset;
    if (d.queries) change["queries"] = c.queries;
    changes.push_back(std::move(change));
  }
  Json json = {{"version", 1},
               {"command", "diff"},
               {"verdict", verdict_of(d)},
               {"before", {{"path", d.before_path}, {"programs", d.before_programs}}},
               {"after", {{"path", d.after_path}, {"programs", d.after_programs}}},
               {"declarations", d.attributes},
               {"changes", std::move(changes)},
               {"undecided", d.undecided}};
  if (d.queries) {
    json["queries"] = {{"all", d.queries->all},
                       {"answered_differently", d.queries->answered_differently},
                       {"by_another_program", d.queries->by_another_program}};
  }
  if (!d.stats.empty()) {
    Json stats = Json::object();
    for (const auto& [name, value] : d.stats) stats[name] = value;
    json["stats"] = std::move(stats);
  }
  json["elapsed_ms"] = std::round(d.elapsed_ms * 1000) / 1000;
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string difference_markdown(const SetDifference& d) {
  std::string out = "### Addressing: `" + d.before_path + "` to `" + d.after_path + "`\n\n";
  out += "**" + difference_summary(d) + "**\n";
  if (d.queries) out += "\n" + difference_weights(*d.queries) + "\n";
  for (const std::string& words : d.attributes) out += "\n- " + words;
  if (!d.attributes.empty()) out += "\n";
  if (!d.changes.empty()) {
    out += std::string("\n| before | after | where | example | was | is |") +
           (d.queries ? " queries |" : "") + "\n|---|---|---|---|---|---|" +
           (d.queries ? "---|" : "") + "\n";
    for (const ChangeEntry& c : d.changes) {
      std::string where;
      for (const std::string& condition : c.where) {
        where += (where.empty() ? "`" : "<br>`") + cell(condition) + "`";
      }
      out += "| " + cell(program_words(c.before)) + " | " + cell(program_words(c.after)) + " | " +
             where + " | " + cell(witness_words(c)) + " | " + cell(answer_words(c.before)) + " | " +
             (c.answer ? cell(answer_words(c.after)) : "the same") + " |";
      if (d.queries) out += " " + std::to_string(c.queries) + " |";
      out += "\n";
    }
  }
  for (const std::string& question : d.undecided) out += "\n- undecided: " + question + "\n";
  return out;
}

}  // namespace lapis::report
