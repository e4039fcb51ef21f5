#include "packet.h"

#include <gtest/gtest.h>
#include <ldns/ldns.h>

#include <algorithm>
#include <memory>
#include <sstream>

#include "lapis/base/ip.h"
#include "lapis/dns/name.h"
#include "lapis/dns/types.h"

namespace lapis::answer::testing {
namespace {

std::uint16_t read16(const Octets& wire, std::size_t at) {
  return static_cast<std::uint16_t>(wire[at] << 8 | wire[at + 1]);
}

/// One record, single blanks, without RRSIG's times and bits.
std::string record_text(const ldns_rr* rr) {
  const std::unique_ptr<char, decltype(&std::free)> raw(ldns_rr2str(rr), &std::free);
  std::istringstream words(raw ? raw.get() : "unprintable");
  std::string out;
  std::string word;
  const bool signature = ldns_rr_get_type(rr) == LDNS_RR_TYPE_RRSIG;
  for (int i = 0; words >> word; ++i) {
    // owner TTL class RRSIG covered algorithm labels ...
    if (signature && (i == 5 || i > 6)) continue;
    if (word[0] == ';') break;
    out += (out.empty() ? "" : " ") + word;
  }
  return out;
}

void read_options(const Octets& wire, std::size_t at, std::size_t end, Reply& reply) {
  while (at + 4 <= end) {
    Option option;
    option.code = read16(wire, at);
    const std::size_t size = read16(wire, at + 2);
    ASSERT_LE(at + 4 + size, end) << "option runs over the end of the OPT record";
    option.data.assign(wire.begin() + static_cast<std::ptrdiff_t>(at + 4),
                       wire.begin() + static_cast<std::ptrdiff_t>(at + 4 + size));
    reply.options.push_back(option);
    at += 4 + size;
  }
  ASSERT_EQ(at, end);
}

/// Our responses end with the OPT record; find it by stepping over all records.
void find_opt(const Octets& wire, Reply& reply) {
  std::size_t at = 12;
  const auto skip_name = [&] {
    while (wire[at] != 0 && wire[at] < 0xC0) at += wire[at] + std::size_t{1};
    at += wire[at] == 0 ? 1 : 2;
  };
  for (int i = read16(wire, 4); i > 0; --i) {
    skip_name();
    at += 4;
  }
  for (int i = read16(wire, 6) + read16(wire, 8) + read16(wire, 10); i > 0; --i) {
    const bool root = wire[at] == 0;
    skip_name();
    const std::size_t size = read16(wire, at + 8);
    if (root && read16(wire, at) == dns::type::opt) {
      EXPECT_FALSE(reply.edns) << "two OPT records";
      reply.edns = true;
      reply.payload = read16(wire, at + 2);
      reply.rcode = static_cast<std::uint16_t>(wire[at + 4] << 4 | reply.rcode);
      reply.dnssec_ok = (wire[at + 6] & 0x80) != 0;
      read_options(wire, at + 10, at + 10 + size, reply);
    }
    at += 10 + size;
  }
  EXPECT_EQ(at, wire.size()) << "octets after the last record";
}

void add_section(std::string& out, const char* name, const std::vector<std::string>& records) {
  if (records.empty()) return;
  out += std::string(name) + "\n";
  for (const std::string& record : records) out += "  " + record + "\n";
}

}  // namespace

void append16(Octets& out, std::size_t value) {
  out.push_back(static_cast<std::uint8_t>(value >> 8));
  out.push_back(static_cast<std::uint8_t>(value));
}

Octets name_wire(std::string_view name) {
  const auto parsed = dns::parse_name(name);
  EXPECT_TRUE(parsed) << name;
  const auto octets = parsed ? parsed->view().octets() : std::span<const std::uint8_t>();
  return {octets.begin(), octets.end()};
}

Option subnet_option(std::string_view text) {
  const auto prefix = Prefix::parse(text);
  EXPECT_TRUE(prefix) << text;
  Option option{dns::edns_option::client_subnet, {}};
  append16(option.data, prefix->base.is_v4() ? 1 : 2);
  option.data.push_back(prefix->length);
  option.data.push_back(0);
  const auto octets = prefix->base.octets();
  option.data.insert(option.data.end(), octets.begin(), octets.begin() + (prefix->length + 7) / 8);
  return option;
}

Octets Request::wire() const {
  Octets out;
  append16(out, id);
  append16(out, flags);
  for (const int count : {1, 0, 0, edns ? 1 : 0}) append16(out, static_cast<std::size_t>(count));
  const Octets owner = name_wire(name);
  out.insert(out.end(), owner.begin(), owner.end());
  const auto number = dns::parse_type(type);
  EXPECT_TRUE(number) << type;
  append16(out, number.value_or(0));
  append16(out, qclass);
  if (!edns) return out;
  out.push_back(0);
  append16(out, dns::type::opt);
  append16(out, payload);
  out.push_back(0);
  out.push_back(version);
  append16(out, dnssec ? 0x8000 : 0);
  Octets data;
  for (const Option& option : options) {
    append16(data, option.code);
    append16(data, option.data.size());
    data.insert(data.end(), option.data.begin(), option.data.end());
  }
  append16(out, data.size());
  out.insert(out.end(), data.begin(), data.end());
  return out;
}

const Option* Reply::option(std::uint16_t code) const {
  const auto found = std::find_if(options.begin(), options.end(),
                                  [&](const Option& option) { return option.code == code; });
  return found == options.end() ? nullptr : &*found;
}

std::string Reply::text() const {
  if (silent) return "silence\n";
  std::string out = dns::rcode_name(rcode);
  if (aa()) out += " aa";
  if (tc()) out += " tc";
  out += "\n";
  add_section(out, "answer", answer);
  add_section(out, "authority", authority);
  add_section(out, "additional", additional);
  return out;
}

Reply read_reply(std::span<const std::uint8_t> wire) {
  Reply reply;
  reply.wire.assign(wire.begin(), wire.end());
  reply.size = wire.size();
  reply.silent = wire.empty();
  if (reply.silent) return reply;
  ldns_pkt* raw = nullptr;
  const ldns_status status = ldns_wire2pkt(&raw, wire.data(), wire.size());
  EXPECT_EQ(status, LDNS_STATUS_OK) << ldns_get_errorstr_by_id(status);
  if (status != LDNS_STATUS_OK) return reply;
  const std::unique_ptr<ldns_pkt, decltype(&ldns_pkt_free)> packet(raw, &ldns_pkt_free);
  reply.id = ldns_pkt_id(raw);
  reply.flags = static_cast<std::uint16_t>(read16(reply.wire, 2) & 0xFFF0);
  reply.rcode = static_cast<std::uint16_t>(read16(reply.wire, 2) & 0xF);
  const auto fill = [](const ldns_rr_list* list, std::vector<std::string>& out) {
    for (std::size_t i = 0; i < ldns_rr_list_rr_count(list); ++i) {
      out.push_back(record_text(ldns_rr_list_rr(list, i)));
    }
  };
  fill(ldns_pkt_question(raw), reply.question);
  fill(ldns_pkt_answer(raw), reply.answer);
  fill(ldns_pkt_authority(raw), reply.authority);
  fill(ldns_pkt_additional(raw), reply.additional);
  find_opt(reply.wire, reply);
  return reply;
}

}  // namespace lapis::answer::testing
