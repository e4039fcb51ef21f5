#include "suggested_cases.h"

#include <filesystem>

#include "lapis/program/query_reader.h"
#include "lapis/program/trace.h"
#include "lapis/report/witness.h"

namespace lapis::cli {
namespace {

/// JSON strings are YAML strings (YAML 1.2 §1.2).
std::string yaml_string(std::string_view text) {
  std::string out;
  report::append_json_string(out, text);
  return out;
}

std::string query_text(const Witness& query) {
  std::string out = "{qname: " + yaml_string(query.qname) + ", qtype: " + query.qtype;
  const std::pair<const char*, const std::string*> texts[] = {
      {"zone", &query.zone},         {"client", &query.client},
      {"resolver", &query.resolver}, {"transport", &query.transport},
      {"site", &query.site},         {"region", &query.region},
      {"country", &query.country},   {"continent", &query.continent}};
  for (const auto& [name, value] : texts) {
    if (!value->empty()) out += std::string(", ") + name + ": " + yaml_string(*value);
  }
  if (query.asn != 0) out += ", asn: " + std::to_string(query.asn);
  for (std::size_t i = 0; i < query.attributes.size(); ++i) {
    out += i == 0 ? ", attributes: {" : ", ";
    out += query.attributes[i].first + ": " + report::attribute_text(query.attributes[i].second);
  }
  return out + (query.attributes.empty() ? "}" : "}}");
}

std::string list_text(const lang::Observation& seen) {
  std::string out;
  for (const IpAddress& address : lang::list_in(seen.value).addresses) {
    out += (out.empty() ? "" : ", ") + yaml_string(address.to_string());
  }
  return "[" + out + "]";
}

std::string expected_text(const Witness& query, const program::ProgramSet& set) {
  program::QueryReader reader(set);
  std::string error;
  if (!reader.read(query, error)) return "{}";  // it was replayed before
  const program::Trace trace =
      program::trace(set, reader.context(), [](std::uint32_t) { return program::FieldSource{}; });
  if (trace.program < 0) return "{program: null}";
  return "{program: " + yaml_string(set.programs()[static_cast<std::size_t>(trace.program)].name) +
         ", ipv4: " + list_text(trace.ipv4) + ", ipv6: " + list_text(trace.ipv6) +
         ", ttl: " + std::to_string(std::get<std::int64_t>(trace.ttl.value)) + "}";
}

}  // namespace

std::string suggested_file(const std::vector<std::string>& paths, const std::string& file) {
  const auto folder = std::filesystem::absolute(file == "-" ? "x" : file).parent_path();
  std::string out = "# What the set answers now; read it before you rely on it.\nset:";
  for (const std::string& path : paths) {
    const auto relative = std::filesystem::absolute(path).lexically_relative(folder);
    out += (paths.size() == 1 ? " " : "\n  - ") + yaml_string(relative.string());
  }
  return out + "\ntests:\n";
}

std::string suggested_cases(const suite::Suggestions& suggestions, const suite::Coverage& coverage,
                            const SourceMap& sources) {
  using Kind = suite::Suggestion::Kind;
  std::string out;
  std::string without;
  for (const suite::Suggestion& suggestion : suggestions.all) {
    const std::string goal = coverage.describe(coverage.goals()[suggestion.goal], sources);
    if (suggestion.kind == Kind::query) {
      out += "  - name: " + yaml_string(goal) + "\n    query: " + query_text(suggestion.query) +
             "\n    expect: " + expected_text(suggestion.query, coverage.set()) + "\n";
    } else {
      without += "# " +
                 std::string(suggestion.kind == Kind::impossible
                                 ? "proved that there is no query for which "
                                 : "no query was found for which ") +
                 goal + (suggestion.reason.empty() ? "" : ": " + suggestion.reason) + "\n";
    }
  }
  if (out.empty()) out = "  []\n";
  return out + without;
}

}  // namespace lapis::cli
