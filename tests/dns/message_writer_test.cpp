#include "lapis/dns/message_writer.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <vector>

#include "lapis/dns/rdata.h"
#include "lapis/dns/types.h"

namespace lapis::dns {
namespace {

/// The name at `at`, pointers followed.
std::string expand(const std::uint8_t* message, std::size_t at) {
  std::vector<std::uint8_t> wire;
  for (int steps = 0; steps < 300; ++steps) {
    if (message[at] >= 0xC0) {
      const std::size_t target = read16(message + at) & 0x3FFFu;
      EXPECT_LT(target, at);
      at = target;
      continue;
    }
    const std::size_t size = message[at] + std::size_t{1};
    wire.insert(wire.end(), message + at, message + at + size);
    if (size == 1) break;
    at += size;
  }
  return to_text(NameView(wire.data(), wire.size()));
}

struct Writing {
  std::array<std::uint8_t, 4096> out{};
  CompressionTable table;
  MessageWriter writer{out.data(), out.size(), table};
  HashedName work;

  std::size_t put(std::string_view text) {
    work.assign(*parse_name(text));
    const std::size_t at = writer.size();
    EXPECT_TRUE(writer.put_name(work));
    return at;
  }
  Writing() { writer.raw(std::string(header_octets, '\0').data(), header_octets); }
};

TEST(MessageWriter, CompressesSuffixes) {
  Writing w;
  w.put("www.example.com.");
  const std::size_t before = w.writer.size();
  const std::size_t at = w.put("mail.example.com.");
  EXPECT_EQ(w.writer.size() - before, 7u);
  EXPECT_EQ(expand(w.out.data(), at), "mail.example.com.");
  const std::size_t same = w.put("www.example.com.");
  EXPECT_EQ(w.writer.size() - same, 2u);
  const std::size_t root = w.put(".");
  EXPECT_EQ(w.writer.size() - root, 1u);
}

TEST(MessageWriter, RandomNamesReadBack) {
  std::mt19937 random(1);
  const char* labels[] = {"a", "b", "www", "example", "com", "a-long-label-of-the-zone"};
  for (int round = 0; round < 200; ++round) {
    Writing w;
    std::vector<std::pair<std::size_t, std::string>> written;
    for (int i = 0; i < 40; ++i) {
      std::string name;
      for (unsigned k = random() % 5; k > 0; --k) name += std::string(labels[random() % 6]) + ".";
      if (name.empty()) name = ".";
      if (random() % 8 == 0) {
        // What is taken back must not be pointed at later.
        const std::size_t mark = w.writer.size();
        w.put("x" + std::to_string(i) + "." + (name == "." ? "" : name));
        w.writer.rewind(mark);
      }
      written.emplace_back(w.put(name), name);
    }
    for (const auto& [at, name] : written) EXPECT_EQ(expand(w.out.data(), at), name);
  }
}

TEST(MessageWriter, PointerChainsAreShort) {
  // Each name is one label in front of the one before.
  Writing w;
  std::string name = "example.";
  for (int i = 0; i < 60; ++i) {
    name.insert(0, "a.");
    std::size_t at = w.put(name);
    EXPECT_EQ(expand(w.out.data(), at), name);
    int pointers = 0;
    while (w.out[at] != 0) {
      if (w.out[at] >= 0xC0) {
        at = read16(w.out.data() + at) & 0x3FFFu;
        ++pointers;
      } else {
        at += w.out[at] + std::size_t{1};
      }
    }
    EXPECT_LE(pointers, 12);
  }
}

TEST(MessageWriter, TheLimitLeavesNothingBehind) {
  std::array<std::uint8_t, 512> out{};
  CompressionTable table;
  HashedName work;
  MessageWriter writer(out.data(), 512, table);
  writer.skip(500);
  work.assign(*parse_name("a-name-that-does-not-fit.example."));
  EXPECT_FALSE(writer.put_name(work));
  EXPECT_EQ(writer.size(), 500u);
}

TEST(Rfc3597Section4, OnlyTheTypesOfRfc1035AreCompressed) {
  const Name target = *parse_name("www.example.com.");
  const std::vector<std::uint8_t> name(target.data(), target.data() + target.size());
  for (std::uint16_t type = 1; type < 300; ++type) {
    const NameFields fields = name_fields(type);
    if (fields.names == 0) continue;
    Writing w;
    w.put("www.example.com.");
    std::vector<std::uint8_t> rdata(fields.skip, 0);
    for (int i = 0; i < fields.names; ++i) rdata.insert(rdata.end(), name.begin(), name.end());
    if (type == type::soa) rdata.resize(rdata.size() + 20);
    const std::size_t at = w.writer.size();
    ASSERT_TRUE(w.writer.put_rdata(type, rdata, w.work));
    const std::size_t size = read16(w.out.data() + at);
    EXPECT_EQ(w.writer.size(), at + 2 + size);
    const bool old = type <= type::minfo || type == type::mx || type == type::ptr;
    EXPECT_EQ(size < rdata.size(), old) << type_name(type);
  }
}

}  // namespace
}  // namespace lapis::dns
