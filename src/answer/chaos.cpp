#include "chaos.h"

#include <algorithm>
#include <string_view>

namespace lapis::answer {
namespace {

constexpr std::string_view version_bind("\7version\4bind\0", 14);
constexpr std::string_view version_server("\7version\6server\0", 16);
constexpr std::string_view id_server("\2id\6server\0", 11);
constexpr std::string_view hostname_bind("\10hostname\4bind\0", 15);

bool is(const dns::HashedName& name, std::string_view wire) {
  return std::equal(wire.begin(), wire.end(), name.data(), name.data() + name.size(),
                    [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

}  // namespace

void answer_chaos(const Settings& settings, const dns::Query& query, const dns::HashedName& name,
                  Response& response) {
  std::string_view text;
  if (is(name, version_bind) || is(name, version_server)) text = settings.version;
  if (is(name, id_server) || is(name, hostname_bind)) text = settings.identity;
  if (text.empty()) {
    response.rcode = dns::rcode::refused;
    return;
  }
  response.authoritative = true;
  if (query.qtype != dns::type::txt && query.qtype != dns::type::any) return;
  const std::size_t size = std::min<std::size_t>(text.size(), 255);
  dns::MessageWriter& writer = response.writer;
  if (!writer.fits(13 + size)) {
    response.truncated = true;
    return;
  }
  writer.u16(0xC000 | dns::header_octets);
  writer.u16(dns::type::txt);
  writer.u16(dns::rrclass::ch);
  writer.u32(0);
  writer.u16(static_cast<std::uint16_t>(size + 1));
  const auto length = static_cast<std::uint8_t>(size);
  writer.raw(&length, 1);
  writer.raw(text.data(), size);
  response.count(Section::answer, 1);
}

}  // namespace lapis::answer
