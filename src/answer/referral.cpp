// Answers that hand over to a child zone: the NS RRset at the cut, its DS or the proof that there
// is none, and glue.
#include "answerer.h"
#include "lapis/dns/rdata.h"

namespace lapis::answer {

namespace type = dns::type;

void Answerer::refer(Node cut, int labels) {
  // AA speaks of the first owner name in the answer section (RFC 1035 §4.1.1): a CNAME of ours that
  // led here stays authoritative.
  if (response_.empty(Section::answer)) response_.authoritative = false;
  const RRset ns = cut.find(type::ns);
  Owner at = owner(labels);
  // The NS RRset of a delegation is never signed by the parent (RFC 4035 §2.2).
  if (!response_.put(Section::authority, at, ns.records, ns.records.ttl())) {
    response_.truncated = true;
    return;
  }
  if (proves()) {
    const RRset ds = cut.find(type::ds);
    if (!ds) {
      prove_unsigned_delegation(cut, labels);
    } else if (!response_.put(Section::authority, at, ds, ds.records.ttl(), true)) {
      response_.truncated = true;
    }
  }
  put_proofs();  // those of the chain that led here too: the additional section comes next
  proof_count_ = 0;
  if (response_.truncated) return;
  // RFC 9471 §3.1: the in-domain glue must all be there, or TC is set. §3.2: sibling glue as
  // far as there is room.
  if (!put_glue(ns.records, true, *current_, labels)) {
    response_.truncated = true;
    return;
  }
  put_glue(ns.records, false, *current_, labels);
}

bool Answerer::put_glue(const Records& ns, bool in_domain, const dns::HashedName& cut_owner,
                        int labels) {
  const dns::NameView cut = cut_owner.suffix(labels);
  Records::Iterator it = ns.begin();
  for (std::uint32_t i = 0; i < ns.count(); ++i, ++it) {
    const dns::NameView target = dns::rdata_name(type::ns, *it);
    if (is_under(target, cut) != in_domain) continue;
    if (!put_addresses_of(target, true)) return false;
  }
  return true;
}

}  // namespace lapis::answer
