// Master files as RFC 1035 §5, RFC 2308 §4 and BIND define them: directives, what records inherit
// from the ones before, escapes, groups.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "loaded.h"

namespace lapis::zone::testing {
namespace {

using Lines = std::vector<std::string>;

/// The records of `text`, which has no finding.
Lines records_of(const std::string& text) {
  const Loaded loaded = load(text);
  EXPECT_EQ(loaded.errors(), Lines());
  return loaded.records();
}

TEST(Rfc1035Section5_1, OwnerTtlAndClassAreInherited) {
  EXPECT_EQ(records_of("a 60 IN A 192.0.2.1\n  A 192.0.2.2\n\tIN 30 A 192.0.2.3\n"
                       "b A 192.0.2.4\n"),
            (Lines{"a.t. 60 A c0000201", "a.t. 60 A c0000202", "a.t. 30 A c0000203",
                   "b.t. 30 A c0000204"}));
}

TEST(Rfc1035Section5_1, ClassAndTtlInEitherOrderAndCase) {
  const Lines one{"a.t. 60 A c0000201"};
  for (const char* line : {"a IN 60 A 192.0.2.1\n", "a 60 IN A 192.0.2.1\n", "a 1m in a 192.0.2.1",
                           "a class1 60 type1 192.0.2.1\r\n"}) {
    EXPECT_EQ(records_of(line), one) << line;
  }
}

TEST(Rfc1035Section5_1, WordsThatLookLikeSomethingElse) {
  EXPECT_EQ(
      records_of("$TTL 900\nIN A 192.0.2.1\nA A 192.0.2.2\n60 A 192.0.2.3\n60 60 A 192.0.2.4\n"),
      (Lines{"IN.t. 900 A c0000201", "A.t. 900 A c0000202", "60.t. 900 A c0000203",
             "60.t. 60 A c0000204"}));
}

TEST(Rfc1035Section5_1, GroupsQuotesAndComments) {
  EXPECT_EQ(
      records_of("$TTL 900 ; of all\na TXT ( \"x;y\" ; (\n  z\n) ; )\n\n ; nothing\n"
                 "b (\n30\nIN A\n192.0.2.1 )\nc TXT \"(\" \"\" \"a\"b"),
      (Lines{"a.t. 900 TXT 03783b79017a", "b.t. 30 A c0000201", "c.t. 900 TXT 01280001610162"}));
}

TEST(Rfc1035Section5_1, Escapes) {
  EXPECT_EQ(records_of("$TTL 900\na\\.b A 192.0.2.1\n\\000\\255 A 192.0.2.2\n\\@ A 192.0.2.3\n"
                       "t TXT \"\\\"\\\\\\065\" \\;\n"),
            (Lines{"a\\.b.t. 900 A c0000201", "\\000\\255.t. 900 A c0000202",
                   "\\@.t. 900 A c0000203", "t.t. 900 TXT 03225c41013b"}));
}

TEST(Rfc1035Section5_1, OriginAndAt) {
  EXPECT_EQ(records_of("$TTL 900\n$ORIGIN sub\n@ A 192.0.2.1\na CNAME @\n$ORIGIN deep.sub.t.\n"
                       "b MX 1 .\n A 192.0.2.2\n"),
            (Lines{"sub.t. 900 A c0000201", "a.sub.t. 900 CNAME 03737562017400",
                   "b.deep.sub.t. 900 MX 000100", "b.deep.sub.t. 900 A c0000202"}));
}

TEST(Rfc2308Section4, TtlDirectiveAndUnits) {
  EXPECT_EQ(records_of("$TTL 1w2d3h4m5s\na A 192.0.2.1\nb 0 A 192.0.2.2\nc A 192.0.2.3\n"),
            (Lines{"a.t. 788645 A c0000201", "b.t. 0 A c0000202", "c.t. 788645 A c0000203"}));
  EXPECT_EQ(parse_ttl("1h30m"), 5400u);
  EXPECT_EQ(parse_ttl("4294967295"), 4294967295u);
  for (const char* bad : {"", "h", "1x", "-1", "4294967296", "1h 2", "7102w"}) {
    EXPECT_EQ(parse_ttl(bad), std::nullopt) << bad;
  }
}

TEST(Rfc1035Section5_1, LineEndsOfEveryKind) {
  const Lines two{"a.t. 900 A c0000201", "b.t. 900 A c0000202"};
  for (const char* text :
       {"$TTL 900\na A 192.0.2.1\nb A 192.0.2.2", "$TTL 900\r\na A 192.0.2.1\r\nb A 192.0.2.2\r\n",
        "\n\n$TTL 900\n\n  \na A 192.0.2.1 \n;x\nb A 192.0.2.2;\n"}) {
    EXPECT_EQ(records_of(text), two);
  }
}

TEST(Rfc3597Section5, UnknownTypes) {
  EXPECT_EQ(records_of("$TTL 900\na TYPE65280 \\# 0\nb TYPE65280 \\# 3 01 0203\n"),
            (Lines{"a.t. 900 TYPE65280 ", "b.t. 900 TYPE65280 010203"}));
}

TEST(Rfc1035Section2_3_4, LongestNames) {
  const std::string label(63, 'x');
  // Three labels of 63 and one of 59 make 252 octets in front of "t.": 255 with it and the root.
  const std::string name = label + "." + label + "." + label + "." + std::string(59, 'y');
  EXPECT_EQ(records_of("$TTL 900\n" + name + " A 192.0.2.1\n").size(), 1u);
  EXPECT_FALSE(load("$TTL 900\n" + name + "y A 192.0.2.1\n").zone.ok());
}

TEST(Generate, NumbersAsBindMakesThem) {
  EXPECT_EQ(records_of("$TTL 900\n$GENERATE 0-4/2 h$ A 192.0.2.$\n"),
            (Lines{"h0.t. 900 A c0000200", "h2.t. 900 A c0000202", "h4.t. 900 A c0000204"}));
  EXPECT_EQ(
      records_of("$TTL 900\n$GENERATE 10-10 ${-3,3,d}.${0,4,x}.${245,0,X}.${0,3,o} A 192.0.2.1\n"),
      (Lines{"007.000a.FF.012.t. 900 A c0000201"}));
  EXPECT_EQ(records_of("$TTL 900\n$GENERATE 18-18 ${0,3,n} A 192.0.2.1\n"),
            (Lines{"2.1.t. 900 A c0000201"}));
  EXPECT_EQ(records_of("$TTL 900\n$GENERATE 1-1 n${-5,3} A 192.0.2.1\n"),
            (Lines{"n-04.t. 900 A c0000201"}));
  EXPECT_EQ(records_of("$TTL 900\n$GENERATE 1-1 \\$ 60 IN MX \"10 m$\"\n"),
            (Lines{"\\$.t. 60 MX 000a026d31017400"}));
}

class Inclusion : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(::testing::TempDir()) /
              ("lapis-include-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_ / "inside");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return (folder_ / name).string();
  }

