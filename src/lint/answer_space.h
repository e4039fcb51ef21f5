// Where queries are led through all zones given: one step of the algorithm of RFC 1034 §4.3.2, as
// the answer code takes it, without types.
#pragma once

#include <string>

#include "lapis/dns/name.h"
#include "replay.h"
#include "zone_set.h"

namespace lapis::lint {

enum class Leads : std::uint8_t {
  outside,   ///< in no zone given
  referral,  ///< below a delegation whose zone is not given
  records,   ///< the name, or a wildcard for it, owns records and is no alias
  empty,     ///< an empty non-terminal: NODATA for every type
  missing,   ///< NXDOMAIN
  rewrite,   ///< a CNAME or DNAME leads on to `next`
  too_long,  ///< the DNAME's substitution passes 255 octets: YXDOMAIN (RFC 6672 §2.2)
};

struct Step {
  Leads leads = Leads::outside;
  Context* zone = nullptr;
  Index node = none;                     ///< what answers; for `missing` the closest encloser
  const zone::Record* record = nullptr;  ///< the CNAME or DNAME
  dns::Name next;
};

Step take_step(const ZoneSet& zones, dns::NameView name);

/// A label that is the first of no name in any of the zones: with it in front of a name stands any
/// name below it that is not written in a zone.
std::string unused_label(const ZoneSet& zones);
/// `label`.`name`; nothing of it when that is too long.
dns::Name below(const std::string& label, dns::NameView name);

/// rewrite-loop, rewrite-black-hole, dname-growth, chain-too-long through several zones or a DNAME.
void check_rewrites(const ZoneSet& zones);
/// delegation-missing, delegation-inconsistent, glue-inconsistent, lame-delegation.
void check_parents(const ZoneSet& zones);
/// mx-target-is-cname, srv-target-is-cname, target-does-not-exist of targets in another zone given.
void check_far_targets(const ZoneSet& zones);
/// cyclic-dependency.
void check_dependencies(const ZoneSet& zones);

}  // namespace lapis::lint
