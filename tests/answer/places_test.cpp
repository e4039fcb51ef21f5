// Programs that look at where clients are, with geo databases: answers, and whom they hold for
// (RFC 7871 §7.2.1).
#include <gtest/gtest.h>

#include <random>

#include "geo/mmdb_writer.h"
#include "lapis/dns/types.h"
#include "lapis/geo/places.h"
#include "served.h"

namespace lapis::answer::testing {
namespace {

using geo::MmdbWriter;
using Json = nlohmann::json;

constexpr const char* addresses = "www A 192.0.2.99\nwww AAAA 2001:db8::99\nfree A 192.0.2.98\n";

Json country(const char* code, const char* continent) {
  return {{"country", {{"iso_code", code}}}, {"continent", {{"code", continent}}}};
}

MmdbWriter countries() {
  MmdbWriter writer;
  writer.insert("198.51.100.0/22", country("DE", "EU"));
  writer.insert("198.51.100.128/26", country("NL", "EU"));
  writer.insert("203.0.113.0/24", country("US", "NA"));
  writer.insert("2001:db8::/32", country("DE", "EU"));
  return writer;
}

MmdbWriter systems() {
  MmdbWriter writer(6, 28);
  writer.insert("198.51.100.0/28", {{"autonomous_system_number", 64496}});
  return writer;
}

Reply ask(Served& s, std::string_view subnet, std::string_view name = "www.example.",
          std::string_view type = "A") {
  Request request;
  request.name = name;
  request.type = type;
  request.edns = true;
  request.options = {subnet_option(subnet)};
  return s.ask(request);
}

int scope_of(const Reply& reply) {
  const Option* option = reply.option(dns::edns_option::client_subnet);
  return option == nullptr ? -1 : option->data[3];
}

class PlacesOfClients : public ::testing::Test {
 protected:
  /// The last octet of the address, and the scope.
  std::pair<std::string, int> told(std::string_view subnet,
                                   std::string_view name = "www.example.") {
    const Reply reply = ask(s, subnet, name);
    if (reply.answer.size() != 1) return {"none", scope_of(reply)};
    return {reply.answer[0].substr(reply.answer[0].rfind('.') + 1), scope_of(reply)};
  }
  void serve(const char* programs) {
    const MmdbWriter country = countries();
    const MmdbWriter asn = systems();
    s.settings.places = geo::loaded(&country, &asn);
    s.zone("example.", addresses, true).programs(programs);
    ASSERT_TRUE(s.build().empty());
  }
  using Told = std::pair<std::string, int>;

