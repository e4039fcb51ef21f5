// nsec3-missing, nsec3-extra, nsec3-next, nsec3-bitmap, nsec3-params, nsec3-iterations, nsec3-salt
// (RFC 5155 §7.1, 9276 §3.1).
#include <algorithm>

#include "batch.h"
#include "dnssec.h"
#include "lapis/dns/base32hex.h"
#include "lapis/dns/sha1.h"
#include "lapis/zone/servable.h"

namespace lapis::lint {
namespace {

using Hash = dns::Sha1;

/// Hash algorithm, iterations and salt, as NSEC3 and NSEC3PARAM have them (RFC 5155 §3.2, §4.2).
struct Parameters {
  std::uint8_t algorithm = 0;
  std::uint16_t iterations = 0;
  std::span<const std::uint8_t> salt;

  static Parameters read(std::span<const std::uint8_t> rdata) {
    return {rdata[0], read16(rdata, 2), rdata.subspan(5, rdata[4])};
  }
  bool operator==(const Parameters& other) const {
    return algorithm == other.algorithm && iterations == other.iterations &&
           std::equal(salt.begin(), salt.end(), other.salt.begin(), other.salt.end());
  }
};

struct Link {
  Hash hash;
  Hash next;
  const zone::Record* record;
  bool opt_out;
  bool known = false;  ///< some name of the zone has this hash

  bool operator<(const Link& other) const { return hash < other.hash; }
};

std::span<const std::uint8_t> bitmap_of(std::span<const std::uint8_t> rdata) {
  const std::size_t next = 5u + rdata[4];
  return rdata.subspan(next + 1 + rdata[next]);
}

/// What the chain owes a name.
enum class Need : std::uint8_t {
  none,      ///< not authoritative
  optional,  ///< an unsigned delegation, or empty with nothing else below: opt-out may skip it
  link,
};

std::vector<Need> needs_of(const Context& context) {
  std::vector<Need> needs(context.tree.size(), Need::none);
  for (Index node = 0; node < context.tree.size(); ++node) {
    if (!is_authoritative(context, node) || is_nsec3_node(context, node)) continue;
    const bool empty = context.tree.node(node).first_record == none;
    if (empty) {
      needs[node] = std::max(needs[node], Need::optional);
      continue;
    }
    const bool insecure = context.is_cut(node) && context.first_of(node, rr::ds) == nullptr;
    needs[node] = insecure ? Need::optional : Need::link;
    if (insecure) continue;
    // Empty names above a name that needs a link need one too (RFC 5155 §7.1).
    for (Index above = context.tree.node(node).parent; above != none && needs[above] != Need::link;
         above = context.tree.node(above).parent) {
      needs[above] = Need::link;
    }
  }
  return needs;
}

class Nsec3Check {
 public:
  explicit Nsec3Check(SignedZone& zone) : context_(zone.context) {}

  void run() {
    collect();
    if (check_parameters()) {
      find_signed_names();
      const std::vector<Need> needs = needs_of(context_);
      for (const Parameters& chain : chains_) check_chain(chain, needs);
    }
    batch_.report(context_);
  }

 private:
  /// Names at or below which something is signed, or is an insecure delegation. Of others
  /// rrsig-missing tells that they are new since the zone was signed.
  void find_signed_names() {
    is_signed_.assign(context_.tree.size(), false);
    for (Index node = 0; node < context_.tree.size(); ++node) {
      if (context_.tree.node(node).first_record == none || lacks_signatures(context_, node))
        continue;
      for (Index at = node; at != none && !is_signed_[at]; at = context_.tree.node(at).parent) {
        is_signed_[at] = true;
      }
    }
  }

  void collect() {
    for (Index i = 0; i < context_.records.records.size(); ++i) {
      const zone::Record& record = context_.record(i);
      if (record.type == rr::nsec3) records_.push_back(&record);
      if (record.type != rr::nsec3param || context_.tree.owner_of(i) != 0) continue;
      const auto rdata = context_.records.rdata(record);
      // RFC 5155 §4.1.2: with flags set it is for the signer alone.
      if (rdata[1] != 0) continue;
      params_.push_back(&record);
      chains_.push_back(Parameters::read(rdata));
    }
  }

