// EDNS client subnet (RFC 7871): whose is believed, and that the scope in the answer is exact.
// LAPIS_TEST_SETS sets how many random program sets the property test tries.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>

#include "lapis/dns/types.h"
#include "served.h"

namespace lapis::answer::testing {
namespace {

constexpr const char* by_client = R"(
(program near
  (match (in-prefix? client "203.0.113.0/24"))
  (response (list (ipv4 "192.0.2.1")) (list) (ttl 30)))
(program rest
  (match (not (in-prefix? client "203.0.113.0/24")))
  (response (list (ipv4 "192.0.2.2")) (list) (ttl 30)))
)";

constexpr const char* addresses = "www A 192.0.2.99\nwww AAAA 2001:db8::99\nwww TXT t\n";

Request from(std::string_view subnet, std::string_view type = "A") {
  Request request;
  request.name = "www.example.";
  request.type = type;
  request.edns = true;
  request.options = {subnet_option(subnet)};
  return request;
}

int scope_of(const Reply& reply) {
  const Option* option = reply.option(dns::edns_option::client_subnet);
  return option == nullptr ? -1 : option->data[3];
}

TEST(Rfc7871Section7_2_1, ScopeIsWhatTheProgramsLookedAt) {
  Served s;
  s.zone("example.", addresses, true).programs(by_client);
  const Reply inside = s.ask(from("203.0.113.0/24"));
  EXPECT_EQ(inside.answer, std::vector<std::string>{"www.example. 30 IN A 192.0.2.1"});
  EXPECT_EQ(scope_of(inside), 24);
  // Differs from 203.0.113.0 in the second bit.
  const Reply outside = s.ask(from("128.0.0.0/24"));
  EXPECT_EQ(outside.answer, std::vector<std::string>{"www.example. 30 IN A 192.0.2.2"});
  EXPECT_EQ(scope_of(outside), 2);
  EXPECT_EQ(scope_of(s.ask(from("203.0.112.0/24"))), 24);
  EXPECT_EQ(scope_of(s.ask(from("2001:db8::/48"))), 0) << "no IPv6 client is near";
}

TEST(Rfc7871Section7_2_1, ScopeIsZeroWhenNoProgramLookedAtTheClient) {
  Served s;
  s.zone("example.", addresses, true).programs(by_client);
  EXPECT_EQ(scope_of(s.ask(from("203.0.113.0/24", "TXT"))), 0);
  const Reply reply = s.ask(from("203.0.113.0/24", "TXT"));
  const Option* option = reply.option(8);
  ASSERT_NE(option, nullptr);
  EXPECT_EQ(option->data, (Octets{0, 1, 24, 0, 203, 0, 113})) << "family, source, address as sent";
}

TEST(Rfc7871Section7_1_2, SourceZeroMeansTheResolverItself) {
  Served s;
  s.client.address = *IpAddress::parse("203.0.113.5");
  s.zone("example.", addresses, true).programs(by_client);
  const Reply reply = s.ask(from("0.0.0.0/0"));
  EXPECT_EQ(reply.answer, std::vector<std::string>{"www.example. 30 IN A 192.0.2.1"});
  EXPECT_EQ(scope_of(reply), 0);
}

TEST(Rfc7871Section11_3, UntrustedResolversAreNotHeard) {
  Served s;
  s.settings.client_subnet.mode = ClientSubnetTrust::Mode::prefixes;
  s.settings.client_subnet.resolvers = {*Prefix::parse("198.51.100.0/24")};
  s.zone("example.", addresses, true).programs(by_client);
  EXPECT_EQ(scope_of(s.ask(from("203.0.113.0/24"))), 24);
  s.client.address = *IpAddress::parse("198.51.101.1");
  const Reply reply = s.ask(from("203.0.113.0/24"));
  EXPECT_EQ(reply.answer, std::vector<std::string>{"www.example. 30 IN A 192.0.2.2"});
  EXPECT_EQ(reply.option(8), nullptr);
}

TEST(Rfc7871Section7_2_1, ChainsCarryTheGreatestScope) {
  Served s;
  s.zone("example.", std::string(addresses) + "alias CNAME www\n", true).programs(by_client);
  Request request = from("203.0.113.0/24");
  request.name = "alias.example.";
  EXPECT_EQ(scope_of(s.ask(request)), 24);
}

/// A random set that looks at the client in every way the language has.
class RandomSet {
 public:
  RandomSet(std::uint32_t seed, bool ipv6) : random_(seed), ipv6_(ipv6) {}

  std::string text() {
    std::string out = "(define (near a) (in-prefix? a " + prefix() +
                      "))\n(define far (not (in-prefix? client " + prefixes_list() + ")))\n";
    for (unsigned i = 0; i < 1 + below(4); ++i) {
      const std::string n = std::to_string(i + 1);
      out += "(program p" + n + " (exclusive false) (match " + test(3) + ")\n  (response " +
             list(n) + " (list (ipv6 \"2001:db8::" + n + "\")) (ttl 60)))\n";
    }
    return out;
  }

