// Addresses of given ranges, by number, one for each value of their first bits.
#pragma once

#include <cstdint>
#include <vector>

#include "term.h"

namespace lapis::verify {

class AddressSource {
 public:
  /// `bits4` and `bits6`: addresses that agree in so many first bits are alike, one of them is
  /// enough.
  AddressSource(AddressRanges ranges, int bits4, int bits6);

  /// Numbers there are; UINT64_MAX: any number, of addresses made up at random.
  std::uint64_t count() const { return count_; }
  /// REQUIRES: number < count().
  IpAddress get(std::uint64_t number) const;
  /// Some address, another for each number: the first ones come from everywhere.
  IpAddress sample(std::uint64_t number) const;

  /// All addresses a query can come from: IPv4, and IPv6 but the mapped ones (RFC 4291 §2.5.5.2).
  static AddressRanges everything();

 private:
  struct Part {
    IpAddress low;
    IpAddress high;
    int bits = 0;
    std::uint64_t count = 0;
  };
  static IpAddress inside(const Part& part, std::uint64_t number);

  std::vector<Part> parts_;
  std::uint64_t count_ = 0;
};

}  // namespace lapis::verify
