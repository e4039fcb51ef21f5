// Witness queries, asked of the code that answers real ones. A finding about queries carries a
// witness only when it was asked and bears the finding out; where it does not, the linter is wrong,
// and says so.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "lapis/answer/snapshot.h"
#include "lapis/dns/name.h"
#include "zone_set.h"

namespace lapis::lint {

/// What matters of one answer.
struct ReplayAnswer {
  using Address = std::pair<dns::Name, std::vector<std::uint8_t>>;

  bool asked = false;  ///< false: the zones can't be served, so there is nothing to compare with
  std::uint16_t rcode = 0;
  bool authoritative = false;
  std::size_t aliases = 0;    ///< CNAME records in the answer section, those of DNAMEs included
  bool other = false;         ///< the answer section has something else than CNAME and DNAME
  bool chain_closes = false;  ///< the last CNAME leads to a name that has one in the answer
  bool has_soa = false;       ///< in the authority section
  std::vector<dns::Name> answered_servers;  ///< NS targets of the answer section
  std::vector<dns::Name> servers;           ///< NS targets of the authority section
  std::vector<Address> answered;            ///< A and AAAA of the answer section
  std::vector<Address> addressed;           ///< A and AAAA of the additional section

  bool is_referral() const { return asked && !authoritative && !servers.empty(); }
};

/// Asks the production answer code.
class Replay {
 public:
  using Answer = ReplayAnswer;
  explicit Replay(const ZoneSet& zones) : zones_(zones) {}

  /// Asks over all zones that can be served. `touched` are those the answer is made from; when one
  /// of them can't be served there is nothing to compare with.
  Answer ask(dns::NameView name, std::uint16_t type, const std::vector<const Context*>& touched);

 private:
  using Snapshot = std::shared_ptr<const answer::Snapshot>;
  void serve_all();

  const ZoneSet& zones_;
  Snapshot all_;
  bool tried_ = false;
  std::vector<const Context*> served_;  // sorted
};

/// Asks single zones, each as if there were no other.
class ReplayAlone {
 public:
  ReplayAnswer ask(dns::NameView name, std::uint16_t type, const Context& zone);

 private:
  using Snapshot = std::shared_ptr<const answer::Snapshot>;
  std::map<const Context*, Snapshot> served_;  // null: can't be served
  std::size_t records_ = 0;                    // in those served
};

/// The witness of a finding: a query without client.
Witness zone_query(dns::NameView name, const Context& zone);

/// What is said instead of a finding that its own query does not bear out.
void report_disagreement(Context& context, const zone::Record& at, const char* rule,
                         dns::NameView query);

}  // namespace lapis::lint
