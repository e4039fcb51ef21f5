// rrsig-missing, rrsig-missing-algorithm, rrsig-extra, rrsig-fields, rrsig-ttl, rrsig-no-key,
// rrsig-invalid, rrsig-expired, rrsig-not-yet-valid, rrsig-expires-soon, dnskey-not-signed
// (RFC 4034 §3, 4035 §2.2 and §5.3).
#include <algorithm>
#include <atomic>
#include <ctime>
#include <string>
#include <thread>

#include "batch.h"
#include "dnssec.h"

namespace lapis::lint {
namespace {

/// A signature to be verified: over the records [first, last) of SignatureCheck::records_.
struct Job {
  Index signature;
  Index node;
  std::uint32_t first;
  std::uint32_t last;
  bool told = false;  ///< something is wrong with the signature that makes it invalid, too
  bool valid = false;
};

/// RFC 4034 §3.1.8.1: the RRSIG's own data without the signature, then the canonical RRset.
void signed_octets(const Context& context, const Job& job, std::span<const Index> records,
                   CanonicalRRset& rrset, Octets& out) {
  const auto rdata = context.records.rdata(context.record(job.signature));
  const SignatureFields fields(rdata);
  out.assign(rdata.begin(), rdata.begin() + 18);
  append_canonical_name(fields.signer, out);
  rrset.clear();
  for (const Index i : records) rrset.add(fields.covered, context.records.rdata(context.record(i)));
  rrset.finish();
  for (std::size_t i = 0; i < rrset.size(); ++i) {
    append_canonical_name(context.tree.name(job.node), out);
    append16(out, fields.covered);
    append16(out, 1);  // class IN
    append32(out, fields.original_ttl);
    append16(out, static_cast<std::uint16_t>(rrset[i].size()));
    out.insert(out.end(), rrset[i].begin(), rrset[i].end());
  }
}

std::string time_text(std::uint32_t seconds) {
  const std::time_t time = seconds;
  std::tm parts{};
  gmtime_r(&time, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &parts);
  return text;
}

/// The times of RRSIGs wrap around (RFC 4034 §3.1.5, RFC 1982).
bool is_before(std::uint32_t a, std::uint32_t b) {
  return a != b && b - a < 0x80000000;
}

/// Not the algorithms that dnssec-algorithm calls errors: those of no validator (253 and 254 are of
/// private ones).
bool is_for_signing(std::uint8_t number) {
  return can_verify(number) || number == 253 || number == 254;
}

int owner_labels(dns::NameView name) {
  return name.label_count() - (name.is_wildcard() ? 1 : 0);
}

class SignatureCheck {
 public:
  explicit SignatureCheck(SignedZone& zone) : zone_(zone), context_(zone.context) {
    for (const ZoneKey& key : zone.keys) {
      const bool known =
          std::find(algorithms_.begin(), algorithms_.end(), key.algorithm) != algorithms_.end();
      has_broken_key_ |= key.is_broken();
      if (!key.is_zone_key() || key.is_revoked() || key.is_malformed() || known) continue;
      // Of a key that no validator uses (dnssec-algorithm) no signature is missed.
      if (is_for_signing(key.algorithm)) algorithms_.push_back(key.algorithm);
    }
  }

  void run() {
    for (Index node = 0; node < context_.tree.size(); ++node) check_node(node);
    verify_all();
    for (const Job& job : jobs_) {
      if (job.valid || job.told) continue;
      const zone::Record& record = context_.record(job.signature);
      // A key that is missing was among what is signed here.
      const bool over_keys = read16(context_.records.rdata(record), 0) == rr::dnskey;
      if (over_keys && (lacks_key_ || has_broken_key_)) continue;
      batch_.add("rrsig-invalid", record,
                 "the signature over the " + covered_text(record) +
                     " records does not verify: data or signature were changed after signing",
                 {}, &context_.record(records_[job.first]));
    }
    check_key_signatures();
    batch_.report(context_);
  }

 private:
  void add(const char* rule, const zone::Record& at, std::string message, std::string cause = {}) {
    batch_.add(rule, at, std::move(message), std::move(cause));
  }

  std::string covered_text(const zone::Record& signature) const {
    return zone::type_to_text(read16(context_.records.rdata(signature), 0));
  }

  bool must_be_signed(Index node, std::uint16_t type) const {
    if (context_.is_covered(node)) return false;
    // RFC 4035 §2.2: neither the NS records of a delegation nor glue.
    return !context_.is_cut(node) || type == rr::ds || type == rr::nsec || type == rr::nsec3;
  }

