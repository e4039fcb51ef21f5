// Places from MaxMind DB files: values, how far they reach, and every kind of file that is refused.
#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "lapis/geo/places.h"
#include "mmdb_writer.h"
#include "server/temporary_folder.h"

namespace lapis::geo {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t build_time = 1767225600;  // of MmdbWriter

Json country(const char* code, const char* continent = "EU") {
  return {
      {"continent", {{"code", continent}, {"names", {{"en", "a continent"}}}}},
      {"country", {{"geoname_id", 2921044}, {"iso_code", code}, {"names", {{"en", "a land"}}}}}};
}
Json asn(std::uint32_t number) {
  return {{"autonomous_system_number", number}, {"autonomous_system_organization", "Example"}};
}
IpAddress ip(const char* text) {
  return *IpAddress::parse(text);
}

class PlacesTest : public ::testing::Test {
 protected:
  std::string write(const MmdbWriter& writer, const std::string& name = "test.mmdb") {
    folder_.write(name, writer.octets());
    return folder_.path(name);
  }
  /// Loads `path` for one field; the Places, or null with `errors`.
  std::shared_ptr<const Places> load(const std::string& path, Field field,
                                     const std::string& key = "") {
    Choices choices;
    choices.fields[static_cast<std::size_t>(field)] = Choice{path, key, {1, 2, 3}};
    return load(choices);
  }
  std::shared_ptr<const Places> load(const Choices& choices, const Places* previous = nullptr,
                                     std::int64_t now = build_time) {
    auto loaded = Places::load(choices, now, previous, warnings);
    if (loaded.ok()) return *loaded;
    errors = loaded.errors();
    return nullptr;
  }
  std::string only_error() const {
    if (errors.size() != 1) return std::to_string(errors.size()) + " errors";
    EXPECT_EQ(errors[0].span, (Span{1, 2, 3}));
    EXPECT_FALSE(errors[0].help.empty());
    return errors[0].message;
  }

