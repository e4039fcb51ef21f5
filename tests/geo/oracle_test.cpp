// Random databases: against a plain list of networks, against libmaxminddb, and with octets
// changed. LAPIS_TEST_DATABASES sets how many are tried.
#include <gtest/gtest.h>
#include <maxminddb.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <random>
#include <set>

#include "../../src/geo/database.h"
#include "lapis/geo/places.h"
#include "mmdb_writer.h"
#include "server/temporary_folder.h"

namespace lapis::geo {
namespace {

using Json = nlohmann::json;

int databases() {
  const char* wanted = std::getenv("LAPIS_TEST_DATABASES");
  return wanted == nullptr ? 60 : std::atoi(wanted);
}

Prefix random_prefix(std::mt19937& random, bool v6) {
  // Few different bits, so that networks nest and touch.
  const std::uint64_t high =
      v6 ? 0x2001'0db8'0000'0000U | (std::uint64_t{random() % 4} << 30U) |
               (random() % 2 == 0 ? random() % 8 : 0)
         : (std::uint64_t{192U + random() % 2} << 56U) | (std::uint64_t{random() % 1024} << 38U);
  const std::uint64_t low = v6 && random() % 2 == 0 ? std::uint64_t{random()} << 32U | 1U : 0;
  const IpAddress base = IpAddress::from_bits(v6 ? Family::v6 : Family::v4, high, low);
  const int length = static_cast<int>(random() % static_cast<unsigned>(base.width() - 3)) + 4;
  return {base.masked(length), static_cast<std::uint8_t>(length)};
}

/// Networks in the order in which they were written; the last that holds an address counts.
struct Model {
  std::vector<std::pair<Prefix, int>> networks;

