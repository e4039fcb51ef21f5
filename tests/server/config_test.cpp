#include "lapis/server/config.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace lapis::server {
namespace {

struct Read {
  SourceMap sources;
  std::optional<Config> config;
  Diagnostics errors;

  /// `line:column-end_column rule` of every error, one a line: what a table row can expect.
  std::string places() const {
    std::string all;
    for (const Diagnostic& d : errors) {
      const Location at = sources.locate(d.span);
      all += std::to_string(at.line) + ":" + std::to_string(at.column) + "-" +
             std::to_string(at.end_column) + " " + d.rule + "\n";
    }
    return all;
  }
};

std::unique_ptr<Read> read(const std::string& text, const std::string& path = "/etc/l/lapis.yaml") {
  auto result = std::make_unique<Read>();
  Result<Config> config = read_config(result->sources.add(path, text), result->sources);
  if (config) {
    result->config = std::move(config).value();
  } else {
    result->errors = config.errors();
  }
  return result;
}

constexpr const char* full_text = R"(server:
  listen: ["127.0.0.1@5300", "[::1]:5300", 192.0.2.1:53, "::1@53", 192.0.2.2]
  workers: 3
  site: ams1
  region: eu
  client-subnet: [192.0.2.0/24, 2001:db8::/32]
  on-zone-error: skip
  identity: ams1-a
  version: "lapis"
  udp-payload-size: 1400
  minimal-responses: true
  name-programs: true
  cookie-secret-file: secrets/cookie
  require-cookies: true
  tcp: {connections: 100, connections-per-client: 10, idle-time: 7, write-time: 8}
  verify: {time: 9, memory: 512, cache: proofs}
  drain-time: 2
  log: {level: debug, format: json}
geo:
  country: GeoLite2-City.mmdb
  asn: {file: /srv/asn.mmdb, key: autonomous_system_number}
  max-age: 30
zones:
  - name: example.com.
    file: zones/example.com.zone
    addressing: true
    attributes: {plan: pro, tier: 3}
    attributes-file: ../csv/example.com.csv
  - {name: ., file: /srv/root.zone}
programs: [programs/a, /srv/b.lisp]
)";

TEST(Config, ReadsEveryKey) {
  const auto r = read(full_text);
  ASSERT_TRUE(r->config) << r->places();
  const ServerConfig& s = r->config->server;
  std::string listen;
  for (const ListenAddress& a : s.listen) listen += a.to_string() + " ";
  EXPECT_EQ(listen, "127.0.0.1:5300 [::1]:5300 192.0.2.1:53 [::1]:53 192.0.2.2:53 ");
  EXPECT_EQ(s.workers, 3U);
  EXPECT_EQ(s.site, "ams1");
  EXPECT_EQ(r->sources.slice(s.site_span), "ams1");
  EXPECT_EQ(s.region, "eu");
  EXPECT_EQ(s.client_subnet.mode, answer::ClientSubnetTrust::Mode::prefixes);
  ASSERT_EQ(s.client_subnet.resolvers.size(), 2U);
  EXPECT_EQ(s.client_subnet.resolvers[1].to_string(), "2001:db8::/32");
  EXPECT_EQ(s.on_zone_error, OnZoneError::skip);
  EXPECT_EQ(s.identity, "ams1-a");
  EXPECT_EQ(s.version, "lapis");
  EXPECT_EQ(s.udp_payload, 1400);
  EXPECT_TRUE(s.minimal_responses);
  EXPECT_TRUE(s.name_programs);
  EXPECT_EQ(s.cookie_secret_file, "/etc/l/secrets/cookie");
  EXPECT_TRUE(s.require_cookies);
  EXPECT_EQ(s.tcp.connections, 100U);
  EXPECT_EQ(s.tcp.connections_per_client, 10U);
  EXPECT_EQ(s.tcp.idle_seconds, 7U);
  EXPECT_EQ(s.tcp.write_seconds, 8U);
  EXPECT_EQ(s.verify.seconds, 9U);
  EXPECT_EQ(s.verify.memory_mib, 512U);
  EXPECT_TRUE(s.verify.cache.ends_with("proofs"));
  EXPECT_EQ(s.drain_seconds, 2U);
  EXPECT_EQ(s.log_level, LogLevel::debug);
  EXPECT_EQ(s.log_format, LogFormat::json);
  const geo::Choices& geo = r->config->geo;
  ASSERT_TRUE(geo.fields[0] && !geo.fields[1] && geo.fields[2]);
  EXPECT_EQ(geo.fields[0]->path, "/etc/l/GeoLite2-City.mmdb");
  EXPECT_EQ(geo.fields[0]->key, "");
  EXPECT_EQ(r->sources.slice(geo.fields[0]->span), "GeoLite2-City.mmdb");
  EXPECT_EQ(geo.fields[2]->path, "/srv/asn.mmdb");
  EXPECT_EQ(geo.fields[2]->key, "autonomous_system_number");
  EXPECT_EQ(r->sources.slice(geo.fields[2]->span), "/srv/asn.mmdb");
  EXPECT_EQ(geo.max_age_days, 30U);
  ASSERT_EQ(r->config->zones.size(), 2U);
  const ZoneConfig& zone = r->config->zones[0];
  EXPECT_EQ(dns::to_text(zone.name), "example.com.");
  EXPECT_EQ(zone.file, "/etc/l/zones/example.com.zone");
  EXPECT_TRUE(zone.addressing);
  ASSERT_EQ(zone.attributes.size(), 2U);
  EXPECT_EQ(zone.attributes[1].name, "tier");
  EXPECT_EQ(zone.attributes[1].value, "3");
  EXPECT_EQ(r->sources.slice(zone.attributes[1].value_span), "3");
  EXPECT_EQ(zone.attributes_file, "/etc/csv/example.com.csv");
  EXPECT_TRUE(r->config->zones[1].name.view().is_root());
  EXPECT_EQ(r->config->zones[1].file, "/srv/root.zone");
  EXPECT_EQ(r->config->programs, (std::vector<std::string>{"/etc/l/programs/a", "/srv/b.lisp"}));
  EXPECT_TRUE(r->config->warnings.empty());
}

