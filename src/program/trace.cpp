#include "lapis/program/trace.h"

#include <set>

namespace lapis::program {
namespace {

void collect_fields(const lang::Observation& seen, std::set<std::uint32_t>& fields) {
  if (seen.expr == nullptr) return;
  if (seen.expr->op == lang::Op::field) fields.insert(seen.expr->index);
  for (const lang::Observation& part : seen.parts) collect_fields(part, fields);
}

lang::Constant field_value(const lang::Set& set, std::uint32_t field,
                           const lang::QueryFields& query) {
  using namespace lang;
  switch (field) {
    case field_qname:
      return WireName(query.qname);
    case field_zone:
      return WireName(query.zone);
    case field_qtype:
      return std::string(qtype_values[query.ipv6 ? 1 : 0]);
    case field_client:
      return query.client;
    case field_resolver:
      return query.resolver;
    case field_transport:
      return std::string(transport_values[query.transport]);
    case field_site:
      return std::string(query.site);
    case field_region:
      return std::string(query.region);
    case field_country:
      return std::string(query.country);
    case field_continent:
      return std::string(query.continent);
    case field_asn:
      return std::int64_t{query.asn};
    default:
      break;
  }
  const AttributeValue& value = query.attributes[field - first_attribute];
  switch (set.attributes[field - first_attribute].type.kind) {
    case Kind::boolean:
      return value.number != 0;
    case Kind::integer:
      return value.number;
    default:
      return std::string(value.text);
  }
}

}  // namespace

Trace trace(const ProgramSet& set, const QueryContext& query,
            const std::function<FieldSource(std::uint32_t field)>& source) {
  Scratch scratch;
  const lang::QueryFields fields = set.canonical(query, scratch);
  lang::Memory memory;
  memory.prepare(set.definition());
  lang::Tracer tracer(fields, memory);
  Trace out;
  std::set<std::uint32_t> read;
  for (std::size_t i = 0; i < set.programs().size() && out.program < 0; ++i) {
    TracedProgram tried{i, false, tracer.boolean(*set.programs()[i].match)};
    tried.matched = std::get<bool>(tried.match.value);
    if (tried.matched) out.program = static_cast<std::int32_t>(i);
    collect_fields(tried.match, read);
    out.tried.push_back(std::move(tried));
  }
  if (out.program >= 0) {
    const lang::Program& program = set.programs()[static_cast<std::size_t>(out.program)];
    (fields.ipv6 ? out.ipv6 : out.ipv4) =
        tracer.address_list(fields.ipv6 ? *program.ipv6 : *program.ipv4);
    out.ttl = tracer.integer(*program.ttl);
    (fields.ipv6 ? out.ipv4 : out.ipv6) =
        tracer.address_list(fields.ipv6 ? *program.ipv4 : *program.ipv6);
    for (const lang::Observation* part : {&out.ipv4, &out.ipv6, &out.ttl}) {
      collect_fields(*part, read);
    }
  }
  // The scope is a matter of all programs, those included that this walk has no need to look at.
  Scratch asked;
  set.prepare(asked);
  out.scope = set.decide(query, asked).scope;
  for (const std::uint32_t field : read) {
    out.fields.push_back({field, set.definition().field_name(field),
                          field_value(set.definition(), field, fields), source(field)});
  }
  return out;
}

}  // namespace lapis::program
