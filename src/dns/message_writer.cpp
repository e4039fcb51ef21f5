#include "lapis/dns/message_writer.h"

#include "lapis/dns/rdata.h"

namespace lapis::dns {
namespace {

constexpr std::size_t max_pointer = 0x3FFF;

std::uint32_t fingerprint(std::uint64_t hash) {
  return static_cast<std::uint32_t>(hash);
}
std::size_t first_slot(std::uint64_t hash, std::size_t count) {
  return (hash >> 40) % count;
}

}  // namespace

bool MessageWriter::matches(const HashedName& name, int labels, std::size_t offset) const {
  const std::uint8_t* wanted = name.suffix(labels).data();
  const std::uint8_t* at = out_ + offset;
  for (;;) {
    // Only names this writer wrote are in the table, so the pointers met here are its own.
    while (*at >= 0xC0) at = out_ + (read16(at) & max_pointer);
    const std::size_t length = *at;
    if (length != *wanted) return false;
    if (length == 0) return true;
    for (std::size_t i = 1; i <= length; ++i) {
      if (to_lower(at[i]) != wanted[i]) return false;
    }
    at += length + 1;
    wanted += length + 1;
  }
}

/// Where that suffix lies in the message; null when nowhere that could be pointed at.
const CompressionTable::Slot* MessageWriter::find(const HashedName& name, int labels) const {
  const std::uint64_t hash = name.hash(labels);
  std::size_t i = first_slot(hash, CompressionTable::slot_count);
  for (;; i = (i + 1) % CompressionTable::slot_count) {
    const CompressionTable::Slot& slot = table_.slots_[i];
    if (slot.offset == 0) return nullptr;
    if (slot.hash == fingerprint(hash) && slot.hops < CompressionTable::max_hops &&
        matches(name, labels, slot.offset)) {
      return &slot;
    }
  }
}

void MessageWriter::insert(std::uint64_t hash, std::size_t offset, std::uint16_t hops) {
  if (offset > max_pointer || table_.used_ == CompressionTable::capacity) return;
  std::size_t i = first_slot(hash, CompressionTable::slot_count);
  while (table_.slots_[i].offset != 0) i = (i + 1) % CompressionTable::slot_count;
  table_.slots_[i] = {fingerprint(hash), static_cast<std::uint16_t>(offset), hops};
  table_.journal_[table_.used_++] = static_cast<std::uint16_t>(i);
}

void MessageWriter::forget(std::size_t mark) {
  // Undone in reverse order, linear probing leaves no holes behind.
  while (table_.used_ > 0) {
    CompressionTable::Slot& slot = table_.slots_[table_.journal_[table_.used_ - 1]];
    if (slot.offset < mark) break;
    slot.offset = 0;
    --table_.used_;
  }
}

void MessageWriter::remember(const HashedName& name, std::size_t offset) {
  for (int k = name.labels(); k > 0; --k) {
    insert(name.hash(k), offset + name.start(k) - name.start(name.labels()), 0);
  }
}

bool MessageWriter::put_name(const HashedName& name, int labels, NameView shown) {
  const std::size_t begin = name.start(labels);
  int known = labels;
  const CompressionTable::Slot* target = nullptr;
  for (; known > 0; --known) {
    target = find(name, known);
    if (target != nullptr) break;
  }
  const std::size_t target_offset = target != nullptr ? target->offset : 0;
  const auto hops = static_cast<std::uint16_t>(target != nullptr ? target->hops + 1 : 0);
  const std::size_t literal = name.start(known) - begin;
  if (!fits(literal + (known > 0 ? 2 : 1))) return false;
  for (int k = labels; k > known; --k) insert(name.hash(k), size_ + name.start(k) - begin, hops);
  raw(shown.data(), literal);
  if (known > 0) {
    u16(static_cast<std::uint16_t>(0xC000 | target_offset));
  } else {
    out_[size_++] = 0;
  }
  return true;
}

bool MessageWriter::put_rdata(std::uint16_t type, std::span<const std::uint8_t> rdata,
                              HashedName& work) {
  const std::size_t start = size_;
  const NameFields fields = name_fields(type);
  if (!fields.compressible) {
    if (!fits(2 + rdata.size())) return false;
    u16(static_cast<std::uint16_t>(rdata.size()));
    if (!rdata.empty()) raw(rdata.data(), rdata.size());
    return true;
  }
  if (!fits(2u + fields.skip)) return false;
  u16(0);
  raw(rdata.data(), fields.skip);
  std::size_t at = fields.skip;
  for (int i = 0; i < fields.names; ++i) {
    const NameView name{rdata.data() + at, name_size(rdata.subspan(at))};
    work.assign(name);
    if (!put_name(work, work.labels(), name)) {
      rewind(start);
      return false;
    }
    at += name.size();
  }
  if (!fits(rdata.size() - at)) {
    rewind(start);
    return false;
  }
  if (at < rdata.size()) raw(rdata.data() + at, rdata.size() - at);
  patch16(start, static_cast<std::uint16_t>(size_ - start - 2));
  return true;
}

}  // namespace lapis::dns
