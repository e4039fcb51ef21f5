// Configurations on disk, loaded: what is served, what is refused, and where the fault is.
#include "../../src/server/loader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "temporary_folder.h"

namespace lapis::server {
namespace {

const char* const zone_text =
    "$TTL 300\n"
    "@ SOA ns1 host 1 2h 30m 2w 5m\n"
    "@ NS ns1\n"
    "ns1 A 192.0.2.1\n"
    "www A 192.0.2.2\n";
const char* const program_text =
    "(attribute plan (one-of \"free\" \"pro\"))\n"
    "(field site (one-of \"ams1\" \"fra1\"))\n"
    "(program all (match true) (response (list (ipv4 \"192.0.2.9\")) (list) (ttl 60)))\n";

/// A folder with a configuration, loaded.
class Loading {
 public:
  void write(const std::string& name, const std::string& text) { folder_.write(name, text); }

  void load(const std::string& config_text) {
    write("lapis.yaml", config_text);
    auto config = load_config(folder_.path("lapis.yaml"), sources);
    ASSERT_TRUE(config) << config.errors()[0].message;
    config_ = std::move(config).value();
    Loader loader(config_, CookieSecret{}, sources, cancelled);
    loader.load_programs();
    loader.load_zones();
    snapshot = loader.snapshot();
    findings = loader.take_findings();
    broken_zones = loader.broken_zones();
  }

  /// The one finding of `rule`.
  const Diagnostic* find(const std::string& rule) const {
    const auto found = std::find_if(findings.begin(), findings.end(),
                                    [&](const Diagnostic& d) { return d.rule == rule; });
    return found == findings.end() ? nullptr : &*found;
  }
  std::string slice(const Diagnostic& finding) const {
    return std::string(sources.slice(finding.span));
  }
  std::string path(const std::string& name) const { return folder_.path(name); }

  SourceMap sources;
  std::atomic<bool> cancelled{false};
  std::shared_ptr<const answer::Snapshot> snapshot;
  Diagnostics findings;
  std::size_t broken_zones = 0;

