// Writes one message: names compressed (RFC 1035 §4.1.4), whole records or nothing.
//
// Every put_* returns false, and leaves the message as it was at the start of that call or at the
// caller's mark, when the limit would be passed. The compression targets live in a small table
// that belongs to the worker and is cleaned by undoing what was put in, so that a message costs
// nothing for the targets it does not have.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <span>

#include "lapis/dns/hashed_name.h"
#include "lapis/dns/name.h"
#include "lapis/dns/query.h"

namespace lapis::dns {

/// Names already in the message, by the hash of their suffix. One per worker.
class CompressionTable {
 public:
  CompressionTable() { slots_.fill({0, 0, 0}); }

 private:
  friend class MessageWriter;
  static constexpr std::size_t slot_count = 2048;
  static constexpr std::size_t capacity = 1400;
  /// Readers follow only so many pointers (some as few as 16) before they call it a loop.
  static constexpr std::uint16_t max_hops = 10;
  struct Slot {
    std::uint32_t hash;
    std::uint16_t offset;  // 0: free
    std::uint16_t hops;    // pointers to follow from there to the root label
  };
  std::array<Slot, slot_count> slots_;
  std::array<std::uint16_t, capacity> journal_;  // slots in the order they were taken
  std::size_t used_ = 0;
};

class MessageWriter {
 public:
  /// REQUIRES: limit <= out.size(), limit >= 512; `table` used by no other writer at this time.
  MessageWriter(std::uint8_t* out, std::size_t limit, CompressionTable& table)
      : out_(out), limit_(limit), table_(table) {}
  ~MessageWriter() { forget(0); }
  MessageWriter(const MessageWriter&) = delete;
  MessageWriter& operator=(const MessageWriter&) = delete;

  std::size_t size() const { return size_; }
  std::size_t limit() const { return limit_; }
  std::uint8_t* data() { return out_; }
  /// REQUIRES: size() <= limit
  void set_limit(std::size_t limit) { limit_ = limit; }
  bool fits(std::size_t octets) const { return size_ + octets <= limit_; }

  /// Takes back everything written after `mark`.
  void rewind(std::size_t mark) {
    forget(mark);
    size_ = mark;
  }

  // The unchecked writers. REQUIRES: fits() was asked for their octets.
  void raw(const void* octets, std::size_t count) {
    std::memcpy(out_ + size_, octets, count);
    size_ += count;
  }
  void u16(std::uint16_t v) {
    write16(out_ + size_, v);
    size_ += 2;
  }
  void u32(std::uint32_t v) {
    write32(out_ + size_, v);
    size_ += 4;
  }
  /// Takes octets as written that were put through data().
  void skip(std::size_t count) { size_ += count; }
  void patch16(std::size_t at, std::uint16_t v) { write16(out_ + at, v); }

  /// Makes the suffixes of `name`, which lies uncompressed at `offset`, targets of compression.
  void remember(const HashedName& name, std::size_t offset);

  /// Writes the suffix of `name` with `labels` labels, compressed, and remembers the parts it
  /// had to write. `shown` gives the spelling (same labels, any case).
  bool put_name(const HashedName& name, int labels, NameView shown);
  bool put_name(const HashedName& name) { return put_name(name, name.labels(), name.view()); }
  /// A pointer to a name already in the message. REQUIRES: offset < 0x4000
  bool put_pointer(std::size_t offset) {
    if (!fits(2)) return false;
    u16(static_cast<std::uint16_t>(0xC000 | offset));
    return true;
  }

  /// Rdata of `type` given in uncompressed wire form, with its length in front; the names in it
  /// compressed where RFC 3597 §4 allows. `work` is working memory.
  bool put_rdata(std::uint16_t type, std::span<const std::uint8_t> rdata, HashedName& work);

 private:
  bool matches(const HashedName& name, int labels, std::size_t offset) const;
  const CompressionTable::Slot* find(const HashedName& name, int labels) const;
  void insert(std::uint64_t hash, std::size_t offset, std::uint16_t hops);
  void forget(std::size_t mark);

  std::uint8_t* out_;
  std::size_t size_ = 0;
  std::size_t limit_;
  CompressionTable& table_;
};

}  // namespace lapis::dns
