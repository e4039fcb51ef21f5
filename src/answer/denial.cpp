// Proofs, in signed zones, that a name or a type does not exist: NSEC (RFC 4035 §3.1.3) and NSEC3
// (RFC 5155 §7.2).
//
// The records are only noted while the answer is found, since a wildcard early in a chain needs one
// and the rest of the chain is still to be written in front of it.
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

void Answerer::prove_nodata(Node node) {
  const Nsec3Chain& chain = zone_->nsec3();
  if (chain.links.empty()) {
    // RFC 4035 §3.1.3.4: at a wildcard, also that the name itself does not exist.
    if (wildcard_) prove_wildcard();
    // RFC 4035 §3.1.3.1; an empty non-terminal has no NSEC and is proved by the one before it.
    if (node.find(type::nsec)) {
      prove_with(node);
    } else {
      prove_with(zone_->covering_nsec(zone_->name_of(node)));
    }
    return;
  }
  if (wildcard_) {
    // RFC 5155 §7.2.5: closest encloser, next closer, and the wildcard itself.
    prove_closest_encloser(*current_, encloser_labels_);
    const std::size_t link = find_link(chain, hash_of(chain, zone_->name_of(node)), nullptr);
    if (link != no_link) prove_with(link);
    return;
  }
  const std::size_t link = find_link(chain, hash_of(chain, current_->view()), nullptr);
  if (link != no_link) {
    prove_with(link);
  } else {
    // RFC 5155 §7.2.4: no DS at an opted-out delegation, or an empty non-terminal above only such.
    prove_closest_encloser(*current_, current_->labels() - 1);
  }
}

void Answerer::prove_nxdomain() {
  if (zone_->nsec3().links.empty()) {
    // RFC 4035 §3.1.3.2: neither the name nor a wildcard that could have stood for it.
    prove_with(zone_->covering_nsec(current_->view()));
    if (work_.denial.wildcard_of(*current_, encloser_labels_)) {
      prove_with(zone_->covering_nsec(work_.denial.view()));
    }
    return;
  }
  // RFC 5155 §7.2.2: the wildcard to deny is the one at the encloser that was proved.
  const int provable = prove_closest_encloser(*current_, encloser_labels_);
  if (work_.denial.wildcard_of(*current_, provable)) prove_covered(work_.denial.view());
}

void Answerer::prove_wildcard() {
  // RFC 4035 §3.1.3.3, RFC 5155 §7.2.6: that no closer name than the wildcard's parent exists.
  if (zone_->nsec3().links.empty()) {
    prove_with(zone_->covering_nsec(current_->view()));
  } else {
    prove_covered(current_->suffix(encloser_labels_ + 1));
  }
}

void Answerer::prove_unsigned_delegation(Node cut, int labels) {
  const Nsec3Chain& chain = zone_->nsec3();
  if (chain.links.empty()) {
    if (cut.find(type::nsec)) prove_with(cut);
    return;
  }
  const std::size_t link = find_link(chain, hash_of(chain, current_->suffix(labels)), nullptr);
  if (link != no_link) {
    prove_with(link);
  } else {
    // RFC 5155 §7.2.7: opt-out; the next closer name is the delegation or above it.
    prove_closest_encloser(*current_, labels - 1);
  }
}

/// Proves that the suffix of `name` with `labels` labels is its closest encloser, or the nearest
/// one above it that has an NSEC3 (with opt-out an ancestor may exist without one). Returns the
/// labels of the one that was proved.
int Answerer::prove_closest_encloser(const dns::HashedName& name, int labels) {
  const Nsec3Chain& chain = zone_->nsec3();
  for (int provable = labels; provable >= zone_->apex_labels(); --provable) {
    const std::size_t link = find_link(chain, hash_of(chain, name.suffix(provable)), nullptr);
    if (link == no_link) continue;
    prove_with(link);
    prove_covered(name.suffix(provable + 1));
    return provable;
  }
  return zone_->apex_labels();  // a chain without its apex proves nothing
}

/// The NSEC3 whose span holds the hash of `name` (or that matches it, when the name exists).
void Answerer::prove_covered(dns::NameView name) {
  std::size_t covering = no_link;
  const std::size_t link = find_link(zone_->nsec3(), hash_of(zone_->nsec3(), name), &covering);
  prove_with(link != no_link ? link : covering);
}

void Answerer::prove_with(std::size_t nsec3_link) {
  prove_with(zone_->node_at(zone_->nsec3().links[nsec3_link].node));
}

void Answerer::prove_with(Node node) {
  const auto end = work_.proofs.begin() + static_cast<std::ptrdiff_t>(proof_count_);
  if (std::any_of(work_.proofs.begin(), end,
                  [&](const Proof& proof) { return proof.node == node; })) {
    return;
  }
  if (proof_count_ == work_.proofs.size()) {
    response_.truncated = true;
    return;
  }
  work_.proofs[proof_count_++] = {zone_, node};
}

void Answerer::put_proofs() {
  for (std::size_t i = 0; i < proof_count_ && !response_.truncated; ++i) {
    const auto& [zone, node] = work_.proofs[i];
    RRset set = node.find(type::nsec);
    if (!set) set = node.find(type::nsec3);
    work_.denial.assign(zone->name_of(node));
    Owner at{&work_.denial, work_.denial.labels(), 0};
    if (!response_.put(Section::authority, at, set, set.records.ttl(), true)) {
      response_.truncated = true;
    }
  }
}

}  // namespace lapis::answer