  bool check_parameters() {
    if (records_.empty() && params_.empty()) return false;
    if (params_.empty()) {
      context_.add("nsec3-params", *records_[0],
                   "the zone has NSEC3 records and no NSEC3PARAM record");
      withdraw_extra_signatures(context_, 0, rr::nsec3param);
      return false;
    }
    for (std::size_t i = 0; i < params_.size(); ++i) check_values(*params_[i], chains_[i]);
    check_strays();
    return true;
  }

  /// Records of a chain that no NSEC3PARAM record names: once for all of them. When the record
  /// itself names a chain that is not there, that is what is told.
  void check_strays() {
    const zone::Record* first = nullptr;
    std::size_t count = 0;
    std::vector<bool> used(chains_.size(), false);
    for (const zone::Record* record : records_) {
      const Parameters own = Parameters::read(context_.records.rdata(*record));
      const auto found = std::find(chains_.begin(), chains_.end(), own);
      if (found != chains_.end()) {
        used[static_cast<std::size_t>(found - chains_.begin())] = true;
      } else if (count++ == 0) {
        first = record;
      }
    }
    if (first == nullptr || std::find(used.begin(), used.end(), false) != used.end()) return;
    std::string message =
        "hash algorithm, iterations or salt are not those of the NSEC3PARAM record";
    if (count > 1) message += "; " + std::to_string(count - 1) + " more like it";
    context_.add("nsec3-params", *first, std::move(message));
  }

  void check_values(const zone::Record& at, const Parameters& values) {
    if (values.algorithm != 1) {
      context_.add("nsec3-params", at,
                   "hash algorithm " + std::to_string(values.algorithm) + " is not assigned");
    }
    if (values.iterations > 0) {
      Diagnostic& finding = context_.add(
          "nsec3-iterations", at,
          std::to_string(values.iterations) +
              (values.iterations == 1 ? " extra iteration; 0 is the only value allowed"
                                      : " extra iterations; 0 is the only value allowed"));
      // One, the default of some signers, costs nobody anything.
      if (values.iterations == 1) finding.severity = Severity::note;
    }
    if (!values.salt.empty()) {
      context_.add("nsec3-salt", at, "a salt protects nothing and should be left out");
    }
  }

  void check_chain(const Parameters& chain, const std::vector<Need>& needs) {
    if (chain.algorithm != 1) return;
    read_links(chain);
    if (links_.empty()) {
      for (std::size_t i = 0; i < chains_.size(); ++i) {
        if (chains_[i] == chain) {
          context_.add("nsec3-params", *params_[i], "no NSEC3 record has these parameters");
        }
      }
      return;
    }
    missing_.clear();
    for (Index node = 0; node < context_.tree.size(); ++node) {
      if (needs[node] != Need::none) check_name(chain, node, needs[node]);
    }
    std::sort(missing_.begin(), missing_.end());
    for (std::size_t i = 0; i < links_.size(); ++i) {
      if (!links_[i].known) {
        // A name that is gone takes the empty names above it with it: told once.
        batch_.add("nsec3-extra", *links_[i].record, "no name of the zone has this hash",
                   "unknown");
      } else if (!leads_on(i)) {
        batch_.add("nsec3-next", *links_[i].record,
                   "the next hashed name is not that of the record that follows");
        // It may have been removed: an optional one, which no name misses.
        const Index next = context_.tree.find(name_of(links_[i].next));
        if (next != none) withdraw_extra_signatures(context_, next, rr::nsec3);
      }
    }
  }

  /// The ring leads from each record to the one of the next hash. It may also lead to a record that
  /// should not be there, past one, or to one that is missing: those are told themselves.
  bool leads_on(std::size_t i) const {
    const Hash& next = links_[i].next;
    if (std::binary_search(missing_.begin(), missing_.end(), next)) return true;
    for (std::size_t at = (i + 1) % links_.size();; at = (at + 1) % links_.size()) {
      if (links_[at].hash == next) return true;
      if (links_[at].known) return false;
    }
  }

