// zonemd-mismatch, zonemd-serial, zonemd-duplicate, zonemd-unknown, zonemd-placement (RFC 8976).
#include <openssl/evp.h>

#include <algorithm>
#include <memory>

#include "canonical.h"
#include "values.h"

namespace lapis::lint {
namespace {

constexpr std::uint8_t scheme_simple = 1;
constexpr std::size_t fixed_octets = 6;  // serial, scheme, hash algorithm

class Digest {
 public:
  explicit Digest(const EVP_MD* kind) : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
    EVP_DigestInit_ex(context_.get(), kind, nullptr);
  }
  void add(std::span<const std::uint8_t> octets) {
    EVP_DigestUpdate(context_.get(), octets.data(), octets.size());
  }
  Octets finish() {
    Octets out(EVP_MAX_MD_SIZE);
    unsigned size = 0;
    EVP_DigestFinal_ex(context_.get(), out.data(), &size);
    out.resize(size);
    return out;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

bool is_excluded(const Context& context, Index node, const zone::Record& record) {
  // RFC 8976 §3.3.1.2: the apex ZONEMD and its signatures.
  if (node != 0) return false;
  if (record.type == rr::zonemd) return true;
  if (record.type != rr::rrsig) return false;
  return read16(context.records.rdata(record), 0) == rr::zonemd;
}

/// Scheme SIMPLE (RFC 8976 §3.3.1): all records in canonical order and form, with their own TTLs.
Octets simple_digest(const Context& context, const EVP_MD* kind) {
  Digest digest(kind);
  Octets buffer;
  std::vector<Index> records;
  CanonicalRRset rrset;
  for (const Index node : canonical_order(context.tree)) {
    records.clear();
    for (Index i = context.tree.node(node).first_record; i != none;
         i = context.tree.next_record(i)) {
      if (!is_excluded(context, node, context.record(i))) records.push_back(i);
    }
    std::stable_sort(records.begin(), records.end(), [&](Index a, Index b) {
      return context.record(a).type < context.record(b).type;
    });
    for (std::size_t begin = 0; begin < records.size();) {
      const zone::Record& first = context.record(records[begin]);
      rrset.clear();
      std::size_t end = begin;
      for (; end < records.size() && context.record(records[end]).type == first.type; ++end) {
        const zone::Record& record = context.record(records[end]);
        rrset.add(record.type, context.records.rdata(record), record.ttl);
      }
      rrset.finish();
      buffer.clear();
      for (std::size_t i = 0; i < rrset.size(); ++i) {
        append_canonical_name(context.tree.name(node), buffer);
        append16(buffer, first.type);
        append16(buffer, 1);  // class IN
        append32(buffer, rrset.ttl(i));
        append16(buffer, static_cast<std::uint16_t>(rrset[i].size()));
        buffer.insert(buffer.end(), rrset[i].begin(), rrset[i].end());
      }
      digest.add(buffer);
      begin = end;
    }
  }
  return digest.finish();
}

void check_one(Context& context, const zone::Record& record, std::uint32_t serial) {
  const auto rdata = context.records.rdata(record);
  if (rdata.size() < fixed_octets) return;
  const std::uint8_t scheme = rdata[4];
  const std::uint8_t algorithm = rdata[5];
  if (read32(rdata, 0) != serial) {
    context.add("zonemd-serial", record,
                "the digest is of serial " + std::to_string(read32(rdata, 0)) +
                    ", the zone has serial " + std::to_string(serial));
    return;
  }
  const EVP_MD* kind = algorithm == 1 ? EVP_sha384() : algorithm == 2 ? EVP_sha512() : nullptr;
  if (scheme != scheme_simple || kind == nullptr) {
    context.add("zonemd-unknown", record,
                "scheme " + std::to_string(scheme) + " with hash algorithm " +
                    std::to_string(algorithm) + " is one that nobody can verify");
    return;
  }
  // What could not be read is missing in the digest; that is said already. Records of other zones
  // are left out of it anyway (RFC 8976 §3.3.2).
  const auto& said = context.zone.diagnostics;
  if (std::any_of(said.begin(), said.end(), [](const Diagnostic& finding) {
        return finding.severity == Severity::error && finding.rule != "out-of-zone";
      })) {
    return;
  }
  const Octets computed = simple_digest(context, kind);
  const auto claimed = rdata.subspan(fixed_octets);
  if (std::equal(computed.begin(), computed.end(), claimed.begin(), claimed.end())) return;
  context
      .add("zonemd-mismatch", record,
           std::string("the zone's ") + (algorithm == 1 ? "SHA-384" : "SHA-512") +
               " digest is another: the zone was changed after it was made")
      .help = "make the digest last, after every other change";
}

}  // namespace

void check_zonemd(Context& context) {
  std::vector<const zone::Record*> records;
  for (const zone::Record& record : context.records.records) {
    if (record.type != rr::zonemd) continue;
    if (dns::equal(context.records.owner(record), context.records.origin)) {
      records.push_back(&record);
    } else {
      context.add("zonemd-placement", record, "a ZONEMD record counts only at the zone's apex");
    }
  }
  const zone::Record* soa = context.first_of(0, rr::soa);
  if (records.empty() || soa == nullptr) return;
  const auto soa_rdata = context.records.rdata(*soa);
  const std::uint32_t serial = read32(soa_rdata, soa_rdata.size() - 20);
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto rdata = context.records.rdata(*records[i]);
    const auto same = [&](const zone::Record* other) {
      const auto data = context.records.rdata(*other);
      return data.size() > 5 && rdata.size() > 5 && data[4] == rdata[4] && data[5] == rdata[5];
    };
    const auto end = records.begin() + static_cast<std::ptrdiff_t>(i);
    const auto first = std::find_if(records.begin(), end, same);
    if (first != end) {
      // RFC 8976 §2.2: then none of them may be used.
      Diagnostic& finding =
          context.add("zonemd-duplicate", *records[i],
                      "a second digest of the same scheme and hash algorithm: neither counts");
      finding.related.push_back({"", "the first one", (*first)->span});
      continue;
    }
    check_one(context, *records[i], serial);
  }
}

}  // namespace lapis::lint
