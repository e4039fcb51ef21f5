// Negative answers and wildcards: RFC 2308, RFC 8020, RFC 4592.
#include <gtest/gtest.h>

#include "served.h"

namespace lapis::answer::testing {
namespace {

TEST(Rfc2308Section3, NegativeTtlIsTheLesserOfSoaTtlAndMinimum) {
  Served s;
  s.plain_zone("a.", "a. 60 SOA n.a. h.a. 1 2 3 4 900\na. 60 NS n.a.\n")
      .plain_zone("b.", "b. 900 SOA n.b. h.b. 1 2 3 4 60\nb. 900 NS n.b.\n");
  EXPECT_REPLY(s.ask("x.a.", "A"), "NXDOMAIN aa\nauthority\na. 60 IN SOA n.a. h.a. 1 2 3 4 900");
  EXPECT_REPLY(s.ask("x.b.", "A"), "NXDOMAIN aa\nauthority\nb. 60 IN SOA n.b. h.b. 1 2 3 4 60");
  EXPECT_REPLY(s.ask("a.", "SOA"), "NOERROR aa\nanswer\na. 60 IN SOA n.a. h.a. 1 2 3 4 900");
}

TEST(Rfc2308Section2, NodataAndNameError) {
  Served s;
  s.zone("example.", "www A 192.0.2.1");
  EXPECT_REPLY(s.ask("www.example.", "AAAA"), R"(
    NOERROR aa
    authority
      example. 300 IN SOA ns.example. hostmaster.example. 1 7200 900 1209600 300)");
  EXPECT_REPLY(s.ask("below.www.example.", "A"), R"(
    NXDOMAIN aa
    authority
      example. 300 IN SOA ns.example. hostmaster.example. 1 7200 900 1209600 300)");
}

TEST(Rfc8020Section2, EmptyNonTerminalIsNodata) {
  Served s;
  s.zone("example.", "a.b.c A 192.0.2.1");
  for (const char* name : {"c.example.", "b.c.example."}) {
    EXPECT_EQ(s.ask(name, "A").rcode, 0) << name;
    EXPECT_EQ(s.ask(name, "ANY").rcode, 0) << name;
    EXPECT_EQ(s.ask(name, "A").authority.size(), 1u) << name;
  }
  EXPECT_EQ(s.ask("x.c.example.", "A").rcode, 3);
}

/// The zone and the questions of RFC 4592 §2.2.1.
constexpr const char* rfc4592 = R"(
*.example. 3600 TXT "this is a wildcard"
*.example. 3600 MX 10 host1.example.
sub.*.example. 3600 TXT "this is not a wildcard"
host1.example. 3600 A 192.0.2.1
_ssh._tcp.host1.example. 3600 SRV 0 0 22 host1.example.
_ssh._tcp.host2.example. 3600 SRV 0 0 22 host2.example.
subdel.example. 3600 NS ns.example.com.
subdel.example. 3600 NS ns.example.net.
)";

TEST(Rfc4592Section2_2_1, SynthesizedAnswers) {
  Served s;
  s.zone("example.", rfc4592);
  EXPECT_REPLY(s.ask("host3.example.", "MX"), R"(
    NOERROR aa
    answer
      host3.example. 3600 IN MX 10 host1.example.
    additional
      host1.example. 3600 IN A 192.0.2.1)");
  EXPECT_REPLY(s.ask("foo.bar.example.", "TXT"), R"(
    NOERROR aa
    answer
      foo.bar.example. 3600 IN TXT "this is a wildcard")");
  EXPECT_REPLY(s.ask("host3.example.", "A"), R"(
    NOERROR aa
    authority
      example. 300 IN SOA ns.example. hostmaster.example. 1 7200 900 1209600 300)");
}

TEST(Rfc4592Section2_2_1, NotSynthesizedAnswers) {
  Served s;
  s.zone("example.", rfc4592);
  const auto nodata = [&](const char* name, const char* type) {
    const Reply reply = s.ask(name, type);
    return reply.rcode == 0 && reply.answer.empty() && reply.aa();
  };
  EXPECT_TRUE(nodata("host1.example.", "MX"));
  EXPECT_TRUE(nodata("sub.*.example.", "MX"));
  EXPECT_EQ(s.ask("_telnet._tcp.host1.example.", "SRV").rcode, 3);
  EXPECT_EQ(s.ask("ghost.*.example.", "MX").rcode, 3) << "the closest encloser is *.example.";
  const Reply referral = s.ask("host.subdel.example.", "A");
  EXPECT_EQ(referral.authority.size(), 2u);
  EXPECT_FALSE(referral.aa());
  EXPECT_EQ(s.ask("*.example.", "TXT").answer.size(), 1u) << "asked literally";
}

TEST(Rfc4592Section4_2, WildcardCnameIsFollowed) {
  Served s;
  s.zone("example.", "*.w CNAME target\ntarget A 192.0.2.9\n*.loop CNAME x.loop\n");
  EXPECT_REPLY(s.ask("a.w.example.", "A"), R"(
    NOERROR aa
    answer
      a.w.example. 3600 IN CNAME target.example.
      target.example. 3600 IN A 192.0.2.9)");
  EXPECT_REPLY(s.ask("a.w.example.", "CNAME"), R"(
    NOERROR aa
    answer
      a.w.example. 3600 IN CNAME target.example.)");
  EXPECT_REPLY(s.ask("a.loop.example.", "A"), R"(
    NOERROR aa
    answer
      a.loop.example. 3600 IN CNAME x.loop.example.
      x.loop.example. 3600 IN CNAME x.loop.example.)");
}

}  // namespace
}  // namespace lapis::answer::testing
