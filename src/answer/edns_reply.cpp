#include "edns_reply.h"

#include <algorithm>

namespace lapis::answer {
namespace {

constexpr std::size_t opt_octets = 11;
constexpr std::size_t option_header = 4;
constexpr std::size_t padding_block = 468;  // RFC 8467 §4.1
constexpr std::size_t max_nsid = 128;       // an answer of 512 octets must have room beside it

void put_option(dns::MessageWriter& writer, std::uint16_t code, std::size_t size) {
  writer.u16(code);
  writer.u16(static_cast<std::uint16_t>(size));
}

}  // namespace

EdnsReply::EdnsReply(const Snapshot::State& snapshot, const Client& client, const dns::Query& query)
    : snapshot_(snapshot), client_(client), query_(query) {
  const dns::Edns& edns = query.edns;
  // Options of an unknown version were not read, those of a malformed OPT are not believed.
  if (!edns.present || query.error != dns::rcode::noerror) return;
  echo_subnet_ = edns.has_subnet && snapshot.settings.client_subnet.trusts(client.address);
  // RFC 7828 §3.3.2: only over TCP, and only when asked.
  keepalive_ =
      edns.tcp_keepalive && !edns.tcp_keepalive_timeout && client.transport != Transport::udp;
  if (edns.nsid) nsid_size_ = std::min(snapshot.settings.identity.size(), max_nsid);
}

std::size_t EdnsReply::options_size() const {
  std::size_t size = 0;
  if (nsid_size_ != 0) size += option_header + nsid_size_;
  if (echo_subnet_) size += option_header + 4 + query_.edns.subnet.octets;
  if (has_cookie) size += option_header + 24;
  if (keepalive_) size += option_header + 2;
  return size;
}

std::size_t EdnsReply::reserve() const {
  return query_.edns.present ? opt_octets + options_size() : 0;
}

void EdnsReply::put_extended_error(dns::MessageWriter& writer) const {
  constexpr std::string_view words = "program ";
  if (extended_error >= 0) {
    if (!writer.fits(option_header + 2)) return;
    put_option(writer, dns::edns_option::extended_error, 2);
    writer.u16(static_cast<std::uint16_t>(extended_error));
  } else if (!program.empty()) {
    // RFC 8914 §4.1: "Other", all that is said is in the text.
    const std::size_t size = 2 + words.size() + program.size();
    if (!writer.fits(option_header + size)) return;
    put_option(writer, dns::edns_option::extended_error, size);
    writer.u16(dns::extended_error::other);
    writer.raw(words.data(), words.size());
    writer.raw(program.data(), program.size());
  }
}

void EdnsReply::put(Response& response, std::size_t limit) const {
  if (!query_.edns.present) return;
  dns::MessageWriter& writer = response.writer;
  writer.set_limit(limit);
  writer.raw("", 1);
  writer.u16(dns::type::opt);
  writer.u16(snapshot_.settings.udp_payload);
  writer.u16(static_cast<std::uint16_t>(response.rcode >> 4 << 8));  // and version 0
  writer.u16(query_.edns.dnssec_ok ? 0x8000 : 0);
  const std::size_t size_at = writer.size();
  writer.u16(0);
  if (nsid_size_ != 0) {
    put_option(writer, dns::edns_option::nsid, nsid_size_);
    writer.raw(snapshot_.settings.identity.data(), nsid_size_);
  }
  if (echo_subnet_) {
    // RFC 7871 §7.2.1: family, source and address as they came. Scope 0 for a source of 0.
    const dns::ClientSubnet& subnet = query_.edns.subnet;
    put_option(writer, dns::edns_option::client_subnet, 4u + subnet.octets);
    writer.raw(subnet.raw, 3);
    const std::uint8_t shown = subnet.source == 0 ? std::uint8_t{0} : scope;
    writer.raw(&shown, 1);
    writer.raw(subnet.raw + 4, subnet.octets);
  }
  if (has_cookie) {
    put_option(writer, dns::edns_option::cookie, 24);
    writer.raw(query_.edns.cookie, 8);
    writer.raw(cookie.data(), cookie.size());
  }
  if (keepalive_) {
    put_option(writer, dns::edns_option::tcp_keepalive, 2);
    writer.u16(snapshot_.settings.tcp_idle_deciseconds);
  }
  put_extended_error(writer);
  // RFC 7830 §4: padding belongs on encrypted transports.
  if (query_.edns.padding && client_.transport == Transport::tls && writer.fits(option_header)) {
    const std::size_t bare = writer.size() + option_header;
    const std::size_t padded =
        std::min((bare + padding_block - 1) / padding_block * padding_block, limit);
    put_option(writer, dns::edns_option::padding, padded - bare);
    std::memset(writer.data() + writer.size(), 0, padded - bare);
    writer.skip(padded - bare);
  }
  writer.patch16(size_at, static_cast<std::uint16_t>(writer.size() - size_at - 2));
  response.count(Section::additional, 1);
}

}  // namespace lapis::answer