  void check_node(Index node) {
    records_by_type(context_, node, node_records_);
    const auto is_signature = [&](Index i) { return context_.record(i).type == rr::rrsig; };
    const auto [begin, end] = std::equal_range(node_records_.begin(), node_records_.end(),
                                               std::uint16_t{rr::rrsig}, TypeOrder{context_});
    signatures_.assign(begin, end);
    used_.assign(signatures_.size(), false);
    for (std::size_t at = 0; at < node_records_.size();) {
      const std::size_t first = at;
      const std::uint16_t type = context_.record(node_records_[at]).type;
      while (at < node_records_.size() && context_.record(node_records_[at]).type == type) ++at;
      if (is_signature(node_records_[first])) continue;
      check_rrset(node, type, std::span(node_records_).subspan(first, at - first));
    }
    for (std::size_t i = 0; i < signatures_.size(); ++i) {
      if (used_[i]) continue;
      const zone::Record& record = context_.record(signatures_[i]);
      const std::uint16_t covered = read16(context_.records.rdata(record), 0);
      // A missing NSEC record is a gap in the chain already.
      if (covered == rr::nsec && zone_.has_nsec && must_be_signed(node, covered)) continue;
      const bool there = context_.first_of(node, covered) != nullptr;
      add("rrsig-extra", record,
          "a signature over " + covered_text(record) +
              (there ? " records, which the zone is not authoritative for"
                     : " records, which this name does not have"));
    }
  }

  struct TypeOrder {
    const Context& context;
    bool operator()(Index i, std::uint16_t type) const { return context.record(i).type < type; }
    bool operator()(std::uint16_t type, Index i) const { return type < context.record(i).type; }
  };

  void check_rrset(Index node, std::uint16_t type, std::span<const Index> records) {
    if (!must_be_signed(node, type)) return;
    const auto first = static_cast<std::uint32_t>(records_.size());
    records_.insert(records_.end(), records.begin(), records.end());
    const auto last = static_cast<std::uint32_t>(records_.size());
    have_.clear();
    bool any_told = false;
    for (std::size_t i = 0; i < signatures_.size(); ++i) {
      const zone::Record& record = context_.record(signatures_[i]);
      const SignatureFields fields(context_.records.rdata(record));
      if (fields.covered != type) continue;
      used_[i] = true;
      have_.push_back(fields.algorithm);
      bool told = false;
      if (check_fields(node, records, record, fields, told)) {
        jobs_.push_back({signatures_[i], node, first, last, told});
      }
      any_told |= told;
    }
    const zone::Record& at = context_.record(records[0]);
    if (have_.empty()) {
      if (context_.tree.is_rejected(node)) return;
      add("rrsig-missing", at,
          "the " + zone::type_to_text(type) + " records of " + context_.text(node) +
              " have no signature");
      return;
    }
    // RFC 4035 §2.2: one of each algorithm of the DNSKEY records. A signature that is wrong may
    // have been that one.
    if (any_told) return;
    for (const std::uint8_t algorithm : algorithms_) {
      if (std::find(have_.begin(), have_.end(), algorithm) != have_.end()) continue;
      add("rrsig-missing-algorithm", at,
          "no signature by " + algorithm_name(algorithm) + ", which the zone has a key of");
    }
  }

  /// Of records with different TTLs that is told (rrset-ttl-mismatch).
  bool have_one_ttl(std::span<const Index> records) const {
    return std::all_of(records.begin(), records.end(), [&](Index i) {
      return context_.record(i).ttl == context_.record(records[0]).ttl;
    });
  }

  /// False when the signature can't or need not be verified. `told` when something is said of it.
  bool check_fields(Index node, std::span<const Index> records, const zone::Record& record,
                    const SignatureFields& fields, bool& told) {
    const zone::Record& first = context_.record(records[0]);
    if (!dns::equal(fields.signer, context_.records.origin)) {
      add("rrsig-fields", record,
          "the signer is " + dns::to_text(fields.signer) + ", not the zone");
      return false;
    }
    if (fields.labels != owner_labels(context_.tree.name(node))) {
      add("rrsig-fields", record,
          "the label count is " + std::to_string(fields.labels) + ", the owner has " +
              std::to_string(owner_labels(context_.tree.name(node))));
      return false;
    }
    if ((fields.original_ttl != first.ttl || record.ttl != first.ttl) && have_one_ttl(records)) {
      told = true;
      add("rrsig-ttl", record,
          "the signature has TTL " + std::to_string(record.ttl) + " and original TTL " +
              std::to_string(fields.original_ttl) + ", the records have " +
              std::to_string(first.ttl));
    }
    told |= !check_times(record, fields);
    if (!zone_.has_key(fields.algorithm, fields.tag)) {
      lacks_key_ = true;
      told = true;
      // A key whose fields are wrong has another tag than the one that signed.
      if (has_broken_key_) return false;
      add("rrsig-no-key", record,
          "the signature is by key " + std::to_string(fields.tag) + " (" +
              algorithm_name(fields.algorithm) + "), which the zone does not have",
          std::to_string(fields.algorithm) + " " + std::to_string(fields.tag));
      return false;
    }
    return can_verify(fields.algorithm);
  }

