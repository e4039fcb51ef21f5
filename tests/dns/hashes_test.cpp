// Published test vectors.
#include <gtest/gtest.h>

#include <numeric>
#include <string>
#include <vector>

#include "lapis/dns/base32hex.h"
#include "lapis/dns/name.h"
#include "lapis/dns/sha1.h"
#include "lapis/dns/siphash.h"

namespace lapis::dns {
namespace {

std::string hex(std::span<const std::uint8_t> octets) {
  std::string out;
  for (const std::uint8_t octet : octets) {
    out += "0123456789abcdef"[octet >> 4];
    out += "0123456789abcdef"[octet & 15];
  }
  return out;
}

std::string sha1_hex(const std::string& text) {
  const std::vector<std::uint8_t> octets(text.begin(), text.end());
  return hex(sha1(octets));
}

TEST(Rfc3174Section7_3, Sha1) {
  EXPECT_EQ(sha1_hex(""), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  EXPECT_EQ(sha1_hex("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(sha1_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
  EXPECT_EQ(sha1_hex(std::string(1000000, 'a')), "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

std::string base32hex(std::span<const std::uint8_t> octets) {
  std::string out;
  for (std::size_t bit = 0; bit < octets.size() * 8; bit += 5) {
    int value = 0;
    for (std::size_t k = bit; k < bit + 5; ++k)
      value = value << 1 | (octets[k / 8] >> (7 - k % 8) & 1);
    out += "0123456789abcdefghijklmnopqrstuv"[value];
  }
  return out;
}

TEST(Rfc5155AppendixA, Nsec3Hashes) {
  const std::uint8_t salt[] = {0xAA, 0xBB, 0xCC, 0xDD};
  const auto hash = [&](std::string_view name) {
    return base32hex(nsec3_hash(parse_name(name)->view(), salt, 12));
  };
  EXPECT_EQ(hash("example."), "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom");
  EXPECT_EQ(hash("a.example."), "35mthgpgcu1qg68fab165klnsnk3dpvl");
  EXPECT_EQ(hash("*.w.example."), "r53bq7cc2uvmubfu5ocmm6pers9tk9en");
  EXPECT_EQ(hash("xx.example."), "t644ebqk9bibcna874givr6joj62mlhv");
}

TEST(Rfc5155Section3, OwnersOfHashes) {
  const std::string_view text = "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom";
  std::array<std::uint8_t, 20> hash;
  ASSERT_TRUE(decode_base32hex({reinterpret_cast<const std::uint8_t*>(text.data()), 32}, hash));
  EXPECT_EQ(base32hex(hash), text);
  const auto back = encode_base32hex(hash);
  EXPECT_EQ(std::string(back.begin(), back.end()), text);
}

TEST(SipHash24, ReferenceVectors) {
  std::uint8_t key[16];
  std::iota(key, key + 16, 0);
  std::uint8_t message[15];
  std::iota(message, message + 15, 0);
  // From the paper's appendix A, and the first vector of the reference implementation.
  EXPECT_EQ(siphash24(key, message), 0xa129ca6149be45e5u);
  EXPECT_EQ(siphash24(key, {}), 0x726fdb47dd0e0e31u);
  EXPECT_EQ(siphash24(key, std::span(message).first(8)), 0x93f5f5799a932462u);
}

}  // namespace
}  // namespace lapis::dns
