#include "lapis/zone/servable.h"

#include <algorithm>
#include <optional>

#include "lapis/zone/rr_type.h"

namespace lapis::zone {
namespace {

/// Types whose rdata is names and numbers only, so that folding ASCII case in all of it can do
/// harm only where octets of a number happen to be letters; those are compared exactly.
std::size_t name_begin(std::uint16_t type) {
  switch (type) {
    case rr::ns:
    case rr::cname:
    case rr::dname:
    case rr::ptr:
      return 0;
    case rr::mx:
      return 2;
    case rr::srv:
      return 6;
    default:
      return 0xFFFF;
  }
}

bool equal_folded(const std::uint8_t* a, const std::uint8_t* b, std::size_t size) {
  return std::equal(a, a + size, b, [](std::uint8_t x, std::uint8_t y) {
    return dns::to_lower(x) == dns::to_lower(y);
  });
}

/// RFC 1034 §3.6.2 and RFC 4034 §10.1 / RFC 2535: what may stand beside a CNAME.
bool may_join_cname(std::uint16_t type) {
  return type == rr::cname || type == rr::rrsig || type == rr::nsec || type == rr::sig ||
         type == rr::nxt || type == rr::key;
}

class StructureCheck {
 public:
  StructureCheck(const LoadedZone& zone, const NameTree& tree) : zone_(zone), tree_(tree) {}

  Diagnostics run() {
    soa();
    for (NameTree::Index i = 0; i < tree_.size(); ++i) node(i);
    return std::move(findings_);
  }

 private:
  const Record& record(NameTree::Index index) const { return zone_.records.records[index]; }

  void add(const char* rule, const Record& at, std::string message, const Record* other,
           const char* other_message) {
    Diagnostic finding = error_at(at.span, rule, std::move(message));
    if (other != nullptr) finding.related.push_back({"", other_message, other->span});
    findings_.push_back(std::move(finding));
  }

  void soa() {
    const Record* first = nullptr;
    std::optional<std::size_t> below;  // the finding about the first one below the apex
    for (const Record& r : zone_.records.records) {
      if (r.type != rr::soa) continue;
      if (!dns::equal(zone_.records.owner(r), zone_.records.origin)) {
        if (!below) below = findings_.size();
        add("soa-count", r, "SOA record below the apex of the zone", nullptr, "");
      } else if (first == nullptr) {
        first = &r;
      } else if (!same_rdata(zone_.records, *first, r)) {
        add("soa-count", r, "a second SOA record: a zone has exactly one", first,
            "the first SOA record");
      }
    }
    const bool refused = std::any_of(zone_.rejected.begin(), zone_.rejected.end(),
                                     [](const Record& r) { return r.type == rr::soa; });
    if (first != nullptr || refused) return;
    if (below) {
      findings_[*below].message +=
          ", " + dns::to_text(zone_.records.origin) + ", which has none itself";
      return;
    }
    const Span place = zone_.records.records.empty() ? Span{} : zone_.records.records[0].span;
    findings_.push_back(error_at(place, "soa-count",
                                 "no SOA record at " + dns::to_text(zone_.records.origin),
                                 "a zone starts with one SOA record at its apex"));
  }

  void node(NameTree::Index index) {
    const Record* cname = nullptr;
    const Record* dname = nullptr;
    const Record* other = nullptr;
    for (auto i = tree_.node(index).first_record; i != NameTree::none; i = tree_.next_record(i)) {
      const Record& r = record(i);
      if (r.type == rr::cname) single("multiple-cname", "CNAME", cname, r);
      if (r.type == rr::dname) single("multiple-dname", "DNAME", dname, r);
      if (other == nullptr && !may_join_cname(r.type)) other = &r;
    }
    if (cname == nullptr || other == nullptr) return;
    const bool cname_later = cname > other;
    add("cname-and-other-data", cname_later ? *cname : *other,
        dns::to_text(tree_.name(index)) + " has a CNAME and other data",
        cname_later ? other : cname, cname_later ? "the other data" : "the CNAME record");
  }

  void single(const char* rule, const char* type, const Record*& first, const Record& r) {
    if (first == nullptr) {
      first = &r;
    } else if (!same_rdata(zone_.records, *first, r)) {
      add(rule, r, std::string("a second ") + type + " record at one name", first, "the first one");
    }
  }

  const LoadedZone& zone_;
  const NameTree& tree_;
  Diagnostics findings_;
};

}  // namespace

bool same_rdata(const ZoneRecords& records, const Record& a, const Record& b) {
  if (a.rdata_size != b.rdata_size) return false;
  const std::uint8_t* x = records.octets.data() + a.rdata;
  const std::uint8_t* y = records.octets.data() + b.rdata;
  const std::size_t exact = std::min<std::size_t>(name_begin(a.type), a.rdata_size);
  return std::equal(x, x + exact, y) && equal_folded(x + exact, y + exact, a.rdata_size - exact);
}

Diagnostics structure_errors(const LoadedZone& zone, const NameTree& tree) {
  return StructureCheck(zone, tree).run();
}

Diagnostics serving_errors(const LoadedZone& zone) {
  Diagnostics errors;
  std::copy_if(zone.diagnostics.begin(), zone.diagnostics.end(), std::back_inserter(errors),
               [](const Diagnostic& d) { return d.severity == Severity::error; });
  // Nothing could be read: that is said already, and a missing SOA would be no second defect.
  if (zone.records.records.empty() && zone.rejected.empty() && !errors.empty()) return errors;
  const NameTree tree(zone.records, zone.rejected);
  Diagnostics structure = structure_errors(zone, tree);
  std::move(structure.begin(), structure.end(), std::back_inserter(errors));
  return errors;
}

}  // namespace lapis::zone
