// Answers chosen by addressing programs.
#include <algorithm>

#include "answerer.h"
#include "lapis/program/places.h"

namespace lapis::answer {

namespace type = dns::type;

Answerer::Decided Answerer::answer_from_programs(bool ipv6) {
  program::QueryContext query;
  query.qname = current_->view();
  query.hashed_qname = current_;
  query.zone = zone_->apex();
  query.ipv6 = ipv6;
  query.resolver = client_.address;
  query.client = client_.address;
  const dns::Edns& edns = prepared_.query.edns;
  // RFC 7871 §7.1.2: a source prefix length of 0 asks not to be told apart, and the resolver's own
  // address is then all there is.
  if (edns.has_subnet && edns.subnet.source > 0 &&
      snapshot_.settings.client_subnet.trusts(client_.address)) {
    query.client = edns.subnet.address;
  }
  query.transport = static_cast<std::uint8_t>(client_.transport);
  query.site = snapshot_.settings.site;
  query.region = snapshot_.settings.region;
  if (snapshot_.places_used != 0) {
    program::set_place(query, *snapshot_.settings.places, snapshot_.places_used);
  }
  query.attributes = zone_->attributes.row(*current_);
  work_.prepare(snapshot_);
  const program::Decision decision =
      snapshot_.programs->decide(query, work_.program, edns.has_subnet);
  scope_ = std::max(scope_, decision.scope);
  if (decision.program < 0) return Decided::no;
  program_ = decision.program;
  if (decision.count == 0) return Decided::nothing;
  put_decision(decision, ipv6);
  return Decided::addresses;
}

void Answerer::put_decision(const program::Decision& decision, bool ipv6) {
  // Records written beforehand have the question's name for their owner.
  if (decision.wire == nullptr || !is_question()) {
    return put_addresses(decision.addresses, decision.count, decision.ttl, ipv6);
  }
  dns::MessageWriter& writer = response_.writer;
  const std::size_t octets = decision.count * (lang::record_head_octets + (ipv6 ? 16U : 4U));
  if (!writer.fits(octets)) {
    response_.truncated = true;
    return;
  }
  writer.raw(decision.wire, octets);
  response_.count(Section::answer, static_cast<std::uint16_t>(decision.count));
}

void Answerer::put_addresses(const IpAddress* addresses, std::uint32_t count, std::uint32_t ttl,
                             bool ipv6) {
  dns::MessageWriter& writer = response_.writer;
  const std::size_t mark = writer.size();
  Owner at = owner(current_->labels());
  const std::size_t size = ipv6 ? 16 : 4;
  std::uint16_t written = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    // An RRset holds each record once (RFC 2181 §5), whatever the program's list says. Lists are
    // short; what is past the first 256 is not looked at twice.
    const std::uint32_t compared = std::min<std::uint32_t>(i, 256);
    if (std::find(addresses, addresses + compared, addresses[i]) != addresses + compared) continue;
    const std::array<std::uint8_t, 16> octets = addresses[i].octets();
    if (!response_.put_address(at, ipv6 ? type::aaaa : type::a, ttl, {octets.data(), size})) {
      writer.rewind(mark);
      response_.count(Section::answer, static_cast<std::uint16_t>(-written));
      response_.truncated = true;
      return;
    }
    ++written;
  }
}

}  // namespace lapis::answer
