#include "lapis/answer/respond.h"

#include <algorithm>
#include <cassert>

#include "answerer.h"
#include "chaos.h"
#include "edns_reply.h"
#include "lapis/answer/snapshot.h"

namespace lapis::answer {
namespace {

namespace type = dns::type;

/// Reads the message and finds the zone of its question.
void read(const Snapshot::State& snapshot, std::span<const std::uint8_t> message,
          Prepared& prepared) {
  prepared.silent = dns::parse_query(message, prepared.query) == dns::Receipt::silent;
  prepared.has_name = !prepared.silent && prepared.query.has_question;
  if (!prepared.has_name) return;
  prepared.name.assign(prepared.query.qname);
  prepared.zone = snapshot.index.find(prepared.name, prepared.name.labels());
}

const ServedZone* zone_of(const Snapshot::State& snapshot, const Prepared& prepared) {
  if (!prepared.has_name || prepared.zone < 0 || prepared.zone == Snapshot::State::broken) {
    return nullptr;
  }
  return &snapshot.zones[static_cast<std::size_t>(prepared.zone)];
}

std::size_t size_limit(const Settings& settings, const Client& client, const dns::Query& query,
                       std::size_t room) {
  if (client.transport != Transport::udp) return std::min(room, max_message);
  if (!query.edns.present) return dns::classic_udp_octets;
  // RFC 6891 §6.2.3: less than 512 means 512. Never more than was offered or than our own limit.
  const std::size_t offered =
      std::max<std::size_t>(query.edns.udp_payload, dns::classic_udp_octets);
  const std::size_t own = std::max<std::size_t>(settings.udp_payload, dns::classic_udp_octets);
  return std::min({offered, own, room});
}

/// RFC 8945 §5.2.1: we share no keys with anyone, so the error is BADKEY, and the answer to it is
/// not signed.
void put_tsig_error(Response& response, const dns::Query& query, std::size_t limit) {
  dns::MessageWriter& writer = response.writer;
  writer.set_limit(limit);
  const std::size_t rdata = query.tsig_algorithm.size() + 16;
  if (!writer.fits(query.tsig_key.size() + 10 + rdata)) return;
  writer.raw(query.tsig_key.data(), query.tsig_key.size());
  writer.u16(type::tsig);
  writer.u16(dns::rrclass::any);
  writer.u32(0);
  writer.u16(static_cast<std::uint16_t>(rdata));
  writer.raw(query.tsig_algorithm.data(), query.tsig_algorithm.size());
  writer.raw(query.tsig_fixed, 8);  // time signed and fudge
  writer.u16(0);                    // no MAC
  writer.u16(query.tsig_original_id);
  writer.u16(dns::tsig_error::badkey);
  writer.u16(0);
  response.count(Section::additional, 1);
}

/// One query on its way through the checks that come before the zones.
class Responder {
 public:
  Responder(const Snapshot::State& snapshot, const Client& client, const Prepared& prepared,
            Scratch& scratch, std::span<std::uint8_t> out)
      : snapshot_(snapshot),
        client_(client),
        prepared_(prepared),
        query_(prepared.query),
        scratch_(scratch),
        limit_(size_limit(snapshot.settings, client, query_, out.size())),
        edns_(snapshot, client, query_),
        response_(out.data(), limit_, scratch.state().compression, scratch.state().rdata_name) {}

  std::size_t run() {
    scratch_.outcome = Outcome{};
    response_.start(query_, prepared_.has_name ? &prepared_.name : nullptr);
    const bool cookie_ok = handle_cookie();
    response_.writer.set_limit(limit_ - edns_.reserve());
    if (!refuse_early(cookie_ok)) answer();
    edns_.put(response_, limit_);
    if (query_.has_tsig && response_.rcode == dns::rcode::notauth) {
      put_tsig_error(response_, query_, limit_);
    }
    response_.finish(query_);
    scratch_.outcome.rcode = static_cast<std::uint8_t>(response_.rcode & 0xF);
    scratch_.outcome.truncated = response_.truncated;
    return response_.writer.size();
  }

 private:
  /// Puts a fresh server cookie into the answer when the query has a client cookie, and tells
  /// whether the one in the query was good.
  bool handle_cookie() {
    const std::vector<CookieSecret>& secrets = snapshot_.settings.cookie_secrets;
    const dns::Edns& edns = query_.edns;
    if (secrets.empty() || edns.cookie_size == 0 || query_.error != dns::rcode::noerror) {
      return false;
    }
    const std::span<const std::uint8_t> cookie(edns.cookie, edns.cookie_size);
    edns_.cookie = make_server_cookie(cookie, client_.address, scratch_.now, secrets[0]);
    edns_.has_cookie = true;
    return is_valid_cookie(cookie, client_.address, scratch_.now, secrets);
  }

  /// What is answered without looking at a zone. True when that settled it.
  bool refuse_early(bool cookie_ok) {
    if (query_.opcode == dns::opcode::notify || query_.opcode == dns::opcode::update) {
      return settle(dns::rcode::refused);
    }
    if (query_.error != dns::rcode::noerror) return settle(query_.error);
    if (query_.edns.tcp_keepalive_timeout && client_.transport != Transport::udp) {
      return settle(dns::rcode::formerr);
    }
    if (query_.has_tsig) return settle(dns::rcode::notauth);
    if (query_.only_cookie) {
      // RFC 7873 §5.4. Without cookies of our own this is a query without a question.
      return settle(edns_.has_cookie ? dns::rcode::noerror : dns::rcode::formerr);
    }
    // RFC 7873 §5.2.3: only who sent a client cookie can be asked for the server cookie.
    if (snapshot_.settings.require_cookies && edns_.has_cookie && !cookie_ok &&
        client_.transport == Transport::udp) {
      return settle(dns::rcode::badcookie);
    }
    return refuse_type();
  }

