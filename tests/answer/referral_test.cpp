// Zone cuts, glue and occluded data: RFC 1034 §4.2.1, RFC 9471, RFC 2181 §6.
#include <gtest/gtest.h>

#include "served.h"

namespace lapis::answer::testing {
namespace {

constexpr const char* cuts = R"(
sub NS ns.sub
sub NS ns.other
sub NS ns.outside.test.
ns.sub A 192.0.2.1
ns.sub AAAA 2001:db8::1
other NS ns.other
ns.other A 192.0.2.2
www.sub A 192.0.2.66
deep.sub NS ns.deep.sub
ns.deep.sub A 192.0.2.67
www A 192.0.2.3
)";

TEST(Rfc9471Section3, AllInZoneAddressesOfTheTargets) {
  Served s;
  s.zone("example.", cuts);
  constexpr const char* referral = R"(
    NOERROR
    authority
      sub.example. 3600 IN NS ns.sub.example.
      sub.example. 3600 IN NS ns.other.example.
      sub.example. 3600 IN NS ns.outside.test.
    additional
      ns.sub.example. 3600 IN A 192.0.2.1
      ns.sub.example. 3600 IN AAAA 2001:db8::1
      ns.other.example. 3600 IN A 192.0.2.2)";
  EXPECT_REPLY(s.ask("www.sub.example.", "A"), referral);
  EXPECT_REPLY(s.ask("sub.example.", "NS"), referral);
  EXPECT_REPLY(s.ask("sub.example.", "ANY"), referral);
  EXPECT_REPLY(s.ask("nothing.at.sub.example.", "TXT"), referral);
  EXPECT_REPLY(s.ask("x.deep.sub.example.", "A"), referral);
}

TEST(Rfc9471Section3_1, TruncatedWhenInDomainGlueDoesNotFit) {
  std::string records;
  for (int i = 0; i < 30; ++i) {
    records += "sub NS ns" + std::to_string(i) + ".sub\n";
    records += "ns" + std::to_string(i) + ".sub A 192.0.2." + std::to_string(i) + "\n";
  }
  Served s;
  s.zone("example.", records);
  EXPECT_TRUE(s.ask("sub.example.", "A").tc());
  const Reply whole = s.over_tcp().ask("sub.example.", "A");
  EXPECT_FALSE(whole.tc());
  EXPECT_EQ(whole.authority.size(), 30u);
  EXPECT_EQ(whole.additional.size(), 30u);
}

TEST(Rfc9471Section3_2, SiblingGlueThatDoesNotFitIsLeftOut) {
  std::string records = "other NS ns0.other\n";
  for (int i = 0; i < 12; ++i) {
    records += "sub NS ns" + std::to_string(i) + ".other\n";
    for (int k = 0; k < 4; ++k) {
      records += "ns" + std::to_string(i) + ".other A 192.0." + std::to_string(k) + ".2\n";
    }
  }
  Served s;
  s.zone("example.", records);
  const Reply reply = s.ask("sub.example.", "A");
  EXPECT_FALSE(reply.tc());
  EXPECT_EQ(reply.authority.size(), 12u);
  EXPECT_LE(reply.size, 512u);
  EXPECT_EQ(reply.additional.size() % 4, 0u) << "RRsets are whole";
}

TEST(Rfc2181Section6, TheCutComesBeforeADnameBelowIt) {
  Served s;
  s.zone("example.", "sub NS ns.sub\nns.sub A 192.0.2.1\nd.sub DNAME target.test.\n");
  const Reply reply = s.ask("x.d.sub.example.", "A");
  EXPECT_TRUE(reply.answer.empty());
  EXPECT_EQ(reply.authority, std::vector<std::string>{"sub.example. 3600 IN NS ns.sub.example."});
}

TEST(Rfc2181Section6, DataBelowADnameIsNoGlue) {
  Served s;
  s.zone("example.", "sub NS ns.d\nd DNAME target.test.\nns.d A 192.0.2.1\n");
  EXPECT_REPLY(s.ask("sub.example.", "A"), R"(
    NOERROR
    authority
      sub.example. 3600 IN NS ns.d.example.)");
}

TEST(Rfc4035Section3_1_4_1, DsAtACutIsTheParents) {
  Served s;
  s.zone("example.",
         "sub NS ns.test.\nsub DS 1 13 2 "
         "0123456789012345678901234567890123456789012345678901234567890123\nplain NS ns.test.\n");
  EXPECT_REPLY(s.ask("sub.example.", "DS"), R"(
    NOERROR aa
    answer
      sub.example. 3600 IN DS 1 13 2 0123456789012345678901234567890123456789012345678901234567890123)");
  EXPECT_REPLY(s.ask("plain.example.", "DS"), R"(
    NOERROR aa
    authority
      example. 300 IN SOA ns.example. hostmaster.example. 1 7200 900 1209600 300)");
  EXPECT_REPLY(s.ask("below.plain.example.", "DS"), R"(
    NOERROR
    authority
      plain.example. 3600 IN NS ns.test.)");
}

TEST(Rfc4035Section3_1_4_1, DsOfAServedChildComesFromTheServedParent) {
  Served s;
  s.zone("example.", "sub NS ns.test.\n").zone("sub.example.", "").zone("a.mid.example.", "");
  EXPECT_REPLY(s.ask("sub.example.", "DS"), R"(
    NOERROR aa
    authority
      example. 300 IN SOA ns.example. hostmaster.example. 1 7200 900 1209600 300)");
}

TEST(Rfc4035Section3_1_4_1, DsOfAChildWhoseParentIsNotServed) {
  Served s;
  // example. delegates mid.example., so it is not the parent of a.mid.example.
  s.zone("example.", "mid NS ns.test.\n").zone("a.mid.example.", "");
  EXPECT_REPLY(s.ask("a.mid.example.", "DS"), R"(
    NOERROR aa
    authority
      a.mid.example. 300 IN SOA ns.a.mid.example. hostmaster.a.mid.example. 1 7200 900 1209600 300)");
}

}  // namespace
}  // namespace lapis::answer::testing
