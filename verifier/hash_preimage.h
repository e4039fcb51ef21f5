// Names and texts whose hash is chosen: XXH64 can be run backwards.
//
// The last octets of a key, after its stripes of 32, go into the hash by steps that can each be
// undone. So where eight of them are free, there is a value for them that gives any hash one wants
// (XXH64 is made to spread keys, not to resist this). A bucket of one in a thousand then costs one
// try instead of a thousand, and what is left to luck is the other buckets asked for.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "lapis/dns/name.h"

namespace lapis::verify {

/// A name with one long label in front of a given one, of which eight octets are free.
class ChosenName {
 public:
  /// Nothing when `base` is too long: its octets would take the place of the free ones.
  static std::optional<ChosenName> above(const dns::Name& base, std::uint64_t seed);

  /// Sets the free octets so that XXH64 of the name with the seed is `hash`. False when they would
  /// hold capital letters, which no name has that was folded.
  bool choose(std::uint64_t hash);
  std::span<const std::uint8_t> octets() const { return {octets_.data(), size_}; }

 private:
  ChosenName() = default;

  std::array<std::uint8_t, dns::max_name_octets> octets_{};
  std::size_t size_ = 0;
  std::size_t free_ = 0;      // where the free octets begin
  std::uint64_t before_ = 0;  // state of the hash there
};

/// A text that begins in a given way, and ends in eight octets that are free.
class ChosenText {
 public:
  /// Nothing when `start` is too long for a string that a query brings.
  static std::optional<ChosenText> after(const std::string& start, std::uint64_t seed);

  /// Sets the free octets so that XXH64 of the text with the seed is `hash`. False when they would
  /// not all be printable US-ASCII: so one hash in some 2,800 has a text.
  bool choose(std::uint64_t hash);
  const std::string& text() const { return text_; }

 private:
  ChosenText() = default;

  std::string text_;
  std::uint64_t before_ = 0;  // state of the hash where the free octets begin
};

}  // namespace lapis::verify
