#include "lapis/dns/sha1.h"

#include <algorithm>
#include <bit>

#include "lapis/dns/query.h"

namespace lapis::dns {
namespace {

using State = std::array<std::uint32_t, 5>;

void absorb(State& h, const std::uint8_t* block) {
  std::array<std::uint32_t, 80> w;
  for (std::size_t i = 0; i < 16; ++i) w[i] = read32(block + 4 * i);
  for (std::size_t i = 16; i < 80; ++i) {
    w[i] = std::rotl(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
  }
  auto [a, b, c, d, e] = h;
  for (std::size_t i = 0; i < 80; ++i) {
    std::uint32_t f = b ^ c ^ d;
    std::uint32_t k = i < 40 ? 0x6ED9EBA1u : 0xCA62C1D6u;
    if (i < 20) {
      f = (b & c) | (~b & d);
      k = 0x5A827999u;
    } else if (i >= 40 && i < 60) {
      f = (b & c) | (b & d) | (c & d);
      k = 0x8F1BBCDCu;
    }
    const std::uint32_t t = std::rotl(a, 5) + f + e + k + w[i];
    e = d;
    d = c;
    c = std::rotl(b, 30);
    b = a;
    a = t;
  }
  h = {h[0] + a, h[1] + b, h[2] + c, h[3] + d, h[4] + e};
}

}  // namespace

Sha1 sha1(std::span<const std::uint8_t> message) {
  State h{0x67452301u, 0xEFCDAB89u, 0x98BADCFEu, 0x10325476u, 0xC3D2E1F0u};
  std::size_t i = 0;
  for (; i + 64 <= message.size(); i += 64) absorb(h, message.data() + i);
  std::array<std::uint8_t, 128> tail{};
  const std::size_t rest = message.size() - i;
  std::copy(message.begin() + static_cast<std::ptrdiff_t>(i), message.end(), tail.begin());
  tail[rest] = 0x80;
  const std::size_t end = rest + 9 <= 64 ? 64 : 128;
  write32(tail.data() + end - 4, static_cast<std::uint32_t>(message.size() * 8));
  absorb(h, tail.data());
  if (end == 128) absorb(h, tail.data() + 64);
  Sha1 out;
  for (std::size_t k = 0; k < 5; ++k) write32(out.data() + 4 * k, h[k]);
  return out;
}

Sha1 nsec3_hash(NameView name, std::span<const std::uint8_t> salt, int iterations) {
  std::array<std::uint8_t, max_name_octets + 255> input;
  std::copy(name.data(), name.data() + name.size(), input.begin());
  std::copy(salt.begin(), salt.end(), input.begin() + static_cast<std::ptrdiff_t>(name.size()));
  Sha1 hash = sha1({input.data(), name.size() + salt.size()});
  std::copy(salt.begin(), salt.end(), input.begin() + hash.size());
  for (; iterations > 0; --iterations) {
    std::copy(hash.begin(), hash.end(), input.begin());
    hash = sha1({input.data(), hash.size() + salt.size()});
  }
  return hash;
}

}  // namespace lapis::dns