 private:
  TemporaryFolder folder_;
  Config config_;
};

const std::string one_zone =
    "zones:\n"
    "  - {name: example.com., file: example.com.zone, addressing: true}\n"
    "programs: programs\n";

std::string at_site(const std::string& site) {
  return "server: {site: " + site + "}\n" + one_zone;
}

TEST(Loader, LoadsZonesAndPrograms) {
  Loading l;
  l.write("example.com.zone", zone_text);
  l.write("programs/a.lisp", program_text);
  l.load(at_site("ams1"));
  ASSERT_NE(l.snapshot, nullptr);
  EXPECT_TRUE(l.findings.empty());
  EXPECT_EQ(l.snapshot->zone_count(), 1U);
  ASSERT_NE(l.snapshot->programs(), nullptr);
  EXPECT_EQ(l.snapshot->settings().site, "ams1");
}

TEST(Loader, AnotherSiteRefusesTheSet) {
  Loading l;
  l.write("example.com.zone", zone_text);
  l.write("programs/a.lisp", program_text);
  l.load(at_site("fra2"));
  EXPECT_EQ(l.snapshot, nullptr);
  ASSERT_NE(l.find("config-site"), nullptr);
  EXPECT_EQ(l.slice(*l.find("config-site")), "fra2");
  EXPECT_EQ(l.find("config-site")->help, "did you mean 'fra1'?");
}

TEST(Loader, NoSiteRefusesASetThatListsThem) {
  Loading l;
  l.write("example.com.zone", zone_text);
  l.write("programs/a.lisp", program_text);
  l.load(one_zone);
  EXPECT_EQ(l.snapshot, nullptr);
  ASSERT_NE(l.find("config-site"), nullptr);
  EXPECT_EQ(l.slice(*l.find("config-site")), "(field site (one-of \"ams1\" \"fra1\"))");
}

TEST(Loader, ShowsEveryFaultAtOnce) {
  Loading l;
  l.write("example.com.zone", "@ SOA ns1 host x 2h 30m 2w 5m\nwww A 192.0.2.300\n");
  l.write("programs/a.lisp", program_text);
  l.write("attributes.csv", "name,plam\nwww,pro\n");
  l.load(
      "server: {site: mars1}\n"
      "zones:\n"
      "  - name: example.com.\n"
      "    file: example.com.zone\n"
      "    addressing: true\n"
      "    attributes: {plan: platinum}\n"
      "    attributes-file: attributes.csv\n"
      "  - {name: example.org., file: nowhere.zone}\n"
      "programs: programs\n");
  EXPECT_EQ(l.snapshot, nullptr);
  std::vector<std::string> places;
  for (const Diagnostic& d : l.findings) {
    ASSERT_TRUE(d.span.known()) << d.message;
    places.push_back(l.slice(d));
  }
  for (const char* expected : {"mars1", "x", "192.0.2.300", "platinum", "plam", "nowhere.zone"}) {
    EXPECT_NE(std::find(places.begin(), places.end(), expected), places.end()) << expected;
  }
}

TEST(Loader, ABrokenZoneRefusesEverything) {
  Loading l;
  l.write("good.zone", zone_text);
  l.write("bad.zone", "www A 192.0.2.1\n");
  l.load(
      "zones:\n"
      "  - {name: good.example., file: good.zone}\n"
      "  - {name: bad.example., file: bad.zone}\n");
  EXPECT_EQ(l.snapshot, nullptr);
  ASSERT_NE(l.find("soa-count"), nullptr);
}

TEST(Loader, ABrokenZoneCanBeSkipped) {
  Loading l;
  l.write("good.zone", zone_text);
  l.write("bad.zone", "www A 192.0.2.1\n");
  l.load(
      "server: {on-zone-error: skip}\n"
      "zones:\n"
      "  - {name: good.example., file: good.zone}\n"
      "  - {name: bad.example., file: bad.zone}\n");
  ASSERT_NE(l.snapshot, nullptr);
  EXPECT_EQ(l.snapshot->zone_count(), 1U);
  ASSERT_EQ(l.snapshot->settings().broken_zones.size(), 1U);
  EXPECT_EQ(l.broken_zones, 1U);
  EXPECT_FALSE(has_errors(l.findings));
  ASSERT_NE(l.find("zone-skipped"), nullptr);
  EXPECT_EQ(l.slice(*l.find("zone-skipped")), "bad.example.");
}

/// Signed zones with addressing are servable one by one only for those without.
const char* const signed_zone_text =
    "$TTL 300\n"
    "@ SOA ns1 host 1 2h 30m 2w 5m\n"
    "@ NS ns1\n"
    "@ DNSKEY 257 3 13 mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxIL"
    "fDLUT0rAK9iUzy1L53eKGQ==\n"
    "@ RRSIG SOA 13 2 300 20300101000000 20200101000000 1 example.com. "
    "mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ==\n"
    "@ NSEC @ SOA NS DNSKEY RRSIG NSEC\n"
    "ns1 A 192.0.2.1\n";

TEST(Loader, ASignedZoneWithAddressingIsRefusedAtItsName) {
  for (const bool skip : {false, true}) {
    Loading l;
    l.write("example.com.zone", signed_zone_text);
    l.write("plain.zone", zone_text);
    l.write("programs/a.lisp", program_text);
    l.load(std::string("server: {site: ams1, on-zone-error: ") + (skip ? "skip" : "refuse") +
           "}\n" + one_zone.substr(0, one_zone.find("programs: ")) +
           "  - {name: plain.example., file: plain.zone}\n"
           "programs: programs\n");
    const Diagnostic* finding = l.find("zone-signed-addressing");
    ASSERT_NE(finding, nullptr);
    EXPECT_EQ(l.slice(*finding), "example.com.");
    EXPECT_EQ(l.snapshot != nullptr, skip);
    EXPECT_EQ(l.broken_zones, skip ? 1U : 0U);
    if (skip) {
      EXPECT_EQ(l.snapshot->zone_count(), 1U);
    }
  }
}

TEST(Loader, IncludesStayInsideTheirRoot) {
  for (const char* root : {"", "  include-root: inside\n"}) {
    Loading l;
    l.write("secret", "www TXT secret\n");
    l.write("inside/a.zone", std::string(zone_text) + "$INCLUDE ../secret\n");
    l.load(std::string("server:\n  site: ams1\n") + root +
           "zones: [{name: example.com., file: inside/a.zone}]\n");
    EXPECT_EQ(l.snapshot != nullptr, *root == '\0');
    if (*root != '\0') {
      EXPECT_TRUE(has_errors(l.findings));
    }
  }
}

TEST(Loader, ProgramsThatNobodyAsksAreAWarning) {
  Loading l;
  l.write("example.com.zone", zone_text);
  l.write("programs/a.lisp", program_text);
  l.load(
      "server: {site: ams1}\n"
      "zones: [{name: example.com., file: example.com.zone}]\n"
      "programs: programs\n");
  EXPECT_NE(l.snapshot, nullptr);
  ASSERT_NE(l.find("config-no-addressing"), nullptr);
  EXPECT_EQ(l.find("config-no-addressing")->severity, Severity::warning);
}

TEST(Loader, ProgramsThatDoNotLoadHideNoOtherFault) {
  Loading l;
  l.write("example.com.zone", "www A 192.0.2.1\n");
  l.write("programs/a.lisp", "(program");
  l.load(at_site("ams1"));
  EXPECT_EQ(l.snapshot, nullptr);
  EXPECT_NE(l.find("syntax"), nullptr);
  EXPECT_NE(l.find("soa-count"), nullptr);
}

TEST(Loader, MissingProgramsArePlacedInTheConfiguration) {
  Loading l;
  l.write("example.com.zone", zone_text);
  l.load(one_zone);
  EXPECT_EQ(l.snapshot, nullptr);
  ASSERT_NE(l.find("unreadable"), nullptr);
  EXPECT_EQ(l.slice(*l.find("unreadable")), "programs");
}

TEST(Loader, SecretsAreThoseOfTheFile) {
  Loading l;
  l.write("secrets", "00112233445566778899aabbccddeeff\n");
  l.load("server: {cookie-secret-file: secrets}\n");
  ASSERT_NE(l.snapshot, nullptr);
  ASSERT_EQ(l.snapshot->settings().cookie_secrets.size(), 1U);
  EXPECT_EQ(l.snapshot->settings().cookie_secrets[0][1], 0x11);
}

TEST(Loader, WithoutZonesThereIsNothingToRefuse) {
  Loading l;
  l.load("server: {listen: [\"127.0.0.1@5300\"]}\n");
  EXPECT_NE(l.snapshot, nullptr);
}

TEST(Loader, CancelledLoadsNothing) {
  Loading l;
  l.cancelled = true;
  l.write("example.com.zone", zone_text);
  l.load("zones: [{name: example.com., file: example.com.zone}]\n");
  EXPECT_EQ(l.snapshot, nullptr);
}

}  // namespace
}  // namespace lapis::server
