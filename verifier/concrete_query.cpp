#include "concrete_query.h"

#include <algorithm>

namespace lapis::verify {

lang::QueryFields ConcreteQuery::fields() const {
  lang::QueryFields f;
  f.qname = qname;
  f.zone = zone;
  f.ipv6 = ipv6;
  f.client = client;
  f.resolver = resolver;
  f.transport = transport;
  f.site = site;
  f.region = region;
  f.country = country;
  f.continent = continent;
  f.asn = asn;
  values_.resize(numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) values_[i] = {numbers[i], texts[i]};
  f.attributes = values_.data();
  return f;
}

Witness ConcreteQuery::witness(const lang::Set& set) const {
  Witness w;
  w.qname = dns::to_text(qname);
  w.zone = dns::to_text(zone);
  w.qtype = ipv6 ? "AAAA" : "A";
  w.client = client.to_string();
  w.resolver = resolver.to_string();
  w.transport = std::string(lang::transport_values[transport]);
  w.site = site;
  w.region = region;
  w.country = country;
  w.continent = continent;
  w.asn = asn;
  for (std::size_t i = 0; i < set.attributes.size(); ++i) {
    const lang::Attribute& attribute = set.attributes[i];
    AttributeText value = texts[i];
    if (attribute.type.kind == lang::Kind::boolean) value = numbers[i] != 0;
    if (attribute.type.kind == lang::Kind::integer) value = numbers[i];
    w.attributes.emplace_back(attribute.name, std::move(value));
  }
  return w;
}

namespace {

std::string* text_of(ConcreteQuery& q, std::uint32_t field) {
  switch (field) {
    case lang::field_site:
      return &q.site;
    case lang::field_region:
      return &q.region;
    case lang::field_country:
      return &q.country;
    case lang::field_continent:
      return &q.continent;
    default:
      return field >= lang::first_attribute ? &q.texts[field - lang::first_attribute] : nullptr;
  }
}

}  // namespace

void set_text(ConcreteQuery& q, std::uint32_t field, const std::string& text) {
  if (field == lang::field_qtype) {
    q.ipv6 = text == lang::qtype_values[1];
  } else if (field == lang::field_transport) {
    const auto at = std::find(lang::transport_values.begin(), lang::transport_values.end(), text);
    q.transport = static_cast<std::uint8_t>(at - lang::transport_values.begin());
  } else {
    *text_of(q, field) = text;
  }
}

void set_number(ConcreteQuery& q, std::uint32_t field, std::int64_t value) {
  if (field == lang::field_asn) {
    q.asn = static_cast<std::uint32_t>(value);
  } else {
    q.numbers[field - lang::first_attribute] = value;
  }
}

}  // namespace lapis::verify
