// Names with a chosen hash, beside the hash itself.
#include "hash_preimage.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "lapis/base/stable_hash.h"
#include "numbered_names.h"

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

}  // namespace
}  // namespace lapis::verify
