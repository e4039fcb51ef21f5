#include <nlohmann/json.hpp>

#include "lapis/program/trace.h"
#include "trace_words.h"

namespace lapis::program {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t longest_expression = 400;

struct ValueToJson {
  Json operator()(bool value) const { return value; }
  Json operator()(std::int64_t value) const { return value; }
  Json operator()(const std::string& value) const { return value; }
  Json operator()(const lang::WireName& value) const { return dns::to_text(value.view()); }
  Json operator()(const IpAddress& value) const { return value.to_string(); }
  Json operator()(const Prefix& value) const { return value.to_string(); }
  Json operator()(const lang::SharedList& list) const {
    Json out = Json::array();
    for (const IpAddress& address : (*list).addresses) out.push_back(address.to_string());
    return out;
  }
};

Json value_json(const lang::Constant& value) {
  return std::visit(ValueToJson{}, value);
}

/// null for a place that is not known.
Json place_json(Span span, const SourceMap& sources) {
  if (!span.known() || span.file > sources.size()) return nullptr;
  const Location at = sources.locate(span);
  return {{"path", at.path},
          {"line", at.line},
          {"column", at.column},
          {"end_line", at.end_line},
          {"end_column", at.end_column}};
}

Json observation_json(const lang::Observation& seen, const SourceMap& sources) {
  Json out{{"expression", expression_text(*seen.expr, sources, longest_expression)},
           {"value", value_json(seen.value)},
           {"at", place_json(seen.expr->span, sources)}};
  if (!seen.parts.empty()) {
    Json parts = Json::array();
    for (const lang::Observation& part : seen.parts) {
      parts.push_back(observation_json(part, sources));
    }
    out["parts"] = std::move(parts);
  }
  Json left_out = Json::array();
  for (const lang::Expr* part : skipped(seen)) {
    left_out.push_back({{"expression", expression_text(*part, sources, longest_expression)},
                        {"at", place_json(part->span, sources)}});
  }
  if (!left_out.empty()) out["not_looked_at"] = std::move(left_out);
  return out;
}

}  // namespace

std::string trace_json(const Trace& trace, const ProgramSet& set, const SourceMap& sources) {
  Json out;
  out["program"] = nullptr;
  out["scope"] = trace.scope;
  out["fields"] = Json::array();
  for (const TracedField& field : trace.fields) {
    out["fields"].push_back({{"name", field.name},
                             {"value", value_json(field.value)},
                             {"source", field.source.words},
                             {"at", place_json(field.source.span, sources)}});
  }
  out["tried"] = Json::array();
  for (const TracedProgram& tried : trace.tried) {
    const lang::Program& program = set.programs()[tried.program];
    out["tried"].push_back({{"program", program.name},
                            {"at", place_json(program.name_span, sources)},
                            {"matched", tried.matched},
                            {"match", observation_json(tried.match, sources)}});
  }
  out["response"] = nullptr;
  if (trace.program >= 0) {
    out["program"] = set.programs()[static_cast<std::size_t>(trace.program)].name;
    out["response"] = {{"ipv4", observation_json(trace.ipv4, sources)},
                       {"ipv6", observation_json(trace.ipv6, sources)},
                       {"ttl", observation_json(trace.ttl, sources)}};
  }
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace lapis::program