  void read_links(const Parameters& chain) {
    links_.clear();
    for (const zone::Record* record : records_) {
      const auto rdata = context_.records.rdata(*record);
      if (!(Parameters::read(rdata) == chain)) continue;
      Link link{{}, {}, record, (rdata[1] & 1) != 0};
      const dns::NameView owner = context_.records.owner(*record);
      const std::size_t next = 5u + rdata[4];
      if (!dns::decode_base32hex(owner.first_label(), link.hash) ||
          owner.label_count() != context_.records.origin.view().label_count() + 1 ||
          rdata[next] != link.next.size()) {
        batch_.add("nsec3-extra", *record, "the owner or the next name is no SHA-1 hash");
        continue;
      }
      std::copy_n(rdata.begin() + static_cast<std::ptrdiff_t>(next + 1), link.next.size(),
                  link.next.begin());
      links_.push_back(link);
    }
    std::stable_sort(links_.begin(), links_.end());
    drop_doubles();
  }

  /// RFC 5155 §7.1: one NSEC3 record of a chain at each hash.
  void drop_doubles() {
    std::vector<Link> kept;
    for (const Link& link : links_) {
      if (kept.empty() || kept.back().hash != link.hash) {
        kept.push_back(link);
      } else if (!zone::same_rdata(context_.records, *kept.back().record, *link.record)) {
        batch_.add("nsec3-extra", *link.record, "a second NSEC3 record of this hash");
      }
    }
    links_ = std::move(kept);
  }

  void check_name(const Parameters& chain, Index node, Need need) {
    name_.clear();
    append_canonical_name(context_.tree.name(node), name_);
    const Hash hash = dns::nsec3_hash({name_.data(), name_.size()}, chain.salt, chain.iterations);
    const auto at = std::lower_bound(links_.begin(), links_.end(), Link{hash, {}, nullptr, false});
    if (at != links_.end() && at->hash == hash) {
      at->known = true;
      check_bitmap(*at, node);
      return;
    }
    // The link before it covers it; the last one covers the ends.
    const Link& cover = at == links_.begin() ? links_.back() : *(at - 1);
    if (need == Need::optional && cover.opt_out) return;
    missing_.push_back(hash);
    const Index own = context_.tree.find(name_of(hash));
    if (own != none) {
      withdraw_extra_signatures(context_, own, rr::nsec3);
      if (context_.first_of(own, rr::nsec3) != nullptr) return;  // of another chain: nsec3-params
    }
    if (lacks_signatures(context_, node) || !is_signed_[node]) return;
    batch_.add("nsec3-missing", record_for(node),
               context_.text(node) + " has no NSEC3 record" +
                   (need == Need::optional ? ", and the span over it is not opt-out" : ""));
  }

  /// The owner of the hash's record: its base32hex form in front of the apex (RFC 5155 §3).
  dns::Name name_of(const Hash& hash) const {
    dns::Name name(context_.records.origin);
    name.prepend(dns::encode_base32hex(hash));
    return name;
  }

  void check_bitmap(const Link& link, Index node) {
    wanted_types(context_, node, false, wanted_);
    read_bitmap(bitmap_of(context_.records.rdata(*link.record)), listed_);
    if (listed_ == wanted_ || is_told_of_signatures(context_, node, listed_, wanted_)) return;
    batch_.add("nsec3-bitmap", *link.record,
               "the record of " + context_.text(node) + " " + bitmap_difference(listed_, wanted_));
  }

  /// A record to point at: the name's own, or for an empty one the SOA.
  const zone::Record& record_for(Index node) const {
    while (context_.tree.node(node).first_record == none && node != 0) {
      node = context_.tree.node(node).parent;
    }
    return context_.record(context_.tree.node(node).first_record);
  }

  Context& context_;
  Batch batch_;
  std::vector<const zone::Record*> records_;
  std::vector<const zone::Record*> params_;
  std::vector<Parameters> chains_;
  std::vector<Link> links_;
  std::vector<Hash> missing_;  // of names that have no record
  std::vector<bool> is_signed_;
  Octets name_;
  std::vector<std::uint16_t> wanted_;
  std::vector<std::uint16_t> listed_;
};

}  // namespace

void check_nsec3(SignedZone& zone) {
  Nsec3Check(zone).run();
}

}  // namespace lapis::lint
