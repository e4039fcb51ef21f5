#include "mirror.h"

#include <algorithm>
#include <utility>

namespace lapis::verify {
namespace {

/// The first bits of `x`, then those of `rest` where it is of the same family, else zeros.
IpAddress join(const IpAddress& x, int bits, const IpAddress& rest) {
  const IpAddress head = x.masked(bits);
  if (x.family() != rest.family()) return head;
  const IpAddress cut = rest.masked(bits);
  return IpAddress::from_bits(x.family(), head.high() | (rest.high() ^ cut.high()),
                              head.low() | (rest.low() ^ cut.low()));
}

IpAddress& address_of(ConcreteQuery& query, std::uint32_t field) {
  return field == lang::field_client ? query.client : query.resolver;
}

}  // namespace

std::optional<Mirror> Mirror::of(const Terms& terms, const BoolNode& node) {
  if (node.op != BoolOp::address_equal) return std::nullopt;
  const MaskedAddress& x = terms.masked(node.a);
  const MaskedAddress& y = terms.masked(node.b);
  if (x.field == y.field) return std::nullopt;
  return Mirror(x, y);
}

void Mirror::apply(ConcreteQuery& query) const {
  IpAddress& x = address_of(query, from_.field);
  IpAddress& y = address_of(query, to_.field);
  const int of_x = x.is_v4() ? from_.bits4 : from_.bits6;
  const int of_y = x.is_v4() ? to_.bits4 : to_.bits6;
  // Bits that only one side masks away are zeros on the other.
  const IpAddress common = x.masked(std::min(of_x, of_y));
  y = join(common, of_y, y);
  x = join(common, of_x, x);
}

Mirrored::Mirrored(Mirror between, AddressRanges of_from, AddressRanges of_to)
    : mirror(between), from(std::move(of_from)), to(std::move(of_to)) {
  if (!mirror.whole()) return;
  AddressRanges both;
  for (const auto& [low, high] : from) {
    for (const auto& [other_low, other_high] : to) {
      const IpAddress first = std::max(low, other_low);
      const IpAddress last = std::min(high, other_high);
      if (first <= last) both.emplace_back(first, last);
    }
  }
  from = to = std::move(both);
}

bool Mirrored::follow(ConcreteQuery& query) const {
  mirror.apply(query);
  return inside(from, address_of(query, mirror.from())) &&
         inside(to, address_of(query, mirror.to()));
}

}  // namespace lapis::verify