  std::filesystem::path folder_;
};

TEST_F(Inclusion, HasItsOwnOriginAndLeavesOwnerAndOrigin) {
  const std::string part = file("part", "x A 192.0.2.7\n$ORIGIN other.t.\ny A 192.0.2.8\n");
  EXPECT_EQ(records_of("$TTL 900\na A 192.0.2.1\n$INCLUDE " + part +
                       " sub\n A 192.0.2.2\nb A 192.0.2.3\n"),
            (Lines{"a.t. 900 A c0000201", "x.sub.t. 900 A c0000207", "y.other.t. 900 A c0000208",
                   "a.t. 900 A c0000202", "b.t. 900 A c0000203"}));
}

TEST_F(Inclusion, IsFoundBesideTheIncludingFile) {
  file("inside/deeper", "z A 192.0.2.9\n");
  const std::string outer = file("inside/outer", "$INCLUDE deeper\n");
  EXPECT_EQ(records_of("$TTL 900\n$INCLUDE \"" + outer + "\"\n"), (Lines{"z.t. 900 A c0000209"}));
}

TEST_F(Inclusion, ErrorsStandInTheFileTheyAreIn) {
  const std::string part = file("part", "x A 192.0.2.7\ny A nonsense\n");
  const Loaded loaded = load("$TTL 900\n$INCLUDE " + part + "\n");
  ASSERT_EQ(loaded.zone.diagnostics.size(), 1u);
  const Location at = loaded.sources.locate(loaded.zone.diagnostics[0].span);
  EXPECT_EQ(at.path, part);
  EXPECT_EQ(at.line, 2u);
  EXPECT_EQ(at.column, 5u);
}

TEST_F(Inclusion, EndsWhenFilesIncludeOneAnother) {
  file("one", "$INCLUDE two\n");
  file("two", "$INCLUDE one\n");
  const Loaded loaded = load("$TTL 900\n$INCLUDE " + (folder_ / "one").string() + "\n");
  ASSERT_EQ(loaded.zone.diagnostics.size(), 1u);
  EXPECT_EQ(loaded.zone.diagnostics[0].rule, "include");
  // Doubling at every step is ended by the number of inclusions.
  std::string twice;
  for (int i = 0; i < 12; ++i) {
    file("d" + std::to_string(i), twice);
    twice = "$INCLUDE d" + std::to_string(i) + "\n$INCLUDE d" + std::to_string(i) + "\n";
  }
  LoadOptions options;
  options.max_includes = 50;
  const Loaded doubled = load("$INCLUDE " + (folder_ / "d11").string() + "\n", "t.", options);
  EXPECT_FALSE(doubled.zone.ok());
}

TEST_F(Inclusion, StaysInsideItsRoot) {
  const std::string outside = file("secret", "x A 192.0.2.7\n");
  const std::string inside = file("inside/part", "y A 192.0.2.8\n");
  std::filesystem::create_symlink(outside, folder_ / "inside" / "link");
  LoadOptions options;
  options.include_root = (folder_ / "inside").string();
  const std::string link = (folder_ / "inside" / "link").string();
  const std::string dots = (folder_ / "inside" / ".." / "secret").string();
  EXPECT_TRUE(load("$TTL 900\n$INCLUDE " + inside + "\n", "t.", options).zone.ok());
  for (const std::string& path : {outside, link, dots}) {
    EXPECT_FALSE(load("$TTL 900\n$INCLUDE " + path + "\n", "t.", options).zone.ok()) << path;
  }
}

TEST(OtherEncodings, AreOneError) {
  const std::string utf16("\xFF\xFE@\0 \0A\0\n\0@\0", 12);
  EXPECT_EQ(load(utf16).errors(), Lines{"1:1 syntax «\xFF\xFE»"});
  EXPECT_EQ(load("\x1F\x8B\x08@\n\x01").errors(), Lines{"1:1 syntax «\x1F\x8B»"});
}

TEST(Apex, IsDerivedWhenNotGiven) {
  EXPECT_EQ(
      dns::to_text(load("$ORIGIN a.example.\n@ 900 SOA ns h 1 2 3 4 5\n", "").zone.records.origin),
      "a.example.");
  EXPECT_EQ(dns::to_text(load("b.example. 900 IN SOA ns.b.example. h.b.example. 1 2 3 4 5\n", "")
                             .zone.records.origin),
            "b.example.");
}

class ApexOfIncluded : public Inclusion {
 protected:
  /// What the zone in a file of this name is called, its text being `$INCLUDE part`.
  std::string apex(const std::string& name, const std::string& part,
                   const std::string& text = "; nothing else\n$INCLUDE part\n") {
    file("part", part);
    SourceMap sources;
    const LoadedZone zone = load_zone(file(name, text), sources);
    EXPECT_TRUE(zone.ok()) << name << '\n' << part;
    return dns::to_text(zone.records.origin);
  }
};

TEST_F(ApexOfIncluded, IsThatOfTheSoaRecord) {
  const std::string soa = " 900 SOA ns.test. h.test. 1 2 3 4 5\n";
  EXPECT_EQ(apex("zone", "a.example." + soa), "a.example.");
  EXPECT_EQ(apex("zone", "$ORIGIN a.example.\n@" + soa), "a.example.");
  EXPECT_EQ(apex("other.test.zone", "a.example." + soa + "www A 192.0.2.1\n"), "a.example.");
  EXPECT_EQ(apex("a.example.zone", "@" + soa + "www A 192.0.2.1\n"), "a.example.");
  EXPECT_EQ(apex("zone", "@" + soa, "$INCLUDE part a.example.\n"), "a.example.");
  EXPECT_EQ(apex("zone", "sub" + soa, "$ORIGIN example.\n$INCLUDE \"p\\art\"\n"), "sub.example.");
}

TEST_F(ApexOfIncluded, OriginAndOwnerOfBeforeHoldBehindIt) {
  EXPECT_EQ(apex("zone", "$ORIGIN other.example.\n",
                 "$ORIGIN a.example.\n$INCLUDE part\n@ 900 SOA ns h 1 2 3 4 5\n"),
            "a.example.");
}

TEST_F(ApexOfIncluded, EndsWhenFilesIncludeOneAnother) {
  file("one", "$INCLUDE two\n");
  SourceMap sources;
  EXPECT_FALSE(load_zone(file("two", "$INCLUDE one\n$INCLUDE one\n"), sources).ok());
}

TEST(Apex, IsMissedOnce) {
  SourceMap sources;
  const std::string text = "$TTL 60\n@ SOA ns h 1 2 3 4 5\nwww A 192.0.2.1\n$ORIGIN sub\n";
  const LoadedZone zone = load_zone_text(sources.add("zone", text), sources);
  ASSERT_EQ(zone.diagnostics.size(), 1u);
  EXPECT_EQ(zone.diagnostics[0].rule, "missing-origin");
  EXPECT_EQ(sources.locate(zone.diagnostics[0].span).line, 2u);
  EXPECT_TRUE(zone.diagnostics[0].message.ends_with("; 2 more like it"));
}

}  // namespace
}  // namespace lapis::zone::testing
