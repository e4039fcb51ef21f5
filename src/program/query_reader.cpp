#include "lapis/program/query_reader.h"

#include <algorithm>
#include <charconv>

#include "lapis/lang/field.h"
#include "lapis/lang/type.h"
#include "lapis/program/places.h"

namespace lapis::program {
namespace {

/// Who asks when a query does not say.
const IpAddress default_client = IpAddress::v4(0x7F000001);

bool mentions(const lang::Expr& root, std::uint32_t field) {
  std::vector<const lang::Expr*> open{&root};
  while (!open.empty()) {
    const lang::Expr* e = open.back();
    open.pop_back();
    if (e->op == lang::Op::field && e->index == field) return true;
    open.insert(open.end(), e->args.begin(), e->args.end());
  }
  return false;
}

bool uses_field(const ProgramSet& set, std::uint32_t field) {
  return std::any_of(set.programs().begin(), set.programs().end(), [&](const lang::Program& p) {
    return mentions(*p.match, field) || mentions(*p.ipv4, field) || mentions(*p.ipv6, field) ||
           mentions(*p.ttl, field);
  });
}

AttributeValue value_of(const lang::Constant& constant) {
  AttributeValue value;
  if (const bool* b = std::get_if<bool>(&constant)) value.number = *b ? 1 : 0;
  if (const auto* n = std::get_if<std::int64_t>(&constant)) value.number = *n;
  if (const auto* s = std::get_if<std::string>(&constant)) value.text = *s;
  return value;
}

std::string expected(const lang::Attribute& attribute) {
  return "attribute '" + attribute.name + "' must be " + lang::to_string(attribute.type);
}

/// True when `given` is a value of the attribute; `out` then holds it.
bool convert(const lang::Attribute& attribute, const AttributeText& given, AttributeValue& out) {
  const lang::Type& type = attribute.type;
  if (type.kind == lang::Kind::boolean) {
    const bool* b = std::get_if<bool>(&given);
    if (b == nullptr) return false;
    out.number = *b ? 1 : 0;
    return true;
  }
  if (type.kind == lang::Kind::integer) {
    const auto* n = std::get_if<std::int64_t>(&given);
    if (n == nullptr || *n < type.low || *n > type.high) return false;
    out.number = *n;
    return true;
  }
  const auto* s = std::get_if<std::string>(&given);
  if (s == nullptr || s->size() > lang::max_text) return false;
  if (type.domain && !std::binary_search(type.domain->begin(), type.domain->end(), *s)) {
    return false;
  }
  out.text = *s;
  return true;
}

bool parse_address(const std::string& text, const char* what, IpAddress& out, std::string& error) {
  const auto address = IpAddress::parse(text);
  if (!address) {
    error = std::string(what) + ": '" + text + "' is not an IP address";
    return false;
  }
  out = *address;
  return true;
}

bool parse_domain_name(const std::string& text, const char* what, dns::Name& out,
                       std::string& error) {
  dns::NameError code = dns::NameError::none;
  const dns::Name root;
  const auto name = dns::parse_name(text, root, code);
  if (!name) {
    error = std::string(what) + ": '" + text + "': " + dns::to_string(code);
    return false;
  }
  out = *name;
  return true;
}

}  // namespace

QueryReader::QueryReader(const ProgramSet& set)
    : set_(set), uses_zone_(uses_field(set, lang::field_zone)) {
  for (const lang::Attribute& attribute : set.definition().attributes) {
    attribute_index_.emplace(attribute.name, defaults_.size());
    defaults_.push_back(value_of(attribute.default_value));
  }
  values_ = defaults_;
}

bool QueryReader::read(const Witness& query, std::string& error, geo::Fields given) {
  if (!read_names(query, error) || !read_addresses(query, error) || !read_places(query, error) ||
      !read_attributes(query, error)) {
    return false;
  }
  if (places_ != nullptr) look_up_place(given);
  return true;
}

bool QueryReader::read_names(const Witness& query, std::string& error) {
  if (query.qname.empty()) {
    error = "qname is missing";
    return false;
  }
  if (!parse_domain_name(query.qname, "qname", qname_, error)) return false;
  if (query.zone.empty()) {
    if (uses_zone_) {
      error = "zone is missing, and the set looks at it";
      return false;
    }
    zone_ = dns::Name();
    last_zone_.clear();
  } else if (query.zone != last_zone_) {
    last_zone_.clear();
    if (!parse_domain_name(query.zone, "zone", zone_, error)) return false;
    last_zone_ = query.zone;
  }
  if (!dns::is_under(qname_, zone_)) {
    error = "qname '" + query.qname + "' is not in zone '" + query.zone + "'";
    return false;
  }
  context_.qname = qname_;
  context_.zone = zone_;
  if (query.qtype != "A" && query.qtype != "AAAA") {
    error = "qtype must be A or AAAA, not '" + query.qtype + "'";
    return false;
  }
  context_.ipv6 = query.qtype == "AAAA";
  return true;
}

bool QueryReader::read_addresses(const Witness& query, std::string& error) {
  context_.client = context_.resolver = default_client;
  if (!query.client.empty() && !parse_address(query.client, "client", context_.client, error)) {
    return false;
  }
  if (!query.resolver.empty() &&
      !parse_address(query.resolver, "resolver", context_.resolver, error)) {
    return false;
  }
  // Without a client-subnet option the client is the source, and the source the client.
  if (query.client.empty()) context_.client = context_.resolver;
  if (query.resolver.empty()) context_.resolver = context_.client;
  const auto& transports = lang::transport_values;
  const auto at = std::find(transports.begin(), transports.end(), query.transport);
  if (at == transports.end()) {
    error = "transport must be udp, tcp or tls, not '" + query.transport + "'";
    return false;
  }
  context_.transport = static_cast<std::uint8_t>(at - transports.begin());
  return true;
}

bool QueryReader::read_places(const Witness& query, std::string& error) {
  for (const lang::ClosedField& closed : set_.definition().closed_fields) {
    const bool is_site = closed.field == lang::field_site;
    const std::string& given = is_site ? query.site : query.region;
    if (given.empty() || std::binary_search(closed.values.begin(), closed.values.end(), given)) {
      continue;
    }
    error = std::string(is_site ? "site" : "region") + " '" + given +
            "' is not among those the set declares";
    return false;
  }
  for (const auto* text : {&query.site, &query.region, &query.country, &query.continent}) {
    if (text->size() <= lang::max_text) continue;
    error = "site, region, country and continent have at most 255 octets";
    return false;
  }
  context_.site = query.site;
  context_.region = query.region;
  context_.country = query.country;
  context_.continent = query.continent;
  context_.asn = query.asn;
  return true;
}

void QueryReader::look_up_place(geo::Fields given) {
  using geo::Field;
  if (!context_.country.empty()) given |= geo::only(Field::country);
  if (!context_.continent.empty()) given |= geo::only(Field::continent);
  if (context_.asn != 0) given |= geo::only(Field::asn);
  set_place(context_, *places_, geo::all_fields & ~given);
}

bool QueryReader::read_attributes(const Witness& query, std::string& error) {
  context_.attributes = defaults_.empty() ? nullptr : defaults_.data();
  if (query.attributes.empty()) return true;
  std::copy(defaults_.begin(), defaults_.end(), values_.begin());
  for (const auto& [name, given] : query.attributes) {
    const auto entry = attribute_index_.find(name);
    if (entry == attribute_index_.end()) {
      error = "attribute '" + name + "' is not declared";
      return false;
    }
    const lang::Attribute& attribute = set_.definition().attributes[entry->second];
    if (!convert(attribute, given, values_[entry->second])) {
      error = expected(attribute);
      return false;
    }
  }
  context_.attributes = values_.data();
  return true;
}

bool read_attribute_option(const ProgramSet& set, std::string_view option,
                           std::pair<std::string, AttributeText>& out, std::string& error) {
  const std::size_t sign = option.find('=');
  if (sign == std::string_view::npos || sign == 0) {
    error = "--attr wants name=value, not '" + std::string(option) + "'";
    return false;
  }
  out.first = std::string(option.substr(0, sign));
  const std::string_view text = option.substr(sign + 1);
  const auto& attributes = set.definition().attributes;
  const auto at = std::find_if(attributes.begin(), attributes.end(),
                               [&](const lang::Attribute& a) { return a.name == out.first; });
  if (at == attributes.end()) {
    std::vector<std::string> names;
    for (const lang::Attribute& a : attributes) names.push_back(a.name);
    const std::string meant = did_you_mean(out.first, names);
    error = "attribute '" + out.first + "' is not declared";
    if (!meant.empty()) error += "; did you mean '" + meant + "'?";
    return false;
  }
  out.second = std::string(text);
  if (at->type.kind == lang::Kind::boolean) {
    if (text == "true" || text == "false") out.second = text == "true";
  } else if (at->type.kind == lang::Kind::integer) {
    std::int64_t number = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (code == std::errc{} && end == text.data() + text.size()) out.second = number;
  }
  AttributeValue ignored;
  if (convert(*at, out.second, ignored)) return true;
  error = expected(*at);
  return false;
}

bool read_asn(std::string_view text, std::uint32_t& out, std::string& error) {
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (code == std::errc{} && end == text.data() + text.size()) return true;
  error = "'" + std::string(text) + "' is not the number of an autonomous system";
  return false;
}

}  // namespace lapis::program
