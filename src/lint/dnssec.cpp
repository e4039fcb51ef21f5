// unsigned-with-keys, rrsig-without-keys, no-denial; and what the other rules of signed zones
// share.
#include "dnssec.h"

#include <algorithm>

#include "lapis/dns/rdata.h"

namespace lapis::lint {

SignatureFields::SignatureFields(std::span<const std::uint8_t> rdata)
    : covered(read16(rdata, 0)),
      algorithm(rdata[2]),
      labels(rdata[3]),
      original_ttl(read32(rdata, 4)),
      expiration(read32(rdata, 8)),
      inception(read32(rdata, 12)),
      tag(read16(rdata, 16)),
      signer(dns::rdata_name(rr::rrsig, rdata)),
      signature(rdata.subspan(18 + signer.size())) {}

bool SignedZone::has_key(std::uint8_t algorithm, std::uint16_t tag) const {
  return std::any_of(keys.begin(), keys.end(), [&](const ZoneKey& key) {
    return key.algorithm == algorithm && key.tag == tag;
  });
}

void records_by_type(const Context& context, Index node, std::vector<Index>& out) {
  out.clear();
  for (Index i = context.tree.node(node).first_record; i != none; i = context.tree.next_record(i)) {
    out.push_back(i);
  }
  std::stable_sort(out.begin(), out.end(), [&](Index a, Index b) {
    return context.record(a).type < context.record(b).type;
  });
}

bool is_nsec3_node(const Context& context, Index node) {
  bool any = false;
  for (Index i = context.tree.node(node).first_record; i != none; i = context.tree.next_record(i)) {
    const zone::Record& record = context.record(i);
    if (record.type == rr::nsec3) {
      any = true;
    } else if (record.type == rr::rrsig) {
      // Where the NSEC3 record itself is missing its signature still says what the name is.
      any |= read16(context.records.rdata(record), 0) == rr::nsec3;
    } else {
      return false;
    }
  }
  return any;
}

bool has_signature(const Context& context, Index node, std::uint16_t covered) {
  for (Index i = context.tree.node(node).first_record; i != none; i = context.tree.next_record(i)) {
    const zone::Record& record = context.record(i);
    if (record.type == rr::rrsig && read16(context.records.rdata(record), 0) == covered)
      return true;
  }
  return false;
}

bool is_told_of_signatures(const Context& context, Index node,
                           const std::vector<std::uint16_t>& listed,
                           const std::vector<std::uint16_t>& wanted) {
  const bool too_many_told = std::all_of(listed.begin(), listed.end(), [&](std::uint16_t type) {
    if (std::binary_search(wanted.begin(), wanted.end(), type)) return true;
    return type == rr::rrsig ? context.first_of(node, rr::rrsig) != nullptr
                             : has_signature(context, node, type);
  });
  return too_many_told && std::all_of(wanted.begin(), wanted.end(), [&](std::uint16_t type) {
           if (std::binary_search(listed.begin(), listed.end(), type)) return true;
           // The NS records of a delegation have no signature.
           const bool is_chain = type == rr::rrsig || type == rr::nsec;
           return !is_chain && !(context.is_cut(node) && type == rr::ns) &&
                  !has_signature(context, node, type);
         });
}

void withdraw_extra_signatures(Context& context, Index node, std::uint16_t covered) {
  for (Index i = context.tree.node(node).first_record; i != none; i = context.tree.next_record(i)) {
    const zone::Record& record = context.record(i);
    if (record.type == rr::rrsig && read16(context.records.rdata(record), 0) == covered) {
      context.withdraw_warning("rrsig-extra", record);
    }
  }
}

bool is_authoritative(const Context& context, Index node) {
  return !context.is_covered(node);
}

bool lacks_signatures(const Context& context, Index node) {
  if (context.is_cut(node) && context.first_of(node, rr::ds) == nullptr) return false;
  return context.tree.node(node).first_record != none &&
         context.first_of(node, rr::rrsig) == nullptr;
}

void wanted_types(const Context& context, Index node, bool nsec, std::vector<std::uint16_t>& out) {
  out.clear();
  const bool cut = context.is_cut(node);
  bool is_signed = nsec;
  for (Index i = context.tree.node(node).first_record; i != none; i = context.tree.next_record(i)) {
    const std::uint16_t type = context.record(i).type;
    // RFC 4034 §4.1.2, RFC 4035 §2.3: of a delegation only what the parent is authoritative for,
    // and the NS records.
    if (cut && type != rr::ns && type != rr::ds && type != rr::nsec) continue;
    if (type == rr::rrsig || type == rr::nsec3) continue;
    out.push_back(type);
    is_signed |= !cut || type == rr::ds || type == rr::nsec;
  }
  if (nsec) out.push_back(rr::nsec);
  if (is_signed) out.push_back(rr::rrsig);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
}

void read_bitmap(std::span<const std::uint8_t> bitmap, std::vector<std::uint16_t>& out) {
  out.clear();
  std::size_t at = 0;
  while (at + 2 <= bitmap.size()) {
    const std::uint8_t window = bitmap[at];
    const std::size_t size = bitmap[at + 1];
    at += 2;
    for (std::size_t i = 0; i < size && at + i < bitmap.size(); ++i) {
      for (std::size_t bit = 0; bit < 8; ++bit) {
        if ((bitmap[at + i] >> (7 - bit) & 1) == 0) continue;
        out.push_back(static_cast<std::uint16_t>(window << 8 | (i * 8 + bit)));
      }
    }
    at += size;
  }
}

std::string bitmap_difference(const std::vector<std::uint16_t>& listed,
                              const std::vector<std::uint16_t>& wanted) {
  const auto names = [](const std::vector<std::uint16_t>& a, const std::vector<std::uint16_t>& b) {
    std::vector<std::uint16_t> only;
    std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(only));
    std::string text;
    for (const std::uint16_t type : only) {
      text += (text.empty() ? "" : ", ") + zone::type_to_text(type);
    }
    return text;
  };
  std::string text;
  if (const std::string extra = names(listed, wanted); !extra.empty()) {
    text = "lists " + extra + ", which the name does not have";
  }
  if (const std::string missing = names(wanted, listed); !missing.empty()) {
    text += (text.empty() ? "" : " and ") + std::string("lacks ") + missing;
  }
  return text;
}

