// The additional section: addresses of the hosts that records name (RFC 1034 §4.3.2 step 6).
//
// What does not fit is left out without a word, except the glue a referral can't do without.
// Static addresses of names whose addresses programs decide are never added: they would go round
// the programs.
#include <algorithm>

#include "answerer.h"
#include "lapis/dns/rdata.h"

namespace lapis::answer {

namespace type = dns::type;

bool has_additional(std::uint16_t type) {
  switch (type) {
    case type::ns:
    case type::mx:     // RFC 1035 §3.3.9
    case type::afsdb:  // RFC 1183 §1
    case type::rt:     // RFC 1183 §3.3
    case type::kx:     // RFC 2230 §3.1
    case type::srv:    // RFC 2782
    case type::svcb:   // RFC 9460 §4.1
    case type::https:
      return true;
    default:
      return false;
  }
}

void Answerer::add_additional() {
  if (!additional_from_ || snapshot_.settings.minimal_responses) return;
  const std::uint16_t t = additional_from_.type();
  if (t == type::svcb || t == type::https) {
    put_service_targets(additional_from_);
    return;
  }
  Records::Iterator it = additional_from_.begin();
  for (std::uint32_t i = 0; i < additional_from_.count(); ++i, ++it) {
    if (!put_addresses_of(dns::rdata_name(t, *it), false)) return;
  }
}

bool Answerer::put_service_targets(const Records& records) {
  Records::Iterator it = records.begin();
  for (std::uint32_t i = 0; i < records.count(); ++i, ++it) {
    dns::NameView target = dns::rdata_name(records.type(), *it);
    // RFC 9460 §2.5: "." is the owner itself in ServiceMode, and no service in AliasMode.
    const bool alias = (*it)[0] == 0 && (*it)[1] == 0;
    if (target.is_root()) {
      if (alias) continue;
      target = current_->view();
    }
    // RFC 9460 §4.1: the target's own SVCB records as well. Only who follows an alias needs them.
    if (!put_addresses_of(target, false, alias ? records.type() : std::uint16_t{0})) return false;
  }
  return true;
}

bool Answerer::put_addresses_of(dns::NameView target, bool glue, std::uint16_t also) {
  dns::HashedName& name = work_.target;
  name.assign(target);
  const int labels = name.labels();
  const int apex = zone_->apex_labels();
  if (labels < apex || !equal(name.suffix(apex), zone_->apex())) return true;
  const auto seen = targets_.begin() + static_cast<std::ptrdiff_t>(target_count_);
  if (std::find(targets_.begin(), seen, name.hash()) != seen) return true;

  Node node = zone_->find(name, labels);
  if (!node) {
    int found = 0;
    node = zone_->closest_encloser(name, labels - 1, found);
    const bool hidden = node.has(node_flag::cut | node_flag::occluded | node_flag::dname) ||
                        !node.has(node_flag::has_wildcard);
    if (hidden) return true;
    node = zone_->wildcard_below(name, found);
  }
  const bool below_cut = node.has(node_flag::occluded | node_flag::cut);
  // An alias of itself is in the answer already.
  const bool has_also = also != 0 && name.hash() != current_->hash() && node.find(also);
  if ((!node.has(node_flag::address) && !has_also) || (below_cut && !glue)) return true;
  if (node.has(node_flag::redirected)) return true;  // a DNAME stands above: not served at all
  const bool programmed = !below_cut && programs_own(node);
  if (programmed && !has_also) return true;
  if (target_count_ < max_targets) {
    targets_[target_count_++] = name.hash();
  } else if (!glue) {
    return true;  // targets can't be told apart any more; the names of an NS RRset differ anyway
  }

  Owner at{&name, labels, 0};
  if (has_also && !put_set_of(node, also, at)) return false;
  if (programmed) return true;
  return put_set_of(node, type::a, at) && put_set_of(node, type::aaaa, at);
}

bool Answerer::put_set_of(Node node, std::uint16_t type, Owner& at) {
  const RRset set = node.find(type);
  if (!set) return true;
  return response_.put(Section::additional, at, set, set.records.ttl(), dnssec_);
}

}  // namespace lapis::answer
