// Proofs, in signed zones, that a name or a type does not exist: NSEC (RFC 4035 §3.1.3) and NSEC3
// (RFC 5155 §7.2). All return false when a record does not fit.
#include <algorithm>

#include "answerer.h"
#include "lapis/dns/sha1.h"

namespace lapis::answer {

namespace type = dns::type;

namespace {

dns::Sha1 hash_of(const Nsec3Chain& chain, dns::NameView name) {
  return dns::nsec3_hash(name, chain.salt, chain.iterations);
}

constexpr std::size_t no_link = static_cast<std::size_t>(-1);

/// The link that matches `hash`, or no_link; `*covering` is the one whose span holds it otherwise.
std::size_t find_link(const Nsec3Chain& chain, const dns::Sha1& hash, std::size_t* covering) {
  const auto after = std::upper_bound(
      chain.links.begin(), chain.links.end(), hash,
      [](const dns::Sha1& h, const Nsec3Chain::Link& link) { return h < link.hash; });
  const std::size_t at =
      (after == chain.links.begin() ? chain.links.size()
                                    : static_cast<std::size_t>(after - chain.links.begin())) -
      1;
  if (chain.links[at].hash == hash) return at;
  if (covering != nullptr) *covering = at;
  return no_link;
}

}  // namespace

bool Answerer::prove_nodata(Node node) {
  if (zone_->nsec3().links.empty()) {
    // RFC 4035 §3.1.3.4: at a wildcard, also that the name itself does not exist.
    if (wildcard_ && !prove_wildcard()) return false;
    // RFC 4035 §3.1.3.1; an empty non-terminal has no NSEC and is proved by the one before it.
    return node.find(type::nsec) ? put_nsec(node) : put_covering_nsec(zone_->name_of(node));
  }
  if (wildcard_) {
    // RFC 5155 §7.2.5: closest encloser, next closer, and the wildcard itself.
    int provable = 0;
    return put_closest_encloser_proof(*current_, encloser_labels_, provable) &&
           put_matching_nsec3(zone_->name_of(node));
  }
  const std::size_t link =
      find_link(zone_->nsec3(), hash_of(zone_->nsec3(), current_->view()), nullptr);
  if (link != no_link) return put_nsec3(link);
  // RFC 5155 §7.2.4: no DS at an opted-out delegation, or an empty non-terminal above only such.
  int provable = 0;
  return put_closest_encloser_proof(*current_, current_->labels() - 1, provable);
}

bool Answerer::prove_nxdomain() {
  if (zone_->nsec3().links.empty()) {
    if (!put_covering_nsec(current_->view())) return false;
    return !work_.denial.wildcard_of(*current_, encloser_labels_) ||
           put_covering_nsec(dns::Name(work_.denial.view()));
  }
  // RFC 5155 §7.2.2: the wildcard to deny is the one at the encloser that was proved.
  int provable = 0;
  if (!put_closest_encloser_proof(*current_, encloser_labels_, provable)) return false;
  return !work_.denial.wildcard_of(*current_, provable) ||
         put_covering_nsec3(dns::Name(work_.denial.view()));
}

bool Answerer::prove_wildcard() {
  // RFC 4035 §3.1.3.3, RFC 5155 §7.2.6: that no closer name than the wildcard's parent exists.
  if (zone_->nsec3().links.empty()) return put_covering_nsec(current_->view());
  return put_covering_nsec3(current_->suffix(encloser_labels_ + 1));
}

bool Answerer::prove_unsigned_delegation(Node cut, int labels) {
  if (zone_->nsec3().links.empty()) return !cut.find(type::nsec) || put_nsec(cut);
  const dns::NameView name = current_->suffix(labels);
  if (find_link(zone_->nsec3(), hash_of(zone_->nsec3(), name), nullptr) != no_link) {
    return put_matching_nsec3(name);
  }
  // RFC 5155 §7.2.7: opt-out; the next closer name is the delegation or above it.
  int provable = 0;
  return put_closest_encloser_proof(*current_, labels - 1, provable);
}

bool Answerer::put_nsec(Node node) {
  const RRset set = node.find(type::nsec);
  const auto end = denials_.begin() + static_cast<std::ptrdiff_t>(denial_count_);
  if (std::find(denials_.begin(), end, set.records.key()) != end) return true;
  if (denial_count_ == denials_.size()) return false;
  denials_[denial_count_++] = set.records.key();
  work_.denial.assign(zone_->name_of(node));
  Owner at{&work_.denial, work_.denial.labels(), 0};
  return response_.put(Section::authority, at, set, set.records.ttl(), true);
}

bool Answerer::put_covering_nsec(dns::NameView name) {
  const std::vector<std::uint32_t>& order = zone_->nsec_order();
  const auto after = std::upper_bound(
      order.begin(), order.end(), name, [this](dns::NameView wanted, std::uint32_t unit) {
        return canonical_compare(wanted, zone_->name_of(zone_->node_at(unit))) < 0;
      });
  return put_nsec(zone_->node_at(after == order.begin() ? order.back() : *(after - 1)));
}

bool Answerer::put_nsec3(std::size_t link) {
  const Node node = zone_->node_at(zone_->nsec3().links[link].node);
  const RRset set = node.find(type::nsec3);
  const auto end = denials_.begin() + static_cast<std::ptrdiff_t>(denial_count_);
  if (std::find(denials_.begin(), end, set.records.key()) != end) return true;
  if (denial_count_ == denials_.size()) return false;
  denials_[denial_count_++] = set.records.key();
  work_.denial.assign(zone_->name_of(node));
  Owner at{&work_.denial, work_.denial.labels(), 0};
  return response_.put(Section::authority, at, set, set.records.ttl(), true);
}

bool Answerer::put_matching_nsec3(dns::NameView name) {
  const std::size_t link = find_link(zone_->nsec3(), hash_of(zone_->nsec3(), name), nullptr);
  return link == no_link || put_nsec3(link);
}

bool Answerer::put_covering_nsec3(dns::NameView name) {
  std::size_t covering = no_link;
  const std::size_t link = find_link(zone_->nsec3(), hash_of(zone_->nsec3(), name), &covering);
  return put_nsec3(link != no_link ? link : covering);
}

/// Proves that the suffix of `name` with `labels` labels is its closest encloser, or the nearest
/// one above it that has an NSEC3 (with opt-out an ancestor may exist without one);
/// `provable` receives its labels.
bool Answerer::put_closest_encloser_proof(const dns::HashedName& name, int labels, int& provable) {
  const Nsec3Chain& chain = zone_->nsec3();
  for (provable = labels; provable > zone_->apex_labels(); --provable) {
    const std::size_t link = find_link(chain, hash_of(chain, name.suffix(provable)), nullptr);
    if (link == no_link) continue;
    return put_nsec3(link) && put_covering_nsec3(name.suffix(provable + 1));
  }
  return put_matching_nsec3(zone_->apex()) && put_covering_nsec3(name.suffix(provable + 1));
}

}  // namespace lapis::answer