  /// IPv6 databases have IPv4 networks below ::/96.
  static bool in_v4_part(const IpAddress& address) {
    return !address.is_v4() && address.high() == 0 && address.low() <= UINT32_MAX;
  }
  int value(IpAddress address) const {
    if (in_v4_part(address)) {
      address = IpAddress::v4(static_cast<std::uint32_t>(address.low()));
    }
    for (auto at = networks.rbegin(); at != networks.rend(); ++at) {
      if (at->first.contains(address)) return at->second;
    }
    return 0;
  }
  /// Least and next address of every network, and addresses inside.
  std::vector<IpAddress> interesting(std::mt19937& random) const {
    std::vector<IpAddress> out{IpAddress::v4(0), IpAddress::v4(UINT32_MAX),
                               IpAddress::from_bits(Family::v6, 0, 1),
                               IpAddress::from_bits(Family::v6, UINT64_MAX, UINT64_MAX)};
    for (const auto& [prefix, value] : networks) {
      out.push_back(prefix.base);
      out.push_back(prefix.last());
      const IpAddress& base = prefix.base;
      if (base.is_v4()) {
        out.push_back(IpAddress::v4(base.v4_value() - 1));
        out.push_back(IpAddress::v4(prefix.last().v4_value() + 1));
        out.push_back(IpAddress::v4(base.v4_value() ^ static_cast<std::uint32_t>(random() % 4096)));
      } else {
        const IpAddress last = prefix.last();
        const bool borrow = base.low() == 0;
        const bool carry = last.low() == UINT64_MAX;
        out.push_back(
            IpAddress::from_bits(Family::v6, base.high() - (borrow ? 1 : 0), base.low() - 1));
        out.push_back(
            IpAddress::from_bits(Family::v6, last.high() + (carry ? 1 : 0), last.low() + 1));
        out.push_back(IpAddress::from_bits(Family::v6, base.high() ^ (1ULL << random() % 40), 0));
      }
    }
    for (std::size_t i = out.size(); i-- > 0;) {
      if (out[i].is_v4()) out.push_back(IpAddress::from_bits(Family::v6, 0, out[i].v4_value()));
    }
    return out;
  }
};

Json record(int value, std::mt19937& random) {
  Json out = {{"country", {{"iso_code", "C" + std::to_string(value)}}},
              {"autonomous_system_number", value}};
  if (random() % 2 == 0) out["a"] = Json::array({1, "two", {{"three", -4}}, true, 5.5});
  if (random() % 4 == 0) out["names"] = {{"en", std::string(random() % 400, 'n')}};
  return out;
}

struct Random {
  MmdbWriter writer;
  Model model;
};

Random random_database(std::mt19937& random, bool v4_only) {
  static constexpr int sizes[] = {24, 28, 32};
  Random out{MmdbWriter(v4_only ? 4 : 6, sizes[random() % 3]), {}};
  out.writer.pointers = random() % 2 == 0;
  const unsigned count = 1 + random() % 40;
  for (unsigned i = 0; i < count; ++i) {
    const Prefix prefix = random_prefix(random, !v4_only && random() % 2 == 0);
    const int value = static_cast<int>(random() % 5);
    out.writer.insert(prefix.to_string(), value == 0 ? Json() : record(value, random));
    out.model.networks.emplace_back(prefix, value);
  }
  // Or it would be refused as one without values.
  const Prefix last = *Prefix::parse("203.0.113.0/24");
  out.writer.insert(last.to_string(), record(7, random));
  out.model.networks.emplace_back(last, 7);
  return out;
}

std::shared_ptr<const Places> places_of(const std::string& octets) {
  Database::AllWanted wanted;
  wanted[0].wanted = wanted[2].wanted = true;
  Diagnostics errors;
  std::optional<Database> built = Database::build("test", octets, wanted, errors);
  EXPECT_EQ(built.has_value(), errors.empty());
  if (!built) return nullptr;
  return std::make_shared<const Places>(
      std::vector{std::make_shared<const Database>(std::move(*built))});
}

TEST(PlacesModel, ValuesAndTheirReachAreExact) {
  for (int seed = 0; seed < databases(); ++seed) {
    std::mt19937 random(static_cast<unsigned>(seed));
    const bool v4_only = seed % 3 == 0;
    const Random made = random_database(random, v4_only);
    const auto places = places_of(made.writer.octets());
    ASSERT_NE(places, nullptr) << seed;
    const std::vector<IpAddress> all = made.model.interesting(random);
    for (const IpAddress& address : all) {
      if (v4_only && !address.is_v4()) continue;
      const int expected = made.model.value(address);
      const Place place = places->find(address);
      ASSERT_EQ(place.country, expected == 0 ? "" : "C" + std::to_string(expected))
          << seed << " " << address.to_string();
      ASSERT_EQ(place.asn, static_cast<std::uint32_t>(expected));
      ASSERT_EQ(place.bits[0], place.bits[2]);
      // Everyone within the reach has the value, and with one bit less somebody has another: where
      // values change, a network begins or ends, so these addresses are enough.
      bool other = place.bits[0] == 0 || Model::in_v4_part(address);
      for (const IpAddress& near : all) {
        if (near.family() != address.family()) continue;
        const int common = near.common_bits(address);
        if (common >= place.bits[0]) {
          ASSERT_EQ(made.model.value(near), expected)
              << seed << " " << address.to_string() << " " << near.to_string();
        }
        other |= common == place.bits[0] - 1 && made.model.value(near) != expected;
      }
      ASSERT_TRUE(other) << seed << " " << address.to_string() << "/" << int{place.bits[0]};
    }
  }
}

TEST(PlacesModel, AgreesWithLibmaxminddb) {
  server::TemporaryFolder folder;
  for (int seed = 0; seed < databases(); ++seed) {
    std::mt19937 random(static_cast<unsigned>(seed) + 1000);
    Random made = random_database(random, seed % 4 == 0);
    const bool v6 = made.writer.metadata["ip_version"] == 6;
    if (v6 && seed % 2 == 0) {
      made.writer.insert("192.0.2.0/24", record(3, random));
      for (const char* alias : {"2002::/16", "2001::/32", "::ffff:0:0/96"}) {
        made.writer.alias(alias);
      }
    }
    const std::string octets = made.writer.octets();
    folder.write("test.mmdb", octets);
    const auto places = places_of(octets);
    ASSERT_NE(places, nullptr) << seed;
    MMDB_s reference;
    ASSERT_EQ(MMDB_open(folder.path("test.mmdb").c_str(), MMDB_MODE_MMAP, &reference),
              MMDB_SUCCESS);
    std::vector<IpAddress> all = made.model.interesting(random);
    for (int i = 0; i < 50; ++i) {
      const std::uint64_t v4 = random() % 2 == 0 ? 0xC0000200U | random() % 256 : random();
      all.push_back(IpAddress::from_bits(Family::v6, 0x2002ULL << 48U | v4 << 16U, random()));
      all.push_back(IpAddress::from_bits(Family::v6, 0x2001'0000'0000'0000U | v4, random()));
      all.push_back(IpAddress::from_bits(Family::v6, 0, v4));
    }
    for (const IpAddress& address : all) {
      if (!v6 && !address.is_v4()) continue;
      sockaddr_storage storage{};
      const auto bytes = address.octets();
      if (address.is_v4()) {
        auto& to = reinterpret_cast<sockaddr_in&>(storage);
        to.sin_family = AF_INET;
        std::memcpy(&to.sin_addr, bytes.data(), 4);
      } else {
        auto& to = reinterpret_cast<sockaddr_in6&>(storage);
        to.sin6_family = AF_INET6;
        std::memcpy(&to.sin6_addr, bytes.data(), 16);
      }
      int code = 0;
      MMDB_lookup_result_s hit =
          MMDB_lookup_sockaddr(&reference, reinterpret_cast<sockaddr*>(&storage), &code);
      ASSERT_EQ(code, MMDB_SUCCESS);
      std::string country;
      if (hit.found_entry) {
        MMDB_entry_data_s data;
        ASSERT_EQ(MMDB_get_value(&hit.entry, &data, "country", "iso_code", nullptr), MMDB_SUCCESS);
        country.assign(data.utf8_string, data.data_size);
      }
      const Place place = places->find(address);
      ASSERT_EQ(place.country, country) << seed << " " << address.to_string();
      const int netmask = hit.netmask - (v6 && address.is_v4() ? 96 : 0);
      ASSERT_LE(int{place.bits[0]}, std::max(netmask, 0)) << seed << " " << address.to_string();
    }
    MMDB_close(&reference);
  }
}

TEST(PlacesModel, ChangedOctetsDoNoHarm) {
  std::size_t taken = 0;
  std::size_t refused = 0;
  for (int seed = 0; seed < databases(); ++seed) {
    std::mt19937 random(static_cast<unsigned>(seed) + 2000);
    const Random made = random_database(random, seed % 2 == 0);
    const std::string good = made.writer.octets();
    const std::vector<IpAddress> all = made.model.interesting(random);
    for (int i = 0; i < 200; ++i) {
      std::string octets = good;
      for (unsigned changes = 1 + random() % 4; changes > 0; --changes) {
        // Metadata and tree are small beside the data; damage all of them.
        const std::size_t window = 1 + random() % octets.size();
        const std::size_t at =
            random() % 2 == 0 ? random() % window : octets.size() - 1 - random() % window;
        octets[at] = static_cast<char>(random());
      }
      const auto places = places_of(octets);
      ++(places ? taken : refused);
      if (!places) continue;
      for (const IpAddress& address : all) {
        const Place place = places->find(address);
        ASSERT_LE(place.country.size(), 255U);
        ASSERT_LE(int{place.bits[0]}, address.width());
      }
    }
  }
  EXPECT_GT(taken, 0U);
  EXPECT_GT(refused, 0U);
}

}  // namespace
}  // namespace lapis::geo
