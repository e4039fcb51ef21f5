// Packs a zone: names found and linked to their parents, records grouped by name, nodes written.
#include <algorithm>
#include <bit>
#include <string>
#include <unordered_set>
#include <utility>

#include "canonical_prefix.h"
#include "lapis/dns/base32hex.h"
#include "lapis/dns/rdata.h"
#include "lapis/dns/types.h"
#include "served_zone.h"

namespace lapis::answer {

namespace type = dns::type;
using zone::Record;

namespace {

constexpr std::uint32_t none = 0xFFFFFFFF;
constexpr std::uint16_t max_nsec3_iterations = 500;

/// A name while the zone is being built. Its octets are the tail of some owner's.
struct DraftNode {
  std::uint64_t hash = 0;
  std::uint32_t name = 0;  // offset into ZoneRecords::octets
  std::uint32_t parent = none;
  std::uint8_t size = 0;
  std::uint8_t labels = 0;
  std::uint8_t flags = 0;
};

/// A record of the node being written: ordered by the type it is, or covers.
struct Item {
  std::uint16_t type;
  bool signature;
  std::uint32_t record;
};

std::uint16_t covered_type(std::span<const std::uint8_t> rrsig) {
  return static_cast<std::uint16_t>(rrsig[0] << 8 | rrsig[1]);
}

/// RFC 2181 §8: a TTL with the top bit set is zero.
std::uint32_t plain_ttl(std::uint32_t ttl) {
  return ttl > 0x7FFFFFFF ? 0 : ttl;
}

std::string folded(std::span<const std::uint8_t> octets) {
  std::string out(octets.size(), '\0');
  std::transform(octets.begin(), octets.end(), out.begin(),
                 [](std::uint8_t c) { return static_cast<char>(dns::to_lower(c)); });
  return out;
}

/// Equal for records that dns::same_rdata() calls the same.
std::string canonical_key(std::uint16_t type, std::span<const std::uint8_t> rdata) {
  std::string key(rdata.begin(), rdata.end());
  const dns::NameFields fields = dns::name_fields(type);
  std::size_t at = fields.skip;
  for (int i = 0; fields.folded && i < fields.names; ++i) {
    const std::size_t size = dns::name_size(rdata.subspan(at));
    key.replace(at, size, folded(rdata.subspan(at, size)));
    at += size;
  }
  return key;
}

}  // namespace

class ZoneBuilder {
 public:
  explicit ZoneBuilder(const zone::ZoneRecords& records) : in_(records) {}

  Result<ServedZone> build() {
    prepare();
    collect_names();
    if (errors_.empty()) mark_flags();
    if (errors_.empty()) pack();
    if (errors_.empty()) finish();
    if (!errors_.empty()) return std::move(errors_);
    return std::move(out_);
  }

 private:
  void prepare();
  void collect_names();
  std::uint32_t node_of(const dns::HashedName& name);
  std::uint32_t look_up(const dns::HashedName& name, int labels) const;
  std::uint32_t add(const dns::HashedName& name, int labels, std::uint32_t octets,
                    std::uint32_t parent);
  void grow_table();
  void mark_flags();
  void pack();
  void group_records();
  void pack_node(std::uint32_t id);
  void write_rrsets(std::uint32_t id);
  std::size_t write_rrset(std::span<const Item> items);
  void drop_duplicates(std::vector<Item>& items) const;
  void pack_nsec3();
  void index_node(std::uint64_t hash, std::uint32_t unit);
  void check_node(std::uint32_t id);
  void finish();
  void order_nsec_owners();
  bool choose_nsec3_parameters();

  std::span<const std::uint8_t> rdata(std::uint32_t record) const {
    return in_.rdata(in_.records[record]);
  }
  void error(std::uint32_t record, const char* rule, std::string message) {
    errors_.push_back(error_at(in_.records[record].span, rule, std::move(message)));
  }
  std::uint32_t unit() const { return static_cast<std::uint32_t>(used_ / 4); }
  template <class T>
  void write(T value) {
    std::memcpy(out_.nodes_.data() + used_, &value, sizeof value);
    used_ += sizeof value;
  }
  void write(std::span<const std::uint8_t> octets) {
    if (octets.empty()) return;
    std::memcpy(out_.nodes_.data() + used_, octets.data(), octets.size());
    used_ += octets.size();
  }

