#include "answer.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "lapis/lang/interpreter.h"
#include "lapis/program/trace.h"
#include "lapis/report/witness.h"

namespace lapis::cli {
namespace {

constexpr std::size_t longest_expression = 160;

void copy(const lang::AddressList& from, std::vector<IpAddress>& to) {
  to.assign(from.data, from.data + from.count);
}

void append_number(std::string& out, std::int64_t number) {
  char digits[24];
  const auto [end, code] = std::to_chars(digits, digits + sizeof digits, number);
  out.append(digits, end);
}

void append_address(std::string& out, const IpAddress& address) {
  if (address.is_v4()) {
    const std::uint32_t value = address.v4_value();
    for (int shift = 24; shift >= 0; shift -= 8) {
      append_number(out, value >> static_cast<unsigned>(shift) & 0xFFU);
      if (shift > 0) out += '.';
    }
    return;
  }
  char text[INET6_ADDRSTRLEN];
  const auto octets = address.octets();
  out += inet_ntop(AF_INET6, octets.data(), text, sizeof text);
}

void append_addresses(std::string& out, const std::vector<IpAddress>& addresses) {
  out += '[';
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    out += i == 0 ? "\"" : ",\"";
    append_address(out, addresses[i]);
    out += '"';
  }
  out += ']';
}

/// The conjunct that made `match` false: conjunctions are taken apart, anything else is itself.
const lang::Expr& first_false(const lang::Expr& match, lang::Interpreter& interpreter) {
  const lang::Expr* e = &match;
  while (e->op == lang::Op::and_) {
    const auto at = std::find_if(e->args.begin(), e->args.end(), [&](const lang::Expr* part) {
      return !interpreter.evaluate(*part);
    });
    if (at == e->args.end()) break;
    e = *at;
  }
  return *e;
}

std::vector<std::uint32_t> fields_in(const lang::Expr& root) {
  std::vector<std::uint32_t> fields;
  std::vector<const lang::Expr*> open{&root};
  while (!open.empty()) {
    const lang::Expr* e = open.back();
    open.pop_back();
    if (e->op == lang::Op::field) fields.push_back(e->index);
    open.insert(open.end(), e->args.begin(), e->args.end());
  }
  std::sort(fields.begin(), fields.end());
  fields.erase(std::unique(fields.begin(), fields.end()), fields.end());
  return fields;
}

std::string quoted(std::string_view text) {
  std::string out;
  report::append_json_string(out, text);
  return out;
}

std::string field_value(const lang::Set& set, std::uint32_t field,
                        const program::QueryContext& query) {
  switch (field) {
    case lang::field_qname:
      return dns::to_text(query.qname);
    case lang::field_zone:
      return dns::to_text(query.zone);
    case lang::field_qtype:
      return quoted(lang::qtype_values[query.ipv6 ? 1 : 0]);
    case lang::field_client:
      return query.client.to_string();
    case lang::field_resolver:
      return query.resolver.to_string();
    case lang::field_transport:
      return quoted(lang::transport_values[query.transport]);
    case lang::field_site:
      return quoted(query.site);
    case lang::field_region:
      return quoted(query.region);
    case lang::field_country:
      return quoted(query.country);
    case lang::field_continent:
      return quoted(query.continent);
    case lang::field_asn:
      return std::to_string(query.asn);
    default:
      break;
  }
  const auto& value = query.attributes[field - lang::first_attribute];
  switch (set.attributes[field - lang::first_attribute].type.kind) {
    case lang::Kind::boolean:
      return value.number != 0 ? "true" : "false";
    case lang::Kind::integer:
      return std::to_string(value.number);
    default:
      return quoted(value.text);
  }
}

}  // namespace

Answerer::Answerer(const program::ProgramSet& set) : set_(set) {
  set_.prepare(scratch_);
  memory_.prepare(set_.definition());
  for (const lang::Program& program : set_.programs()) json_names_.push_back(quoted(program.name));
}

void Answerer::answer(const program::QueryContext& query, Answer& out) {
  out.ipv4.clear();
  out.ipv6.clear();
  out.ttl = 0;
  out.program = set_.decide(query, scratch_).program;
  if (out.program < 0) return;
  const lang::Program& program = set_.programs()[static_cast<std::size_t>(out.program)];
  lang::Interpreter interpreter(query, memory_);
  copy(interpreter.list(*program.ipv4), out.ipv4);
  copy(interpreter.list(*program.ipv6), out.ipv6);
  out.ttl = interpreter.number(*program.ttl);
}

std::string Answerer::why_not(std::size_t index, const program::QueryContext& query,
                              const SourceMap& sources) {
  const lang::Program& program = set_.programs()[index];
  lang::Interpreter interpreter(query, memory_);
  if (interpreter.evaluate(*program.match)) return {};
  const lang::Expr& part = first_false(*program.match, interpreter);
  std::string words = program::expression_text(part, sources, longest_expression) + " is false";
  const char* separator = ": ";
  for (const std::uint32_t field : fields_in(part)) {
    words += separator + set_.definition().field_name(field) + " is " +
             field_value(set_.definition(), field, query);
    separator = ", ";
  }
  return words;
}

void Answerer::append_json(const Answer& answer, std::string& out) const {
  if (answer.program < 0) {
    out += R"({"program":null,"ipv4":[],"ipv6":[],"ttl":null})";
    return;
  }
  out += R"({"program":)";
  out += json_names_[static_cast<std::size_t>(answer.program)];
  out += R"(,"ipv4":)";
  append_addresses(out, answer.ipv4);
  out += R"(,"ipv6":)";
  append_addresses(out, answer.ipv6);
  out += R"(,"ttl":)";
  append_number(out, answer.ttl);
  out += '}';
}

}  // namespace lapis::cli
