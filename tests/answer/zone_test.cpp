// What the snapshot accepts, and how it shapes RRsets.
#include <gtest/gtest.h>

#include "served.h"

namespace lapis::answer::testing {
namespace {

TEST(Rfc8482Section4_1, AnyIsOneRRset) {
  Served s;
  s.zone("example.", "www A 192.0.2.1\nwww A 192.0.2.2\nwww TXT t\nalias CNAME www\n");
  EXPECT_REPLY(s.ask("www.example.", "ANY"), R"(
    NOERROR aa
    answer
      www.example. 3600 IN A 192.0.2.1
      www.example. 3600 IN A 192.0.2.2)");
  EXPECT_REPLY(s.ask("alias.example.", "ANY"), R"(
    NOERROR aa
    answer
      alias.example. 3600 IN CNAME www.example.)");
  EXPECT_EQ(s.ask("none.example.", "ANY").rcode, 3);
}

TEST(Rfc2181Section5, DuplicatesOnceAndOneTtl) {
  Served s;
  s.zone("example.",
         "w 60 A 192.0.2.1\nw 30 A 192.0.2.2\nw 90 A 192.0.2.1\n"
         "m MX 1 Mail\nm MX 1 mAIL\nmail A 192.0.2.9\n");
  EXPECT_REPLY(s.ask("w.example.", "A"), R"(
    NOERROR aa
    answer
      w.example. 30 IN A 192.0.2.1
      w.example. 30 IN A 192.0.2.2)");
  EXPECT_EQ(s.ask("m.example.", "MX").answer.size(), 1u);
}

TEST(Rfc9276Section3_2, TooManyNsec3IterationsAreRefused) {
  Served good;
  good.zone("example.", "@ NSEC3PARAM 1 0 500 -\n");
  EXPECT_TRUE(good.build().empty());
  Served bad;
  bad.zone("example.", "@ NSEC3PARAM 1 0 501 -\n");
  EXPECT_FALSE(bad.build().empty());
}

TEST(Snapshot, RefusesWhatCannotBeServed) {
  Served twice;
  twice.zone("example.", "").zone("EXAMPLE.", "");
  EXPECT_FALSE(twice.build().empty());
  Served no_soa;
  no_soa.plain_zone("example.", "example. 60 NS ns.example.\n");
  EXPECT_FALSE(no_soa.build().empty());
}

TEST(Rfc9460Section4_1, AddressesOfServiceTargets) {
  Served s;
  s.zone("example.",
         "svc HTTPS 1 . alpn=h2\nsvc A 192.0.2.7\nalias HTTPS 0 svc\nnone HTTPS 0 .\n"
         "bare HTTPS 1 svc\nto-bare HTTPS 0 bare\nself HTTPS 0 self\nother SVCB 0 svc\n");
  EXPECT_EQ(s.ask("svc.example.", "HTTPS").additional,
            std::vector<std::string>{"svc.example. 3600 IN A 192.0.2.7"});
  EXPECT_EQ(s.ask("other.example.", "SVCB").additional,
            std::vector<std::string>{"svc.example. 3600 IN A 192.0.2.7"});
  EXPECT_EQ(s.ask("bare.example.", "HTTPS").additional,
            std::vector<std::string>{"svc.example. 3600 IN A 192.0.2.7"});
  EXPECT_TRUE(s.ask("self.example.", "HTTPS").additional.empty());
  // An alias leads to another question of the same type.
  const std::vector<std::string> followed = s.ask("alias.example.", "HTTPS").additional;
  ASSERT_EQ(followed.size(), 2u);
  EXPECT_EQ(followed[0].rfind("svc.example. 3600 IN HTTPS 1", 0), 0u) << followed[0];
  EXPECT_EQ(followed[1], "svc.example. 3600 IN A 192.0.2.7");
  const std::vector<std::string> only = s.ask("to-bare.example.", "HTTPS").additional;
  ASSERT_EQ(only.size(), 1u);
  EXPECT_EQ(only[0].rfind("bare.example. 3600 IN HTTPS 1", 0), 0u) << only[0];
  EXPECT_TRUE(s.ask("none.example.", "HTTPS").additional.empty());
}

}  // namespace
}  // namespace lapis::answer::testing
