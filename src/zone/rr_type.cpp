#include "lapis/zone/rr_type.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <unordered_map>

namespace lapis::zone {
namespace {

struct TypeName {
  const char* name;
  std::uint16_t number;
};

// The types of ldns 1.8.3, those BIND 9.18 reads besides, and later ones that are texts (RESINFO:
// RFC 9606).
constexpr TypeName type_names[] = {
    {"A", 1},           {"NS", 2},         {"MD", 3},        {"MF", 4},       {"CNAME", 5},
    {"SOA", 6},         {"MB", 7},         {"MG", 8},        {"MR", 9},       {"NULL", 10},
    {"WKS", 11},        {"PTR", 12},       {"HINFO", 13},    {"MINFO", 14},   {"MX", 15},
    {"TXT", 16},        {"RP", 17},        {"AFSDB", 18},    {"X25", 19},     {"ISDN", 20},
    {"RT", 21},         {"NSAP", 22},      {"NSAP-PTR", 23}, {"SIG", 24},     {"KEY", 25},
    {"PX", 26},         {"GPOS", 27},      {"AAAA", 28},     {"LOC", 29},     {"NXT", 30},
    {"EID", 31},        {"NIMLOC", 32},    {"SRV", 33},      {"ATMA", 34},    {"NAPTR", 35},
    {"KX", 36},         {"CERT", 37},      {"A6", 38},       {"DNAME", 39},   {"SINK", 40},
    {"OPT", 41},        {"APL", 42},       {"DS", 43},       {"SSHFP", 44},   {"IPSECKEY", 45},
    {"RRSIG", 46},      {"NSEC", 47},      {"DNSKEY", 48},   {"DHCID", 49},   {"NSEC3", 50},
    {"NSEC3PARAM", 51}, {"TLSA", 52},      {"SMIMEA", 53},   {"HIP", 55},     {"NINFO", 56},
    {"RKEY", 57},       {"TALINK", 58},    {"CDS", 59},      {"CDNSKEY", 60}, {"OPENPGPKEY", 61},
    {"CSYNC", 62},      {"ZONEMD", 63},    {"SVCB", 64},     {"HTTPS", 65},   {"SPF", 99},
    {"UINFO", 100},     {"UID", 101},      {"GID", 102},     {"UNSPEC", 103}, {"NID", 104},
    {"L32", 105},       {"L64", 106},      {"LP", 107},      {"EUI48", 108},  {"EUI64", 109},
    {"TKEY", 249},      {"TSIG", 250},     {"IXFR", 251},    {"AXFR", 252},   {"MAILB", 253},
    {"MAILA", 254},     {"ANY", 255},      {"URI", 256},     {"CAA", 257},    {"AVC", 258},
    {"DOA", 259},       {"AMTRELAY", 260}, {"RESINFO", 261}, {"WALLET", 262}, {"CLA", 263},
    {"TA", 32768},      {"DLV", 32769},
};

constexpr std::size_t longest_name = 10;

char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
}

const std::unordered_map<std::string_view, std::uint16_t>& numbers_by_name() {
  static const auto table = [] {
    std::unordered_map<std::string_view, std::uint16_t> t;
    for (const TypeName& entry : type_names) t.emplace(entry.name, entry.number);
    return t;
  }();
  return table;
}

}  // namespace

std::optional<std::uint16_t> type_from_text(std::string_view text) {
  if (text.empty() || text.size() > longest_name) return std::nullopt;
  std::array<char, longest_name> buffer;
  std::transform(text.begin(), text.end(), buffer.begin(), upper);
  const std::string_view name(buffer.data(), text.size());
  if (name == "A") return rr::a;
  if (name == "AAAA") return rr::aaaa;
  if (const auto found = numbers_by_name().find(name); found != numbers_by_name().end()) {
    return found->second;
  }
  if (!name.starts_with("TYPE") || name.size() == 4) return std::nullopt;
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(name.data() + 4, name.data() + name.size(), number);
  if (error != std::errc() || end != name.data() + name.size()) return std::nullopt;
  return number;
}

std::string type_to_text(std::uint16_t type) {
  for (const TypeName& entry : type_names) {
    if (entry.number == type) return entry.name;
  }
  return "TYPE" + std::to_string(type);
}

bool is_meta_type(std::uint16_t type) {
  return type == 0 || type == rr::opt || (type >= 128 && type <= 255);
}

const std::vector<std::string>& type_mnemonics() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const TypeName& entry : type_names) {
      if (!is_meta_type(entry.number)) all.emplace_back(entry.name);
    }
    return all;
  }();
  return names;
}

}  // namespace lapis::zone