TEST(Config, DefaultsServeEverywhereOnPort53) {
  const auto r = read("zones: []\n");
  ASSERT_TRUE(r->config) << r->places();
  ASSERT_EQ(r->config->server.listen.size(), 2U);
  EXPECT_EQ(r->config->server.listen[0].to_string(), "0.0.0.0:53");
  EXPECT_EQ(r->config->server.listen[1].to_string(), "[::]:53");
  EXPECT_GE(r->config->server.workers, 1U);
  EXPECT_EQ(r->config->server.udp_payload, 1232);
  EXPECT_EQ(r->config->server.client_subnet.mode, answer::ClientSubnetTrust::Mode::all);
  EXPECT_EQ(r->config->server.on_zone_error, OnZoneError::refuse);
}

TEST(Config, ProgramsMayBeOnePath) {
  const auto r = read("programs: p\n", "lapis.yaml");
  ASSERT_TRUE(r->config) << r->places();
  EXPECT_EQ(r->config->programs, std::vector<std::string>{"p"});
}

TEST(Config, AddressingWithoutProgramsWarns) {
  const auto r = read("zones:\n  - {name: a., file: b, addressing: true}\n");
  ASSERT_TRUE(r->config) << r->places();
  ASSERT_EQ(r->config->warnings.size(), 1U);
  EXPECT_EQ(r->sources.slice(r->config->warnings[0].span), "a.");
}

struct BadCase {
  const char* text;
  const char* places;
};

class BadConfig : public testing::TestWithParam<BadCase> {};