  std::vector<Prefix> prefixes;

 private:
  unsigned below(unsigned n) { return random_() % n; }

 public:
  /// Around 10.1.0.0/16 or 2001:db8:1::/48, where the clients are.
  std::string prefix() {
    const auto base =
        ipv6_ ? IpAddress::from_bits(Family::v6, 0x20010DB800010000u | random_() % 65536,
                                     std::uint64_t{random_()} << 32)
              : IpAddress::v4(0x0A010000u | random_() % 65536);
    const auto length = static_cast<std::uint8_t>(ipv6_ ? 40 + below(60) : 8 + below(25));
    prefixes.push_back({base.masked(length), length});
    return "\"" + prefixes.back().to_string() + "\"";
  }

  std::string prefixes_list() {
    std::string out = "(list";
    for (unsigned i = 0; i < 2 + below(6); ++i) out += " " + prefix();
    return out + ")";
  }

 private:
  /// A single address where the clients are.
  std::string address() {
    const auto one =
        ipv6_ ? IpAddress::from_bits(Family::v6, 0x20010DB800010000u | random_() % 65536, 0)
              : IpAddress::v4(0x0A010000u | random_() % 65536);
    prefixes.push_back({one, static_cast<std::uint8_t>(one.width())});
    return "\"" + one.to_string() + "\"";
  }

  std::string client() {
    switch (below(3)) {
      case 0:
        return "(prefix-of client " + std::to_string(8 + below(25)) + " " +
               std::to_string(40 + below(60)) + ")";
      default:
        return "client";
    }
  }

  std::string key() {
    switch (below(4)) {
      case 0:
        return "client";
      case 1:
        return "qname";
      case 2:
        return "(key qname client)";
      default:
        return "(prefix-of client " + std::to_string(16 + below(17)) + " " +
               std::to_string(48 + below(17)) + ")";
    }
  }

  std::string test(int depth) {
    if (depth > 0) {
      const std::string a = test(depth - 1);
      switch (below(9)) {
        case 4:
          return "(cond [" + a + " " + test(depth - 1) + "] [" + test(depth - 1) + " " +
                 test(depth - 1) + "] [else " + test(depth - 1) + "])";
        case 5:
          return "(let ([c " + client() + "] [b (bucket " + key() + " 3)]) (or (in-prefix? c " +
                 prefix() + ") (and " + a + " (= b 1))))";
        case 6:
          return "(implies " + a + " " + test(depth - 1) + ")";
        case 0:
          return "(and " + a + " " + test(depth - 1) + ")";
        case 1:
          return "(or " + a + " " + test(depth - 1) + ")";
        case 2:
          return "(not " + a + ")";
        case 3:
          return "(if " + a + " " + test(depth - 1) + " " + test(depth - 1) + ")";
        default:
          break;
      }
    }
    static const char* const orders[] = {"<", "<=", ">", ">=", "=", "!="};
    switch (below(14)) {
      case 4:
        return "(in-prefix? " + client() + " " + prefixes_list() + ")";
      case 5:
        return std::string("(") + orders[below(6)] + " " + client() + " " + address() + ")";
      case 6:
        return "(in " + client() + " (list " + address() + " " + address() + " " + address() + "))";
      case 7:
        return "(near " + client() + ")";
      case 8:
        return "far";
      case 9:
        return "(< client (prefix-of client " + std::to_string(8 + below(25)) + " " +
               std::to_string(40 + below(60)) + "))";
      case 0:
        return "(< (bucket " + key() + " 4) 2)";
      case 1:
        return "(in-prefix? resolver \"198.51.100.0/24\")";
      case 2:
        return "(= (family client) \"ipv4\")";
      case 3:
        return "(under? qname \"www.example.\")";
      default:
        return "(in-prefix? client " + prefix() + ")";
    }
  }

  std::string list(const std::string& n) {
    const std::string plain = "(list (ipv4 \"192.0.2." + n + "\") (ipv4 \"192.0.2.1" + n +
                              "\") (ipv4 \"192.0.2.2" + n + "\"))";
    switch (below(4)) {
      case 0:
        return "(pick 1 " + plain + " " + key() + ")";
      case 1:
        return "(rotate " + plain + " " + key() + ")";
      default:
        return plain;
    }
  }

