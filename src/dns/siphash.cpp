#include "lapis/dns/siphash.h"

#include <bit>

namespace lapis::dns {
namespace {

std::uint64_t read_little(const std::uint8_t* p, std::size_t count) {
  std::uint64_t v = 0;
  for (std::size_t i = 0; i < count; ++i) v |= static_cast<std::uint64_t>(p[i]) << (8 * i);
  return v;
}

struct SipState {
  std::uint64_t v0, v1, v2, v3;

  void rounds(int count) {
    for (; count > 0; --count) {
      v0 += v1;
      v1 = std::rotl(v1, 13) ^ v0;
      v0 = std::rotl(v0, 32);
      v2 += v3;
      v3 = std::rotl(v3, 16) ^ v2;
      v0 += v3;
      v3 = std::rotl(v3, 21) ^ v0;
      v2 += v1;
      v1 = std::rotl(v1, 17) ^ v2;
      v2 = std::rotl(v2, 32);
    }
  }

  void absorb(std::uint64_t m) {
    v3 ^= m;
    rounds(2);
    v0 ^= m;
  }
};

}  // namespace

std::uint64_t siphash24(std::span<const std::uint8_t, 16> key,
                        std::span<const std::uint8_t> message) {
  const std::uint64_t k0 = read_little(key.data(), 8);
  const std::uint64_t k1 = read_little(key.data() + 8, 8);
  SipState s{k0 ^ 0x736f6d6570736575u, k1 ^ 0x646f72616e646f6du, k0 ^ 0x6c7967656e657261u,
             k1 ^ 0x7465646279746573u};
  std::size_t i = 0;
  for (; i + 8 <= message.size(); i += 8) s.absorb(read_little(message.data() + i, 8));
  s.absorb(read_little(message.data() + i, message.size() - i) |
           static_cast<std::uint64_t>(message.size()) << 56);
  s.v2 ^= 0xFF;
  s.rounds(4);
  return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

}  // namespace lapis::dns
