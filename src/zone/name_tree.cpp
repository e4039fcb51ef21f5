#include "lapis/zone/name_tree.h"

#include <algorithm>
#include <array>

namespace lapis::zone {
namespace {

constexpr std::size_t first_slots = 64;

std::uint32_t tag_of(std::uint64_t hash) {
  return static_cast<std::uint32_t>(hash >> 32);
}

}  // namespace

NameTree::NameTree(const ZoneRecords& records, const std::vector<Record>& rejected)
    : records_(records), slots_(first_slots, none) {
  // The apex node needs no record; its name is then taken from the origin.
  nodes_.push_back({});
  nodes_[0].name = none;
  const std::uint64_t apex_hash = dns::hash(records.origin);
  tags_.push_back(tag_of(apex_hash));
  slots_[apex_hash & (slots_.size() - 1)] = 0;

  const auto count = records.records.size();
  next_.assign(count, none);
  owner_of_.resize(count);
  std::uint32_t last_owner = none;
  Index at = none;
  for (std::size_t i = 0; i < count; ++i) {
    const Record& record = records.records[i];
    if (record.owner != last_owner || at == none) {
      at = insert(records.owner(record), record.owner);
      last_owner = record.owner;
    }
    const auto index = static_cast<Index>(i);
    Node& node = nodes_[at];
    if (node.first_record == none) {
      node.first_record = index;
    } else {
      next_[node.last_record] = index;
    }
    node.last_record = index;
    owner_of_[i] = at;
  }
  if (rejected.empty()) return;
  std::vector<Index> refused;
  for (const Record& record : rejected)
    refused.push_back(insert(records.owner(record), record.owner));
  rejected_.assign(nodes_.size(), false);
  for (const Index index : refused) rejected_[index] = true;
}

dns::NameView NameTree::name(Index index) const {
  const std::uint32_t offset = nodes_[index].name;
  if (offset == none) return records_.origin;
  Record record;
  record.owner = offset;
  return records_.owner(record);
}

NameTree::Index NameTree::lookup(dns::NameView name, std::uint64_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t slot = hash & mask; slots_[slot] != none; slot = (slot + 1) & mask) {
    const Index index = slots_[slot];
    if (tags_[index] == tag_of(hash) && dns::equal(this->name(index), name)) return index;
  }
  return none;
}

NameTree::Index NameTree::find(dns::NameView name) const {
  return lookup(name, dns::hash(name));
}

NameTree::Index NameTree::closest(dns::NameView name) const {
  while (true) {
    const Index index = find(name);
    if (index != none || name.is_root()) return index == none ? 0 : index;
    name = name.parent();
  }
}

NameTree::Index NameTree::wildcard_below(Index index) const {
  if (!nodes_[index].has_child) return none;
  dns::Name wildcard(name(index));
  constexpr std::array<std::uint8_t, 1> star{'*'};
  return wildcard.prepend(star) ? find(wildcard) : none;
}

void NameTree::grow() {
  slots_.assign(slots_.size() * 2, none);
  const std::size_t mask = slots_.size() - 1;
  for (Index index = 0; index < nodes_.size(); ++index) {
    std::size_t slot = dns::hash(name(index)) & mask;
    while (slots_[slot] != none) slot = (slot + 1) & mask;
    slots_[slot] = index;
  }
}

NameTree::Index NameTree::insert(dns::NameView name, std::uint32_t offset) {
  // Upwards to the first name that is there, adding nodes on the way; a name has at most 127
  // labels.
  Index child = none;
  Index wanted = none;
  while (true) {
    const std::uint64_t hash = dns::hash(name);
    Index index = lookup(name, hash);
    const bool is_new = index == none;
    if (is_new) {
      if (nodes_.size() * 2 >= slots_.size()) grow();
      index = static_cast<Index>(nodes_.size());
      nodes_.push_back({});
      nodes_[index].name = offset;
      tags_.push_back(tag_of(hash));
      std::size_t slot = hash & (slots_.size() - 1);
      while (slots_[slot] != none) slot = (slot + 1) & (slots_.size() - 1);
      slots_[slot] = index;
    }
    if (wanted == none) wanted = index;
    if (child != none) {
      nodes_[child].parent = index;
      nodes_[index].has_child = true;
    }
    // Records out of the zone never get here, so the walk ends at the apex.
    if (!is_new || name.is_root()) return wanted;
    child = index;
    offset += name.data()[0] + 1U;
    name = name.parent();
  }
}

}  // namespace lapis::zone
