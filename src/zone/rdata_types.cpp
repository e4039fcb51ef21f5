// What the rdata of each type is made of, and the dispatch over it.
#include <algorithm>
#include <array>

#include "lapis/zone/rr_type.h"
#include "rdata_text.h"

namespace lapis::zone {
namespace {

enum class Field : std::uint8_t {
  none,
  name,
  u8,
  u16,
  u32,
  period,
  time,
  ipv4,
  ipv6,
  text,           // one character string
  texts,          // one or more, to the end
  optional_text,  // one or none
  long_text,      // octets of one string, without length
  hex,            // to the end
  optional_hex,
  base64,  // to the end
  optional_base64,
  algorithm,
  cert_type,
  type_number,
  type_bitmap,
  nxt_bitmap,
  salt,
  hashed_owner,
  caa_tag,
  apl,
  node_id,
  eui48,
  eui64,
  ipseckey,
  amtrelay,
  hip,
  loc,
  wks,
  nsap,
  atma,
  svc_params,
};

struct TypeFields {
  std::uint16_t type;
  std::array<Field, 9> fields;
};

using enum Field;
constexpr TypeFields type_fields[] = {
    {1, {ipv4}},                                                                // A
    {2, {name}},                                                                // NS
    {3, {name}},                                                                // MD
    {4, {name}},                                                                // MF
    {5, {name}},                                                                // CNAME
    {6, {name, name, u32, period, period, period, period}},                     // SOA
    {7, {name}},                                                                // MB
    {8, {name}},                                                                // MG
    {9, {name}},                                                                // MR
    {11, {wks}},                                                                // WKS
    {12, {name}},                                                               // PTR
    {13, {text, text}},                                                         // HINFO
    {14, {name, name}},                                                         // MINFO
    {15, {u16, name}},                                                          // MX
    {16, {texts}},                                                              // TXT
    {17, {name, name}},                                                         // RP
    {18, {u16, name}},                                                          // AFSDB
    {19, {text}},                                                               // X25
    {20, {text, optional_text}},                                                // ISDN
    {21, {u16, name}},                                                          // RT
    {22, {nsap}},                                                               // NSAP
    {23, {name}},                                                               // NSAP-PTR
    {24, {type_number, algorithm, u8, period, time, time, u16, name, base64}},  // SIG
    {25, {u16, u8, algorithm, optional_base64}},                                // KEY
    {26, {u16, name, name}},                                                    // PX
    {27, {text, text, text}},                                                   // GPOS
    {28, {ipv6}},                                                               // AAAA
    {29, {loc}},                                                                // LOC
    {30, {name, nxt_bitmap}},                                                   // NXT
    {31, {hex}},                                                                // EID
    {32, {hex}},                                                                // NIMLOC
    {33, {u16, u16, u16, name}},                                                // SRV
    {34, {atma}},                                                               // ATMA
    {35, {u16, u16, text, text, text, name}},                                   // NAPTR
    {36, {u16, name}},                                                          // KX
    {37, {cert_type, u16, algorithm, base64}},                                  // CERT
    {39, {name}},                                                               // DNAME
    {40, {u8, u8, u8, optional_base64}},                                        // SINK
    {42, {apl}},                                                                // APL
    {43, {u16, algorithm, u8, hex}},                                            // DS
    {44, {u8, u8, hex}},                                                        // SSHFP
    {45, {ipseckey}},                                                           // IPSECKEY
    {46, {type_number, algorithm, u8, period, time, time, u16, name, base64}},  // RRSIG
    {47, {name, type_bitmap}},                                                  // NSEC
    {48, {u16, u8, algorithm, base64}},                                         // DNSKEY
    {49, {base64}},                                                             // DHCID
    {50, {u8, u8, u16, salt, hashed_owner, type_bitmap}},                       // NSEC3
    {51, {u8, u8, u16, salt}},                                                  // NSEC3PARAM
    {52, {u8, u8, u8, hex}},                                                    // TLSA
    {53, {u8, u8, u8, hex}},                                                    // SMIMEA
    {55, {hip}},                                                                // HIP
    {56, {texts}},                                                              // NINFO
    {57, {u16, u8, algorithm, base64}},                                         // RKEY
    {58, {name, name}},                                                         // TALINK
    {59, {u16, algorithm, u8, hex}},                                            // CDS
    {60, {u16, u8, algorithm, base64}},                                         // CDNSKEY
    {61, {base64}},                                                             // OPENPGPKEY
    {62, {u32, u16, type_bitmap}},                                              // CSYNC
    {63, {u32, u8, u8, hex}},                                                   // ZONEMD
    {64, {u16, name, svc_params}},                                              // SVCB
    {65, {u16, name, svc_params}},                                              // HTTPS
    {99, {texts}},                                                              // SPF
    {104, {u16, node_id}},                                                      // NID
    {105, {u16, ipv4}},                                                         // L32
    {106, {u16, node_id}},                                                      // L64
    {107, {u16, name}},                                                         // LP
    {108, {eui48}},                                                             // EUI48
    {109, {eui64}},                                                             // EUI64
    {256, {u16, u16, long_text}},                                               // URI
    {257, {u8, caa_tag, long_text}},                                            // CAA
    {258, {texts}},                                                             // AVC
    {259, {u32, u32, u8, text, optional_base64}},                               // DOA
    {260, {amtrelay}},                                                          // AMTRELAY
    {261, {texts}},                                                             // RESINFO
    {262, {texts}},                                                             // WALLET
    {263, {texts}},                                                             // CLA
    {32768, {u16, algorithm, u8, hex}},                                         // TA
    {32769, {u16, algorithm, u8, hex}},                                         // DLV
};

const TypeFields* fields_of(std::uint16_t type) {
  const auto* found =
      std::lower_bound(std::begin(type_fields), std::end(type_fields), type,
                       [](const TypeFields& t, std::uint16_t wanted) { return t.type < wanted; });
  return found != std::end(type_fields) && found->type == type ? found : nullptr;
}

bool read_field(Field field, FieldReader& in) {
  switch (field) {
    case Field::none:
      return true;
    case Field::name:
      return in.name();
    case Field::u8:
      return in.u8();
    case Field::u16:
      return in.u16();
    case Field::u32:
      return in.u32();
    case Field::period:
      return in.period();
    case Field::time:
      return read_time(in);
    case Field::ipv4:
      return in.ipv4();
    case Field::ipv6:
      return in.ipv6();
    case Field::text:
      return in.character_string();
    case Field::texts:
      return in.character_strings();
    case Field::optional_text:
      return in.at_end() || in.character_string();
    case Field::long_text:
      return in.long_text();
    case Field::hex:
      return in.hex_rest(false);
    case Field::optional_hex:
      return in.hex_rest(true);
    case Field::base64:
      return in.base64_rest(false);
    case Field::optional_base64:
      return in.base64_rest(true);
    case Field::algorithm:
      return read_algorithm(in);
    case Field::cert_type:
      return read_cert_type(in);
    case Field::type_number:
      return read_type_number(in);
    case Field::type_bitmap:
      return read_type_bitmap(in);
    case Field::nxt_bitmap:
      return read_nxt_bitmap(in);
    case Field::salt:
      return read_salt(in);
    case Field::hashed_owner:
      return read_hashed_owner(in);
    case Field::caa_tag:
      return read_caa_tag(in);
    case Field::apl:
      return read_apl(in);
    case Field::node_id:
      return read_node_id(in);
    case Field::eui48:
      return read_eui(in, 6);
    case Field::eui64:
      return read_eui(in, 8);
    case Field::ipseckey:
      return read_ipseckey(in);
    case Field::amtrelay:
      return read_amtrelay(in);
    case Field::hip:
      return read_hip(in);
    case Field::loc:
      return read_loc(in);
    case Field::wks:
      return read_wks(in);
    case Field::nsap:
      return read_nsap(in);
    case Field::atma:
      return read_atma(in);
    case Field::svc_params:
      return read_svc_params(in);
  }
  return false;
}

/// The types that make up nearly all of nearly every zone, without the walk over the table.
bool read_common(std::uint16_t type, FieldReader& in, bool& common) {
  common = true;
  switch (type) {
    case rr::a:
      return in.ipv4();
    case rr::aaaa:
      return in.ipv6();
    case rr::ns:
    case rr::cname:
    case rr::ptr:
      return in.name();
    case rr::mx:
      return in.u16() && in.name();
    case rr::txt:
      return in.character_strings();
    case rr::srv:
      return in.u16() && in.u16() && in.u16() && in.name();
    case rr::soa:
      return in.name() && in.name() && in.u32("a serial number from 0 to 4294967295") &&
             in.period() && in.period() && in.period() && in.period();
    default:
      common = false;
      return false;
  }
}

bool read_described(const TypeFields& description, FieldReader& in) {
  return std::all_of(description.fields.begin(), description.fields.end(),
                     [&](Field field) { return read_field(field, in); });
}

bool is_generic(std::string_view text, std::span<const Token> tokens, std::size_t first) {
  return first < tokens.size() && !tokens[first].quoted &&
         text.substr(tokens[first].begin, tokens[first].end - tokens[first].begin) == "\\#";
}

/// RFC 3597 §5: \# length and that many octets in hexadecimal.
bool read_generic(std::uint16_t type, FieldReader& in) {
  const Token mark = *in.take("\\#");
  const std::size_t begin = in.out().size();
  if (in.at_end()) return in.fail_at_end("the record ends where the rdata length is expected");
  const Token length_token = in.peek_token();
  std::uint64_t length = 0;
  if (!in.number(0xFFFF, length, "the rdata length, a number from 0 to 65535")) return false;
  const bool has_data = !in.at_end();
  const Token data = has_data ? in.peek_token() : length_token;
  if (!in.hex_rest(true)) return false;
  const std::size_t size = in.out().size() - begin;
  if (size != length) {
    return in.fail(length_token, "rdata length " + std::to_string(length) + ", but " +
                                     std::to_string(size) + " octets follow");
  }
  if (const char* rule = rdata_defect(type, {in.out().data() + begin, size})) {
    return in.fail_by(rule, has_data ? data : mark,
                      "these octets are no well-formed " + type_to_text(type) + " rdata");
  }
  return true;
}

/// Digest lengths that are fixed by the digest type (RFC 4034 §5.1.4, 4509, 5933, 6605; RFC 4255,
/// 6594; RFC 8976 §2.2.4). 0: any.
std::size_t digest_length(std::uint16_t type, std::span<const std::uint8_t> rdata) {
  switch (type) {
    case rr::ds:
    case rr::cds:
    case rr::ta:
    case rr::dlv:
      switch (rdata[3]) {
        case 1:
          return 20;
        case 2:
        case 3:
          return 32;
        case 4:
          return 48;
        default:
          return 0;
      }
    case rr::sshfp:
      switch (rdata[1]) {
        case 1:
          return 20;
        case 2:
          return 32;
        default:
          return 0;
      }
    case rr::zonemd:
      // Hash algorithms are those of a scheme (RFC 8976 §5.2, §5.3): of others nothing is known.
      if (rdata[4] != 1) return 0;
      switch (rdata[5]) {
        case 1:
          return 48;
        case 2:
          return 64;
        default:
          return 0;
      }
    default:
      return 0;
  }
}

/// The rule about a digest of another length.
const char* length_rule(std::uint16_t type) {
  switch (type) {
    case rr::sshfp:
      return "sshfp-length";
    case rr::zonemd:
      return "zonemd-length";
    default:
      return "ds-length";
  }
}

std::size_t digest_begin(std::uint16_t type) {
  if (type == rr::sshfp) return 2;
  return type == rr::zonemd ? 6 : 4;
}

bool check_digest(std::uint16_t type, FieldReader& in, std::size_t begin) {
  const std::span<const std::uint8_t> rdata(in.out().data() + begin, in.out().size() - begin);
  if (rdata.size() < digest_begin(type)) return true;
  const std::size_t wanted = digest_length(type, rdata);
  const std::size_t have = rdata.size() - digest_begin(type);
  if (wanted == 0 || wanted == have) return true;
  in.fail_at_end("digest of " + std::to_string(have) + " octets, its type has " +
                 std::to_string(wanted));
  in.error().rule = length_rule(type);
  return false;
}

bool read_any(std::uint16_t type, FieldReader& in) {
  const std::size_t begin = in.out().size();
  bool common = false;
  const bool read = read_common(type, in, common);
  if (common) return read && in.finished();
  const TypeFields* description = fields_of(type);
  if (description == nullptr) {
    if (in.at_end()) return in.fail_at_end("the record ends where rdata is expected");
    return in.fail(in.peek_token(),
                   "rdata of " + type_to_text(type) + " can only be written in the generic form",
                   "write \\# LENGTH HEX (RFC 3597 section 5)");
  }
  return read_described(*description, in) && in.finished() && check_digest(type, in, begin);
}

}  // namespace

bool append_rdata(std::uint16_t type, std::string_view text, std::span<const Token> tokens,
                  std::size_t first, dns::NameView origin, std::vector<std::uint8_t>& out,
                  TextError& error) {
  const std::size_t begin = out.size();
  FieldReader in(text, tokens, first, origin, out, error);
  bool good = is_generic(text, tokens, first) ? read_generic(type, in) : read_any(type, in);
  if (good && out.size() - begin > 0xFFFF) {
    good = in.fail_at_end("rdata of more than 65535 octets");
  }
  if (!good) out.resize(begin);
  return good;
}

namespace {

/// Walks wire-form fields; each step says whether the field is there and well formed.
class WireWalk {
 public:
  explicit WireWalk(std::span<const std::uint8_t> rest) : rest_(rest) {}

