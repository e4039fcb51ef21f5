#include "canonical.h"

#include <algorithm>

#include "lapis/dns/rdata.h"

namespace lapis::lint {
namespace {

/// Where the names of NAPTR (after three strings) and NXT begin; the size when there is none.
std::size_t late_name(std::uint16_t type, std::span<const std::uint8_t> rdata) {
  if (type == rr::nxt) return 0;
  if (type != rr::naptr) return rdata.size();
  std::size_t at = 4;
  for (int i = 0; i < 3 && at < rdata.size(); ++i) at += rdata[at] + std::size_t{1};
  return std::min(at, rdata.size());
}

}  // namespace

void append16(Octets& out, std::uint16_t value) {
  out.push_back(static_cast<std::uint8_t>(value >> 8));
  out.push_back(static_cast<std::uint8_t>(value & 0xFF));
}

void append32(Octets& out, std::uint32_t value) {
  append16(out, static_cast<std::uint16_t>(value >> 16));
  append16(out, static_cast<std::uint16_t>(value & 0xFFFF));
}

void append_canonical_name(dns::NameView name, Octets& out) {
  const std::size_t begin = out.size();
  out.insert(out.end(), name.data(), name.data() + name.size());
  std::transform(out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(),
                 out.begin() + static_cast<std::ptrdiff_t>(begin), dns::to_lower);
}

void append_canonical_rdata(std::uint16_t type, std::span<const std::uint8_t> rdata, Octets& out) {
  const std::size_t begin = out.size();
  out.insert(out.end(), rdata.begin(), rdata.end());
  const dns::NameFields fields = dns::name_fields(type);
  std::size_t at = rdata.size();
  std::size_t end = rdata.size();
  if (fields.names > 0 && fields.folded) {
    at = end = fields.skip;
    for (int i = 0; i < fields.names && end < rdata.size(); ++i) {
      end += dns::name_size(rdata.subspan(end));
    }
  } else {
    at = late_name(type, rdata);
    if (at < rdata.size()) end = at + dns::name_size(rdata.subspan(at));
  }
  // Length octets are below 64 and thus no capital letters.
  for (; at < end; ++at) out[begin + at] = dns::to_lower(out[begin + at]);
}

std::vector<Index> canonical_order(const zone::NameTree& tree) {
  // Sorting whole names compares their common ends again and again. Each name is written once as
  // the key that sorts by octets as RFC 4034 §6.1 orders names: labels from the right, each
  // followed by 0 and with 0 and 1 inside written as two octets.
  Octets keys;
  std::vector<std::size_t> begins;
  begins.reserve(tree.size() + 1);
  const int apex_labels = tree.name(0).label_count();
  for (Index node = 0; node < tree.size(); ++node) {
    begins.push_back(keys.size());
    const dns::NameView name = tree.name(node);
    const int own = name.label_count() - apex_labels;
    for (int label = own - 1; label >= 0; --label) {
      for (const std::uint8_t c : name.parent(label).first_label()) {
        if (c <= 1) keys.push_back(1);
        keys.push_back(c <= 1 ? static_cast<std::uint8_t>(c + 1) : dns::to_lower(c));
      }
      keys.push_back(0);
    }
  }
  begins.push_back(keys.size());
  std::vector<Index> order(tree.size());
  for (Index i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](Index a, Index b) {
    const auto at = [&](std::size_t i) {
      return keys.begin() + static_cast<std::ptrdiff_t>(begins[i]);
    };
    return std::lexicographical_compare(at(a), at(a + std::size_t{1}), at(b),
                                        at(b + std::size_t{1}));
  });
  return order;
}

void CanonicalRRset::clear() {
  octets_.clear();
  items_.clear();
}

void CanonicalRRset::add(std::uint16_t type, std::span<const std::uint8_t> rdata,
                         std::uint32_t ttl) {
  const std::size_t begin = octets_.size();
  append_canonical_rdata(type, rdata, octets_);
  items_.push_back({begin, octets_.size() - begin, ttl});
}

void CanonicalRRset::finish() {
  if (items_.size() < 2) return;
  const auto octets = [&](const Item& item) {
    return std::span(octets_).subspan(item.begin, item.size);
  };
  std::stable_sort(items_.begin(), items_.end(), [&](const Item& a, const Item& b) {
    const auto x = octets(a);
    const auto y = octets(b);
    return std::lexicographical_compare(x.begin(), x.end(), y.begin(), y.end());
  });
  const auto end = std::unique(items_.begin(), items_.end(), [&](const Item& a, const Item& b) {
    const auto x = octets(a);
    const auto y = octets(b);
    return std::equal(x.begin(), x.end(), y.begin(), y.end());
  });
  items_.erase(end, items_.end());
}

}  // namespace lapis::lint
