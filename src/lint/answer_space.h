// Where queries are led through all zones given: one step of the algorithm of RFC 1034 §4.3.2, as
// the answer code takes it, without types.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lapis/answer/snapshot.h"
#include "lapis/dns/name.h"
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

/// Asks the production answer code.
class Replay {
 public:
  explicit Replay(const ZoneSet& zones) : zones_(zones) {}

  struct Answer {
    bool asked = false;  ///< false: the zones can't be served, so there is nothing to compare with
    std::uint16_t rcode = 0;
    bool authoritative = false;
    std::size_t aliases = 0;    ///< CNAME records in the answer section, those of DNAMEs included
    bool other = false;         ///< the answer section has something else than CNAME and DNAME
    bool chain_closes = false;  ///< the last CNAME leads to a name that has one in the answer
    bool has_soa = false;       ///< in the authority section
    std::vector<dns::Name> servers;    ///< NS targets of the authority section
    std::vector<dns::Name> addressed;  ///< owners of addresses in the additional section
  };
  /// Asks over all zones that can be served. `touched` are those the answer is made from; when one
  /// of them can't be served there is nothing to compare with.
  Answer ask(dns::NameView name, std::uint16_t type, const std::vector<const Context*>& touched);
  /// Asks one zone as if there were no other.
  Answer ask_alone(dns::NameView name, std::uint16_t type, const Context& zone) const;

 private:
  using Snapshot = std::shared_ptr<const answer::Snapshot>;
  void serve_all();
  static Answer ask(const answer::Snapshot& snapshot, dns::NameView name, std::uint16_t type);

  const ZoneSet& zones_;
  Snapshot all_;
  bool tried_ = false;
  std::vector<const Context*> served_;  // sorted
};

/// The witness of a finding: a query without client.
Witness zone_query(dns::NameView name, const Context& zone);

/// What is said instead of a finding that its own query does not bear out.
void report_disagreement(Context& context, const zone::Record& at, const char* rule,
                         dns::NameView query);

/// rewrite-loop, rewrite-black-hole, dname-growth.
void check_rewrites(const ZoneSet& zones);
/// delegation-missing, delegation-inconsistent, glue-inconsistent, lame-delegation.
void check_parents(const ZoneSet& zones);
/// cyclic-dependency.
void check_dependencies(const ZoneSet& zones);

}  // namespace lapis::lint