  bool skip(std::size_t octets) {
    if (rest_.size() < octets) return false;
    rest_ = rest_.subspan(octets);
    return true;
  }
  bool name() {
    std::size_t size = 0;
    while (true) {
      if (rest_.empty() || rest_[0] > dns::max_label_octets) return false;
      const std::size_t label = rest_[0] + std::size_t{1};
      size += label;
      if (size > dns::max_name_octets || !skip(label)) return false;
      if (label == 1) return true;
    }
  }
  bool text() { return !rest_.empty() && skip(rest_[0] + std::size_t{1}); }
  bool texts() {
    do {
      if (!text()) return false;
    } while (!rest_.empty());
    return true;
  }
  bool bitmap() {
    int last = -1;
    while (!rest_.empty()) {
      if (rest_.size() < 2 || rest_[0] <= last || rest_[1] == 0 || rest_[1] > 32) return false;
      last = rest_[0];
      if (!skip(2 + std::size_t{rest_[1]})) return false;
    }
    return true;
  }
  bool everything() { return skip(rest_.size()); }
  bool at_end() const { return rest_.empty(); }
  std::span<const std::uint8_t> rest() const { return rest_; }

 private:
  std::span<const std::uint8_t> rest_;
};

bool field_well_formed(Field field, WireWalk& walk) {
  switch (field) {
    case Field::none:
      return true;
    case Field::name:
      return walk.name();
    case Field::u8:
    case Field::algorithm:
      return walk.skip(1);
    case Field::u16:
    case Field::cert_type:
    case Field::type_number:
      return walk.skip(2);
    case Field::u32:
    case Field::period:
    case Field::time:
    case Field::ipv4:
      return walk.skip(4);
    case Field::ipv6:
      return walk.skip(16);
    case Field::node_id:
    case Field::eui64:
      return walk.skip(8);
    case Field::eui48:
      return walk.skip(6);
    case Field::text:
    case Field::salt:
    case Field::hashed_owner:
    case Field::caa_tag:
      return walk.text();
    case Field::texts:
      return walk.texts();
    case Field::optional_text:
      return walk.at_end() || walk.text();
    case Field::type_bitmap:
      return walk.bitmap();
    case Field::loc:
      return walk.skip(16);
    case Field::hex:
    case Field::base64:
      return !walk.at_end() && walk.everything();
    case Field::wks:
      return walk.skip(5) && walk.everything();
    default:
      return walk.everything();
  }
}

}  // namespace

const char* rdata_defect(std::uint16_t type, std::span<const std::uint8_t> rdata) {
  const TypeFields* description = fields_of(type);
  if (description == nullptr) return nullptr;
  WireWalk walk(rdata);
  for (const Field field : description->fields) {
    if (field == Field::svc_params) return svc_params_defect(walk.rest());
    if (!field_well_formed(field, walk)) return "bad-rdata";
  }
  if (!walk.at_end()) return "bad-rdata";
  if (rdata.size() < digest_begin(type)) return nullptr;
  const std::size_t wanted = digest_length(type, rdata);
  return wanted == 0 || rdata.size() - digest_begin(type) == wanted ? nullptr : length_rule(type);
}

}  // namespace lapis::zone