  const zone::ZoneRecords& in_;
  Diagnostics errors_;
  ServedZone out_;

  std::vector<DraftNode> nodes_;
  std::vector<std::uint32_t> table_;     // node ids by hash; `none` is free
  std::vector<std::uint32_t> node_ids_;  // by record; `none`: not served
  std::vector<std::uint32_t> nsec3_;     // records of the NSEC3 chain, RRSIGs included
  std::vector<std::uint32_t> first_;     // by node: first of its records in order_
  std::vector<std::uint32_t> order_;     // records grouped by node
  std::vector<Item> items_;
  std::size_t used_ = 0;
  bool has_cuts_ = false;
};

void ZoneBuilder::prepare() {
  out_.apex_ = in_.origin.lowered();
  dns::HashedName apex;
  apex.assign(in_.origin);
  out_.apex_labels_ = apex.labels();
  const std::size_t slots = std::bit_ceil(std::max<std::size_t>(16, in_.records.size() * 2));
  table_.assign(slots, none);
  nodes_.reserve(in_.records.size() / 2 + 16);
  add(apex, apex.labels(), none, none);
}

std::uint32_t ZoneBuilder::look_up(const dns::HashedName& name, int labels) const {
  const std::uint64_t hash = name.hash(labels);
  for (std::size_t i = hash & (table_.size() - 1);; i = (i + 1) & (table_.size() - 1)) {
    const std::uint32_t id = table_[i];
    if (id == none) return none;
    const DraftNode& node = nodes_[id];
    if (node.hash != hash || node.labels != labels) continue;
    const dns::NameView own =
        id == 0 ? out_.apex_.view() : dns::NameView(in_.octets.data() + node.name, node.size);
    if (equal(own, name.suffix(labels))) return id;
  }
}

void ZoneBuilder::grow_table() {
  table_.assign(table_.size() * 2, none);
  for (std::uint32_t id = 0; id < nodes_.size(); ++id) {
    std::size_t i = nodes_[id].hash & (table_.size() - 1);
    while (table_[i] != none) i = (i + 1) & (table_.size() - 1);
    table_[i] = id;
  }
}

std::uint32_t ZoneBuilder::add(const dns::HashedName& name, int labels, std::uint32_t octets,
                               std::uint32_t parent) {
  if ((nodes_.size() + 1) * 3 > table_.size() * 2) grow_table();
  DraftNode node;
  node.hash = name.hash(labels);
  node.name = octets;
  node.parent = parent;
  node.size = static_cast<std::uint8_t>(name.suffix(labels).size());
  node.labels = static_cast<std::uint8_t>(labels);
  const auto id = static_cast<std::uint32_t>(nodes_.size());
  nodes_.push_back(node);
  std::size_t i = node.hash & (table_.size() - 1);
  while (table_[i] != none) i = (i + 1) & (table_.size() - 1);
  table_[i] = id;
  out_.max_labels_ = std::max(out_.max_labels_, labels);
  if (parent != none && name.suffix(labels).is_wildcard()) {
    nodes_[parent].flags |= node_flag::has_wildcard;
  }
  return id;
}

void ZoneBuilder::collect_names() {
  node_ids_.assign(in_.records.size(), none);
  dns::HashedName name;
  dns::NameView previous;
  std::uint32_t previous_id = none;
  for (std::uint32_t i = 0; i < in_.records.size(); ++i) {
    const Record& record = in_.records[i];
    const dns::NameView owner = in_.owner(record);
    if (!dns::is_well_formed(record.type, in_.rdata(record))) {
      error(i, "zone-rdata", "malformed rdata of type " + dns::type_name(record.type));
      continue;
    }
    // The chain of hashed names is no part of the zone's own name space (RFC 5155 §7.2.8).
    if (record.type == type::nsec3 ||
        (record.type == type::rrsig && covered_type(in_.rdata(record)) == type::nsec3)) {
      nsec3_.push_back(i);
      continue;
    }
    if (previous_id != none && equal(previous, owner)) {
      node_ids_[i] = previous_id;
      continue;
    }
    if (!is_under(owner, out_.apex_)) continue;
    name.assign(owner);
    std::uint32_t id = look_up(name, name.labels());
    if (id == none) {
      // Ancestors first, so that every node comes after its parent: empty non-terminals exist
      // (RFC 8020, RFC 4592 §2.2.2).
      int known = name.labels() - 1;
      id = look_up(name, known);
      while (id == none) id = look_up(name, --known);
      while (known < name.labels()) {
        ++known;
        id = add(name, known, record.owner + static_cast<std::uint32_t>(name.start(known)), id);
      }
    }
    node_ids_[i] = id;
    previous = owner;
    previous_id = id;
  }
}

void ZoneBuilder::mark_flags() {
  bool has_occluding = false;
  for (std::uint32_t i = 0; i < in_.records.size(); ++i) {
    if (node_ids_[i] == none) continue;
    std::uint8_t& flags = nodes_[node_ids_[i]].flags;
    switch (in_.records[i].type) {
      case type::ns:
        if (node_ids_[i] != 0) {
          flags |= node_flag::cut;
          has_occluding = true;
        }
        break;
      case type::dname:
        flags |= node_flag::dname;
        has_occluding = true;
        break;
      case type::a:
      case type::aaaa:
        flags |= node_flag::address;
        break;
      case type::cname:
        flags |= node_flag::cname;
        break;
      default:
        break;
    }
  }
  if (!has_occluding) return;
  constexpr std::uint8_t hides = node_flag::cut | node_flag::dname | node_flag::occluded;
  for (DraftNode& node : nodes_) {
    if (node.parent == none) continue;
    const std::uint8_t above = nodes_[node.parent].flags;
    if ((above & hides) == 0) continue;
    node.flags |= node_flag::occluded;
    // What hides a name is the highest cut or DNAME above it; at one name the cut comes first.
    const bool topmost_dname = (above & hides) == node_flag::dname;
    if (topmost_dname || (above & node_flag::redirected) != 0) node.flags |= node_flag::redirected;
  }
}

void ZoneBuilder::group_records() {
  first_.assign(nodes_.size() + 1, 0);
  for (const std::uint32_t id : node_ids_) {
    if (id != none) ++first_[id + 1];
  }
  for (std::size_t i = 1; i < first_.size(); ++i) first_[i] += first_[i - 1];
  order_.resize(first_.back());
  for (std::uint32_t i = 0; i < node_ids_.size(); ++i) {
    if (node_ids_[i] != none) order_[first_[node_ids_[i]]++] = i;
  }
  // Filling moved each start to its end, which is the next one's start.
  for (std::size_t i = first_.size() - 1; i > 0; --i) first_[i] = first_[i - 1];
  first_[0] = 0;
}

void ZoneBuilder::pack() {
  group_records();
  std::size_t bound = 4;
  for (const DraftNode& node : nodes_) bound += Node::header_size + node.size + 3;
  for (const Record& record : in_.records) {
    bound += packed_rrset::header + packed_rrset::signature_header + 2 + record.rdata_size;
  }
  bound += nsec3_.size() * (Node::header_size + 64 + 3);
  if (bound / 4 >= std::size_t{1} << 31) {
    errors_.push_back(error_at({}, "zone-size", "the zone is too large to be served"));
    return;
  }
  out_.nodes_ = PackedMemory(bound);
  write(std::uint32_t{0});
  out_.offset_bits_ = std::bit_width(bound / 4);
  out_.slot_count_ = static_cast<std::uint32_t>(nodes_.size() + nodes_.size() / 2 + 4);
  out_.index_ = PackedMemory(std::size_t{out_.slot_count_} * 4);
  std::memset(out_.index_.data(), 0, out_.index_.size());
  for (std::uint32_t id = 0; id < nodes_.size(); ++id) {
    index_node(nodes_[id].hash, unit());
    pack_node(id);
  }
  out_.name_count_ = nodes_.size();
  pack_nsec3();
}

void ZoneBuilder::index_node(std::uint64_t hash, std::uint32_t at) {
  std::uint32_t i = out_.slot_of(hash);
  for (;;) {
    std::uint8_t* slot = out_.index_.data() + std::size_t{i} * 4;
    std::uint32_t value;
    std::memcpy(&value, slot, 4);
    if (value == 0) {
      value = out_.tag_of(hash) | at;
      std::memcpy(slot, &value, 4);
      return;
    }
    if (++i == out_.slot_count_) i = 0;
  }
}

void ZoneBuilder::pack_node(std::uint32_t id) {
  const DraftNode& node = nodes_[id];
  items_.clear();
  bool has_nsec = false;
  for (std::uint32_t i = first_[id]; i < first_[id + 1]; ++i) {
    const std::uint32_t record = order_[i];
    const std::uint16_t type = in_.records[record].type;
    const bool signature = type == type::rrsig;
    items_.push_back({signature ? covered_type(rdata(record)) : type, signature, record});
    has_nsec |= type == type::nsec;
  }
  // Below a zone cut there is nothing of this zone's to prove (RFC 4035 §2.3).
  if (has_nsec && (node.flags & node_flag::occluded) == 0) out_.nsec_order_.push_back(unit());
  check_node(id);
  const std::size_t relative = node.size - out_.apex_.size();
  write(static_cast<std::uint8_t>(relative));
  write(node.flags);
  const std::size_t count_at = used_;
  write(std::uint16_t{0});
  if (relative > 0) {
    const std::string name = folded({in_.octets.data() + node.name, relative});
    std::memcpy(out_.nodes_.data() + used_, name.data(), name.size());
    used_ += name.size();
  }
  // Same order as in the file within a type; a single record is the usual case.
  if (items_.size() > 1) {
    std::stable_sort(items_.begin(), items_.end(), [](const Item& a, const Item& b) {
      return std::pair(a.type, a.signature) < std::pair(b.type, b.signature);
    });
    drop_duplicates(items_);
  }
  std::uint16_t sets = 0;
  for (std::size_t begin = 0; begin < items_.size(); ++sets) {
    std::size_t end = begin;
    while (end < items_.size() && items_[end].type == items_[begin].type) ++end;
    write_rrset(std::span(items_).subspan(begin, end - begin));
    begin = end;
  }
  std::memcpy(out_.nodes_.data() + count_at, &sets, 2);
  while (used_ % 4 != 0) write(std::uint8_t{0});
}

std::size_t ZoneBuilder::write_rrset(std::span<const Item> items) {
  const auto signatures = static_cast<std::size_t>(
      std::count_if(items.begin(), items.end(), [](const Item& i) { return i.signature; }));
  const std::size_t count = items.size() - signatures;
  if (count > packed_rrset::max_count || signatures > packed_rrset::max_count) {
    error(items[0].record, "zone-rrset-size", "this RRset is too large for any DNS message");
    return 0;
  }
  // RFC 2181 §5.2: one TTL for the whole RRset; the lowest, as every resolver may take it.
  std::uint32_t ttl = 0xFFFFFFFF;
  std::uint32_t size = 0;
  std::uint32_t signature_size = 0;
  for (const Item& item : items) {
    const Record& record = in_.records[item.record];
    (item.signature ? signature_size : size) += 2u + record.rdata_size;
    if (!item.signature || count == 0) ttl = std::min(ttl, plain_ttl(record.ttl));
  }
  write(items[0].type);
  write(static_cast<std::uint16_t>(count | (signatures != 0 ? packed_rrset::signed_bit : 0)));
  write(ttl);
  write(size);
  if (signatures != 0) {
    write(static_cast<std::uint16_t>(signatures));
    write(signature_size);
  }
  for (const Item& item : items) {
    write(in_.records[item.record].rdata_size);
    write(rdata(item.record));
  }
  return count;
}

void ZoneBuilder::drop_duplicates(std::vector<Item>& items) const {
  // RFC 2181 §5: an RRset holds each record once; the first stays.
  constexpr std::size_t few = 12;
  std::size_t kept = 0;
  std::size_t begin = 0;
  std::unordered_set<std::string> seen;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const bool same_set = kept > begin && items[kept - 1].type == items[i].type &&
                          items[kept - 1].signature == items[i].signature;
    if (!same_set) {
      begin = kept;
      seen.clear();
    }
    const std::uint16_t type = items[i].signature ? type::rrsig : items[i].type;
    const std::span<const std::uint8_t> data = rdata(items[i].record);
    bool duplicate = false;
    if (kept - begin < few) {
      for (std::size_t k = begin; k < kept && !duplicate; ++k) {
        duplicate = dns::same_rdata(type, rdata(items[k].record), data);
      }
    } else {
      const auto key = [&](std::span<const std::uint8_t> octets) {
        return canonical_key(type, octets);
      };
      if (seen.empty()) {
        for (std::size_t k = begin; k < kept; ++k) seen.insert(key(rdata(items[k].record)));
      }
      duplicate = !seen.insert(key(data)).second;
    }
    if (!duplicate) items[kept++] = items[i];
  }
  items.resize(kept);
}

