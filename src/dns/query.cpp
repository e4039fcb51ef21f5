#include "lapis/dns/query.h"

#include "lapis/dns/rdata.h"

namespace lapis::dns {
namespace {

/// An uncompressed name at `at`; an empty view (size 0) when it is malformed. A question or a TSIG
/// owner has no name before it that a pointer could mean.
NameView plain_name(std::span<const std::uint8_t> message, std::size_t at) {
  const std::span<const std::uint8_t> rest = message.subspan(at);
  return {rest.data(), name_size(rest)};
}

bool read_question(std::span<const std::uint8_t> message, Query& query, std::size_t& at) {
  const NameView name = plain_name(message, at);
  if (name.size() == 0 || at + name.size() + 4 > message.size()) return false;
  query.qname = name;
  at += name.size();
  query.qtype = read16(message.data() + at);
  query.qclass = read16(message.data() + at + 2);
  at += 4;
  query.has_question = true;
  return true;
}

/// A record of the additional section of a request, as far as it has been located.
struct RawRecord {
  std::size_t owner = 0;
  std::uint16_t type = 0;
  const std::uint8_t* fixed = nullptr;  // type, class, TTL, rdlength
  std::span<const std::uint8_t> rdata;
};

bool read_record(std::span<const std::uint8_t> message, std::size_t& at, RawRecord& record) {
  record.owner = at;
  const std::size_t fixed = skip_name(message, at);
  if (fixed == 0 || fixed + 10 > message.size()) return false;
  record.fixed = message.data() + fixed;
  record.type = read16(record.fixed);
  const std::size_t size = read16(record.fixed + 8);
  if (fixed + 10 + size > message.size()) return false;
  record.rdata = message.subspan(fixed + 10, size);
  at = fixed + 10 + size;
  return true;
}

/// RFC 6891 §6.1: root owner, class is the payload size, TTL holds extended rcode, version, flags.
bool read_opt(std::span<const std::uint8_t> message, const RawRecord& record, Query& query) {
  if (query.edns.present || message[record.owner] != 0) return false;
  Edns& edns = query.edns;
  edns.present = true;
  edns.udp_payload = read16(record.fixed + 2);
  edns.version = record.fixed[5];
  edns.dnssec_ok = (record.fixed[6] & 0x80) != 0;
  if (edns.version != 0) {
    // The options of a version we do not know are not ours to judge.
    query.error = rcode::badvers;
    return true;
  }
  return parse_edns_options(record.rdata, edns);
}

/// RFC 8945 §5.1: the last record of the message, class ANY, TTL 0.
bool read_tsig(std::span<const std::uint8_t> message, const RawRecord& record, Query& query) {
  query.tsig_key = plain_name(message, record.owner);
  const std::size_t algorithm = name_size(record.rdata);
  if (query.tsig_key.size() == 0 || algorithm == 0) return false;
  if (read16(record.fixed + 2) != rrclass::any || read32(record.fixed + 4) != 0) return false;
  const std::span<const std::uint8_t> rest = record.rdata.subspan(algorithm);
  if (rest.size() < 10) return false;
  const std::size_t mac = read16(rest.data() + 8);
  if (rest.size() < 10 + mac + 6) return false;
  const std::size_t other = read16(rest.data() + 10 + mac + 4);
  if (rest.size() != 10 + mac + 6 + other) return false;
  query.tsig_algorithm = {record.rdata.data(), algorithm};
  query.tsig_fixed = rest.data();
  query.tsig_original_id = read16(rest.data() + 10 + mac);
  query.has_tsig = true;
  return true;
}

bool read_additional(std::span<const std::uint8_t> message, std::size_t& at, Query& query) {
  const int count = read16(message.data() + 10);
  for (int i = 0; i < count; ++i) {
    RawRecord record;
    if (!read_record(message, at, record)) return false;
    if (record.type == type::opt && !read_opt(message, record, query)) return false;
    if (record.type == type::tsig && (i + 1 != count || !read_tsig(message, record, query))) {
      return false;
    }
  }
  return true;
}

/// Sections after the question of an ordinary query. An IXFR query carries the client's SOA in
/// the authority section (RFC 1995 §3); no other query has records there.
bool read_rest(std::span<const std::uint8_t> message, std::size_t& at, Query& query) {
  const int answers = read16(message.data() + 6);
  const int authorities = read16(message.data() + 8);
  if (answers != 0) return false;
  if (authorities != 0) {
    RawRecord record;
    if (query.qtype != type::ixfr || authorities != 1 || !read_record(message, at, record)) {
      return false;
    }
  }
  return read_additional(message, at, query) && at == message.size();
}

/// Messages of other opcodes have records anywhere; of them only a well-formed OPT matters here,
/// because the answer must then have one too (RFC 6891 §6.1.1).
void find_opt(std::span<const std::uint8_t> message, std::size_t at, Query& query) {
  const int before = read16(message.data() + 6) + read16(message.data() + 8);
  RawRecord record;
  for (int i = 0; i < before; ++i) {
    if (!read_record(message, at, record)) return;
  }
  if (!read_additional(message, at, query)) query.edns = Edns{};
  query.error = rcode::notimp;
}

}  // namespace

std::size_t skip_name(std::span<const std::uint8_t> message, std::size_t at) {
  std::size_t after = 0;  // set at the first pointer
  std::size_t size = 1;   // of the name once expanded
  std::size_t limit = message.size();
  while (at < limit) {
    const std::size_t length = message[at];
    if (length == 0) return after != 0 ? after : at + 1;
    if (length <= max_label_octets) {
      size += length + 1;
      if (size > max_name_octets) return 0;
      at += length + 1;
      continue;
    }
    if (length < 0xC0 || at + 2 > message.size()) return 0;
    const std::size_t target = static_cast<std::size_t>(read16(message.data() + at) & 0x3FFF);
    if (after == 0) after = at + 2;
    // Each pointer must lead before the one it was read from and before every earlier target, so
    // the walk ends. Offsets inside the header hold no names.
    if (target >= at || target < header_octets) return 0;
    limit = at;
    at = target;
  }
  return 0;
}

Receipt parse_query(std::span<const std::uint8_t> message, Query& query) {
  query = Query{};
  if (message.size() < header_octets) return Receipt::silent;
  query.id = read16(message.data());
  query.flags = read16(message.data() + 2);
  // A response must never be answered: two servers would keep each other busy for ever.
  if ((query.flags & flag::qr) != 0) return Receipt::silent;
  query.opcode = static_cast<std::uint8_t>(query.flags >> 11 & 0xF);
  const int questions = read16(message.data() + 4);
  std::size_t at = header_octets;
  const bool question_ok = questions == 1 && read_question(message, query, at);
  if (query.opcode != opcode::query) {
    query.error = rcode::notimp;
    if (question_ok || questions == 0) find_opt(message, at, query);
    return Receipt::answer;
  }
  if (questions == 0) {
    // RFC 7873 §5.4: no question, but an OPT with a COOKIE option.
    const bool ok = read_rest(message, at, query) && query.edns.cookie_size != 0;
    query.only_cookie = ok && query.error == rcode::noerror;
    if (!ok) query.error = rcode::formerr;
    return Receipt::answer;
  }
  // RFC 9619: QDCOUNT of a query is never more than one.
  if (!question_ok || !read_rest(message, at, query)) query.error = rcode::formerr;
  return Receipt::answer;
}

}  // namespace lapis::dns