TEST_P(BadConfig, IsRefusedWithPositions) {
  const auto r = read(GetParam().text);
  EXPECT_FALSE(r->config);
  EXPECT_EQ(r->places(), GetParam().places);
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadConfig,
    testing::Values(
        // syntax
        BadCase{"server: [1\nzones: x\n", "2:6-7 config-syntax\n"},
        BadCase{"a: *nope\n", "1:4-5 config-syntax\n"},
        BadCase{"\xEF\xBB\xBFserver: 3\n", "1:10-11 config-type\n"},
        BadCase{"site: \xFF\n", "1:7-8 config-syntax\n"},
        BadCase{"zones: []\n---\nzones: []\n", "3:1-2 config-syntax\n"},
        // an empty file, and other roots
        BadCase{"", "1:1-1 config-missing\n"}, BadCase{"- a\n", "1:1-2 config-type\n"},
        // unknown keys at each level
        BadCase{"sever: {}\n", "1:1-6 config-unknown-key\n"},
        BadCase{"server:\n  worker: 1\n", "2:3-9 config-unknown-key\n"},
        BadCase{"server:\n  tcp: {idle: 1}\n", "2:9-13 config-unknown-key\n"},
        BadCase{"zones:\n  - name: a.\n    file: b\n    adressing: true\n",
                "4:5-14 config-unknown-key\n"},
        BadCase{"? [a]\n: b\n", "1:3-4 config-type\n"},
        // duplicate keys
        BadCase{"zones: []\nzones: []\n", "2:1-6 config-duplicate-key\n"},
        BadCase{"server: {site: a, 'site': b}\n", "1:19-25 config-duplicate-key\n"},
        BadCase{"zones: [{name: a., file: f, attributes: {p: 1, p: 2}}]\n",
                "1:48-49 config-duplicate-key\n"},
        // wrong types, all of them at once; an empty value stands at its key
        BadCase{"server:\n  workers: two\n  minimal-responses: yes\n  site: [a]\n  tcp:\n",
                "2:12-15 config-type\n3:22-25 config-type\n4:9-10 config-type\n"
                "5:3-6 config-type\n"},
        BadCase{"programs: {a: b}\n", "1:11-12 config-type\n"},
        BadCase{"zones: a\n", "1:8-9 config-type\n"},
        BadCase{"zones: [a]\n", "1:9-10 config-type\n"},
        // ranges
        BadCase{"server: {workers: 0, udp-payload-size: 511}\n",
                "1:19-20 config-range\n1:40-43 config-range\n"},
        BadCase{"server: {workers: -1}\n", "1:19-21 config-type\n"},
        BadCase{"server: {workers: 99999999999999999999}\n", "1:19-39 config-type\n"},
        // listen
        BadCase{"server:\n  listen: [127.0.0.1, '127.0.0.1@53']\n", "2:23-37 config-duplicate\n"},
        BadCase{"server: {listen: []}\n", "1:18-19 config-value\n"},
        BadCase{"server:\n  listen: ['::1:53', 'localhost:1', '1.2.3.4@0', '1.2.3.4:', '[::1', "
                "'[::1]x', '[::1]:65536']\n",
                "2:12-20 config-value\n2:22-35 config-value\n2:37-48 config-value\n"
                "2:50-60 config-value\n2:62-68 config-value\n2:70-78 config-value\n"
                "2:80-93 config-value\n"},
        // choices
        BadCase{"server: {on-zone-error: skipp, log: {level: warn}}\n",
                "1:25-30 config-value\n1:45-49 config-value\n"},
        BadCase{"server: {client-subnet: al}\n", "1:25-27 config-value\n"},
        BadCase{"server: {client-subnet: [10.0.0.1/8]}\n", "1:26-36 config-value\n"},
        // zones
        BadCase{"zones:\n  - name: example..com.\n    file: f\n", "2:11-24 config-value\n"},
        BadCase{"zones:\n  - file: f\n  - name: a.\n",
                "2:5-6 config-missing\n3:5-6 config-missing\n"},
        BadCase{"geo: {}\n", "1:6-7 config-missing\n"},
        BadCase{"geo: a.mmdb\n", "1:6-12 config-type\n"},
        BadCase{"geo:\n  county: a.mmdb\n  asn: 5\n  max-age: 0\n",
                "2:3-9 config-unknown-key\n4:12-13 config-range\n"},
        BadCase{"geo:\n  asn: [a]\n  country: {key: a//b}\n  continent: {file: \"\", keys: a}\n",
                "2:8-9 config-type\n3:18-22 config-value\n3:12-13 config-missing\n"
                "4:21-23 config-value\n4:25-29 config-unknown-key\n"},
        BadCase{"zones:\n  - {name: a., file: f}\n  - {name: A, file: g}\n",
                "3:12-13 config-duplicate-zone\n"}));

TEST(Config, SaysWhatWasMeant) {
  const auto r = read("zones:\n  - name: a.\n    file: b\n    adressing: true\n");
  ASSERT_EQ(r->errors.size(), 1U);
  EXPECT_EQ(r->errors[0].message, "unknown key 'adressing' in a zone");
  EXPECT_EQ(r->errors[0].help, "did you mean 'addressing'?");
}

TEST(Config, DuplicatePointsAtTheFirst) {
  const auto r = read("zones:\n  - {name: a., file: f}\n  - {name: A, file: g}\n");
  ASSERT_EQ(r->errors.size(), 1U);
  ASSERT_EQ(r->errors[0].related.size(), 1U);
  EXPECT_EQ(r->sources.locate(r->errors[0].related[0].span).line, 2U);
}

TEST(Config, UnreadableFileIsADiagnostic) {
  SourceMap sources;
  const Result<Config> config = load_config("/nonexistent/lapis.yaml", sources);
  ASSERT_FALSE(config);
  EXPECT_EQ(config.errors()[0].rule, "unreadable");
}

}  // namespace
}  // namespace lapis::server
