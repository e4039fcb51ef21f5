// Fields with a notation of their own: APL, CAA tags, identifiers, gateways, HIP, WKS; and those
// whose notation is left to ldns (NSAP, ATMA).
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "ldns.h"
#include "rdata_text.h"

namespace lapis::zone {
namespace {

bool read_address(std::string_view text, int family, std::uint8_t* out) {
  std::array<char, INET6_ADDRSTRLEN> copy{};
  if (text.size() >= copy.size()) return false;
  std::memcpy(copy.data(), text.data(), text.size());
  return inet_pton(family, copy.data(), out) == 1;
}

bool parse_number(std::string_view text, unsigned& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

/// One "[!]family:address/length" (RFC 3123 §5).
bool append_apl_item(std::string_view item, std::vector<std::uint8_t>& out) {
  const bool negated = item.starts_with('!');
  if (negated) item.remove_prefix(1);
  const std::size_t colon = item.find(':');
  const std::size_t slash = item.rfind('/');
  if (colon == std::string_view::npos || slash == std::string_view::npos || slash < colon) {
    return false;
  }
  unsigned family = 0;
  unsigned length = 0;
  std::array<std::uint8_t, 16> address{};
  if (!parse_number(item.substr(0, colon), family) || !parse_number(item.substr(slash + 1), length))
    return false;
  if ((family != 1 && family != 2) || length > (family == 1 ? 32U : 128U)) return false;
  if (!read_address(item.substr(colon + 1, slash - colon - 1), family == 1 ? AF_INET : AF_INET6,
                    address.data())) {
    return false;
  }
  // RFC 3123 §4: trailing zero octets are not sent.
  std::size_t octets = family == 1 ? 4 : 16;
  while (octets > 0 && address[octets - 1] == 0) --octets;
  out.push_back(0);
  out.push_back(static_cast<std::uint8_t>(family));
  out.push_back(static_cast<std::uint8_t>(length));
  out.push_back(static_cast<std::uint8_t>(octets | (negated ? 0x80U : 0U)));
  out.insert(out.end(), address.begin(), address.begin() + static_cast<std::ptrdiff_t>(octets));
  return true;
}

/// The gateway of IPSECKEY (RFC 4025 §2.5) and the relay of AMTRELAY (RFC 8777 §4.2.4).
bool read_gateway(FieldReader& in, std::uint64_t kind) {
  switch (kind) {
    case 0: {
      const Token* token = in.take("a gateway, \".\" for none");
      if (token == nullptr) return false;
      if (in.chars(*token) == ".") return true;
      return in.fail(*token, "expected \".\": type 0 has no gateway");
    }
    case 1:
      return in.ipv4();
    case 2:
      return in.ipv6();
    case 3:
      return in.name();
    default:
      return in.fail_at_end("gateway type above 3");
  }
}

using LdnsReader = ldns_status (*)(ldns_rdf**, const char*);

/// Hands the rest of the record, tokens joined by blanks, to ldns.
bool read_with_ldns(FieldReader& in, LdnsReader reader, const char* what) {
  if (in.at_end()) return in.take(what) != nullptr;
  const Token first = in.peek_token();
  Token last = first;
  std::string joined;
  while (!in.at_end()) {
    last = *in.take(what);
    if (!joined.empty()) joined += ' ';
    joined += in.chars(last);
  }
  // ldns copies words into fixed buffers of its own; nothing that long is a value of these types.
  constexpr std::size_t longest = 1000;
  ldns_rdf* rdf = nullptr;
  if (joined.size() > longest || joined.find('\0') != std::string::npos ||
      reader(&rdf, joined.c_str()) != LDNS_STATUS_OK || rdf == nullptr) {
    if (rdf != nullptr) ldns_rdf_deep_free(rdf);
    return in.fail(first, last, std::string("expected ") + what);
  }
  const std::uint8_t* data = ldns_rdf_data(rdf);
  in.out().insert(in.out().end(), data, data + ldns_rdf_size(rdf));
  ldns_rdf_deep_free(rdf);
  return true;
}

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(dns::to_lower(c)); });
  return out;
}

/// A protocol by number or by its name in /etc/protocols; -1 when it is neither.
int protocol_number(std::string_view text) {
  unsigned number = 0;
  if (parse_number(text, number)) return number <= 255 ? static_cast<int>(number) : -1;
  const std::string name = lowered(text);
  // The two that nearly every record has are known without that file.
  if (name == "tcp") return IPPROTO_TCP;
  if (name == "udp") return IPPROTO_UDP;
  std::array<char, 1024> room;
  protoent entry{};
  protoent* found = nullptr;
  if (getprotobyname_r(name.c_str(), &entry, room.data(), room.size(), &found) != 0) return -1;
  return found == nullptr ? -1 : found->p_proto;
}

/// A port by number or by the name of its service in /etc/services; -1 when it is neither.
int port_number(std::string_view text, int protocol) {
  unsigned number = 0;
  if (parse_number(text, number)) return number <= 65535 ? static_cast<int>(number) : -1;
  std::array<char, 1024> room;
  servent entry{};
  servent* found = nullptr;
  const char* const name = protocol == IPPROTO_UDP ? "udp" : "tcp";
  if (getservbyname_r(lowered(text).c_str(), name, &entry, room.data(), room.size(), &found) != 0) {
    return -1;
  }
  return found == nullptr ? -1 : ntohs(static_cast<std::uint16_t>(found->s_port));
}

}  // namespace

bool read_caa_tag(FieldReader& in) {
  const Token* token = in.take("a CAA property tag");
  if (token == nullptr) return false;
  const std::string_view tag = in.chars(*token);
  const bool good =
      !tag.empty() && tag.size() <= 255 && std::all_of(tag.begin(), tag.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      });
  if (!good) return in.fail(*token, "a CAA property tag has only letters and digits");
  in.put8(tag.size());
  in.out().insert(in.out().end(), tag.begin(), tag.end());
  return true;
}

