#include "../../src/answer/canonical_prefix.h"

#include <gtest/gtest.h>

#include <vector>

namespace lapis::answer {
namespace {

/// All short names over octets that are easily ordered wrongly: zero, a letter in both cases, what
/// is next to them, and the ends of labels.
TEST(CanonicalPrefix, NeverContradictsTheOrder) {
  std::vector<std::vector<std::uint8_t>> labels = {{}};
  std::vector<std::vector<std::uint8_t>> relative = {{}};
  for (const std::uint8_t octet : {0, 1, 2, int{'A'}, int{'a'}, int{'b'}, 255}) {
    labels.push_back({1, octet});
    labels.push_back({2, 'a', octet});
    labels.push_back({2, 0, octet});
    labels.push_back({8, 'l', 'o', 'n', 'g', '0', '0', '0', octet});
  }
  for (const auto& first : labels) {
    for (const auto& second : labels) {
      for (const auto& third : {labels[0], labels[1], labels[4], labels[5]}) {
        relative.push_back(first);
        relative.back().insert(relative.back().end(), second.begin(), second.end());
        relative.back().insert(relative.back().end(), third.begin(), third.end());
      }
    }
  }
  const auto whole = [](std::vector<std::uint8_t> octets) {
    octets.insert(octets.end(), {1, 'z', 0});
    return octets;
  };
  std::size_t told_apart = 0;
  for (std::size_t i = 0; i < relative.size(); ++i) {
    const auto a = whole(relative[i]);
    for (std::size_t j = i % 7; j < relative.size(); j += 7) {
      const auto b = whole(relative[j]);
      const auto pa = canonical_prefix(relative[i]);
      const auto pb = canonical_prefix(relative[j]);
      if (pa == pb) continue;
      ++told_apart;
      ASSERT_EQ(pa < pb, dns::canonical_compare({a.data(), a.size()}, {b.data(), b.size()}) < 0)
          << dns::to_text({a.data(), a.size()}) << " " << dns::to_text({b.data(), b.size()});
    }
  }
  EXPECT_GT(told_apart, relative.size() * relative.size() / 14);
}

TEST(CanonicalPrefix, IsTheBeginningOfTheKey) {
  const dns::Name whole = *dns::parse_name("www.Sub.");
  const auto octets = whole.view().octets();
  EXPECT_EQ(canonical_prefix(octets.first(octets.size() - 1)), 0x7375620000777777U);
  EXPECT_EQ(canonical_prefix({}), 0U);
}

}  // namespace
}  // namespace lapis::answer
