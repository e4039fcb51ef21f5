// Witness queries, asked of the code that answers real ones.
// clang-format off
// ldns redefines bool, true and false unless <stdbool.h> was read first.
#include <stdbool.h>

#include <ldns/ldns.h>
// clang-format on

#include <algorithm>
#include <memory>

#include "replay.h"

#include "lapis/answer/respond.h"
#include "lapis/answer/snapshot.h"
#include "lapis/zone/servable.h"

namespace lapis::lint {
namespace {

std::vector<std::uint8_t> question(dns::NameView name, std::uint16_t type) {
  std::vector<std::uint8_t> out = {0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0};
  out.insert(out.end(), name.data(), name.data() + name.size());
  for (const std::uint16_t field : {type, std::uint16_t{1}}) {
    out.push_back(static_cast<std::uint8_t>(field >> 8));
    out.push_back(static_cast<std::uint8_t>(field & 0xFF));
  }
  return out;
}

dns::Name name_of(const ldns_rdf* rdf) {
  return dns::Name(dns::NameView(ldns_rdf_data(rdf), ldns_rdf_size(rdf)));
}

struct PacketDeleter {
  void operator()(ldns_pkt* packet) const { ldns_pkt_free(packet); }
};

void read_addresses(const ldns_rr_list* section, std::vector<ReplayAnswer::Address>& out) {
  for (std::size_t i = 0; i < ldns_rr_list_rr_count(section); ++i) {
    const ldns_rr* record = ldns_rr_list_rr(section, i);
    const auto type = ldns_rr_get_type(record);
    if (type != LDNS_RR_TYPE_A && type != LDNS_RR_TYPE_AAAA) continue;
    const ldns_rdf* rdf = ldns_rr_rdf(record, 0);
    const std::uint8_t* octets = ldns_rdf_data(rdf);
    out.emplace_back(name_of(ldns_rr_owner(record)),
                     std::vector<std::uint8_t>(octets, octets + ldns_rdf_size(rdf)));
  }
}

void read_servers(const ldns_rr_list* section, std::vector<dns::Name>& out) {
  for (std::size_t i = 0; i < ldns_rr_list_rr_count(section); ++i) {
    const ldns_rr* record = ldns_rr_list_rr(section, i);
    if (ldns_rr_get_type(record) == LDNS_RR_TYPE_NS) out.push_back(name_of(ldns_rr_rdf(record, 0)));
  }
}

void read_answer(const ldns_pkt& packet, ReplayAnswer& out) {
  const ldns_rr_list* answer = ldns_pkt_answer(&packet);
  std::vector<dns::Name> owners;
  dns::Name last;
  for (std::size_t i = 0; i < ldns_rr_list_rr_count(answer); ++i) {
    const ldns_rr* record = ldns_rr_list_rr(answer, i);
    const auto type = ldns_rr_get_type(record);
    if (type == LDNS_RR_TYPE_CNAME) {
      ++out.aliases;
      owners.push_back(name_of(ldns_rr_owner(record)));
      last = name_of(ldns_rr_rdf(record, 0));
    } else if (type != LDNS_RR_TYPE_DNAME) {
      out.other = true;
    }
  }
  for (const dns::Name& owner : owners) out.chain_closes |= owner == last;
  const ldns_rr_list* authority = ldns_pkt_authority(&packet);
  for (std::size_t i = 0; i < ldns_rr_list_rr_count(authority); ++i) {
    const ldns_rr* record = ldns_rr_list_rr(authority, i);
    out.has_soa |= ldns_rr_get_type(record) == LDNS_RR_TYPE_SOA;
  }
  read_servers(answer, out.answered_servers);
  read_servers(authority, out.servers);
  read_addresses(answer, out.answered);
  read_addresses(ldns_pkt_additional(&packet), out.addressed);
}

ReplayAnswer ask_snapshot(const answer::Snapshot& snapshot, dns::NameView name,
                          std::uint16_t type) {
  ReplayAnswer out;
  answer::Scratch scratch;
  std::vector<std::uint8_t> message(answer::max_message);
  const answer::Client client{IpAddress::v4(0x7F000001), 53, answer::Transport::tcp};
  const std::size_t size =
      answer::respond(snapshot, client, question(name, type), scratch, message);
  ldns_pkt* read = nullptr;
  if (ldns_wire2pkt(&read, message.data(), size) != LDNS_STATUS_OK) return out;
  const std::unique_ptr<ldns_pkt, PacketDeleter> packet(read);
  out.asked = true;
  out.rcode = static_cast<std::uint16_t>(ldns_pkt_get_rcode(packet.get()));
  out.authoritative = ldns_pkt_aa(packet.get());
  read_answer(*packet, out);
  return out;
}

}  // namespace

void Replay::serve_all() {
  tried_ = true;
  std::vector<answer::ZoneInput> inputs;
  for (std::size_t i = 0; i < zones_.size(); ++i) {
    const Context& zone = zones_[i];
    // Of two files for one zone only one can be served.
    if (zones_.find_apex(zone.records.origin) != &zone) continue;
    if (!zone::serving_errors(zone.zone).empty()) continue;
    inputs.emplace_back().records = zone.records;
    served_.push_back(&zone);
  }
  std::sort(served_.begin(), served_.end());
  auto built = answer::Snapshot::build(std::move(inputs), nullptr, {});
  if (built) all_ = std::move(*built);
}

Replay::Answer Replay::ask(dns::NameView name, std::uint16_t type,
                           const std::vector<const Context*>& touched) {
  if (!tried_) serve_all();
  const bool served = std::all_of(touched.begin(), touched.end(), [&](const Context* zone) {
    return zone == nullptr || std::binary_search(served_.begin(), served_.end(), zone);
  });
  return all_ != nullptr && served ? ask_snapshot(*all_, name, type) : Answer{};
}

ReplayAnswer ReplayAlone::ask(dns::NameView name, std::uint16_t type, const Context& zone) {
  // So many records are kept ready at most, or one zone however large.
  constexpr std::size_t most_records = 1'000'000;
  auto at = served_.find(&zone);
  if (at == served_.end()) {
    const std::size_t records = zone.records.records.size();
    if (records_ + records > most_records) {
      served_.clear();
      records_ = 0;
    }
    records_ += records;
    Snapshot snapshot;
    if (zone::serving_errors(zone.zone).empty()) {
      std::vector<answer::ZoneInput> inputs;
      inputs.emplace_back().records = zone.records;
      auto built = answer::Snapshot::build(std::move(inputs), nullptr, {});
      if (built) snapshot = std::move(*built);
    }
    at = served_.emplace(&zone, std::move(snapshot)).first;
  }
  return at->second ? ask_snapshot(*at->second, name, type) : ReplayAnswer{};
}

Witness zone_query(dns::NameView name, const Context& zone) {
  Witness witness;
  witness.qname = dns::to_text(name);
  witness.zone = dns::to_text(zone.records.origin);
  return witness;
}

void report_disagreement(Context& context, const zone::Record& at, const char* rule,
                         dns::NameView query) {
  context.add(rule, at,
              "a defect of Lapis: the linter and the answer code disagree about " +
                  dns::to_text(query) + "; please report it");
}

}  // namespace lapis::lint