namespace {

std::vector<ZoneKey> read_keys(const Context& context) {
  std::vector<ZoneKey> keys;
  for (Index i = context.tree.node(0).first_record; i != none; i = context.tree.next_record(i)) {
    const zone::Record& record = context.record(i);
    if (record.type != rr::dnskey) continue;
    const auto rdata = context.records.rdata(record);
    ZoneKey key;
    key.record = &record;
    key.flags = read16(rdata, 0);
    key.protocol = rdata[2];
    key.algorithm = rdata[3];
    key.tag = key_tag(rdata);
    key.key = PublicKey(rdata[3], rdata.subspan(4));
    keys.push_back(std::move(key));
  }
  return keys;
}

}  // namespace

void check_dnssec(Context& context) {
  const zone::Record* first_signature = nullptr;
  SignedZone zone{context, {}, false, false};
  for (const zone::Record& record : context.records.records) {
    if (record.type == rr::rrsig && first_signature == nullptr) first_signature = &record;
    zone.has_nsec |= record.type == rr::nsec;
    zone.has_nsec3 |= record.type == rr::nsec3 || record.type == rr::nsec3param;
  }
  zone.keys = read_keys(context);
  check_keys(zone);
  check_child_keys(zone);
  if (first_signature == nullptr) {
    if (!zone.keys.empty()) {
      Diagnostic& finding =
          context.add("unsigned-with-keys", *zone.keys[0].record,
                      "the zone has keys and no signatures; it must be signed before it is served");
      // It was signed, and the signatures were lost.
      if (zone.has_nsec || zone.has_nsec3) finding.severity = Severity::error;
    }
    return;
  }
  if (zone.keys.empty()) {
    Diagnostic& finding =
        context.add("rrsig-without-keys", *first_signature,
                    "the zone has signatures and no DNSKEY record, so nobody can verify them");
    // A signed apex was signed on purpose; single leftovers harm nobody.
    if (!has_signature(context, 0, rr::soa)) finding.severity = Severity::note;
    return;
  }
  check_signatures(zone);
  // What could not be read is missing in the chains; that is said already.
  if (!context.zone.rejected.empty()) return;
  if (zone.has_nsec) check_nsec(zone);
  if (zone.has_nsec3) check_nsec3(zone);
  if (!zone.has_nsec && !zone.has_nsec3) {
    context.add("no-denial", *first_signature,
                "the signed zone has neither NSEC nor NSEC3 records, so no name can be denied");
  }
}

}  // namespace lapis::lint
