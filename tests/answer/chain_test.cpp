// CNAME and DNAME: RFC 1034 §3.6.2, RFC 6672, RFC 6604.
#include <gtest/gtest.h>

#include <algorithm>

#include "served.h"

namespace lapis::answer::testing {
namespace {

TEST(Rfc1034Section4_3_2Step3a, LoopEndsWithThePartialChain) {
  Served s;
  s.zone("example.", "a CNAME b\nb CNAME a\nself CNAME self\n");
  EXPECT_REPLY(s.ask("a.example.", "A"), R"(
    NOERROR aa
    answer
      a.example. 3600 IN CNAME b.example.
      b.example. 3600 IN CNAME a.example.)");
  EXPECT_REPLY(s.ask("self.example.", "A"), R"(
    NOERROR aa
    answer
      self.example. 3600 IN CNAME self.example.)");
}

TEST(Rfc1034Section4_3_2Step3a, ChainLeadsThroughAllServedZones) {
  Served s;
  s.zone("example.", "a CNAME b.test.\n").zone("test.", "b CNAME c.outside.\n");
  EXPECT_REPLY(s.ask("a.example.", "A"), R"(
    NOERROR aa
    answer
      a.example. 3600 IN CNAME b.test.
      b.test. 3600 IN CNAME c.outside.)");
}

TEST(Rfc6604Section3, TheLastNameDecidesTheRcode) {
  Served s;
  s.zone("example.", "a CNAME missing\nb CNAME exists.test.\n").zone("test.", "exists TXT t\n");
  EXPECT_REPLY(s.ask("a.example.", "A"), R"(
    NXDOMAIN aa
    answer
      a.example. 3600 IN CNAME missing.example.
    authority
      example. 300 IN SOA ns.example. hostmaster.example. 1 7200 900 1209600 300)");
  EXPECT_REPLY(s.ask("b.example.", "A"), R"(
    NOERROR aa
    answer
      b.example. 3600 IN CNAME exists.test.
    authority
      test. 300 IN SOA ns.test. hostmaster.test. 1 7200 900 1209600 300)");
}

TEST(Rfc1034Section4_3_2Step3b, ChainIntoADelegation) {
  Served s;
  s.zone("example.", "a CNAME x.sub\nsub NS ns.sub\nns.sub A 192.0.2.1\n");
  EXPECT_REPLY(s.ask("a.example.", "A"), R"(
    NOERROR aa
    answer
      a.example. 3600 IN CNAME x.sub.example.
    authority
      sub.example. 3600 IN NS ns.sub.example.
    additional
      ns.sub.example. 3600 IN A 192.0.2.1)");
}

TEST(Rfc6672Section3_2, DnameIsSubstituted) {
  Served s;
  s.zone("example.", "d 60 DNAME e\nx.e A 192.0.2.1\nx.d TXT occluded\nd TXT own\n");
  EXPECT_REPLY(s.ask("x.d.example.", "A"), R"(
    NOERROR aa
    answer
      d.example. 60 IN DNAME e.example.
      x.d.example. 60 IN CNAME x.e.example.
      x.e.example. 3600 IN A 192.0.2.1)");
  EXPECT_REPLY(s.ask("d.example.", "DNAME"), R"(
    NOERROR aa
    answer
      d.example. 60 IN DNAME e.example.)");
  EXPECT_REPLY(s.ask("d.example.", "TXT"), R"(
    NOERROR aa
    answer
      d.example. 3600 IN TXT "own")");
  EXPECT_REPLY(s.ask("x.d.example.", "CNAME"), R"(
    NOERROR aa
    answer
      d.example. 60 IN DNAME e.example.
      x.d.example. 60 IN CNAME x.e.example.)");
  EXPECT_EQ(s.ask("y.d.example.", "A").rcode, 3);
}

TEST(Rfc6672Section2_2, TooLongASubstitutionIsYxdomain) {
  const std::string label(60, 'a');
  Served s;
  s.zone("example.",
         "d DNAME " + label + "." + label + "." + label + "." + label.substr(0, 50) + ".test.\n");
  EXPECT_EQ(s.ask("abc.d.example.", "A").rcode, 0) << "255 octets is a name";
  const Reply reply = s.ask("a.b.c.d.e.f.g.h.i.j.k.l.m.n.d.example.", "A");
  EXPECT_EQ(reply.rcode, 6);
  EXPECT_EQ(reply.answer.size(), 1u) << "the DNAME alone";
}

TEST(Rfc6672Section3_1, EveryDnameRecordOnce) {
  Served s;
  s.zone("example.", "a DNAME x.b\nb DNAME y.a\nc DNAME c2.c3\nc2.c3 DNAME c\n");
  for (const char* name : {"q.a.example.", "q.c.example."}) {
    const Reply reply = s.over_tcp().ask(name, "A");
    EXPECT_EQ(reply.rcode == 0 || reply.rcode == 6, true);
    std::vector<std::string> sorted = reply.answer;
    std::sort(sorted.begin(), sorted.end());
    EXPECT_EQ(std::adjacent_find(sorted.begin(), sorted.end()), sorted.end()) << reply.text();
  }
}

TEST(Rfc6672Section3_2, ApexDname) {
  Served s;
  s.zone("example.", "@ DNAME test.\n").zone("test.", "www A 192.0.2.1\n");
  EXPECT_REPLY(s.ask("www.example.", "A"), R"(
    NOERROR aa
    answer
      example. 3600 IN DNAME test.
      www.example. 3600 IN CNAME www.test.
      www.test. 3600 IN A 192.0.2.1)");
  EXPECT_EQ(s.ask("example.", "NS").answer.size(), 1u);
}

}  // namespace
}  // namespace lapis::answer::testing
