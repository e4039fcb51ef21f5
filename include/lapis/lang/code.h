// Programs compiled for the query path: the typed tree as straight-line code over fixed buffers.
//
// The tree is what a program means; walking it is what costs. Here the one walk (`Semantics`) is
// made once, when a set is loaded, over an algebra whose values are *operands*: what the walk asks
// of it becomes an instruction. Running the instructions calls the primitives of the same two
// algebras that walk trees, `Interpreter` and `ClientTrace`, in the same order, so values and
// client bits are the same (property tests compare them). Jumps lead forward only: a run ends after
// at most as many instructions as there are, allocates nothing, and does not recurse.
//
// Everything one program needs lies together, as cells of 16 octets around its `base`:
//
//   … constants of ipv6 | constants of match, ttl and ipv4 | match, ttl, ipv4 | ipv6 …
//                                                          ^ base
//
// Lists of constant addresses that a response may end in are there as records in wire form too.
// Conditions of invariants are not compiled: no query evaluates them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "lapis/lang/client_trace.h"
#include "lapis/lang/interpreter.h"
#include "lapis/lang/set.h"

namespace lapis::lang {

/// Owner of prebuilt records: a pointer to the name of the question (RFC 1035 §4.1.4).
inline constexpr std::uint16_t question_pointer = 0xC00C;
/// Octets of such a record before its address.
inline constexpr std::size_t record_head_octets = 12;

/// What a response gives.
struct CompiledAnswer {
  AddressList list;  ///< borrowed from the set or from working memory
  /// The same as `list.count` whole records, in order, their owner `question_pointer`; null when
  /// they are not known beforehand or when an address is repeated.
  const std::uint8_t* wire = nullptr;
  std::uint32_t ttl = 0;  ///< seconds
};

class Code;

/// What instructions work on, sized by prepare(); one per thread.
class Registers {
 public:
  void prepare(const Code& code);

  struct ListValue {
    AddressList list;
    const std::uint8_t* wire = nullptr;
  };
  /// How many of each type.
  struct Counts {
    std::uint32_t bools = 0, ints = 0, texts = 0, names = 0, addresses = 0, lists = 0, keys = 0;
  };

  std::vector<Truth> bools;
  std::vector<std::int64_t> ints;
  std::vector<std::string_view> texts;
  std::vector<dns::NameView> names;
  std::vector<TracedAddress> addresses;
  std::vector<ListValue> lists;
  std::vector<KeyOctets> keys;
};

/// The code of all programs of a set. Immutable; safe to run from all workers.
class Code {
 public:
  struct alignas(16) Cell {
    unsigned char octets[16];
  };

  Code() = default;
  /// `set` must outlive the code: long constants stay where they are.
  static Code compile(const Set& set);

  /// Value of a program's match. `algebra` and `registers` belong to the query and its thread.
  bool matches(std::uint32_t program, Interpreter& algebra, Registers& registers) const;
  /// The same with the client bits it rests on.
  Truth matches(std::uint32_t program, ClientTrace& algebra, Registers& registers) const;
  /// Addresses of one family and TTL; what they rest on is then in `algebra.scope()`.
  CompiledAnswer answer(std::uint32_t program, bool ipv6, Interpreter& algebra,
                        Registers& registers) const;

  const Registers::Counts& registers() const { return registers_; }
  /// What a query for IPv4 addresses reads of a program: where it stands, and its cells.
  const void* entry(std::uint32_t program) const { return &entries_[program]; }
  std::span<const Cell> hot_cells(std::uint32_t program) const;
  std::size_t octets() const {
    return cells_.size() * sizeof(Cell) + entries_.size() * sizeof(Entry);
  }

 private:
  friend class Compiler;
  struct alignas(32) Entry {
    std::uint32_t base = 0;  ///< cell; the match begins here
    // Relative to base.
    std::uint32_t ipv4 = 0;
    std::uint32_t ipv6 = 0;
    std::uint32_t ttl = 0;  ///< 0: it is `constant_ttl`
    std::uint32_t constant_ttl = 0;
    std::uint32_t hot_before = 0;  ///< cells before base that a query for IPv4 addresses may read
  };

  std::vector<Cell> cells_;
  std::vector<Entry> entries_;  // by program
  Registers::Counts registers_;
};

}  // namespace lapis::lang
