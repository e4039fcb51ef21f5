#include "mirror.h"

#include <algorithm>

namespace lapis::verify {
namespace {

std::uint64_t first_bits(int bits) {
  return bits <= 0 ? 0 : bits >= 64 ? UINT64_MAX : UINT64_MAX << (64 - bits);
}

/// The first bits of `x`, then those of `rest` where it is of the same family, else zeros.
IpAddress join(const IpAddress& x, int bits, const IpAddress& rest) {
  const bool alike = x.family() == rest.family();
  const std::uint64_t high = first_bits(bits);
  const std::uint64_t low = first_bits(bits - 64);
  return IpAddress::from_bits(x.family(), (x.high() & high) | (alike ? rest.high() & ~high : 0),
                              (x.low() & low) | (alike ? rest.low() & ~low : 0));
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
  const IpAddress zeros = IpAddress::from_bits(x.family(), 0, 0);
  const IpAddress common = join(x, std::min(of_x, of_y), zeros);
  y = join(common, of_y, y);
  x = join(common, of_x, x);
}

}  // namespace lapis::verify