  bool refuse_type() {
    switch (query_.qtype) {
      case type::axfr:
      case type::ixfr:
        edns_.extended_error = dns::extended_error::prohibited;
        return settle(dns::rcode::refused);
      case type::mailb:
      case type::maila:
        return settle(dns::rcode::notimp);  // obsolete, RFC 1035 §3.2.3
      case type::opt:
      case type::tsig:
      case type::tkey:
      case type::nxname:
        return settle(dns::rcode::formerr);  // never in a question
      default:
        return false;
    }
  }

  bool settle(std::uint16_t code) {
    response_.rcode = code;
    return true;
  }

  void answer() {
    switch (query_.qclass) {
      case dns::rrclass::in:
        answer_internet();
        break;
      case dns::rrclass::any:
        answer_internet();
        // RFC 1035 §3.7.1 (of RFC 1034): an answer to QCLASS * is never authoritative.
        response_.authoritative = false;
        break;
      case dns::rrclass::ch:
        answer_chaos(snapshot_.settings, query_, prepared_.name, response_);
        break;
      default:
        response_.rcode = dns::rcode::refused;
        break;
    }
  }

  void answer_internet() {
    Answerer answerer(snapshot_, client_, prepared_, scratch_.state(), response_);
    answerer.run();
    scratch_.outcome.program = answerer.program();
    edns_.scope = answerer.scope();
    edns_.extended_error = answerer.extended_error();
    if (snapshot_.settings.name_programs && answerer.program() >= 0) {
      const auto index = static_cast<std::size_t>(answerer.program());
      edns_.program = snapshot_.programs->programs()[index].name;
    }
  }

  const Snapshot::State& snapshot_;
  const Client& client_;
  const Prepared& prepared_;
  const dns::Query& query_;
  Scratch& scratch_;
  const std::size_t limit_;
  EdnsReply edns_;
  Response response_;
};

std::size_t answer_prepared(const Snapshot::State& snapshot, const Client& client,
                            const Prepared& prepared, Scratch& scratch,
                            std::span<std::uint8_t> out) {
  if (prepared.silent) {
    scratch.outcome = Outcome{};
    scratch.outcome.silent = true;
    return 0;
  }
  return Responder(snapshot, client, prepared, scratch, out).run();
}

/// The same for what programs need. One query alone would have to wait for it anyway.
void prefetch_programs(const Snapshot::State& snapshot, std::span<const Prepared> queries) {
  const program::HotLines& hot = snapshot.hot_lines;
  if (hot.empty() || queries.size() == 1) return;
  const auto decided = [&](const Prepared& prepared) {
    const ServedZone* zone = zone_of(snapshot, prepared);
    return zone != nullptr && zone->addressing &&
           (prepared.query.qtype == type::a || prepared.query.qtype == type::aaaa);
  };
  std::array<std::uint8_t, max_batch> asks;
  std::array<std::uint32_t, max_batch> records;
  std::size_t count = 0;
  for (std::size_t i = 0; i < queries.size(); ++i) {
    if (!decided(queries[i])) continue;
    hot.prefetch_name(queries[i].name);
    asks[count++] = static_cast<std::uint8_t>(i);
  }
  for (std::size_t i = 0; i < count; ++i) records[i] = hot.find(queries[asks[i]].name);
  for (std::size_t i = 0; i < count; ++i) {
    if (records[i] != program::HotLines::none) hot.prefetch(records[i]);
  }
}

}  // namespace

Scratch::Scratch() : state_(std::make_unique<State>()) {}
Scratch::~Scratch() = default;

void prepare(const Snapshot& snapshot, Scratch& scratch) {
  scratch.state().prepare(snapshot.state());
}

std::size_t respond(const Snapshot& snapshot, const Client& client,
                    std::span<const std::uint8_t> query, Scratch& scratch,
                    std::span<std::uint8_t> out) {
  assert(out.size() >= dns::classic_udp_octets);
  Prepared& prepared = scratch.state().prepared[0];
  read(snapshot.state(), query, prepared);
  return answer_prepared(snapshot.state(), client, prepared, scratch, out);
}

void respond_batch(const Snapshot& snapshot, std::span<BatchItem> items, Scratch& scratch) {
  assert(items.size() <= max_batch);
  const Snapshot::State& state = snapshot.state();
  std::array<Prepared, max_batch>& prepared = scratch.state().prepared;
  for (std::size_t i = 0; i < items.size(); ++i) {
    read(state, items[i].query, prepared[i]);
    if (const ServedZone* zone = zone_of(state, prepared[i])) {
      zone->prefetch_slot(prepared[i].name.hash());
    }
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (const ServedZone* zone = zone_of(state, prepared[i])) {
      zone->prefetch_node(prepared[i].name.hash());
    }
  }
  prefetch_programs(state, {prepared.data(), items.size()});
  for (std::size_t i = 0; i < items.size(); ++i) {
    BatchItem& item = items[i];
    item.size = answer_prepared(state, item.client, prepared[i], scratch, item.out);
    item.outcome = scratch.outcome;
  }
}

}  // namespace lapis::answer