bool read_apl(FieldReader& in) {
  while (!in.at_end()) {
    const Token* token = in.take("an address prefix");
    if (!append_apl_item(in.chars(*token), in.out())) {
      return in.fail(*token,
                     "expected an address prefix such as 1:192.0.2.0/24 or !2:2001:db8::/32");
    }
  }
  return true;
}

bool read_node_id(FieldReader& in) {
  // RFC 6742 §2.1.2: four groups of up to four hexadecimal digits.
  const Token* token = in.take("a 64-bit identifier");
  if (token == nullptr) return false;
  std::string_view rest = in.chars(*token);
  for (int group = 0; group < 4; ++group) {
    const std::size_t size = group < 3 ? rest.find(':') : rest.size();
    unsigned value = 0;
    const bool good = size != std::string_view::npos && size >= 1 && size <= 4;
    const auto end =
        good ? std::from_chars(rest.data(), rest.data() + size, value, 16).ptr : nullptr;
    if (!good || end != rest.data() + size) {
      return in.fail(*token, "expected four groups of hexadecimal digits with colons between");
    }
    in.put16(value);
    rest.remove_prefix(group < 3 ? size + 1 : size);
  }
  return true;
}

bool read_eui(FieldReader& in, std::size_t octets) {
  const Token* token = in.take("an EUI address");
  if (token == nullptr) return false;
  const std::string_view text = in.chars(*token);
  bool good = text.size() == octets * 3 - 1;
  for (std::size_t i = 0; good && i < octets; ++i) {
    good =
        append_hex(text.substr(i * 3, 2), in.out()) && (i + 1 == octets || text[i * 3 + 2] == '-');
  }
  if (good) return true;
  return in.fail(
      *token, "expected " + std::to_string(octets) + " octets in hexadecimal with hyphens between");
}

bool read_ipseckey(FieldReader& in) {
  std::uint64_t kind = 0;
  if (!in.u8() || !in.number(3, kind, "a gateway type from 0 to 3")) return false;
  in.put8(kind);
  return in.u8() && read_gateway(in, kind) && in.base64_rest(true);
}

bool read_amtrelay(FieldReader& in) {
  std::uint64_t discovery = 0;
  std::uint64_t kind = 0;
  if (!in.u8() || !in.number(1, discovery, "the discovery bit, 0 or 1") ||
      !in.number(3, kind, "a relay type from 0 to 3")) {
    return false;
  }
  in.put8(discovery << 7 | kind);
  if (kind == 0 && in.at_end()) return true;
  return read_gateway(in, kind);
}

bool read_hip(FieldReader& in) {
  // RFC 8005 §5: HIT length, algorithm, key length, HIT, key, rendezvous servers.
  const std::size_t header = in.out().size();
  in.put32(0);
  std::uint64_t algorithm = 0;
  if (!in.number(255, algorithm, "a public key algorithm from 0 to 255")) return false;
  const Token* hit = in.take("a host identity tag in hexadecimal");
  if (hit == nullptr) return false;
  if (!append_hex(in.chars(*hit), in.out())) {
    return in.fail(*hit, "expected a host identity tag in hexadecimal");
  }
  const std::size_t hit_size = in.out().size() - header - 4;
  const Token* key = in.take("a public key in base64");
  if (key == nullptr) return false;
  if (!append_base64(in.chars(*key), in.out())) {
    return in.fail(*key, "expected a public key in base64");
  }
  const std::size_t key_size = in.out().size() - header - 4 - hit_size;
  if (hit_size == 0 || hit_size > 255) return in.fail(*hit, "host identity tag of 1 to 255 octets");
  if (key_size == 0 || key_size > 65535) return in.fail(*key, "public key of 1 to 65535 octets");
  in.out()[header] = static_cast<std::uint8_t>(hit_size);
  in.out()[header + 1] = static_cast<std::uint8_t>(algorithm);
  in.out()[header + 2] = static_cast<std::uint8_t>(key_size >> 8);
  in.out()[header + 3] = static_cast<std::uint8_t>(key_size & 0xFF);
  while (!in.at_end()) {
    if (!in.name()) return false;
  }
  return true;
}

bool read_wks(FieldReader& in) {
  // RFC 1035 §3.4.2: address, protocol, and a bit for each port.
  if (!in.ipv4()) return false;
  const Token* protocol = in.take("a protocol");
  if (protocol == nullptr) return false;
  const int number = protocol_number(in.chars(*protocol));
  if (number < 0) return in.fail(*protocol, "expected a protocol number or name");
  in.put8(static_cast<std::uint64_t>(number));
  std::vector<std::uint8_t> bits;
  while (!in.at_end()) {
    const Token* service = in.take("a service");
    const int port = port_number(in.chars(*service), number);
    if (port < 0) return in.fail(*service, "expected a port number or the name of a service");
    const auto octet = static_cast<std::size_t>(port / 8);
    if (bits.size() <= octet) bits.resize(octet + 1);
    bits[octet] |= static_cast<std::uint8_t>(0x80 >> port % 8);
  }
  in.out().insert(in.out().end(), bits.begin(), bits.end());
  return true;
}

bool read_nsap(FieldReader& in) {
  return read_with_ldns(in, ldns_str2rdf_nsap, "an NSAP address in hexadecimal after 0x");
}

bool read_atma(FieldReader& in) {
  return read_with_ldns(in, ldns_str2rdf_atma, "an ATM address in hexadecimal");
}

}  // namespace lapis::zone
