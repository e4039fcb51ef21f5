// Numbers and names of the protocol: record types, classes, opcodes, response codes, EDNS options.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lapis::dns {

/// Record types as plain numbers: unknown types are ordinary (RFC 3597).
namespace type {
inline constexpr std::uint16_t a = 1, ns = 2, md = 3, mf = 4, cname = 5, soa = 6, mb = 7, mg = 8,
                               mr = 9, null = 10, wks = 11, ptr = 12, hinfo = 13, minfo = 14,
                               mx = 15, txt = 16, rp = 17, afsdb = 18, x25 = 19, isdn = 20, rt = 21,
                               nsap = 22, nsap_ptr = 23, sig = 24, key = 25, px = 26, gpos = 27,
                               aaaa = 28, loc = 29, nxt = 30, eid = 31, nimloc = 32, srv = 33,
                               atma = 34, naptr = 35, kx = 36, cert = 37, a6 = 38, dname = 39,
                               sink = 40, opt = 41, apl = 42, ds = 43, sshfp = 44, ipseckey = 45,
                               rrsig = 46, nsec = 47, dnskey = 48, dhcid = 49, nsec3 = 50,
                               nsec3param = 51, tlsa = 52, smimea = 53, hip = 55, ninfo = 56,
                               rkey = 57, talink = 58, cds = 59, cdnskey = 60, openpgpkey = 61,
                               csync = 62, zonemd = 63, svcb = 64, https = 65, spf = 99,
                               uinfo = 100, uid = 101, gid = 102, unspec = 103, nid = 104,
                               l32 = 105, l64 = 106, lp = 107, eui48 = 108, eui64 = 109,
                               nxname = 128, tkey = 249, tsig = 250, ixfr = 251, axfr = 252,
                               mailb = 253, maila = 254, any = 255, uri = 256, caa = 257, avc = 258,
                               amtrelay = 260, ta = 32768, dlv = 32769;
}  // namespace type

namespace rrclass {
inline constexpr std::uint16_t in = 1, ch = 3, hs = 4, none = 254, any = 255;
}

namespace opcode {
inline constexpr std::uint8_t query = 0, iquery = 1, status = 2, notify = 4, update = 5, dso = 6;
}

/// Response codes; above 15 they need EDNS (RFC 6891 §6.1.3).
namespace rcode {
inline constexpr std::uint16_t noerror = 0, formerr = 1, servfail = 2, nxdomain = 3, notimp = 4,
                               refused = 5, yxdomain = 6, notauth = 9, badvers = 16, badcookie = 23;
}

/// TSIG error numbers (RFC 8945 §3).
namespace tsig_error {
inline constexpr std::uint16_t badkey = 17;
}

/// EDNS option codes.
namespace edns_option {
inline constexpr std::uint16_t nsid = 3, client_subnet = 8, cookie = 10, tcp_keepalive = 11,
                               padding = 12, extended_error = 15;
}

/// Extended DNS Error codes (RFC 8914 §4).
namespace extended_error {
inline constexpr std::uint16_t other = 0, not_ready = 14, prohibited = 18, not_authoritative = 20,
                               not_supported = 21, invalid_data = 24;
}

/// Header flag bits, in the 16-bit flags word (RFC 1035 §4.1.1, RFC 4035 §3.1.6).
namespace flag {
inline constexpr std::uint16_t qr = 0x8000, aa = 0x0400, tc = 0x0200, rd = 0x0100, ra = 0x0080,
                               ad = 0x0020, cd = 0x0010;
}

inline constexpr std::size_t header_octets = 12;
inline constexpr std::size_t classic_udp_octets = 512;  // RFC 1035 §2.3.4

/// "AAAA", or "TYPE65280" for a number without a mnemonic (RFC 3597 §5).
std::string type_name(std::uint16_t type);
/// Reads a mnemonic in any case or TYPEnnn.
std::optional<std::uint16_t> parse_type(std::string_view text);
/// "IN", or "CLASS42".
std::string class_name(std::uint16_t rrclass);
/// "NXDOMAIN", or "RCODE42".
std::string rcode_name(std::uint16_t rcode);

}  // namespace lapis::dns
