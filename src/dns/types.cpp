#include "lapis/dns/types.h"

#include <algorithm>
#include <charconv>

#include "lapis/dns/name.h"

namespace lapis::dns {
namespace {

struct Entry {
  std::uint16_t number;
  const char* name;
};

constexpr Entry types[] = {{type::a, "A"},
                           {type::ns, "NS"},
                           {type::md, "MD"},
                           {type::mf, "MF"},
                           {type::cname, "CNAME"},
                           {type::soa, "SOA"},
                           {type::mb, "MB"},
                           {type::mg, "MG"},
                           {type::mr, "MR"},
                           {type::null, "NULL"},
                           {type::wks, "WKS"},
                           {type::ptr, "PTR"},
                           {type::hinfo, "HINFO"},
                           {type::minfo, "MINFO"},
                           {type::mx, "MX"},
                           {type::txt, "TXT"},
                           {type::rp, "RP"},
                           {type::afsdb, "AFSDB"},
                           {type::x25, "X25"},
                           {type::isdn, "ISDN"},
                           {type::rt, "RT"},
                           {type::nsap, "NSAP"},
                           {type::nsap_ptr, "NSAP-PTR"},
                           {type::sig, "SIG"},
                           {type::key, "KEY"},
                           {type::px, "PX"},
                           {type::gpos, "GPOS"},
                           {type::aaaa, "AAAA"},
                           {type::loc, "LOC"},
                           {type::nxt, "NXT"},
                           {type::eid, "EID"},
                           {type::nimloc, "NIMLOC"},
                           {type::srv, "SRV"},
                           {type::atma, "ATMA"},
                           {type::naptr, "NAPTR"},
                           {type::kx, "KX"},
                           {type::cert, "CERT"},
                           {type::a6, "A6"},
                           {type::dname, "DNAME"},
                           {type::sink, "SINK"},
                           {type::opt, "OPT"},
                           {type::apl, "APL"},
                           {type::ds, "DS"},
                           {type::sshfp, "SSHFP"},
                           {type::ipseckey, "IPSECKEY"},
                           {type::rrsig, "RRSIG"},
                           {type::nsec, "NSEC"},
                           {type::dnskey, "DNSKEY"},
                           {type::dhcid, "DHCID"},
                           {type::nsec3, "NSEC3"},
                           {type::nsec3param, "NSEC3PARAM"},
                           {type::tlsa, "TLSA"},
                           {type::smimea, "SMIMEA"},
                           {type::hip, "HIP"},
                           {type::ninfo, "NINFO"},
                           {type::rkey, "RKEY"},
                           {type::talink, "TALINK"},
                           {type::cds, "CDS"},
                           {type::cdnskey, "CDNSKEY"},
                           {type::openpgpkey, "OPENPGPKEY"},
                           {type::csync, "CSYNC"},
                           {type::zonemd, "ZONEMD"},
                           {type::svcb, "SVCB"},
                           {type::https, "HTTPS"},
                           {type::spf, "SPF"},
                           {type::uinfo, "UINFO"},
                           {type::uid, "UID"},
                           {type::gid, "GID"},
                           {type::unspec, "UNSPEC"},
                           {type::nid, "NID"},
                           {type::l32, "L32"},
                           {type::l64, "L64"},
                           {type::lp, "LP"},
                           {type::eui48, "EUI48"},
                           {type::eui64, "EUI64"},
                           {type::nxname, "NXNAME"},
                           {type::tkey, "TKEY"},
                           {type::tsig, "TSIG"},
                           {type::ixfr, "IXFR"},
                           {type::axfr, "AXFR"},
                           {type::mailb, "MAILB"},
                           {type::maila, "MAILA"},
                           {type::any, "ANY"},
                           {type::uri, "URI"},
                           {type::caa, "CAA"},
                           {type::avc, "AVC"},
                           {type::amtrelay, "AMTRELAY"},
                           {type::ta, "TA"},
                           {type::dlv, "DLV"}};

constexpr Entry classes[] = {{rrclass::in, "IN"},
                             {rrclass::ch, "CH"},
                             {rrclass::hs, "HS"},
                             {rrclass::none, "NONE"},
                             {rrclass::any, "ANY"}};

constexpr Entry rcodes[] = {{rcode::noerror, "NOERROR"},   {rcode::formerr, "FORMERR"},
                            {rcode::servfail, "SERVFAIL"}, {rcode::nxdomain, "NXDOMAIN"},
                            {rcode::notimp, "NOTIMP"},     {rcode::refused, "REFUSED"},
                            {rcode::yxdomain, "YXDOMAIN"}, {rcode::notauth, "NOTAUTH"},
                            {rcode::badvers, "BADVERS"},   {rcode::badcookie, "BADCOOKIE"}};

template <std::size_t N>
std::string name_in(const Entry (&table)[N], std::uint16_t number, const char* generic) {
  for (const Entry& entry : table) {
    if (entry.number == number) return entry.name;
  }
  return generic + std::to_string(number);
}

bool equal_folded(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return to_lower(static_cast<std::uint8_t>(x)) == to_lower(static_cast<std::uint8_t>(y));
  });
}

}  // namespace

std::string type_name(std::uint16_t type) {
  return name_in(types, type, "TYPE");
}
std::string class_name(std::uint16_t rrclass) {
  return name_in(classes, rrclass, "CLASS");
}
std::string rcode_name(std::uint16_t rcode) {
  return name_in(rcodes, rcode, "RCODE");
}

std::optional<std::uint16_t> parse_type(std::string_view text) {
  for (const Entry& entry : types) {
    if (equal_folded(text, entry.name)) return entry.number;
  }
  if (text.size() <= 4 || !equal_folded(text.substr(0, 4), "TYPE")) return std::nullopt;
  std::uint16_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + 4, end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

}  // namespace lapis::dns
