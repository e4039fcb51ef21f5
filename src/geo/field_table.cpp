#include "field_table.h"

#include <algorithm>
#include <bit>

namespace lapis::geo {
namespace {

constexpr std::size_t blocks = std::size_t{1} << 16U;

}  // namespace

FieldTable::Hit FieldTable::find(const IpAddress& address) const {
  return address.is_v4() ? find4(address.v4_value()) : find6(address);
}

FieldTable::Hit FieldTable::find4(std::uint32_t address) const {
  const std::uint32_t block = address >> 16U;
  const auto begin = first4_.begin();
  const std::size_t next = static_cast<std::size_t>(
      std::upper_bound(begin + below4_[block], begin + below4_[block + 1], address) - begin);
  // The first range begins at 0, so there is one before the next.
  int bits = 0;
  if (next > 1) bits = 1 + std::countl_zero(address ^ (first4_[next - 1] - 1));
  if (next < first4_.size()) bits = std::max(bits, 1 + std::countl_zero(address ^ first4_[next]));
  return {value4_[next - 1], static_cast<std::uint8_t>(bits)};
}

FieldTable::Hit FieldTable::find6(const IpAddress& address) const {
  const Key key{address.high(), address.low()};
  const std::size_t next = static_cast<std::size_t>(
      std::upper_bound(first6_.begin(), first6_.end(), key) - first6_.begin());
  const ValueNumber value = value6_[next - 1];
  if ((value & embedded) != 0) {
    const unsigned depth = value & ~embedded;
    std::uint32_t inner = 0;
    for (unsigned bit = depth; bit < depth + 32; ++bit) {
      const std::uint64_t half = bit < 64 ? key.high : key.low;
      inner = inner << 1U | static_cast<std::uint32_t>(half >> (63U - bit % 64U) & 1U);
    }
    const Hit hit = find4(inner);
    return {hit.value, static_cast<std::uint8_t>(depth + hit.bits)};
  }
  int bits = 0;
  if (next > 1) {
    const Key& own = first6_[next - 1];
    const IpAddress before =
        IpAddress::from_bits(Family::v6, own.high - (own.low == 0 ? 1 : 0), own.low - 1);
    bits = 1 + address.common_bits(before);
  }
  if (next < first6_.size()) {
    const Key& after = first6_[next];
    const IpAddress behind = IpAddress::from_bits(Family::v6, after.high, after.low);
    bits = std::max(bits, 1 + address.common_bits(behind));
  }
  return {value, static_cast<std::uint8_t>(bits)};
}

void FieldTable::Builder::add4(std::uint32_t first, ValueNumber value) {
  if (!table_.value4_.empty() && table_.value4_.back() == value) return;
  table_.first4_.push_back(first);
  table_.value4_.push_back(value);
}

void FieldTable::Builder::add6(std::uint64_t high, std::uint64_t low, ValueNumber value) {
  if (!table_.value6_.empty() && table_.value6_.back() == value) return;
  table_.first6_.push_back({high, low});
  table_.value6_.push_back(value);
}

FieldTable FieldTable::Builder::take() && {
  if (table_.first4_.empty()) add4(0, 0);
  if (table_.first6_.empty()) add6(0, 0, 0);
  table_.index();
  return std::move(table_);
}

void FieldTable::index() {
  first4_.shrink_to_fit();
  value4_.shrink_to_fit();
  first6_.shrink_to_fit();
  value6_.shrink_to_fit();
  below4_.assign(blocks + 1, 0);
  std::size_t at = 0;
  for (std::size_t block = 0; block <= blocks; ++block) {
    while (at < first4_.size() && std::uint64_t{first4_[at]} < std::uint64_t{block} << 16U) ++at;
    below4_[block] = static_cast<std::uint32_t>(at);
  }
}

}  // namespace lapis::geo
