// ds-no-key, ds-missing: the DS records of a delegation against the DNSKEY
// records of the child zone, when both zones are given (RFC 4035 §5.2).
#include <algorithm>

#include "canonical.h"
#include "signature.h"
#include "zone_set.h"

namespace lapis::lint {
namespace {

std::vector<const zone::Record*> records_at(const Context& context, Index node,
                                            std::uint16_t type) {
  std::vector<const zone::Record*> found;
  for (Index i = context.tree.node(node).first_record; i != none; i = context.tree.next_record(i)) {
    if (context.record(i).type == type) found.push_back(&context.record(i));
  }
  return found;
}

bool matches(const Context& parent, const zone::Record& ds, const Context& child,
             const zone::Record& key) {
  const auto digest = parent.records.rdata(ds);
  const auto key_rdata = child.records.rdata(key);
  if (digest.size() < 5 || digest[2] != key_rdata[3] || read16(digest, 0) != key_tag(key_rdata)) {
    return false;
  }
  Octets octets;
  append_canonical_name(child.records.origin, octets);
  octets.insert(octets.end(), key_rdata.begin(), key_rdata.end());
  const auto computed = ds_digest(digest[3], octets);
  return computed.empty() ||
         std::equal(computed.begin(), computed.end(), digest.begin() + 4, digest.end());
}

bool is_signed(const Context& context) {
  return std::any_of(context.records.records.begin(), context.records.records.end(),
                     [](const zone::Record& r) { return r.type == rr::rrsig; });
}

void check_delegation(Context& parent, Index cut, Context& child) {
  const auto ds = records_at(parent, cut, rr::ds);
  const auto keys = records_at(child, 0, rr::dnskey);
  if (ds.empty()) {
    if (keys.empty() || !is_signed(child) || parent.first_of(0, rr::dnskey) == nullptr) return;
    parent.add("ds-missing", *parent.first_of(cut, rr::ns),
               dns::to_text(child.records.origin) +
                   " is signed, but without DS records here nobody verifies it");
    return;
  }
  std::vector<const zone::Record*> unmatched;
  for (const zone::Record* record : ds) {
    const bool matched = std::any_of(keys.begin(), keys.end(), [&](const zone::Record* key) {
      return matches(parent, *record, child, *key);
    });
    if (!matched) unmatched.push_back(record);
  }
  for (const zone::Record* record : unmatched) {
    Diagnostic& finding = parent.add(
        "ds-no-key", *record,
        keys.empty() ? "the child zone has no keys: validators refuse all of it"
                     : "no DNSKEY record of the child zone has this digest (key tag " +
                           std::to_string(read16(parent.records.rdata(*record), 0)) + ")");
    // A key that is yet to come, beside one that is there, breaks nothing.
    if (unmatched.size() < ds.size()) finding.severity = Severity::note;
    if (!keys.empty()) finding.related.push_back({"", "the child's keys", keys[0]->span});
  }
}

}  // namespace

void check_parent_keys(const ZoneSet& zones) {
  for (std::size_t i = 0; i < zones.size(); ++i) {
    Context& child = zones[i];
    const dns::NameView apex = child.records.origin;
    if (apex.is_root()) continue;
    Context* parent = zones.find(apex.parent());
    if (parent == nullptr) continue;
    const Index cut = parent->tree.find(apex);
    if (cut == none || !parent->is_cut(cut) || parent->is_covered(cut)) continue;
    check_delegation(*parent, cut, child);
  }
}

}  // namespace lapis::lint
