#include "lapis/dns/name.h"

#include <gtest/gtest.h>

#include <string>

#include "lapis/dns/hashed_name.h"

namespace lapis::dns {
namespace {

Name name(std::string_view text) {
  const auto parsed = parse_name(text);
  EXPECT_TRUE(parsed) << text;
  return parsed.value_or(Name());
}

NameError error_of(std::string_view text, std::size_t* at = nullptr) {
  NameError error = NameError::none;
  EXPECT_FALSE(parse_name(text, NameView(), error, at)) << text;
  return error;
}

TEST(Name, ReadsAndShowsEscapes) {
  EXPECT_EQ(to_text(name("a.b.")), "a.b.");
  EXPECT_EQ(to_text(name(".")), ".");
  EXPECT_EQ(to_text(name("a\\.b.c.")), "a\\.b.c.");
  EXPECT_EQ(name("a\\.b.c.").view().label_count(), 2);
  EXPECT_EQ(to_text(name("\\000\\255\\032.")), "\\000\\255\\032.");
  EXPECT_EQ(name("\\065.").data()[1], 'A');
}

TEST(Name, RefusesWithPosition) {
  std::size_t at = 0;
  EXPECT_EQ(error_of("a..b.", &at), NameError::empty_label);
  EXPECT_EQ(at, 2u);
  EXPECT_EQ(error_of(std::string(64, 'x') + "."), NameError::label_too_long);
  EXPECT_EQ(error_of("a\\256."), NameError::bad_escape);
  EXPECT_EQ(error_of("a\\1."), NameError::bad_escape);
  std::string longest;
  for (int i = 0; i < 127; ++i) longest += "a.";
  EXPECT_EQ(name(longest).size(), 255u);
  EXPECT_EQ(error_of("b." + longest), NameError::name_too_long);
}

TEST(Name, ComparesWithoutCaseOfAsciiLettersOnly) {
  EXPECT_TRUE(equal(name("WWW.Example."), name("www.eXAMPLE.")));
  EXPECT_FALSE(equal(name("\\128."), name("\\160.")));  // differ in bit 5, but are no letters
  EXPECT_FALSE(equal(name("@."), name("`.")));
  EXPECT_TRUE(is_under(name("a.EXAMPLE."), name("example.")));
  EXPECT_TRUE(is_under(name("example."), name("example.")));
  EXPECT_FALSE(is_under(name("aexample."), name("example.")));
  // The octets end alike, but not at a label.
  EXPECT_FALSE(is_under(name("x\\001a.com."), name("a.com.")));
}

TEST(Rfc4034Section6_1, CanonicalOrder) {
  const char* ordered[] = {"example.",         "a.example.",      "yljkjljk.a.example.",
                           "Z.a.example.",     "zABC.a.EXAMPLE.", "z.example.",
                           "\\001.z.example.", "*.z.example.",    "\\200.z.example."};
  for (std::size_t i = 0; i + 1 < std::size(ordered); ++i) {
    EXPECT_LT(canonical_compare(name(ordered[i]), name(ordered[i + 1])), 0) << ordered[i];
    EXPECT_GT(canonical_compare(name(ordered[i + 1]), name(ordered[i])), 0) << ordered[i];
    EXPECT_EQ(canonical_compare(name(ordered[i]), name(ordered[i])), 0) << ordered[i];
  }
}

TEST(HashedName, SuffixesAndHashes) {
  HashedName a;
  HashedName b;
  a.assign(name("WWW.example.com."));
  b.assign(name("example.COM."));
  EXPECT_EQ(a.labels(), 3);
  EXPECT_EQ(to_text(a.suffix(3)), "www.example.com.");
  EXPECT_EQ(to_text(a.suffix(2)), "example.com.");
  EXPECT_EQ(to_text(a.suffix(0)), ".");
  EXPECT_EQ(a.hash(2), b.hash());
  EXPECT_NE(a.hash(), b.hash());
}

TEST(HashedName, FoldsEveryOctetAsToLowerDoes) {
  for (int c = 0; c < 256; ++c) {
    const std::uint8_t wire[] = {3, 'x', static_cast<std::uint8_t>(c), 'y', 0};
    HashedName folded;
    folded.assign(NameView(wire, sizeof wire));
    EXPECT_EQ(folded.data()[2], to_lower(static_cast<std::uint8_t>(c))) << c;
    EXPECT_EQ(folded.data()[0], 3) << "lengths are not letters";
  }
}

TEST(HashedName, SubstitutesUpTo255Octets) {
  HashedName from;
  HashedName to;
  from.assign(name("a.b.d.example."));
  EXPECT_TRUE(to.substitute(from, 2, name("target.")));
  EXPECT_EQ(to_text(to.view()), "a.b.target.");
  std::string almost;
  for (int i = 0; i < 125; ++i) almost += "a.";
  EXPECT_TRUE(to.substitute(from, 2, name(almost)));
  EXPECT_EQ(to.size(), 255u);
  EXPECT_FALSE(to.substitute(from, 2, name(almost + "b.")));
  EXPECT_EQ(to.size(), 255u) << "unchanged";
  EXPECT_TRUE(to.wildcard_of(from, 2));
  EXPECT_EQ(to_text(to.view()), "*.d.example.");
}

}  // namespace
}  // namespace lapis::dns
