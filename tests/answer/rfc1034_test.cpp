// The algorithm of RFC 1034 §4.3.2 and the sections that clarify its steps.
#include <gtest/gtest.h>

#include "served.h"

namespace lapis::answer::testing {
namespace {

TEST(Rfc1034Section4_3_2, PositiveAnswer) {
  Served s;
  s.zone("example.", "www A 192.0.2.1\nwww A 192.0.2.2\nwww TXT hello");
  EXPECT_REPLY(s.ask("www.example.", "A"), R"(
    NOERROR aa
    answer
      www.example. 3600 IN A 192.0.2.1
      www.example. 3600 IN A 192.0.2.2)");
  EXPECT_REPLY(s.ask("www.example.", "TXT"), R"(
    NOERROR aa
    answer
      www.example. 3600 IN TXT "hello")");
}

TEST(Rfc1034Section4_3_2, NoSuchZoneIsRefused) {
  Served s;
  s.zone("example.", "");
  EXPECT_REPLY(s.ask("example.org.", "A"), "REFUSED");
  EXPECT_REPLY(s.ask(".", "NS"), "REFUSED");
}

TEST(Rfc1034Section4_3_2, LongestZoneAnswers) {
  Served s;
  s.zone("example.", "sub NS ns.sub\nns.sub A 192.0.2.7").zone("sub.example.", "www A 192.0.2.8");
  EXPECT_REPLY(s.ask("www.sub.example.", "A"), R"(
    NOERROR aa
    answer
      www.sub.example. 3600 IN A 192.0.2.8)");
}

TEST(Rfc1034Section4_3_2, RootZone) {
  Served s;
  s.plain_zone(".", ". 60 SOA a. b. 1 2 3 4 5\n. 60 NS a.\na. 60 A 192.0.2.1\nx.y. 60 TXT t\n");
  EXPECT_REPLY(s.ask(".", "NS"), R"(
    NOERROR aa
    answer
      . 60 IN NS a.
    additional
      a. 60 IN A 192.0.2.1)");
  EXPECT_REPLY(s.ask("b.", "A"), R"(
    NXDOMAIN aa
    authority
      . 5 IN SOA a. b. 1 2 3 4 5)");
  EXPECT_REPLY(s.ask("y.", "A"), R"(
    NOERROR aa
    authority
      . 5 IN SOA a. b. 1 2 3 4 5)");
}

TEST(Rfc1034Section3_6_2, CnameChainInOrder) {
  Served s;
  s.zone("example.", "a CNAME b\nb CNAME c\nc A 192.0.2.1");
  EXPECT_REPLY(s.ask("a.example.", "A"), R"(
    NOERROR aa
    answer
      a.example. 3600 IN CNAME b.example.
      b.example. 3600 IN CNAME c.example.
      c.example. 3600 IN A 192.0.2.1)");
  EXPECT_REPLY(s.ask("a.example.", "CNAME"), R"(
    NOERROR aa
    answer
      a.example. 3600 IN CNAME b.example.)");
}

}  // namespace
}  // namespace lapis::answer::testing