  Served s;
};

TEST_F(PlacesOfClients, CountryDecidesAndIsWhatTheScopeCovers) {
  serve(R"(
(program german (match (= country "DE")) (response (list (ipv4 "192.0.2.1")) (list) (ttl 30)))
(program dutch (match (= country "NL")) (response (list (ipv4 "192.0.2.2")) (list) (ttl 30))))");
  EXPECT_EQ(told("198.51.100.0/24"), (Told{"1", 25}));
  EXPECT_EQ(told("198.51.100.128/25"), (Told{"2", 26})) << "more bits than the question had";
  EXPECT_EQ(told("198.51.100.192/26"), (Told{"1", 26}));
  EXPECT_EQ(told("198.51.102.0/24"), (Told{"1", 23}));
  EXPECT_EQ(told("203.0.113.0/24"), (Told{"99", 24})) << "neither: the zone's own records";
  EXPECT_EQ(told("10.0.0.0/24"), (Told{"99", 1})) << "no network has it, and none near it";
}

TEST_F(PlacesOfClients, Ipv6Clients) {
  serve(R"(
(program german (match (= country "DE")) (response (list (ipv4 "192.0.2.1")) (list) (ttl 30))))");
  EXPECT_EQ(told("2001:db8:7::/48"), (Told{"1", 32}));
  EXPECT_EQ(told("2001:db9::/48"), (Told{"99", 32}));
  EXPECT_EQ(told("3000::/48"), (Told{"99", 4}));
}

TEST_F(PlacesOfClients, AContinentIsSharedByMore) {
  serve(R"(
(program european (match (= continent "EU")) (response (list (ipv4 "192.0.2.1")) (list) (ttl 30))))");
  EXPECT_EQ(told("198.51.100.0/24"), (Told{"1", 22}));
  EXPECT_EQ(told("198.51.100.128/25"), (Told{"1", 22})) << "Dutch or German is not asked";
}

TEST_F(PlacesOfClients, OnlyWhatWasLookedAtCounts) {
  serve(R"(
(program one (match (and (under? qname "www.example.") (= country "DE")))
  (response (list (ipv4 "192.0.2.1")) (list) (ttl 30)))
(program two (match (and (under? qname "free.example.") (= asn 64496)))
  (response (list (ipv4 "192.0.2.2")) (list) (ttl 30)))
(program rest (exclusive false) (match true) (response (list (ipv4 "192.0.2.3")) (list) (ttl 30))))");
  EXPECT_EQ(told("198.51.100.0/24"), (Told{"1", 25})) << "the system would need 28";
  EXPECT_EQ(told("198.51.100.0/24", "free.example."), (Told{"2", 28}));
  EXPECT_EQ(told("198.51.101.0/24", "free.example."), (Told{"3", 24}));
}

TEST_F(PlacesOfClients, ValuesInResponsesCount) {
  serve(R"(
(program any (match true)
  (response (if (= country "NL") (list (ipv4 "192.0.2.1")) (list (ipv4 "192.0.2.2")))
            (list) (ttl 30))))");
  EXPECT_EQ(told("198.51.100.128/26"), (Told{"1", 26}));
  EXPECT_EQ(told("198.51.102.0/24"), (Told{"2", 23}));
}

TEST_F(PlacesOfClients, TheSourceAddressCountsWithoutTheOption) {
  serve(R"(
(program german (match (= country "DE")) (response (list (ipv4 "192.0.2.1")) (list) (ttl 30))))");
  s.client.address = *IpAddress::parse("198.51.100.7");
  EXPECT_EQ(s.ask("www.example.", "A").answer,
            std::vector<std::string>{"www.example. 30 IN A 192.0.2.1"});
  s.client.address = *IpAddress::parse("203.0.113.7");
  EXPECT_EQ(s.ask("www.example.", "A").answer.at(0), "www.example. 3600 IN A 192.0.2.99");
}

TEST_F(PlacesOfClients, SetsThatDoNotAskAreToldNothing) {
  serve(R"(
(program near (match (in-prefix? client "198.51.0.0/16"))
  (response (list (ipv4 "192.0.2.1")) (list) (ttl 30))))");
  EXPECT_EQ(told("198.51.100.0/24"), (Told{"1", 16}));
}

/// Whoever shares the scope's bits gets the same answer, with random databases.
TEST(PlacesOfRandomClients, ScopesHold) {
  std::uint64_t shorter = 0;
  for (unsigned seed = 0; seed < 20; ++seed) {
    std::mt19937 random(seed);
    MmdbWriter where;
    MmdbWriter who(6, 32);
    const char* const codes[] = {"DE", "NL", "US", "JP"};
    for (int i = 0; i < 30; ++i) {
      const unsigned length = 9 + random() % 20;
      const IpAddress base =
          IpAddress::v4(0xC6000000U | (random() & 0xFFFFFFU)).masked(static_cast<int>(length));
      const std::string prefix = base.to_string() + "/" + std::to_string(length);
      if (random() % 3 == 0) {
        who.insert(prefix, {{"asn", 64496 + random() % 3}});
      } else {
        where.insert(prefix, country(codes[random() % 4], random() % 2 == 0 ? "EU" : "NA"));
      }
    }
    where.insert("192.0.2.0/24", country("FR", "EU"));
    who.insert("192.0.2.0/24", {{"asn", 1}});
    Served s;
    s.settings.places = geo::loaded(&where, &who);
    s.zone("example.", addresses, true).programs(R"(
(program a (match (and (= country "DE") (!= asn 64496)))
  (response (list (ipv4 "192.0.2.1")) (list) (ttl 30)))
(program b (match (or (= country "NL") (and (= continent "EU") (= asn 64497))))
  (exclusive false) (response (list (ipv4 "192.0.2.2")) (list) (ttl 30)))
(program c (match (in country (list "US" "JP"))) (exclusive false)
  (response (if (< asn 64498) (list (ipv4 "192.0.2.3")) (list (ipv4 "192.0.2.4"))) (list) (ttl 30)))
)");
    ASSERT_TRUE(s.build().empty());
    for (int i = 0; i < 150; ++i) {
      const IpAddress client = IpAddress::v4(0xC6000000U | (random() & 0xFFFFFFU));
      const Reply reply = ask(s, client.to_string() + "/32");
      const int scope = scope_of(reply);
      ASSERT_GE(scope, 0);
      shorter += scope < 24 ? 1 : 0;
      for (int j = 0; j < 12; ++j) {
        const std::uint32_t tail = scope == 32 ? 0 : static_cast<std::uint32_t>(random()) >> scope;
        const IpAddress other = IpAddress::v4(client.masked(scope).v4_value() | tail);
        const Reply again = ask(s, other.to_string() + "/32");
        ASSERT_EQ(reply.answer, again.answer)
            << seed << " " << client.to_string() << "/" << scope << " " << other.to_string();
      }
    }
  }
  EXPECT_GT(shorter, 300U);
}

}  // namespace
}  // namespace lapis::answer::testing
