// Resource record types by number and by mnemonic (IANA "Resource Record (RR) TYPEs").
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lapis::zone {

/// Numbers of the types that code here speaks about by name.
namespace rr {
inline constexpr std::uint16_t a = 1;
inline constexpr std::uint16_t ns = 2;
inline constexpr std::uint16_t cname = 5;
inline constexpr std::uint16_t soa = 6;
inline constexpr std::uint16_t null = 10;
inline constexpr std::uint16_t ptr = 12;
inline constexpr std::uint16_t mx = 15;
inline constexpr std::uint16_t txt = 16;
inline constexpr std::uint16_t sig = 24;
inline constexpr std::uint16_t key = 25;
inline constexpr std::uint16_t aaaa = 28;
inline constexpr std::uint16_t nxt = 30;
inline constexpr std::uint16_t srv = 33;
inline constexpr std::uint16_t naptr = 35;
inline constexpr std::uint16_t dname = 39;
inline constexpr std::uint16_t opt = 41;
inline constexpr std::uint16_t ds = 43;
inline constexpr std::uint16_t sshfp = 44;
inline constexpr std::uint16_t rrsig = 46;
inline constexpr std::uint16_t nsec = 47;
inline constexpr std::uint16_t dnskey = 48;
inline constexpr std::uint16_t nsec3 = 50;
inline constexpr std::uint16_t nsec3param = 51;
inline constexpr std::uint16_t tlsa = 52;
inline constexpr std::uint16_t smimea = 53;
inline constexpr std::uint16_t cds = 59;
inline constexpr std::uint16_t cdnskey = 60;
inline constexpr std::uint16_t zonemd = 63;
inline constexpr std::uint16_t svcb = 64;
inline constexpr std::uint16_t https = 65;
inline constexpr std::uint16_t spf = 99;
inline constexpr std::uint16_t caa = 257;
inline constexpr std::uint16_t ta = 32768;
inline constexpr std::uint16_t dlv = 32769;
}  // namespace rr

/// Type of a mnemonic in any case, or of the generic form TYPEnnn (RFC 3597 §5).
std::optional<std::uint16_t> type_from_text(std::string_view text);
/// Mnemonic, or TYPEnnn when there is none.
std::string type_to_text(std::uint16_t type);
/// Types that stand in questions or messages only and never in a zone: OPT and the range of
/// query and meta types 128-255 (RFC 6895 §3.1), and type 0.
bool is_meta_type(std::uint16_t type);
/// Every known mnemonic, for "did you mean".
const std::vector<std::string>& type_mnemonics();

}  // namespace lapis::zone
