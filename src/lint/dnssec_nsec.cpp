// nsec-missing, nsec-extra, nsec-next, nsec-bitmap, nsec-ttl (RFC 4034 §4, 4035 §2.3, 9077).
#include <algorithm>

#include "batch.h"
#include "dnssec.h"
#include "lapis/zone/servable.h"

namespace lapis::lint {
namespace {

class NsecCheck {
 public:
  explicit NsecCheck(SignedZone& zone) : context_(zone.context) {}

  void run() {
    // The names that must have an NSEC: they own something, and not only below a cut or a DNAME.
    for (const Index node : canonical_order(context_.tree)) {
      const bool wanted = context_.tree.node(node).first_record != none &&
                          is_authoritative(context_, node) && !is_nsec3_node(context_, node);
      if (wanted) {
        chain_.push_back(node);
      } else if (const zone::Record* nsec = context_.first_of(node, rr::nsec)) {
        batch_.add("nsec-extra", *nsec,
                   context_.text(node) + " is not authoritative, so it has no place in the chain");
      }
    }
    for (std::size_t i = 0; i < chain_.size(); ++i) check_link(i);
    batch_.report(context_);
  }

 private:
  /// The ring leads from each name to the next. It may also lead past a name without record: that
  /// one is told.
  bool leads_on(std::size_t i, dns::NameView found) const {
    for (std::size_t at = (i + 1) % chain_.size();; at = (at + 1) % chain_.size()) {
      if (dns::equal(found, context_.tree.name(chain_[at]))) return true;
      if (at == i || context_.first_of(chain_[at], rr::nsec) != nullptr) return false;
    }
  }

  void check_link(std::size_t i) {
    const Index node = chain_[i];
    const zone::Record* nsec = context_.first_of(node, rr::nsec);
    if (nsec == nullptr) {
      if (lacks_signatures(context_, node)) return;
      batch_.add("nsec-missing", context_.record(context_.tree.node(node).first_record),
                 context_.text(node) + " has no NSEC record");
      return;
    }
    check_single(node, *nsec);
    const dns::NameView found = context_.rdata_name(*nsec, 0);
    if (!leads_on(i, found)) {
      batch_.add("nsec-next", *nsec,
                 "the next name is " + context_.text(chain_[(i + 1) % chain_.size()]) + ", not " +
                     dns::to_text(found));
    }
    wanted_types(context_, node, true, wanted_);
    read_bitmap(context_.records.rdata(*nsec).subspan(found.size()), listed_);
    if (listed_ != wanted_ && !is_told_of_signatures(context_, node, listed_, wanted_)) {
      batch_.add("nsec-bitmap", *nsec, "the record " + bitmap_difference(listed_, wanted_));
    }
    check_ttl(*nsec);
  }

  void check_single(Index node, const zone::Record& first) {
    for (Index i = context_.tree.node(node).first_record; i != none;
         i = context_.tree.next_record(i)) {
      const zone::Record& record = context_.record(i);
      if (record.type != rr::nsec || &record == &first ||
          zone::same_rdata(context_.records, record, first)) {
        continue;
      }
      batch_.add("nsec-extra", record, context_.text(node) + " has a second NSEC record");
    }
  }

  /// RFC 9077 §3: the TTL of negative answers.
  void check_ttl(const zone::Record& nsec) {
    const zone::Record* soa = context_.first_of(0, rr::soa);
    if (soa == nullptr || ttl_told_) return;
    const auto rdata = context_.records.rdata(*soa);
    const std::uint32_t wanted = std::min(soa->ttl, read32(rdata, rdata.size() - 4));
    if (nsec.ttl <= wanted) return;
    ttl_told_ = true;
    context_.add("nsec-ttl", nsec,
                 "TTL " + std::to_string(nsec.ttl) + " is above that of negative answers, " +
                     std::to_string(wanted));
  }

  Context& context_;
  Batch batch_;
  std::vector<Index> chain_;
  std::vector<std::uint16_t> wanted_;
  std::vector<std::uint16_t> listed_;
  bool ttl_told_ = false;
};

}  // namespace

void check_nsec(SignedZone& zone) {
  NsecCheck(zone).run();
}

}  // namespace lapis::lint