void ZoneBuilder::check_node(std::uint32_t id) {
  if ((nodes_[id].flags & (node_flag::cname | node_flag::dname)) == 0) return;
  const Item* cname = nullptr;
  const Item* dname = nullptr;
  const Item* other = nullptr;
  for (const Item& item : items_) {
    if (item.signature) continue;
    const std::span<const std::uint8_t> data = rdata(item.record);
    if (item.type == type::cname || item.type == type::dname) {
      const Item*& seen = item.type == type::cname ? cname : dname;
      if (seen == nullptr) {
        seen = &item;
      } else if (!dns::same_rdata(item.type, rdata(seen->record), data)) {
        error(item.record, "zone-cname-several",
              "a name has at most one " + dns::type_name(item.type) + " record");
      }
    }
    // RFC 2181 §10.1, RFC 4034 §2.5: only DNSSEC records may stand beside a CNAME.
    if (item.type != type::cname && item.type != type::nsec && item.type != type::key) {
      other = &item;
    }
  }
  if (cname != nullptr && other != nullptr) {
    error(std::max(cname->record, other->record), "zone-cname-and-other",
          "a CNAME stands beside other data at " +
              dns::to_text(in_.owner(in_.records[cname->record])));
  }
}

/// Takes the parameters of the chain from the apex (RFC 5155 §4); false when there is none to use.
bool ZoneBuilder::choose_nsec3_parameters() {
  const RRset parameters = out_.apex_node().find(type::nsec3param);
  Records::Iterator it = parameters.records.begin();
  for (std::uint32_t i = 0; i < parameters.records.count(); ++i, ++it) {
    const std::span<const std::uint8_t> data = *it;
    // §4.1.2: flags are zero. Hash algorithm 1 is the only one there is (§11).
    if (data[1] != 0) continue;
    const int iterations = data[2] << 8 | data[3];
    if (data[0] != 1 || iterations > max_nsec3_iterations) {
      // RFC 9276 §3.2: a limit keeps a query from costing thousands of hashes.
      errors_.push_back(error_at(
          {}, "zone-nsec3-parameters",
          data[0] != 1 ? "unknown NSEC3 hash algorithm" : "more than 500 NSEC3 iterations"));
      return false;
    }
    out_.nsec3_.iterations = static_cast<std::uint16_t>(iterations);
    out_.nsec3_.salt.assign(data.begin() + 5, data.begin() + 5 + data[4]);
    return true;
  }
  return false;
}