  server::TemporaryFolder folder_;
  Diagnostics warnings;
  Diagnostics errors;
};

TEST_F(PlacesTest, TheMostSpecificNetworkCounts) {
  for (const int record_size : {24, 28, 32}) {
    for (const bool pointers : {true, false}) {
      MmdbWriter writer(6, record_size, "GeoLite2-Country");
      writer.pointers = pointers;
      writer.insert("192.0.0.0/16", country("DE"));
      writer.insert("192.0.2.0/24", country("NL"));
      writer.insert("192.0.2.128/32", country("US", "NA"));
      writer.insert("2001:db8::/32", country("FR"));
      writer.insert("2001:db8:0:1::/64", country("JP", "AS"));
      writer.insert("2001:db8::1/128", country("BR", "SA"));
      const auto places = load(write(writer), Field::country);
      ASSERT_NE(places, nullptr);
      const auto expect = [&](const char* address, const char* code, const char* continent,
                              int country_bits, int continent_bits) {
        const Place place = places->find(ip(address));
        EXPECT_EQ(place.country, code) << address;
        EXPECT_EQ(place.continent, continent) << address;
        EXPECT_EQ(place.bits[0], country_bits) << address;
        EXPECT_EQ(place.bits[1], continent_bits) << address;
        EXPECT_EQ(place.asn, 0U);
        EXPECT_EQ(place.bits[2], 0) << "no database says anything of asn";
      };
      expect("192.0.1.1", "DE", "EU", 23, 23);
      expect("192.0.128.1", "DE", "EU", 17, 17);
      expect("192.0.2.1", "NL", "EU", 25, 25);
      expect("192.0.2.255", "NL", "EU", 26, 26);
      expect("192.0.2.129", "NL", "EU", 32, 32);
      expect("192.0.2.128", "US", "NA", 32, 32);
      expect("192.1.0.0", "", "", 16, 16);
      expect("10.0.0.1", "", "", 1, 1);
      expect("2001:db8:0:1::7", "JP", "AS", 64, 64);
      expect("2001:db8:0:2::7", "FR", "EU", 63, 63);
      expect("2001:db8::1", "BR", "SA", 128, 128);
      expect("2001:db8::2", "FR", "EU", 127, 127);
      expect("2001:db8:8000::", "FR", "EU", 33, 33);
      expect("3000::", "", "", 4, 4);
    }
  }
}

TEST_F(PlacesTest, NeighboursOfOneValueAreOneNetwork) {
  MmdbWriter writer(4);
  writer.insert("10.0.0.0/10", country("DE"));
  writer.insert("10.64.0.0/10", country("DE"));
  writer.insert("10.128.0.0/9", country("FR"));
  const auto places = load(write(writer), Field::country);
  ASSERT_NE(places, nullptr);
  const Place place = places->find(ip("10.1.2.3"));
  EXPECT_EQ(place.country, "DE");
  EXPECT_EQ(place.bits[0], 9) << "the database has it in a /10, but all of the /9 is German";
  EXPECT_EQ(place.bits[1], 8) << "and all of the /8 is European";
  EXPECT_EQ(places->origin(ip("10.1.2.3"), Field::continent),
            "10.0.0.0/8 in test.mmdb (Test, built 2026-01-01)");
}

TEST_F(PlacesTest, FieldsComeFromTheDatabasesThatAreNamed) {
  MmdbWriter countries(6, 24, "GeoLite2-Country");
  countries.insert("192.0.2.0/24", country("NL"));
  MmdbWriter systems(6, 28, "GeoLite2-ASN");
  systems.insert("192.0.2.0/28", asn(64496));
  systems.insert("192.0.2.64/28", asn(4294967295));
  Choices choices;
  choices.fields[0] = Choice{write(countries, "country.mmdb"), "", {1, 2, 3}};
  choices.fields[2] = Choice{write(systems, "asn.mmdb"), "", {1, 4, 5}};
  const auto places = load(choices);
  ASSERT_NE(places, nullptr);
  const Place place = places->find(ip("192.0.2.70"));
  EXPECT_EQ(place.country, "NL");
  EXPECT_EQ(place.asn, 4294967295U);
  EXPECT_EQ(place.bits, (std::array<std::uint8_t, 3>{24, 24, 28}));
  const Place part = places->find(ip("192.0.2.1"), only(Field::country));
  EXPECT_EQ(part.asn, 0U);
  EXPECT_EQ(part.bits, (std::array<std::uint8_t, 3>{24, 0, 0})) << "what is not asked for is free";
  const auto databases = places->databases();
  ASSERT_EQ(databases.size(), 2U);
  EXPECT_EQ(databases[0].fields, only(Field::country) | only(Field::continent));
  EXPECT_EQ(to_string(databases[1], build_time + 9 * 86400 + 5),
            "asn.mmdb (GeoLite2-ASN, built 2026-01-01, 9 days old): asn, 7 ranges of addresses");
}

TEST_F(PlacesTest, FlatLayoutsAndOwnKeys) {
  MmdbWriter writer;
  writer.insert("192.0.2.0/25", {{"country_code", "NL"},
                                 {"country", "The Netherlands"},
                                 {"asn", "AS64500"},
                                 {"continent_code", "EU"}});
  writer.insert("192.0.2.128/25", {{"country", "DE"},
                                   {"asn", 64501},
                                   {"continent", "EU"},
                                   {"place", {{"land", {{"iso", "BE"}}}}}});
  const std::string path = write(writer);
  auto places = load(path, Field::country);
  ASSERT_NE(places, nullptr);
  EXPECT_EQ(places->find(ip("192.0.2.1")).country, "NL");
  EXPECT_EQ(places->find(ip("192.0.2.200")).country, "DE");
  EXPECT_EQ(places->find(ip("192.0.2.200")).continent, "EU");
  places = load(path, Field::asn);
  ASSERT_NE(places, nullptr);
  EXPECT_EQ(places->find(ip("192.0.2.1")).asn, 64500U);
  EXPECT_EQ(places->find(ip("192.0.2.200")).asn, 64501U);
  places = load(path, Field::country, "place/land/iso");
  ASSERT_NE(places, nullptr);
  EXPECT_EQ(places->find(ip("192.0.2.1")).country, "") << "this record has nothing there";
  EXPECT_EQ(places->find(ip("192.0.2.200")).country, "BE");
}

TEST_F(PlacesTest, Ipv4InsideIpv6) {
  MmdbWriter writer;
  writer.insert("192.0.2.0/24", country("NL"));
  writer.insert("2001:db8::/32", country("FR"));
  writer.alias("2002::/16");
  writer.alias("::ffff:0:0/96");
  const auto places = load(write(writer), Field::country);
  ASSERT_NE(places, nullptr);
  EXPECT_EQ(places->find(ip("::ffff:192.0.2.1")).country, "NL") << "mapped addresses are IPv4";
  const Place sixtofour = places->find(ip("2002:c000:0201::1"));
  EXPECT_EQ(sixtofour.country, "NL");
  EXPECT_EQ(sixtofour.bits[0], 16 + 24);
  EXPECT_EQ(places->find(ip("2002:c000:0301::1")).country, "");
  EXPECT_EQ(places->find(ip("2002:c000:0301::1")).bits[0], 16 + 24);
  EXPECT_EQ(places->find(ip("2001:db8::1")).country, "FR");
}

TEST_F(PlacesTest, Ipv4AsOneNetworkOfIpv6) {
  MmdbWriter writer;
  writer.insert("::/64", country("NL"));
  const auto places = load(write(writer), Field::country);
  ASSERT_NE(places, nullptr);
  EXPECT_EQ(places->find(ip("192.0.2.1")).country, "NL");
  EXPECT_EQ(places->find(ip("192.0.2.1")).bits[0], 0);
  EXPECT_EQ(places->find(ip("::1:0:0:0")).country, "NL");
  EXPECT_EQ(places->find(ip("0:0:0:1::")).country, "");
}

TEST_F(PlacesTest, AnIpv4DatabaseKnowsNoIpv6) {
  MmdbWriter writer(4);
  writer.insert("0.0.0.0/0", country("NL"));
  const auto places = load(write(writer), Field::country);
  ASSERT_NE(places, nullptr);
  EXPECT_EQ(places->find(ip("192.0.2.1")).country, "NL");
  EXPECT_EQ(places->find(ip("192.0.2.1")).bits[0], 0);
  EXPECT_EQ(places->find(ip("2001:db8::1")).country, "");
  EXPECT_EQ(places->find(ip("2001:db8::1")).bits[0], 0);
}

TEST_F(PlacesTest, WhatIsNoValueIsUnknown) {
  MmdbWriter writer;
  writer.insert("10.0.0.0/16", country("NL"));
  writer.insert("10.1.0.0/16", {{"country", {{"iso_code", 7}}}});
  writer.insert("10.2.0.0/16", {{"country", {{"iso_code", std::string(256, 'x')}}}});
  writer.insert("10.3.0.0/16", {{"country", {{"iso_code", "\xff"}}}});
  writer.insert("10.4.0.0/16", {{"country", Json::array({"NL"})}});
  writer.insert("10.5.0.0/16", "NL");
  writer.insert("10.6.0.0/16", {{"country", {{"iso_code", ""}}}});
  writer.insert("10.7.0.0/16", {{"country", {{"iso_code", std::string(255, 'x')}}}});
  const auto places = load(write(writer), Field::country);
  ASSERT_NE(places, nullptr);
  EXPECT_EQ(places->find(ip("10.0.0.1")).country, "NL");
  for (int i = 1; i <= 6; ++i) {
    EXPECT_EQ(places->find(ip(("10." + std::to_string(i) + ".0.1").c_str())).country, "") << i;
  }
  EXPECT_EQ(places->find(ip("10.7.0.1")).country.size(), 255U);
}

TEST_F(PlacesTest, AnUnchangedFileIsTakenOver) {
  MmdbWriter writer;
  writer.insert("192.0.2.0/24", country("NL"));
  Choices choices;
  choices.fields[0] = Choice{write(writer), "", {1, 2, 3}};
  const auto first = load(choices);
  ASSERT_NE(first, nullptr);
  const auto at = [&](const std::shared_ptr<const Places>& places) {
    return static_cast<const void*>(places->find(ip("192.0.2.1")).country.data());
  };
  const auto second = load(choices, first.get());
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(at(first), at(second));
  Choices other = choices;
  other.fields[0]->key = "country/iso_code";
  const auto third = load(other, first.get());
  ASSERT_NE(third, nullptr);
  EXPECT_NE(at(first), at(third)) << "another key is another table";
  writer.insert("192.0.2.0/24", country("DE"));
  write(writer);
  const auto fourth = load(choices, first.get());
  ASSERT_NE(fourth, nullptr);
  EXPECT_EQ(fourth->find(ip("192.0.2.1")).country, "DE");
  EXPECT_EQ(first->find(ip("192.0.2.1")).country, "NL") << "the old one stays as it was";
}

TEST_F(PlacesTest, AgeIsWarnedOf) {
  MmdbWriter writer;
  writer.insert("192.0.2.0/24", country("NL"));
  Choices choices;
  choices.fields[0] = Choice{write(writer), "", {1, 2, 3}};
  ASSERT_NE(load(choices, nullptr, build_time + 1000 * 86400), nullptr);
  EXPECT_TRUE(warnings.empty()) << "no limit was set";
  choices.max_age_days = 30;
  ASSERT_NE(load(choices, nullptr, build_time + 30 * 86400 + 5), nullptr);
  EXPECT_TRUE(warnings.empty());
  ASSERT_NE(load(choices, nullptr, build_time + 31 * 86400), nullptr);
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_EQ(warnings[0].rule, "geo-database-old");
  EXPECT_EQ(warnings[0].severity, Severity::warning);
  EXPECT_EQ(warnings[0].span, (Span{1, 2, 3}));
}

// ---- what is refused

TEST_F(PlacesTest, AFileThatIsNotThere) {
  EXPECT_EQ(load(folder_.path("none.mmdb"), Field::country), nullptr);
  EXPECT_EQ(only_error(), folder_.path("none.mmdb") + ": No such file or directory");
}

TEST_F(PlacesTest, ADatabaseOfAnotherKind) {
  MmdbWriter writer(6, 24, "GeoLite2-ASN");
  writer.insert("192.0.2.0/24", asn(64496));
  const std::string path = write(writer);
  EXPECT_EQ(load(path, Field::country), nullptr);
  EXPECT_EQ(only_error(),
            path +
                ", a database of type GeoLite2-ASN, has no country: none of its 1 records has a "
                "value at country/iso_code, country_code, country");
  EXPECT_NE(errors[0].help.find("autonomous_system_number"), std::string::npos);
  EXPECT_EQ(load(path, Field::asn, "asn/number"), nullptr);
  EXPECT_NE(only_error().find("at asn/number"), std::string::npos);
}

TEST_F(PlacesTest, AllErrorsNotTheFirst) {
  MmdbWriter writer;
  writer.insert("192.0.2.0/24", {{"x", 1}});
  const std::string path = write(writer);
  Choices choices;
  choices.fields[0] = Choice{path, "", {1, 2, 3}};
  choices.fields[1] = Choice{folder_.path("none.mmdb"), "", {1, 4, 5}};
  choices.fields[2] = Choice{path, "", {1, 6, 7}};
  EXPECT_EQ(load(choices), nullptr);
  ASSERT_EQ(errors.size(), 3U);
  EXPECT_EQ(errors[0].span, (Span{1, 2, 3}));
  EXPECT_EQ(errors[1].span, (Span{1, 6, 7}));
  EXPECT_EQ(errors[2].span, (Span{1, 4, 5}));
}

TEST_F(PlacesTest, DamagedMetadata) {
  const auto refused = [&](const std::function<void(MmdbWriter&)>& damage) {
    MmdbWriter writer;
    writer.insert("192.0.2.0/24", country("NL"));
    damage(writer);
    errors.clear();
    EXPECT_EQ(load(write(writer), Field::country), nullptr);
    return only_error();
  };
  const auto has = [](const std::string& text, const char* words) {
    return text.find(words) != std::string::npos;
  };
  EXPECT_TRUE(has(refused([](auto& w) { w.metadata["binary_format_major_version"] = 3; }),
                  "binary_format_major_version is 3"));
  EXPECT_TRUE(has(refused([](auto& w) { w.metadata["ip_version"] = 5; }), "can't be"));
  EXPECT_TRUE(has(refused([](auto& w) { w.metadata.erase("build_epoch"); }), "build_epoch"));
  EXPECT_TRUE(has(refused([](auto& w) { w.metadata["build_epoch"] = "now"; }), "build_epoch"));
  EXPECT_TRUE(has(refused([](auto& w) { w.metadata["database_type"] = 7; }), "database_type"));
  EXPECT_TRUE(has(refused([](auto& w) { w.metadata["node_count"] = 0; }), "node_count is 0"));
  // 715827883 nodes of 6 octets are 2 octets, counted in 32 bits.
  EXPECT_TRUE(has(refused([](auto& w) { w.metadata["node_count"] = 715827883; }), "does not fit"));
}

TEST_F(PlacesTest, NothingThatIsCutOffIsTakenOrHarms) {
  MmdbWriter writer;
  writer.insert("192.0.2.0/24", country("NL"));
  const std::string whole = writer.octets();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    folder_.write("test.mmdb", whole.substr(0, size));
    errors.clear();
    ASSERT_EQ(load(folder_.path("test.mmdb"), Field::country), nullptr) << size << " octets";
    only_error();
  }
}

