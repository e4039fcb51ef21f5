#include "served_zone.h"

#include <algorithm>

#include "canonical_prefix.h"

namespace lapis::answer {
namespace {

template <class T>
T read(const std::uint8_t* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

}  // namespace

const std::uint8_t* Node::next(const std::uint8_t* at, RRset& set) {
  const auto type = read<std::uint16_t>(at);
  const auto count = read<std::uint16_t>(at + 2);
  const auto ttl = read<std::uint32_t>(at + 4);
  const auto size = read<std::uint32_t>(at + 8);
  const std::uint8_t* body = at + packed_rrset::header;
  if ((count & packed_rrset::signed_bit) == 0) {
    set = {Records(type, ttl, count, body), Records()};
    return body + size;
  }
  const auto sig_count = read<std::uint16_t>(body);
  const auto sig_size = read<std::uint32_t>(body + 2);
  body += packed_rrset::signature_header;
  set.records = Records(type, ttl, count & ~std::uint32_t{packed_rrset::signed_bit}, body);
  // The TTL of an RRSIG is that of the RRset it covers (RFC 4034 §3).
  set.signatures = Records(46, ttl, sig_count, body + size);
  return body + size + sig_size;
}

RRset Node::find(std::uint16_t type) const {
  const std::uint8_t* at = begin();
  for (int i = rrset_count(); i > 0; --i) {
    // Most steps only pass by, so the whole RRset is read when it is the one.
    RRset set;
    const std::uint8_t* after = next(at, set);
    if (set.records.type() == type) return set;
    at = after;
  }
  return {};
}

template <class Same>
Node ServedZone::look_up(std::uint64_t hash, Same same) const {
  const std::uint32_t tag = tag_of(hash);
  const std::uint32_t offset_mask = (std::uint32_t{1} << offset_bits_) - 1;
  std::uint32_t i = slot_of(hash);
  for (;;) {
    const auto slot = read<std::uint32_t>(index_.data() + std::size_t{i} * 4);
    if (slot == 0) return {};
    if ((slot & ~offset_mask) == tag) {
      const Node node = node_at(slot & offset_mask);
      if (same(node.relative_name())) return node;
    }
    if (++i == slot_count_) i = 0;
  }
}

Node ServedZone::find(const dns::HashedName& name, int labels) const {
  const std::size_t relative = name.size() - name.start(labels) - apex_.size();
  const std::uint8_t* octets = name.data() + name.start(labels);
  return look_up(name.hash(labels), [=](std::span<const std::uint8_t> own) {
    return own.size() == relative && std::memcmp(own.data(), octets, relative) == 0;
  });
}

void ServedZone::prefetch_node(std::uint64_t hash) const {
  const auto slot = read<std::uint32_t>(slot_address(hash));
  const std::uint8_t* node =
      nodes_.data() + std::size_t{slot & ((std::uint32_t{1} << offset_bits_) - 1)} * 4;
  __builtin_prefetch(node);
  __builtin_prefetch(node + 64);
}

Node ServedZone::closest_encloser(const dns::HashedName& name, int labels,
                                  int& found_labels) const {
  // No name has more labels than the deepest one; a long question costs no more than that.
  found_labels = labels < max_labels_ ? labels : max_labels_;
  for (; found_labels > apex_labels_; --found_labels) {
    const Node node = find(name, found_labels);
    if (node) return node;
  }
  return apex_node();
}

Node ServedZone::wildcard_below(const dns::HashedName& name, int labels) const {
  static constexpr std::uint8_t star[16] = {1, '*'};
  const std::size_t parent = name.size() - name.start(labels) - apex_.size();
  const std::uint8_t* octets = name.data() + name.start(labels);
  return look_up(dns::HashedName::extend(name.hash(labels), star),
                 [=](std::span<const std::uint8_t> own) {
                   return own.size() == parent + 2 && own[0] == 1 && own[1] == '*' &&
                          std::memcmp(own.data() + 2, octets, parent) == 0;
                 });
}

Node ServedZone::covering_nsec(dns::NameView name) const {
  const std::uint64_t prefix = canonical_prefix(name.octets().first(name.size() - apex_.size()));
  const auto same = std::equal_range(nsec_prefixes_.begin(), nsec_prefixes_.end(), prefix);
  const auto begin = nsec_order_.begin();
  const auto after = std::upper_bound(
      begin + (same.first - nsec_prefixes_.begin()), begin + (same.second - nsec_prefixes_.begin()),
      name, [this](dns::NameView wanted, std::uint32_t unit) {
        return canonical_compare(wanted, name_of(node_at(unit))) < 0;
      });
  return node_at(after == begin ? nsec_order_.back() : *(after - 1));
}

dns::Name ServedZone::name_of(Node node) const {
  std::array<std::uint8_t, dns::max_name_octets> octets;
  const std::span<const std::uint8_t> own = node.relative_name();
  std::memcpy(octets.data(), own.data(), own.size());
  std::memcpy(octets.data() + own.size(), apex_.data(), apex_.size());
  return dns::Name(dns::NameView(octets.data(), own.size() + apex_.size()));
}

}  // namespace lapis::answer
