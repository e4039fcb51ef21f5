// cds-placement, cds-inconsistent, cds-no-key, cds-delete-mixed (RFC 7344 §4, 8078 §4).
#include <algorithm>

#include "dnssec.h"

namespace lapis::lint {
namespace {

/// CDS 0 0 0 00 and CDNSKEY 0 3 0 AA== (RFC 8078 §4, with the corrected forms of its errata).
bool is_deletion(std::uint16_t type, std::span<const std::uint8_t> rdata) {
  if (type == rr::cds) return rdata[0] == 0 && rdata[1] == 0 && rdata[2] == 0 && rdata[3] == 0;
  return rdata[0] == 0 && rdata[1] == 0 && rdata[3] == 0;
}

class ChildKeyCheck {
 public:
  explicit ChildKeyCheck(SignedZone& zone) : zone_(zone), context_(zone.context) {}

  void run() {
    for (const zone::Record& record : context_.records.records) {
      if (record.type != rr::cds && record.type != rr::cdnskey) continue;
      if (!dns::equal(context_.records.owner(record), context_.records.origin)) {
        context_.add("cds-placement", record,
                     zone::type_to_text(record.type) + " counts only at the zone's apex");
        continue;
      }
      (record.type == rr::cds ? cds_ : cdnskey_).push_back(&record);
    }
    if (cds_.empty() && cdnskey_.empty()) return;
    const zone::Record* no_ds = check_deletion(cds_);
    const zone::Record* no_keys = check_deletion(cdnskey_);
    if (no_ds != nullptr || no_keys != nullptr) {
      // RFC 7344 §4: when both are there they must say the same.
      if (cds_.empty() || cdnskey_.empty() || (no_ds != nullptr) == (no_keys != nullptr)) return;
      context_.add("cds-inconsistent", no_ds != nullptr ? *no_ds : *no_keys,
                   no_ds != nullptr
                       ? "CDS asks to delete the delegation's keys and CDNSKEY does not"
                       : "CDNSKEY asks to delete the delegation's keys and CDS does not");
      return;
    }
    for (const zone::Record* record : cds_) check_cds(*record);
    for (const zone::Record* record : cdnskey_) check_cdnskey(*record);
  }

 private:
  std::span<const std::uint8_t> rdata(const zone::Record& record) const {
    return context_.records.rdata(record);
  }

  /// The record of the set that asks for deletion, or null.
  const zone::Record* check_deletion(const std::vector<const zone::Record*>& set) {
    const auto deletes = [&](const zone::Record* r) { return is_deletion(r->type, rdata(*r)); };
    const auto found = std::find_if(set.begin(), set.end(), deletes);
    if (found == set.end()) return nullptr;
    if (!std::all_of(set.begin(), set.end(), deletes)) {
      context_.add("cds-delete-mixed", **found,
                   "the request to delete all DS records must stand alone");
    }
    return *found;
  }

  /// RFC 4034 §5.1.4: digest over the owner's name and the DNSKEY rdata.
  bool is_digest_of(std::span<const std::uint8_t> ds, std::span<const std::uint8_t> key) const {
    if (ds[2] != key[3] || read16(ds, 0) != key_tag(key)) return false;
    Octets octets;
    append_canonical_name(context_.records.origin, octets);
    octets.insert(octets.end(), key.begin(), key.end());
    const auto digest = ds_digest(ds[3], octets);
    // A digest type that can't be computed here: tag and algorithm must do.
    return digest.empty() || std::equal(digest.begin(), digest.end(), ds.begin() + 4, ds.end());
  }

  void check_cds(const zone::Record& record) {
    const auto cds = rdata(record);
    const bool in_zone = std::any_of(zone_.keys.begin(), zone_.keys.end(), [&](const ZoneKey& key) {
      return is_digest_of(cds, rdata(*key.record));
    });
    if (!in_zone && !zone_.keys.empty()) {
      context_.add("cds-no-key", record,
                   "no DNSKEY record of the zone has this digest (key tag " +
                       std::to_string(read16(cds, 0)) + ")");
      return;
    }
    const bool listed = std::any_of(cdnskey_.begin(), cdnskey_.end(), [&](const auto* key) {
      return is_digest_of(cds, rdata(*key));
    });
    if (listed || cdnskey_.empty()) return;
    context_.add("cds-inconsistent", record, "no CDNSKEY record stands for this CDS record");
  }

  void check_cdnskey(const zone::Record& record) {
    const auto key = rdata(record);
    const bool in_zone = std::any_of(zone_.keys.begin(), zone_.keys.end(), [&](const ZoneKey& own) {
      const auto data = rdata(*own.record);
      return std::equal(data.begin(), data.end(), key.begin(), key.end());
    });
    if (!in_zone && !zone_.keys.empty()) {
      context_.add("cds-no-key", record,
                   "the zone has no DNSKEY record with this key (key tag " +
                       std::to_string(key_tag(key)) + ")");
      return;
    }
    const bool listed = std::any_of(cds_.begin(), cds_.end(),
                                    [&](const auto* ds) { return is_digest_of(rdata(*ds), key); });
    if (listed || cds_.empty()) return;
    context_.add("cds-inconsistent", record, "no CDS record stands for this CDNSKEY record");
  }

  SignedZone& zone_;
  Context& context_;
  std::vector<const zone::Record*> cds_;
  std::vector<const zone::Record*> cdnskey_;
};

}  // namespace

void check_child_keys(SignedZone& zone) {
  ChildKeyCheck(zone).run();
}

}  // namespace lapis::lint
