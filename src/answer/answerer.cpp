#include "answerer.h"

#include <algorithm>

#include "lapis/dns/rdata.h"

namespace lapis::answer {

namespace type = dns::type;

Answerer::Answerer(const Snapshot::State& snapshot, const Client& client, const Prepared& prepared,
                   Scratch::State& work, Response& response)
    : snapshot_(snapshot),
      client_(client),
      prepared_(prepared),
      work_(work),
      response_(response),
      dnssec_(prepared.query.edns.dnssec_ok),
      qtype_(prepared.query.qtype),
      zone_number_(prepared.zone),
      current_(&prepared.name),
      current_offset_(dns::header_octets) {}

Owner Answerer::owner(int labels) const {
  if (is_question()) return {current_, labels, dns::header_octets + current_->start(labels)};
  return {current_, labels, labels == current_->labels() ? current_offset_ : 0};
}

void Answerer::find_zone() {
  zone_number_ = snapshot_.index.find(*current_, current_->labels());
  if (qtype_ != type::ds || zone_number_ < 0 || zone_number_ == Snapshot::State::broken) return;
  // RFC 4035 §3.1.4.1: the DS RRset of a zone is in its parent; when we serve both, the parent
  // answers.
  const ServedZone& zone = snapshot_.zones[static_cast<std::size_t>(zone_number_)];
  if (zone.apex_labels() != current_->labels() || zone.apex_labels() == 0) return;
  const std::int32_t above = snapshot_.index.find(*current_, current_->labels() - 1);
  if (above < 0) return;
  if (above != Snapshot::State::broken) {
    // Not the parent when it delegates a zone between (that one, not served here, is the parent) or
    // has given the whole domain away.
    const ServedZone& parent = snapshot_.zones[static_cast<std::size_t>(above)];
    int found = 0;
    const Node node = parent.closest_encloser(*current_, current_->labels(), found);
    constexpr std::uint8_t gives_away = node_flag::cut | node_flag::dname;
    if (node.is_occluded() || (node.has(gives_away) && found < current_->labels())) return;
  }
  zone_number_ = above;
}

void Answerer::run() {
  if (qtype_ == type::ds) find_zone();
  for (;;) {
    if (zone_number_ < 0) {
      if (is_question()) {
        response_.rcode = dns::rcode::refused;
        extended_error_ = dns::extended_error::not_authoritative;
      }
      break;  // a chain that leads out of our zones ends there (RFC 1034 §4.3.2, 3.a)
    }
    if (zone_number_ == Snapshot::State::broken) {
      // What a chain has found so far is good; its end is not ours to say.
      if (!is_question()) break;
      response_.rcode = dns::rcode::servfail;
      extended_error_ = dns::extended_error::invalid_data;
      break;
    }
    zone_ = &snapshot_.zones[static_cast<std::size_t>(zone_number_)];
    response_.authoritative |= is_question();
    // RFC 6604 §3: the rcode is that of the last name of the chain.
    response_.rcode = dns::rcode::noerror;
    if (answer_in_zone() == Step::done) break;
    find_zone();
  }
  if (proof_count_ != 0) put_proofs();
  if (!response_.truncated) add_additional();
}

Answerer::Step Answerer::answer_in_zone() {
  const int labels = current_->labels();
  int found = labels;
  wildcard_ = Node();
  Node node = zone_->find(*current_, labels);
  if (!node) node = zone_->closest_encloser(*current_, labels - 1, found);
  // What lies below a zone cut or a DNAME is not this zone's to serve: back up to what hides it.
  // The highest one hides the others, since they are hidden themselves.
  while (node.is_occluded()) node = zone_->find(*current_, --found);
  if (node.is_cut() && !(found == labels && qtype_ == type::ds)) {
    refer(node, found);
    return Step::done;
  }
  if (found == labels) return answer_from_node(node);
  if (node.has(node_flag::dname)) return follow_dname(node, found);
  encloser_labels_ = found;
  // RFC 4592 §3.3.1: only the wildcard at the closest encloser is the source of synthesis.
  if (node.has(node_flag::has_wildcard)) {
    wildcard_ = zone_->wildcard_below(*current_, found);
    return answer_from_node(wildcard_);
  }
  answer_nxdomain();
  return Step::done;
}

Answerer::Step Answerer::answer_from_node(Node node) {
  if ((qtype_ == type::a || qtype_ == type::aaaa) && programs_own(node)) {
    const Decided decided = answer_from_programs(qtype_ == type::aaaa);
    if (decided == Decided::nothing) put_soa();  // not signed: there is nothing to prove
    if (decided != Decided::no) return Step::done;
  }
  if (qtype_ == type::any) {
    put_any(node);
    return Step::done;
  }
  if (qtype_ == type::rrsig && put_signatures(node)) return Step::done;
  const RRset set = node.find(qtype_);
  if (set) {
    put_answer(set);
    return Step::done;
  }
  if (node.has(node_flag::cname)) {
    const RRset cname = node.find(type::cname);
    return follow_cname(cname.records, cname);
  }
  answer_nodata(node);
  return Step::done;
}

/// Whether the DNAME RRset stands in the answer because the chain passed it.
bool Answerer::dname_written(const RRset& dname) const {
  const auto end = dnames_.begin() + static_cast<std::ptrdiff_t>(dname_count_);
  return std::find(dnames_.begin(), end, dname.records.key()) != end;
}

void Answerer::put_answer(const RRset& set) {
  if (dname_written(set)) return;  // asked for, and the way here led through it
  Owner at = owner(current_->labels());
  if (!response_.put(Section::answer, at, set, set.records.ttl(), dnssec_)) {
    response_.truncated = true;
    return;
  }
  if (has_additional(set.records.type())) additional_from_ = set.records;
  if (wildcard_ && proves()) prove_wildcard();
}

void Answerer::put_any(Node node) {
  // RFC 8482 §4.1: one RRset of those at the name. Of a name whose addresses programs decide, any
  // other; failing that, what the programs say.
  const bool programmed = programs_own(node);
  const std::uint8_t* at = node.begin();
  for (int i = node.rrset_count(); i > 0; --i) {
    RRset set;
    at = Node::next(at, set);
    const std::uint16_t t = set.records.type();
    if (!set || t == type::nsec || (programmed && (t == type::a || t == type::aaaa))) continue;
    put_answer(set);
    return;
  }
  if (programmed) {
    for (const bool ipv6 : {false, true}) {
      const RRset own = node.find(ipv6 ? type::aaaa : type::a);
      if (!own) continue;
      const Decided decided = answer_from_programs(ipv6);
      if (decided == Decided::no) put_answer(own);
      if (decided != Decided::nothing) return;
    }
  }
  const RRset nsec = node.find(type::nsec);
  if (nsec) {
    put_answer(nsec);
    return;
  }
  answer_nodata(node);
}

/// A question for RRSIG gets those of all RRsets of the name. False when there are none.
bool Answerer::put_signatures(Node node) {
  const std::uint8_t* at = node.begin();
  Owner name = owner(current_->labels());
  bool found = false;
  for (int i = node.rrset_count(); i > 0; --i) {
    RRset set;
    at = Node::next(at, set);
    if (!set.signatures) continue;
    found = true;
    if (!response_.put(Section::answer, name, set.signatures, set.signatures.ttl())) {
      response_.truncated = true;
      return true;
    }
  }
  if (found && wildcard_ && proves()) prove_wildcard();
  return found;
}

/// False when the name was in the chain before or the chain has grown too long: it ends here.
bool Answerer::enter(std::uint64_t name_hash) {
  const auto end = chain_.begin() + static_cast<std::ptrdiff_t>(chain_length_);
  if (chain_length_ == max_chain || std::find(chain_.begin(), end, name_hash) != end) return false;
  chain_[chain_length_++] = name_hash;
  return true;
}

Answerer::Step Answerer::follow_cname(const Records& cname, const RRset& set) {
  if (!enter(current_->hash())) return Step::done;
  Owner at = owner(current_->labels());
  std::size_t name_at = 0;
  if (!response_.put(Section::answer, at, set, cname.ttl(), dnssec_, &name_at)) {
    response_.truncated = true;
    return Step::done;
  }
  if (wildcard_ && proves()) prove_wildcard();
  dns::HashedName& next = current_ == &work_.chain[0] ? work_.chain[1] : work_.chain[0];
  next.assign(dns::rdata_name(type::cname, cname.first()));
  current_ = &next;
  current_offset_ = name_at;
  return Step::follow;
}

Answerer::Step Answerer::follow_dname(Node node, int labels) {
  const RRset dname = node.find(type::dname);
  if (dname_links_ == max_dname_links || !enter(current_->hash())) return Step::done;
  ++dname_links_;
  // A chain may pass the same DNAME twice with different names; its record is in the answer once.
  if (!dname_written(dname)) {
    Owner at = owner(labels);
    if (!response_.put(Section::answer, at, dname, dname.records.ttl(), dnssec_)) {
      response_.truncated = true;
      return Step::done;
    }
    dnames_[dname_count_++] = dname.records.key();  // at most one for each link of the chain
  }
  dns::HashedName& next = current_ == &work_.chain[0] ? work_.chain[1] : work_.chain[0];
  if (!next.substitute(*current_, labels, dns::rdata_name(type::dname, dname.records.first()))) {
    response_.rcode = dns::rcode::yxdomain;  // RFC 6672 §2.2
    return Step::done;
  }
  // RFC 6672 §3.1: the synthesized CNAME has the TTL of the DNAME and no signature.
  Owner at = owner(current_->labels());
  std::size_t name_at = 0;
  if (!response_.put_record(Section::answer, at, type::cname, dname.records.ttl(),
                            next.view().octets(), &name_at)) {
    response_.truncated = true;
    return Step::done;
  }
  current_ = &next;
  current_offset_ = name_at;
  // The question for the CNAME itself is answered by the synthesized one.
  return qtype_ == type::cname ? Step::done : Step::follow;
}

}  // namespace lapis::answer
