// Names with a chosen hash, beside the hash itself.
#include "hash_preimage.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "lapis/base/stable_hash.h"
#include "numbered_names.h"
#include "rare_names.h"

namespace lapis::verify {
namespace {

TEST(ChosenName, HasTheHashThatWasChosen) {
  std::string base = ".";
  int chosen = 0;
  // Bases of 1 to 26 octets: of names shorter than a stripe, and of longer ones.
  for (int length = 0; length < 26; ++length) {
    const dns::Name name = *dns::parse_name(base);
    base = length == 0 ? "a." : "x" + base;
    for (std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{1}, ~std::uint64_t{0} / 7}) {
      auto made = ChosenName::above(name, seed);
      ASSERT_EQ(made.has_value(), name.size() <= 23) << name.size();
      if (!made) continue;
      for (std::uint64_t i = 1; i <= 40; ++i) {
        const std::uint64_t hash = i * 0x123456789ABCDEF1ULL;
        if (!made->choose(hash)) continue;
        ++chosen;
        ASSERT_EQ(stable_hash(made->octets(), seed), hash) << name.size();
        const dns::Name whole(dns::NameView(made->octets().data(), made->octets().size()));
        ASSERT_TRUE(dns::is_under(whole, name));
        const dns::Name folded = whole.lowered();
        ASSERT_EQ(folded.size(), made->octets().size());
        ASSERT_TRUE(std::equal(made->octets().begin(), made->octets().end(), folded.data()));
      }
    }
  }
  EXPECT_GT(chosen, 500);
}

TEST(ChosenText, HasTheHashThatWasChosen) {
  int chosen = 0;
  for (std::size_t length = 0; length < 250; length = length * 4 / 3 + 1) {
    const std::string start(length, 's');
    const std::uint64_t seed = length * 0x9E3779B97F4A7C15ULL;
    auto made = ChosenText::after(start, seed);
    ASSERT_EQ(made.has_value(), length < 240) << length;
    if (!made) continue;
    for (std::uint64_t i = 1; i <= 40'000; ++i) {
      const std::uint64_t hash = i * 0x123456789ABCDEF1ULL;
      if (!made->choose(hash)) continue;
      ++chosen;
      const std::string& text = made->text();
      ASSERT_EQ(
          stable_hash({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, seed),
          hash);
      ASSERT_TRUE(text.starts_with(start) && text.size() <= 255);
      ASSERT_TRUE(
          std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; }));
    }
  }
  EXPECT_GT(chosen, 50);
}

TEST(RareNames, AreInTheBucketsThatWereWanted) {
  std::string base = ".";
  int tried = 0;
  for (int length = 0; length < 120; ++length) {
    const dns::Name name = *dns::parse_name(base);
    base = length % 50 == 0 ? "a." + base.substr(length == 0 ? 1 : 0) : "x" + base;
    const std::uint64_t seed = 0x9E3779B97F4A7C15ULL * static_cast<std::uint64_t>(length + 1);
    auto names = RareNames::above(name, seed);
    ASSERT_TRUE(names.has_value()) << name.size();
    WantedBuckets wanted{seed, 1000, {}, length, 1};
    if (length % 2 == 1) {
      wanted.only = -1;
      wanted.good.assign(1000, false);
      wanted.good[7] = wanted.good[999] = true;
    }
    int seen = 0;
    std::string last;
    const bool done =
        names->search(wanted, {50'000, {}}, [&](std::span<const std::uint8_t> octets) {
          const std::uint64_t at = bucket_of(octets, seed, 1000);
          EXPECT_TRUE(wanted.only >= 0 ? at == static_cast<std::uint64_t>(length)
                                       : at == 7 || at == 999);
          const dns::Name whole(dns::NameView(octets.data(), octets.size()));
          EXPECT_TRUE(dns::is_under(whole, name));
          const auto again = dns::parse_name(dns::to_text(whole));
          EXPECT_TRUE(again && again->size() == octets.size());
          const std::string text = dns::to_text(whole);
          EXPECT_NE(text, last);
          last = text;
          return ++seen == 5;
        });
    EXPECT_TRUE(done) << name.size();
    ++tried;
  }
  EXPECT_EQ(tried, 120);
}

TEST(RareNames, CountsAllNamesInABucket) {
  // Of the first names those that the whole hash puts there: none is passed by.
  const dns::Name base = *dns::parse_name("a-constant-that-is-longer.than-a-stripe.example.com.");
  auto names = RareNames::above(base, 5);
  ASSERT_TRUE(names.has_value());
  std::array<int, 4> in{};
  for (int b = 0; b < 4; ++b) {
    names->search({5, 4, {}, b, 1}, {10'000, {}}, [&](std::span<const std::uint8_t> octets) {
      EXPECT_EQ(bucket_of(octets, 5, 4), static_cast<std::uint64_t>(b));
      ++in[static_cast<std::size_t>(b)];
      return false;
    });
  }
  EXPECT_EQ(in[0] + in[1] + in[2] + in[3], 10'000);
}

TEST(RareNames, LongestBasesLeaveNoRoom) {
  std::string base;
  for (int i = 0; i < 3; ++i) base += std::string(63, 'a') + ".";
  EXPECT_FALSE(RareNames::above(*dns::parse_name(base), 1).has_value());
}

TEST(FindByHash, FindsNamesBelowALongConstant) {
  const dns::Name base = *dns::parse_name("d1234.customer70.some-long-name.example.");
  ASSERT_GT(base.size(), 23U);
  const std::vector<WantedBuckets> wanted{
      {1, 200, {}, 5, 1}, {2, 200, {}, 6, 1}, {3, 200, {}, 7, 1}};
  const auto name = find_by_hash(wanted, {std::uint64_t{1} << 28, {}}, {base});
  ASSERT_TRUE(name.has_value());
  EXPECT_TRUE(dns::is_under(*name, base));
  for (const WantedBuckets& w : wanted) {
    EXPECT_EQ(bucket_of({name->data(), name->size()}, w.seed, w.buckets),
              static_cast<std::uint64_t>(w.only));
  }
}

}  // namespace
}  // namespace lapis::verify
