// A name prepared for look-ups: folded to lower case, its labels found, every suffix hashed.
//
//   www.example.com.   suffix(0) = .   suffix(1) = com.   suffix(2) = example.com.   suffix(3) =
//   all
//
// The hash of a suffix is made from the hash of the next shorter one and one more label, so one
// pass from the right gives all of them. Indexes of zones, of names within a zone, and of the
// compression targets of a message all use these hashes. Plain working memory: no allocation.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>

#include "lapis/dns/name.h"

namespace lapis::dns {

namespace detail {

inline std::uint64_t load64(const std::uint8_t* p) {
  std::uint64_t v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

inline std::uint64_t fold_multiply(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

/// Eight octets folded to lower case at once.
inline std::uint64_t lower8(std::uint64_t v) {
  constexpr std::uint64_t ones = 0x0101010101010101u;
  const std::uint64_t low7 = v & (0x7F * ones);
  const std::uint64_t from_a = low7 + (0x80 - 'A') * ones;  // bit 7 set where >= 'A'
  const std::uint64_t past_z = low7 + (0x7F - 'Z') * ones;  // bit 7 set where > 'Z'
  const std::uint64_t upper = (from_a ^ past_z) & ~v & (0x80 * ones);
  return v | (upper >> 2);
}

}  // namespace detail

class HashedName {
 public:
  /// Hash of the root name, from which all others grow.
  static constexpr std::uint64_t root_hash = 0x9E3779B97F4A7C15u;

  HashedName() { clear(); }

  void clear() {
    octets_[0] = 0;
    size_ = 1;
    labels_ = 0;
    start_[0] = 0;
    hash_[0] = root_hash;
  }

  void assign(NameView name) {
    size_ = static_cast<std::uint16_t>(name.size());
    std::memcpy(octets_.data(), name.data(), name.size());
    prepare();
  }

  /// This name becomes the first `labels() - cut` labels of `from` followed by `target`: a DNAME
  /// substitution (RFC 6672 §2.2). False, and no change, when the result would pass 255 octets.
  bool substitute(const HashedName& from, int cut, NameView target) {
    const std::size_t head = from.start(cut);
    if (head + target.size() > max_name_octets) return false;
    std::memmove(octets_.data(), from.octets_.data(), head);
    std::memcpy(octets_.data() + head, target.data(), target.size());
    size_ = static_cast<std::uint16_t>(head + target.size());
    prepare();
    return true;
  }

  /// This name becomes `*` in front of the suffix of `from` with `labels` labels. False when that
  /// would pass 255 octets.
  bool wildcard_of(const HashedName& from, int labels) {
    const NameView parent = from.suffix(labels);
    if (parent.size() + 2 > max_name_octets) return false;
    octets_[0] = 1;
    octets_[1] = '*';
    std::memcpy(octets_.data() + 2, parent.data(), parent.size());
    size_ = static_cast<std::uint16_t>(parent.size() + 2);
    prepare();
    return true;
  }

  int labels() const { return labels_; }
  std::size_t size() const { return size_; }
  const std::uint8_t* data() const { return octets_.data(); }
  NameView view() const { return {octets_.data(), size_}; }
  /// Offset of the suffix with `labels` labels. REQUIRES: labels <= this->labels()
  std::size_t start(int labels) const { return start_[static_cast<std::size_t>(labels)]; }
  NameView suffix(int labels) const {
    return {octets_.data() + start(labels), size_ - start(labels)};
  }
  std::uint64_t hash(int labels) const { return hash_[static_cast<std::size_t>(labels)]; }
  std::uint64_t hash() const { return hash(labels_); }

  /// Hash of a suffix that is one label longer than the one hashed to `shorter`. `label` points at
  /// its length octet, and 8 octets past the label's end must be readable.
  static std::uint64_t extend(std::uint64_t shorter, const std::uint8_t* label) {
    std::size_t n = *label + std::size_t{1};
    std::uint64_t h = shorter;
    for (; n > 8; n -= 8, label += 8) {
      h = detail::fold_multiply(h ^ detail::load64(label), 0xA0761D6478BD642Fu);
    }
    const std::uint64_t tail = detail::load64(label) & (~std::uint64_t{0} >> (64 - 8 * n));
    return detail::fold_multiply(h ^ tail, 0xE7037ED1A0B428DBu);
  }

 private:
  void prepare() {
    for (std::size_t i = 0; i < size_; i += 8) {
      const std::uint64_t lowered = detail::lower8(detail::load64(octets_.data() + i));
      std::memcpy(octets_.data() + i, &lowered, 8);
    }
    std::array<std::uint8_t, 128> at;
    std::size_t count = 0;
    std::size_t i = 0;
    for (; octets_[i] != 0; i += octets_[i] + std::size_t{1}) {
      at[count++] = static_cast<std::uint8_t>(i);
    }
    labels_ = static_cast<std::uint8_t>(count);
    start_[0] = static_cast<std::uint8_t>(i);
    hash_[0] = root_hash;
    for (std::size_t k = 1; k <= count; ++k) {
      start_[k] = at[count - k];
      hash_[k] = extend(hash_[k - 1], octets_.data() + start_[k]);
    }
  }

  std::uint16_t size_;
  std::uint8_t labels_;
  std::array<std::uint8_t, 128> start_;     // by number of labels in the suffix
  std::array<std::uint8_t, 272> octets_{};  // readable 8 octets past the longest name
  std::array<std::uint64_t, 128> hash_;     // by number of labels in the suffix
};

}  // namespace lapis::dns