  /// Signatures that end (or begin) at one time were made together: told once.
  bool check_times(const zone::Record& record, const SignatureFields& fields) {
    if (is_before(fields.expiration, fields.inception)) {
      add("rrsig-fields", record, "the signature expires before it begins");
      return false;
    }
    if (!context_.options.at) return true;
    const std::uint32_t now = *context_.options.at;
    const std::string until = time_text(fields.expiration);
    if (is_before(fields.expiration, now)) {
      add("rrsig-expired", record, "the signature expired " + until, until);
      return false;
    }
    if (is_before(now, fields.inception)) {
      const std::string since = time_text(fields.inception);
      add("rrsig-not-yet-valid", record, "the signature is valid from " + since, since);
      return false;
    }
    if (is_before(fields.expiration, now + context_.options.expiry_margin)) {
      add("rrsig-expires-soon", record, "the signature expires " + until, until);
      return false;
    }
    return true;
  }

  /// Tries every key of the signature's tag and algorithm.
  bool verify(const Job& job, CanonicalRRset& rrset, Octets& octets) const {
    const SignatureFields fields(context_.records.rdata(context_.record(job.signature)));
    signed_octets(context_, job, std::span(records_).subspan(job.first, job.last - job.first),
                  rrset, octets);
    return std::any_of(zone_.keys.begin(), zone_.keys.end(), [&](const ZoneKey& key) {
      return key.algorithm == fields.algorithm && key.tag == fields.tag && key.is_zone_key() &&
             key.key && key.key.verify(octets, fields.signature);
    });
  }

  void verify_all() {
    constexpr std::size_t block = 64;
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
      CanonicalRRset rrset;
      Octets octets;
      for (std::size_t begin = next.fetch_add(block); begin < jobs_.size();
           begin = next.fetch_add(block)) {
        const std::size_t end = std::min(begin + block, jobs_.size());
        for (std::size_t i = begin; i < end; ++i) jobs_[i].valid = verify(jobs_[i], rrset, octets);
      }
    };
    const std::size_t most = std::max(1U, std::thread::hardware_concurrency());
    std::vector<std::thread> helpers;
    while (helpers.size() + 1 < std::min(most, jobs_.size() / block)) helpers.emplace_back(work);
    work();
    for (std::thread& helper : helpers) helper.join();
  }

  bool names_entry_point(const SignatureFields& fields) const {
    return std::any_of(zone_.keys.begin(), zone_.keys.end(), [&](const ZoneKey& key) {
      return key.algorithm == fields.algorithm && key.tag == fields.tag && key.is_entry_point() &&
             !key.is_revoked();
    });
  }

  /// The DNSKEY records must be signed by a key that a DS record can name: one with the SEP bit,
  /// when there are any.
  void check_key_signatures() {
    const bool any_entry =
        std::any_of(zone_.keys.begin(), zone_.keys.end(),
                    [](const ZoneKey& key) { return key.is_entry_point() && !key.is_revoked(); });
    bool any_job = false;
    for (const Job& job : jobs_) {
      if (job.node != 0) continue;
      const SignatureFields fields(context_.records.rdata(context_.record(job.signature)));
      if (fields.covered != rr::dnskey) continue;
      any_job = true;
      if (!job.valid && names_entry_point(fields)) return;  // rrsig-invalid, or what else is wrong
      for (const ZoneKey& key : zone_.keys) {
        if (key.algorithm != fields.algorithm || key.tag != fields.tag || key.is_revoked())
          continue;
        if (job.valid && (key.is_entry_point() || !any_entry)) return;
      }
    }
    if (!any_job || !any_entry) return;  // rrsig-missing, rrsig-invalid
    context_.add("dnskey-not-signed", *zone_.keys[0].record,
                 "none of the key-signing keys has signed the DNSKEY records, so no DS record "
                 "leads to them");
  }

  SignedZone& zone_;
  Context& context_;
  std::vector<std::uint8_t> algorithms_;
  std::vector<Index> records_;  // of the RRsets that jobs are about
  std::vector<Job> jobs_;
  bool lacks_key_ = false;       // rrsig-no-key
  bool has_broken_key_ = false;  // dnskey-fields, dnskey-malformed
  Batch batch_;
  // Of the node being looked at.
  std::vector<Index> node_records_;
  std::vector<Index> signatures_;
  std::vector<bool> used_;
  std::vector<std::uint8_t> have_;
};

}  // namespace

void check_signatures(SignedZone& zone) {
  SignatureCheck(zone).run();
}

}  // namespace lapis::lint