  std::mt19937 random_;
  bool ipv6_;
};

struct Seen {
  IpAddress client;
  int scope = 0;
  Octets sections;  ///< header and sections without the OPT record
};

/// Asks for one client; nothing but the answer is kept.
Seen seen_by(Served& s, const IpAddress& client) {
  Request request = from(Prefix{client, static_cast<std::uint8_t>(client.width())}.to_string());
  const Octets query = request.wire();
  Octets out(4096);
  out.resize(respond(s.snapshot(), s.client, query, s.scratch(), out));
  const std::size_t option = 4 + client.octet_count();
  const std::size_t opt_at = out.size() - 11 - 4 - option;
  Seen seen;
  seen.client = client;
  seen.scope = out[opt_at + 11 + 4 + 3];
  seen.sections.assign(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(opt_at));
  return seen;
}

/// Clients everywhere the set could tell them apart: dense in one block, at the edges of every
/// prefix it names, and some far away.
std::vector<IpAddress> clients_for(const std::vector<Prefix>& prefixes, bool ipv6,
                                   std::mt19937& random) {
  std::vector<IpAddress> clients;
  for (std::uint32_t i = 0; i < 2048; ++i) {
    clients.push_back(ipv6
                          ? IpAddress::from_bits(Family::v6, 0x20010DB800010000u | i << 5, random())
                          : IpAddress::v4(0x0A010000u | i << 5 | (random() % 32)));
  }
  for (int i = 0; i < 200; ++i) {
    clients.push_back(
        ipv6 ? IpAddress::from_bits(Family::v6, std::uint64_t{random()} << 32, random())
             : IpAddress::v4(static_cast<std::uint32_t>(random())));
  }
  for (const Prefix& prefix : prefixes) {
    clients.push_back(prefix.base);
    clients.push_back(prefix.last());
    // The neighbours at every distance: each bit of the prefix turned.
    for (int bit = 0; bit < prefix.length; ++bit) {
      const std::uint64_t high = bit < 64 ? std::uint64_t{1} << (63 - bit) : 0;
      const std::uint64_t low = bit < 64 ? 0 : std::uint64_t{1} << (127 - bit);
      clients.push_back(IpAddress::from_bits(prefix.base.family(), prefix.base.high() ^ high,
                                             prefix.base.low() ^ low));
    }
  }
  std::sort(clients.begin(), clients.end());
  clients.erase(std::unique(clients.begin(), clients.end()), clients.end());
  return clients;
}

/// Every client that shares the scope bits of an answer gets that answer.
void check_set(std::uint32_t seed, bool ipv6) {
  RandomSet set(seed, ipv6);
  const std::string text = set.text();
  Served s;
  s.zone("example.", addresses, true).programs(text);
  std::mt19937 random(seed);
  std::vector<Seen> all;
  for (const IpAddress& client : clients_for(set.prefixes, ipv6, random)) {
    all.push_back(seen_by(s, client));
  }
  // Sorted by address, those that share a prefix lie side by side.
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (int direction : {-1, 1}) {
      for (std::ptrdiff_t k = static_cast<std::ptrdiff_t>(i) + direction;
           k >= 0 && k < static_cast<std::ptrdiff_t>(all.size()); k += direction) {
        const Seen& other = all[static_cast<std::size_t>(k)];
        if (other.client.common_bits(all[i].client) < all[i].scope) break;
        ASSERT_EQ(other.sections, all[i].sections)
            << "seed " << seed << ": " << all[i].client.to_string() << " with scope "
            << all[i].scope << " and " << other.client.to_string() << "\n"
            << text;
        // What was seen alike with a scope no longer was checked from there.
        if (other.scope <= all[i].scope && k < static_cast<std::ptrdiff_t>(i)) break;
      }
    }
  }
}

/// Of one list of prefixes the scope is the least that is right: what one more client could get is
/// found by enumeration of the clients where the list begins and ends.
TEST(Rfc7871Section7_2_1, TheScopeOfAListIsTheLeastRightOne) {
  for (std::uint32_t seed = 1; seed <= 200; ++seed) {
    RandomSet set(seed, seed % 2 == 0);
    std::mt19937 random(seed);
    const std::string list = set.prefixes_list();
    Served s;
    s.zone("example.", addresses, true)
        .programs("(program p (match (in-prefix? client " + list +
                  ")) (response (list (ipv4 \"192.0.2.7\")) (list) (ttl 30)))");
    std::vector<Seen> all;
    for (const IpAddress& client : clients_for(set.prefixes, seed % 2 == 0, random)) {
      all.push_back(seen_by(s, client));
    }
    for (std::size_t i = 0; i < all.size(); i += 7) {
      int least = 0;
      for (const Seen& other : all) {
        if (other.sections != all[i].sections) {
          least = std::max(least, other.client.common_bits(all[i].client) + 1);
        }
      }
      ASSERT_EQ(all[i].scope, least) << all[i].client.to_string() << " of " << list;
    }
  }
}

TEST(Rfc7871Section7_2_1, AllClientsInTheScopeGetTheSameAnswer) {
  const char* wanted = std::getenv("LAPIS_TEST_SETS");
  const unsigned count = wanted != nullptr ? static_cast<unsigned>(std::atoi(wanted)) : 120;
  for (std::uint32_t seed = 1; seed <= count && !HasFailure(); ++seed) {
    check_set(seed, seed % 2 == 0);
  }
}

}  // namespace
}  // namespace lapis::answer::testing
