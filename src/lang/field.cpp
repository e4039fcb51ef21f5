#include "lapis/lang/field.h"

#include "lapis/lang/set.h"

namespace lapis::lang {

const std::array<FieldRow, first_attribute>& field_table() {
  static const std::array<FieldRow, first_attribute> table{{
      {field_qname, "qname", Kind::name, "owner of the address RRset being answered, after CNAMEs"},
      {field_zone, "zone", Kind::name, "apex of the zone that holds qname"},
      {field_qtype, "qtype", Kind::text, "\"A\" or \"AAAA\""},
      {field_client, "client", Kind::address,
       "address from a trusted EDNS client-subnet option, else the source address"},
      {field_resolver, "resolver", Kind::address, "source address of the query"},
      {field_transport, "transport", Kind::text, "\"udp\", \"tcp\" or \"tls\""},
      {field_site, "site", Kind::text, "the server's own site, from its configuration"},
      {field_region, "region", Kind::text, "the server's own region, from its configuration"},
      {field_country, "country", Kind::text, "the client's country, \"\" when unknown"},
      {field_continent, "continent", Kind::text, "the client's continent, \"\" when unknown"},
      {field_asn, "asn", Kind::integer, "the client's AS number, 0 when unknown"},
  }};
  return table;
}

Type Set::field_type(std::uint32_t field) const {
  switch (field) {
    case field_qtype:
      return Type::one_of({"A", "AAAA"});
    case field_transport:
      return Type::one_of({"udp", "tcp", "tls"});
    case field_asn:
      return Type::integer(0, max_asn);
    default:
      break;
  }
  if (field >= first_attribute) return attributes[field - first_attribute].type;
  for (const ClosedField& closed : closed_fields) {
    if (closed.field == field) return Type::one_of(closed.values);
  }
  return Type::simple(field_table()[field].kind);
}

std::string Set::field_name(std::uint32_t field) const {
  if (field >= first_attribute) return attributes[field - first_attribute].name;
  return std::string(field_table()[field].name);
}

}  // namespace lapis::lang
