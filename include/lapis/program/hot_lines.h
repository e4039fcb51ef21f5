// The cache lines that choosing and evaluating a program reads, known beforehand by the query's
// name.
//
// With thousands of programs most of what one query reads is in no near cache: places of the index,
// the program's code and constants. Reading them one after the other waits for each.
// Asked for all at once, and for all queries of a batch before the first is answered, they come
// together. Only a hint: nothing depends on it but time.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "lapis/dns/hashed_name.h"

namespace lapis::program {

class DispatchIndex;

class HotLines {
 public:
  static constexpr std::uint32_t none = UINT32_MAX;

  /// Of use only while set and index stay where they are. Small sets stay in the cache by
  /// themselves, and an index that does not begin with names can't be entered here: then it is
  /// empty.
  void build(const DispatchIndex& index);
  bool empty() const { return lines_.empty(); }

  // Three steps, each to be done for all queries of a batch before the next. REQUIRES: !empty()
  void prefetch_name(const dns::HashedName& qname) const;
  /// The record for the name, or `none`; hashes are compared, not names.
  std::uint32_t find(const dns::HashedName& qname) const;
  void prefetch(std::uint32_t record) const {
    for (const std::uint32_t line : lines_[record].at) {
      if (line == 0) return;
      __builtin_prefetch(reinterpret_cast<const void*>(base_ + std::uintptr_t{line} * line_octets));
    }
  }

 private:
  static constexpr std::uintptr_t line_octets = 64;
  /// Relative to base_, in the order in which they are read; 0 ends the list.
  struct alignas(line_octets) Lines {
    std::array<std::uint32_t, 32> at{};
  };

  const DispatchIndex* index_ = nullptr;
  std::uintptr_t base_ = 0;
  std::vector<Lines> lines_;  // by number of the name in the index's first dimension
};

}  // namespace lapis::program