/// A database of one node whose data section is given.
std::string with_data(const std::string& data) {
  MmdbWriter writer(4);
  Json about = writer.metadata;
  about["node_count"] = 1;
  const std::string record("\0\0\x11", 3);  // 1 node + 16: the beginning of the data
  return record + record + std::string(16, '\0') + data + "\xab\xcd\xefMaxMind.com" +
         encoded(about);
}

TEST_F(PlacesTest, HarmfulDataIsRefused) {
  const auto refused = [&](const std::string& data) {
    folder_.write("test.mmdb", with_data(data));
    errors.clear();
    EXPECT_EQ(load(folder_.path("test.mmdb"), Field::country), nullptr);
    return only_error();
  };
  folder_.write("test.mmdb", with_data(encoded(country("NL"))));
  ASSERT_NE(load(folder_.path("test.mmdb"), Field::country), nullptr) << "undamaged, it is taken";
  const std::string damaged =
      folder_.path("test.mmdb") + " is damaged: the record of a network can't be read";
  std::string pointer_to_itself("\x20\x00", 2);
  EXPECT_EQ(refused(pointer_to_itself), damaged);
  EXPECT_EQ(refused("\xe1\x47"
                    "country"),
            damaged)
      << "a map that ends before its value";
  EXPECT_EQ(refused("\xff\xff\xff\xff"), damaged) << "16 million entries in no octets";
  // A map whose first value is nested a million deep.
  std::string deep =
      "\xe2\x41"
      "a";
  for (int i = 0; i < 1000000; ++i) deep += std::string("\x01\x04", 2);
  EXPECT_EQ(refused(deep), damaged);
}