void ZoneBuilder::pack_nsec3() {
  if (!choose_nsec3_parameters()) return;
  const Nsec3Chain& chain = out_.nsec3_;
  // While a zone changes its salt it holds two chains; only the announced one is complete
  // (RFC 5155 §7.3).
  const auto is_of_chain = [&](std::span<const std::uint8_t> data) {
    return data[0] == 1 && (data[2] << 8 | data[3]) == chain.iterations &&
           std::equal(chain.salt.begin(), chain.salt.end(), data.begin() + 5,
                      data.begin() + 5 + data[4]);
  };
  // Group by owner label; an owner is one link of the chain.
  std::vector<std::pair<std::array<std::uint8_t, 20>, std::uint32_t>> hashed;
  for (const std::uint32_t record : nsec3_) {
    const dns::NameView owner = in_.owner(in_.records[record]);
    std::array<std::uint8_t, 20> hash;
    if (!is_under(owner, out_.apex_) || owner.parent().size() != out_.apex_.size() ||
        !dns::decode_base32hex(owner.first_label(), hash)) {
      continue;
    }
    hashed.emplace_back(hash, record);
  }
  std::stable_sort(hashed.begin(), hashed.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (std::size_t begin = 0; begin < hashed.size();) {
    items_.clear();
    std::size_t end = begin;
    bool has_record = false;
    for (; end < hashed.size() && hashed[end].first == hashed[begin].first; ++end) {
      const bool signature = in_.records[hashed[end].second].type == type::rrsig;
      if (!signature && !is_of_chain(rdata(hashed[end].second))) continue;
      has_record |= !signature;
      items_.push_back({type::nsec3, signature, hashed[end].second});
    }
    std::stable_sort(items_.begin(), items_.end(),
                     [](const Item& a, const Item& b) { return a.signature < b.signature; });
    drop_duplicates(items_);
    if (has_record) {
      out_.nsec3_.links.push_back({hashed[begin].first, unit()});
      const dns::NameView owner = in_.owner(in_.records[hashed[begin].second]);
      const std::string label = folded({owner.data(), owner.data()[0] + std::size_t{1}});
      write(static_cast<std::uint8_t>(label.size()));
      write(std::uint8_t{0});
      write(std::uint16_t{1});
      std::memcpy(out_.nodes_.data() + used_, label.data(), label.size());
      used_ += label.size();
      write_rrset(items_);
      while (used_ % 4 != 0) write(std::uint8_t{0});
    }
    begin = end;
  }
}

void ZoneBuilder::finish() {
  out_.soa_ = out_.apex_node().find(type::soa);
  if (out_.soa_.records.count() != 1) {
    const bool missing = out_.soa_.records.count() == 0;
    errors_.push_back(
        error_at(in_.records.empty() ? Span{} : in_.records[0].span, "zone-soa",
                 (missing ? "no SOA record at the apex " : "several SOA records at ") +
                     dns::to_text(in_.origin)));
    return;
  }
  const std::span<const std::uint8_t> data = out_.soa_.records.first();
  const std::uint8_t* p = data.data() + data.size() - 4;
  const std::uint32_t minimum = std::uint32_t{p[0]} << 24 | std::uint32_t{p[1]} << 16 |
                                std::uint32_t{p[2]} << 8 | std::uint32_t{p[3]};
  out_.negative_ttl_ = std::min(out_.soa_.records.ttl(), plain_ttl(minimum));
  order_nsec_owners();
  out_.signed_ = static_cast<bool>(out_.apex_node().find(type::dnskey)) &&
                 (!out_.nsec_order_.empty() || !out_.nsec3_.links.empty());
}

void ZoneBuilder::order_nsec_owners() {
  struct Owner {
    std::uint64_t prefix;
    std::uint32_t unit;
  };
  std::vector<Owner> owners;
  owners.reserve(out_.nsec_order_.size());
  for (const std::uint32_t unit : out_.nsec_order_) {
    owners.push_back({canonical_prefix(out_.node_at(unit).relative_name()), unit});
  }
  std::sort(owners.begin(), owners.end(), [this](const Owner& a, const Owner& b) {
    if (a.prefix != b.prefix) return a.prefix < b.prefix;
    return canonical_compare(out_.name_of(out_.node_at(a.unit)),
                             out_.name_of(out_.node_at(b.unit))) < 0;
  });
  out_.nsec_order_.clear();
  out_.nsec_prefixes_.reserve(owners.size());
  for (const Owner& owner : owners) {
    out_.nsec_order_.push_back(owner.unit);
    out_.nsec_prefixes_.push_back(owner.prefix);
  }
}

Result<ServedZone> ServedZone::build(const zone::ZoneRecords& records) {
  return ZoneBuilder(records).build();
}

}  // namespace lapis::answer
