// "No such data" and "no such name", with the SOA that says for how long (RFC 2308).
#include "answerer.h"

namespace lapis::answer {

bool Answerer::put_soa() {
  Owner at = owner(zone_->apex_labels());
  // RFC 2308 §3: the TTL of this SOA is the time the negative answer may be kept.
  if (response_.put(Section::authority, at, zone_->soa(), zone_->negative_ttl(), dnssec_)) {
    return true;
  }
  response_.truncated = true;
  return false;
}

void Answerer::answer_nodata(Node node) {
  if (put_soa() && proves()) prove_nodata(node);
}

void Answerer::answer_nxdomain() {
  response_.rcode = dns::rcode::nxdomain;
  if (put_soa() && proves()) prove_nxdomain();
}

}  // namespace lapis::answer