TEST_F(PlacesTest, HarmfulTreesAreRefused) {
  const auto refused = [&](const std::string& tree, int ip_version, std::size_t nodes) {
    MmdbWriter writer(ip_version);
    Json about = writer.metadata;
    about["node_count"] = nodes;
    folder_.write("test.mmdb", tree + std::string(16, '\0') + encoded(country("NL")) +
                                   "\xab\xcd\xefMaxMind.com" + encoded(about));
    errors.clear();
    EXPECT_EQ(load(folder_.path("test.mmdb"), Field::country), nullptr);
    return only_error();
  };
  const std::string no_tree = folder_.path("test.mmdb") + " is damaged: its search tree is none";
  EXPECT_EQ(refused(std::string(6, '\0'), 4, 1), no_tree) << "a node that is its own child";
  EXPECT_EQ(refused(std::string(6, '\0'), 6, 1), no_tree);
  // Each node has the next one twice: 2 to the power of 32 ways through 40 nodes.
  std::string ladder;
  for (char i = 1; i <= 40; ++i) {
    const std::string next{'\0', '\0', i};
    ladder += next + next;
  }
  EXPECT_EQ(refused(ladder, 4, 40), no_tree);
  EXPECT_EQ(refused(ladder, 6, 40), no_tree);
  const std::string outside("\0\0\5\xff\xff\xff", 6);
  EXPECT_NE(refused(outside, 4, 1).find("can't be read"), std::string::npos);
}

}  // namespace
}  // namespace lapis::geo
