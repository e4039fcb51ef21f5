// The parsed form of a request: header, question and EDNS, on the raw octets, without allocation.
//
// `parse_query` reads any octets. What it finds wrong becomes the response code that the answer
// must carry; only what must not be answered at all is `silent`. Everything borrowed points into
// the message.
#pragma once

#include <cstdint>
#include <span>

#include "lapis/base/ip.h"
#include "lapis/dns/name.h"
#include "lapis/dns/types.h"

namespace lapis::dns {

/// EDNS client subnet as the query carries it (RFC 7871 §6).
struct ClientSubnet {
  std::uint16_t family = 0;           ///< 1 IPv4, 2 IPv6, 0 "no address"
  std::uint8_t source = 0;            ///< source prefix length in bits
  std::uint8_t octets = 0;            ///< address octets carried
  const std::uint8_t* raw = nullptr;  ///< the option's data: family, lengths, address
  IpAddress address;                  ///< bits past `source` are zero
};

/// The OPT record and the options that concern an authoritative server.
struct Edns {
  bool present = false;
  bool dnssec_ok = false;  ///< DO (RFC 3225)
  std::uint8_t version = 0;
  std::uint16_t udp_payload = 0;
  bool nsid = false;                   ///< RFC 5001
  bool tcp_keepalive = false;          ///< RFC 7828
  bool tcp_keepalive_timeout = false;  ///< and it has data, which is an error over TCP
  bool padding = false;                ///< RFC 7830
  bool has_subnet = false;
  ClientSubnet subnet;
  std::uint8_t cookie_size = 0;  ///< 0, 8, or 16 to 40 (RFC 7873 §4)
  const std::uint8_t* cookie = nullptr;
};

struct Query {
  std::uint16_t id = 0;
  std::uint16_t flags = 0;
  std::uint8_t opcode = 0;
  /// What is wrong with the message, NOERROR if nothing: FORMERR, BADVERS or NOTIMP.
  std::uint16_t error = rcode::noerror;
  /// The question section holds exactly one well-formed question, and the fields below are valid.
  bool has_question = false;
  /// Only a header and an OPT: a request for a server cookie (RFC 7873 §5.4).
  bool only_cookie = false;
  NameView qname;
  std::uint16_t qtype = 0;
  std::uint16_t qclass = 0;
  Edns edns;
  /// Owner, algorithm and times of a TSIG record, when the message carries one (RFC 8945).
  bool has_tsig = false;
  NameView tsig_key;
  NameView tsig_algorithm;
  const std::uint8_t* tsig_fixed = nullptr;  ///< time signed (6 octets), fudge (2)
  std::uint16_t tsig_original_id = 0;

  bool recursion_desired() const { return (flags & flag::rd) != 0; }
  /// Octets of header and question, to be echoed.
  std::size_t question_end() const { return header_octets + qname.size() + 4; }
};

enum class Receipt : std::uint8_t { answer, silent };

/// REQUIRES: `query` is default-constructed or left from an earlier call; it is overwritten.
Receipt parse_query(std::span<const std::uint8_t> message, Query& query);

/// Reads the options of an OPT record's rdata. False when an option is malformed: an option that
/// runs over the end, or bad lengths of one that we know.
bool parse_edns_options(std::span<const std::uint8_t> options, Edns& edns);

/// Octet position after the (possibly compressed) name at `at`, 0 when it is malformed. Pointers
/// must point backwards (RFC 1035 §4.1.4: "a prior occurrence"), which also excludes loops.
std::size_t skip_name(std::span<const std::uint8_t> message, std::size_t at);

inline std::uint16_t read16(const std::uint8_t* p) {
  return static_cast<std::uint16_t>(p[0] << 8 | p[1]);
}
inline std::uint32_t read32(const std::uint8_t* p) {
  return static_cast<std::uint32_t>(read16(p)) << 16 | read16(p + 2);
}
inline void write16(std::uint8_t* p, std::uint16_t v) {
  p[0] = static_cast<std::uint8_t>(v >> 8);
  p[1] = static_cast<std::uint8_t>(v);
}
inline void write32(std::uint8_t* p, std::uint32_t v) {
  write16(p, static_cast<std::uint16_t>(v >> 16));
  write16(p + 2, static_cast<std::uint16_t>(v));
}

}  // namespace lapis::dns
