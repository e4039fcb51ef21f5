// Headers, EDNS and the questions that are answered without a zone.
#include <gtest/gtest.h>

#include <algorithm>

#include "lapis/dns/types.h"
#include "served.h"

namespace lapis::answer::testing {
namespace {

class Protocol : public ::testing::Test {
 protected:
  Protocol() { s.zone("example.", "www A 192.0.2.1\nbig TXT " + long_strings(10) + "\n"); }

  static std::string long_strings(int count) {
    std::string out;
    for (int i = 0; i < count; ++i)
      out += " \"" + std::string(200, static_cast<char>('a' + i)) + "\"";
    return out;
  }
  Request www() {
    Request request;
    request.name = "www.example.";
    return request;
  }
  Request with_option(std::uint16_t code, Octets data) {
    Request request = www();
    request.edns = true;
    request.options = {{code, std::move(data)}};
    return request;
  }

  Served s;
};

using Rfc1035Section4_1_1 = Protocol;

TEST_F(Rfc1035Section4_1_1, FlagsOfTheAnswer) {
  Request request = www();
  request.flags = 0x0100 | 0x0010 | 0x0020 | 0x0040;  // RD, CD, AD, Z
  const Reply reply = s.ask(request);
  EXPECT_EQ(reply.id, 0x1234);
  EXPECT_EQ(reply.flags, 0x8000 | 0x0400 | 0x0100) << "QR and AA, RD copied, the rest clear";
}

TEST_F(Rfc1035Section4_1_1, SilenceForResponsesAndFragments) {
  Request request = www();
  request.flags = 0x8000;
  EXPECT_TRUE(s.ask(request).silent);
  EXPECT_TRUE(s.outcome().silent);
  EXPECT_TRUE(s.send(Octets(11)).silent);
  EXPECT_TRUE(s.send({}).silent);
}

TEST_F(Rfc1035Section4_1_1, OpcodesAreEchoed) {
  for (const int opcode : {1, 2, 3, 6, 15}) {
    Request request = www();
    request.flags = static_cast<std::uint16_t>(opcode << 11);
    const Reply reply = s.ask(request);
    EXPECT_EQ(reply.rcode, 4) << opcode;
    EXPECT_EQ(reply.flags >> 11 & 0xF, opcode);
  }
  for (const int opcode : {4, 5}) {
    Request request = www();
    request.flags = static_cast<std::uint16_t>(opcode << 11);
    EXPECT_EQ(s.ask(request).rcode, 5) << "NOTIFY and UPDATE are refused";
  }
}

TEST_F(Rfc1035Section4_1_1, QuestionCounts) {
  Octets none = www().wire();
  none.resize(12);
  none[5] = 0;
  EXPECT_EQ(s.send(none).rcode, 1);
  Octets two = www().wire();
  const Octets question(two.begin() + 12, two.end());
  two.insert(two.end(), question.begin(), question.end());
  two[5] = 2;
  EXPECT_EQ(s.send(two).rcode, 1);
  Octets trailing = www().wire();
  trailing.push_back(0);
  EXPECT_EQ(s.send(trailing).rcode, 1);
}

using Rfc4343Section4_1 = Protocol;

TEST_F(Rfc4343Section4_1, CaseOfTheQuestionIsKept) {
  Request request = www();
  request.name = "wWw.eXaMple.";
  const Reply reply = s.ask(request);
  EXPECT_EQ(reply.answer, std::vector<std::string>{"wWw.eXaMple. 3600 IN A 192.0.2.1"});
  const Octets query = request.wire();
  EXPECT_TRUE(std::equal(query.begin() + 12, query.end(), reply.wire.begin() + 12));
}

using Rfc1035Section4_2_1 = Protocol;

TEST_F(Rfc1035Section4_2_1, UdpWithoutEdnsIs512Octets) {
  Request request = www();
  request.name = "big.example.";
  request.type = "TXT";
  const Reply reply = s.ask(request);
  EXPECT_TRUE(reply.tc());
  EXPECT_TRUE(s.outcome().truncated);
  EXPECT_LE(reply.size, 512u);
  EXPECT_FALSE(s.over_tcp().ask(request).tc());
}

using Rfc6891Section6_2 = Protocol;

TEST_F(Rfc6891Section6_2, NeverAboveWhatWasOfferedOrOurOwnLimit) {
  Request request;
  request.name = "big.example.";
  request.type = "TXT";
  request.edns = true;
  for (const int offered : {0, 511, 512, 1231, 1232, 4096, 65535}) {
    request.payload = static_cast<std::uint16_t>(offered);
    const Reply reply = s.ask(request);
    EXPECT_TRUE(reply.tc()) << offered;
    EXPECT_TRUE(reply.edns) << "the OPT record stays when truncated";
    EXPECT_EQ(reply.payload, 1232);
    EXPECT_LE(reply.size, static_cast<std::size_t>(std::clamp(offered, 512, 1232)));
  }
}

TEST_F(Rfc6891Section6_2, LargerWhenConfigured) {
  Served large;
  large.settings.udp_payload = 4096;
  large.zone("example.", "big TXT " + long_strings(10) + "\n");
  Request request;
  request.name = "big.example.";
  request.type = "TXT";
  request.edns = true;
  EXPECT_FALSE(large.ask(request).tc());
  request.payload = 1232;
  EXPECT_TRUE(large.ask(request).tc());
}

using Rfc6891Section6_1_3 = Protocol;

TEST_F(Rfc6891Section6_1_3, UnknownVersionIsBadvers) {
  Request request = www();
  request.edns = true;
  request.version = 1;
  request.options = {{3, {}}};
  const Reply reply = s.ask(request);
  EXPECT_EQ(reply.rcode, 16);
  EXPECT_TRUE(reply.edns);
  EXPECT_TRUE(reply.answer.empty());
}

using Rfc6891Section6_1_1 = Protocol;

TEST_F(Rfc6891Section6_1_1, OptOnlyWhenAskedAndDoCopied) {
  EXPECT_FALSE(s.ask("www.example.", "A").edns);
  Request request = www();
  request.edns = true;
  EXPECT_FALSE(s.ask(request).dnssec_ok);
  request.dnssec = true;
  EXPECT_TRUE(s.ask(request).dnssec_ok);
  EXPECT_EQ(s.ask(with_option(65001, {1, 2, 3})).rcode, 0) << "unknown options are ignored";
  EXPECT_TRUE(s.ask(with_option(65001, {1, 2, 3})).options.empty());
  EXPECT_EQ(s.ask(with_option(8, {0, 1, 33, 0, 1, 2, 3, 4, 5})).rcode, 1);
}

TEST_F(Protocol, RefusedTypes) {
  EXPECT_EQ(s.ask("example.", "AXFR").rcode, 5);
  EXPECT_EQ(s.ask("example.", "IXFR").rcode, 5);
  EXPECT_EQ(s.ask("example.", "MAILA").rcode, 4);
  EXPECT_EQ(s.ask("example.", "OPT").rcode, 1);
  EXPECT_EQ(s.ask("www.example.", "TYPE65280").rcode, 0) << "unknown types are ordinary";
}

TEST_F(Protocol, Classes) {
  Request request = www();
  request.qclass = dns::rrclass::any;
  const Reply any = s.ask(request);
  EXPECT_EQ(any.answer.size(), 1u);
  EXPECT_FALSE(any.aa()) << "RFC 1035 §3.2.5, RFC 1034 §4.3.2: never authoritative for QCLASS *";
  for (const std::uint16_t qclass : {dns::rrclass::none, dns::rrclass::hs, std::uint16_t{0}}) {
    request.qclass = qclass;
    EXPECT_EQ(s.ask(request).rcode, 5) << qclass;
  }
}

TEST(Rfc4892, WhatTheServerSaysOfItself) {
  Served s;
  s.settings.version = "Lapis";
  s.settings.identity = "ns1.fra";
  s.zone("example.", "");
  Request request;
  request.name = "VERSION.bind.";
  request.type = "TXT";
  request.qclass = dns::rrclass::ch;
  EXPECT_EQ(s.ask(request).answer, std::vector<std::string>{"VERSION.bind. 0 CH TXT \"Lapis\""});
  request.name = "id.server.";
  EXPECT_EQ(s.ask(request).answer, std::vector<std::string>{"id.server. 0 CH TXT \"ns1.fra\""});
  request.name = "hostname.bind.";
  EXPECT_EQ(s.ask(request).answer.size(), 1u);
  request.name = "authors.bind.";
  EXPECT_EQ(s.ask(request).rcode, 5);
  request.name = "version.bind.";
  request.type = "A";
  EXPECT_EQ(s.ask(request).text(), "NOERROR aa\n");

  Served silent;
  silent.zone("example.", "");
  request.type = "TXT";
  EXPECT_EQ(silent.ask(request).rcode, 5);
}

TEST(Rfc5001, Nsid) {
  Served s;
  s.settings.identity = "ns1.fra";
  s.zone("example.", "");
  Request request;
  request.name = "example.";
  request.edns = true;
  EXPECT_EQ(s.ask(request).option(3), nullptr);
  request.options = {{3, {}}};
  const Reply reply = s.ask(request);
  ASSERT_NE(reply.option(3), nullptr);
  EXPECT_EQ(std::string(reply.option(3)->data.begin(), reply.option(3)->data.end()), "ns1.fra");
}

TEST(Rfc7828, KeepaliveOnlyOverTcp) {
  Served s;
  s.settings.tcp_idle_deciseconds = 300;
  s.zone("example.", "");
  Request request;
  request.name = "example.";
  request.edns = true;
  request.options = {{11, {}}};
  EXPECT_EQ(s.ask(request).option(11), nullptr);
  s.over_tcp();
  ASSERT_NE(s.ask(request).option(11), nullptr);
  EXPECT_EQ(s.ask(request).option(11)->data, (Octets{1, 44}));
  request.options = {{11, {0, 1}}};
  EXPECT_EQ(s.ask(request).rcode, 1) << "§3.2.1: no timeout in a query";
  s.client.transport = Transport::udp;
  EXPECT_EQ(s.ask(request).rcode, 0) << "§3.2.1: over UDP the option is ignored";
  EXPECT_EQ(s.ask(request).option(11), nullptr);
}

TEST(Rfc8467Section4_1, PaddingToBlocksOnEncryptedTransportsOnly) {
  Served s;
  s.zone("example.", "");
  Request request;
  request.name = "example.";
  request.edns = true;
  request.options = {{12, {0, 0}}};
  EXPECT_EQ(s.ask(request).option(12), nullptr);
  EXPECT_EQ(s.over_tcp().ask(request).option(12), nullptr);
  s.client.transport = Transport::tls;
  EXPECT_EQ(s.ask(request).size, 468u);
  request.options.clear();
  EXPECT_LT(s.ask(request).size, 468u);
}

TEST(Rfc8914, WhyNot) {
  Served s;
  s.settings.broken_zones = {*dns::parse_name("broken.")};
  s.zone("example.", "");
  Request request;
  request.name = "www.broken.";
  request.edns = true;
  const Reply broken = s.ask(request);
  EXPECT_EQ(broken.rcode, 2);
  ASSERT_NE(broken.option(15), nullptr);
  EXPECT_EQ(broken.option(15)->data, (Octets{0, 24}));
  request.name = "www.elsewhere.";
  const Reply elsewhere = s.ask(request);
  EXPECT_EQ(elsewhere.rcode, 5);
  ASSERT_NE(elsewhere.option(15), nullptr);
  EXPECT_EQ(elsewhere.option(15)->data, (Octets{0, 20}));
}

TEST(Rfc8914, TheTextNamesTheProgramWhenConfigured) {
  for (const bool configured : {true, false}) {
    Served s;
    s.settings.name_programs = configured;
    s.zone("example.", "www A 192.0.2.1\nalias CNAME www\nplain TXT x\n", true)
        .programs(
            "(program near (match (in-prefix? client \"198.51.100.0/24\"))"
            " (response (list (ipv4 \"192.0.2.7\")) (list) (ttl 30)))");
    Request request;
    request.edns = true;
    for (const char* name : {"www.example.", "alias.example."}) {
      request.name = name;
      const Reply reply = s.ask(request);
      ASSERT_EQ(reply.option(15) != nullptr, configured) << name;
      if (!configured) continue;
      const Octets& data = reply.option(15)->data;
      EXPECT_EQ(std::string(data.begin(), data.end()), std::string("\0\0program near", 14));
    }
    // No program had a part in this answer, nobody can read options in that one.
    request.name = "plain.example.";
    request.type = "TXT";
    EXPECT_EQ(s.ask(request).option(15), nullptr);
    EXPECT_FALSE(s.ask("www.example.", "A").edns);
  }
}

TEST(MinimalResponses, LeaveOutWhatIsNotNeeded) {
  for (const bool minimal : {true, false}) {
    Served s;
    s.settings.minimal_responses = minimal;
    s.zone("example.", "@ MX 10 ns\nsub NS ns.sub\nns.sub A 192.0.2.2\n");
    EXPECT_EQ(s.ask("example.", "MX").additional.empty(), minimal);
    EXPECT_EQ(s.ask("www.sub.example.", "A").additional.size(), 1u) << "glue is needed";
  }
}

TEST(Rfc8945Section5_2_1, UnknownKeyIsNotauthWithBadkey) {
  Served s;
  s.zone("example.", "");
  Request request;
  request.name = "example.";
  Octets query = request.wire();
  query[11] = 1;
  for (const Octets& part :
       {name_wire("key."), Octets{0, 250, 0, 255, 0, 0, 0, 0, 0, 61}, name_wire("hmac-sha256."),
        Octets{0, 0, 0, 0, 0, 1, 1, 44, 0, 32}, Octets(32, 7), Octets{0x12, 0x34, 0, 0, 0, 0}}) {
    query.insert(query.end(), part.begin(), part.end());
  }
  const Reply reply = s.send(query);
  EXPECT_EQ(reply.rcode, 9);
  ASSERT_EQ(reply.size, 12u + 13 + 5 + 10 + 13 + 16);
  EXPECT_EQ(reply.wire[reply.size - 3], 17) << "BADKEY";
}

class Rfc7873 : public ::testing::Test {
 protected:
  Rfc7873() {
    s.settings.cookie_secrets = {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};
    s.zone("example.", "");
    request.name = "example.";
    request.type = "NS";
    request.edns = true;
    s.scratch().now = 1'700'000'000;
  }
  /// Asks with the cookie and returns the one in the answer.
  Octets exchange(Octets cookie) {
    request.options = {{10, std::move(cookie)}};
    last = s.ask(request);
    const Option* option = last.option(10);
    return option == nullptr ? Octets() : option->data;
  }
  static constexpr std::size_t client_size = 8;
  const Octets client_cookie{1, 2, 3, 4, 5, 6, 7, 8};
  Served s;
  Request request;
  Reply last;
};

TEST_F(Rfc7873, AServerCookieIsGiven) {
  const Octets cookie = exchange(client_cookie);
  ASSERT_EQ(cookie.size(), 24u);
  EXPECT_TRUE(std::equal(client_cookie.begin(), client_cookie.end(), cookie.begin()));
  EXPECT_EQ(cookie[8], 1) << "RFC 9018 §4.1: version";
  EXPECT_EQ(last.rcode, 0);
}

TEST_F(Rfc7873, BadcookieOnlyWhenRequired) {
  exchange(client_cookie);
  EXPECT_EQ(last.answer.size(), 1u);
  s.settings.require_cookies = true;
  Served strict;
  strict.settings = s.settings;
  strict.zone("example.", "");
  strict.scratch().now = 1'700'000'000;
  request.options = {{10, client_cookie}};
  const Reply refused = strict.ask(request);
  EXPECT_EQ(refused.rcode, 23);
  EXPECT_TRUE(refused.answer.empty());
  ASSERT_NE(refused.option(10), nullptr);
  const Octets cookie = refused.option(10)->data;

  request.options = {{10, cookie}};
  EXPECT_EQ(strict.ask(request).rcode, 0);
  // RFC 9018 §4.3: an hour old is too old, five minutes ahead too far.
  strict.scratch().now += 3600;
  EXPECT_EQ(strict.ask(request).rcode, 0);
  strict.scratch().now += 1;
  EXPECT_EQ(strict.ask(request).rcode, 23);
  strict.scratch().now -= 3601 + 301;
  EXPECT_EQ(strict.ask(request).rcode, 23);
  strict.scratch().now += 301;
  strict.client.address = *IpAddress::parse("198.51.100.2");
  EXPECT_EQ(strict.ask(request).rcode, 23) << "bound to the address";
  strict.client.transport = Transport::tcp;
  EXPECT_EQ(strict.ask(request).rcode, 0) << "TCP has shown its address";
  // Who sends no cookie at all can't be asked for one.
  strict.client.transport = Transport::udp;
  request.options.clear();
  EXPECT_EQ(strict.ask(request).rcode, 0);
}

TEST_F(Rfc7873, SecretsRollOver) {
  const Octets cookie = exchange(client_cookie);
  Served rolled;
  rolled.settings = s.settings;
  rolled.settings.require_cookies = true;
  rolled.settings.cookie_secrets.insert(rolled.settings.cookie_secrets.begin(), {42});
  rolled.zone("example.", "");
  rolled.scratch().now = 1'700'000'000;
  request.options = {{10, cookie}};
  const Reply reply = rolled.ask(request);
  EXPECT_EQ(reply.rcode, 0) << "the old secret is still accepted";
  ASSERT_NE(reply.option(10), nullptr);
  EXPECT_NE(reply.option(10)->data, cookie) << "and the new one signs";
}

TEST_F(Rfc7873, Section5_4CookieWithoutQuestion) {
  request.options = {{10, client_cookie}};
  Octets query = request.wire();
  const Octets opt(query.begin() + 12 + 9 + 4, query.end());
  query.resize(12);
  query[5] = 0;
  query.insert(query.end(), opt.begin(), opt.end());
  const Reply reply = s.send(query);
  EXPECT_EQ(reply.rcode, 0);
  EXPECT_TRUE(reply.question.empty());
  ASSERT_NE(reply.option(10), nullptr);
}

TEST(Rfc9018AppendixA, TestVectors) {
  // A.1 to A.3: address 198.51.100.100, secret e5e973e5a6b2a43f48e7dc849e37bfcf.
  Served s;
  s.settings.cookie_secrets = {{0xe5, 0xe9, 0x73, 0xe5, 0xa6, 0xb2, 0xa4, 0x3f, 0x48, 0xe7, 0xdc,
                                0x84, 0x9e, 0x37, 0xbf, 0xcf}};
  s.client.address = *IpAddress::parse("198.51.100.100");
  s.zone("example.", "");
  s.scratch().now = 1559731985;
  Request request;
  request.name = "example.";
  request.edns = true;
  const Octets client{0x24, 0x64, 0xc4, 0xab, 0xcf, 0x10, 0xc9, 0x57};
  request.options = {{10, client}};
  const Reply reply = s.ask(request);
  ASSERT_NE(reply.option(10), nullptr);
  EXPECT_EQ(reply.option(10)->data,
            (Octets{0x24, 0x64, 0xc4, 0xab, 0xcf, 0x10, 0xc9, 0x57, 0x01, 0x00, 0x00, 0x00,
                    0x5c, 0xf7, 0x9f, 0x11, 0x1f, 0x81, 0x30, 0xc3, 0xee, 0xe2, 0x94, 0x80}));
}

}  // namespace
}  // namespace lapis::answer::testing
