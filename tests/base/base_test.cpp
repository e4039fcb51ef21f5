// Addresses and prefixes, source positions, near words, and the documented hash.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "lapis/base/diagnostic.h"
#include "lapis/base/ip.h"
#include "lapis/base/octets.h"
#include "lapis/base/replace_file.h"
#include "lapis/base/side_by_side.h"
#include "lapis/base/source.h"
#include "lapis/base/stable_hash.h"
#include "lapis/base/utf8.h"

namespace lapis {
namespace {

TEST(IpAddress, MappedAddressesAreIpv4) {
  EXPECT_EQ(IpAddress::parse("::ffff:192.0.2.1"), IpAddress::parse("192.0.2.1"));
  EXPECT_TRUE(IpAddress::parse("::ffff:192.0.2.1")->is_v4());
  EXPECT_FALSE(IpAddress::parse("::192.0.2.1")->is_v4());
  for (const char* bad : {"", "1.2.3", "1.2.3.4.5", "01.2.3.4x", "::1%eth0", "g::", "1.2.3.4/8"}) {
    EXPECT_FALSE(IpAddress::parse(bad).has_value()) << bad;
  }
  EXPECT_FALSE(IpAddress::parse(std::string_view("1.2.3.4\0", 8)).has_value());
}

TEST(IpAddress, OrdersIpv4BeforeIpv6ThenByValue) {
  EXPECT_LT(*IpAddress::parse("255.255.255.255"), *IpAddress::parse("::"));
  EXPECT_LT(*IpAddress::parse("9.0.0.0"), *IpAddress::parse("10.0.0.0"));
  EXPECT_EQ(IpAddress::parse("192.0.2.77")->common_bits(*IpAddress::parse("192.0.2.128")), 24);
  EXPECT_EQ(IpAddress::parse("::1")->common_bits(*IpAddress::parse("1.2.3.4")), 0);
  EXPECT_EQ(IpAddress::parse("2001:db8::ffff")->masked(113).to_string(), "2001:db8::8000");
}

TEST(Utf8, TakesWellFormedSequencesOnly) {
  const auto size = [](std::string_view text) { return decode_utf8(text, 0).size; };
  EXPECT_EQ(decode_utf8("\xC3\xA9", 0).value, 0xE9U);
  EXPECT_EQ(decode_utf8("x\xE2\x82\xAC", 1).value, 0x20ACU);
  EXPECT_EQ(decode_utf8("\xF4\x8F\xBF\xBF", 0).value, 0x10FFFFU);
  EXPECT_EQ(size(std::string_view("\0", 1)), 1U);
  for (const char* bad :
       {"\x80", "\xC0\x80", "\xC1\xBF", "\xC3", "\xC3(", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xE2\x82",
        "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"}) {
    EXPECT_EQ(size(bad), 0U) << bad;
  }
  EXPECT_EQ(first_invalid_utf8("a\xC3\xA9z"), std::string_view::npos);
  EXPECT_EQ(first_invalid_utf8("a\xC3\xA9z\xE2\x82"), 4U);
}

TEST(Prefix, RefusesHostBitsAndSaysWhatWasMeant) {
  std::string why;
  EXPECT_FALSE(Prefix::parse("192.0.2.1/24", &why).has_value());
  EXPECT_NE(why.find("192.0.2.0/24"), std::string::npos);
  for (const char* bad : {"192.0.2.0/33", "2001:db8::/129", "192.0.2.0/", "192.0.2.0/-1", "/8",
                          "192.0.2.0/8x", "::ffff:0.0.0.0/95"}) {
    EXPECT_FALSE(Prefix::parse(bad).has_value()) << bad;
  }
  EXPECT_EQ(Prefix::parse("::ffff:192.0.2.0/120"), Prefix::parse("192.0.2.0/24"));
  EXPECT_EQ(Prefix::parse("192.0.2.7")->length, 32);
}

TEST(Prefix, EndsWhereItSays) {
  EXPECT_EQ(Prefix::parse("192.0.2.0/25")->last().to_string(), "192.0.2.127");
  EXPECT_EQ(Prefix::parse("0.0.0.0/0")->last().to_string(), "255.255.255.255");
  EXPECT_EQ(Prefix::parse("2001:db8::/33")->last().to_string(),
            "2001:db8:7fff:ffff:ffff:ffff:ffff:ffff");
  EXPECT_FALSE(Prefix::parse("::/0")->contains(*IpAddress::parse("192.0.2.1")));
}

TEST(SourceMap, CountsCodePointsAndLines) {
  SourceMap sources;
  const std::uint32_t file = sources.add("f", "a\r\n\xC3\xA4\xE2\x82\xAC x\n");
  const Location at = sources.locate({file, 9, 10});
  EXPECT_EQ(at.line, 2U);
  EXPECT_EQ(at.column, 4U);
  EXPECT_EQ(at.end_column, 5U);
  EXPECT_EQ(sources.line_at(file, 0), "a");
  EXPECT_EQ(sources.locate({}).line, 0U);
  EXPECT_EQ(sources.locate({file, 99, 99}).line, 3U);
}

TEST(DidYouMean, IsAboutTypingErrors) {
  const std::vector<std::string> words{"plan", "client", "qname"};
  EXPECT_EQ(did_you_mean("paln", words), "plan");
  EXPECT_EQ(did_you_mean("clent", words), "client");
  EXPECT_EQ(did_you_mean("resolver", words), "");
  EXPECT_EQ(did_you_mean("x", words), "");
}

TEST(StableHash, IsXxh64) {
  // Vectors of the algorithm's author (seeds 0 and 2654435761 over nothing, "abc").
  EXPECT_EQ(stable_hash({}, 0), 0xEF46DB3751D8E999U);
  const std::string abc = "abc";
  const std::span<const std::uint8_t> octets(reinterpret_cast<const std::uint8_t*>(abc.data()), 3);
  EXPECT_EQ(stable_hash(octets, 0), 0x44BC2CF5AD770999U);
  EXPECT_EQ(bucket_seed("abc", 0), 0x44BC2CF5AD770999U);
  EXPECT_EQ(bucket_of(octets, 0, 1000), 0x44BC2CF5AD770999U % 1000);
}

TEST(SideBySide, DoesEachPartOnce) {
  for (const std::size_t parts : {0U, 1U, 2U, 7U}) {
    std::vector<std::atomic<int>> done(parts);
    side_by_side(parts, [&](std::size_t i) { ++done[i]; });
    for (const auto& times : done) EXPECT_EQ(times, 1);
  }
  EXPECT_EQ(parts_of(0, 10), 1U);
  EXPECT_EQ(parts_of(19, 10), 1U);
  EXPECT_LE(parts_of(1'000'000, 1), 16U);
}

TEST(Octets, AreReadInNetworkOrder) {
  const std::uint8_t octets[] = {0, 0x12, 0x34, 0xFE, 0xDC};
  EXPECT_EQ(read16(octets, 1), 0x1234U);
  EXPECT_EQ(read32(octets, 1), 0x1234FEDCU);
}

class ReplaceFile : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(::testing::TempDir()) /
              ("lapis-replace-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string at(const std::string& name) const { return (folder_ / name).string(); }
  static std::string read(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static mode_t mode(const std::string& path) {
    struct stat info {};
    EXPECT_EQ(stat(path.c_str(), &info), 0) << path;
    return info.st_mode & 07777U;
  }
  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(folder_), {}));
  }

  std::filesystem::path folder_;
  std::string error_;
};

TEST_F(ReplaceFile, KeepsModeAndFollowsLinks) {
  ASSERT_TRUE(replace_file(at("file"), "one", error_)) << error_;
  EXPECT_EQ(read(at("file")), "one");
  EXPECT_EQ(mode(at("file")) & 0111U, 0U);
  ASSERT_EQ(chmod(at("file").c_str(), 0640), 0);
  std::filesystem::create_symlink("file", at("link"));
  ASSERT_TRUE(replace_file(at("link"), "two", error_)) << error_;
  EXPECT_EQ(read(at("file")), "two");
  EXPECT_EQ(mode(at("file")), 0640U);
  EXPECT_TRUE(std::filesystem::is_symlink(at("link")));
  EXPECT_EQ(files(), 2U);
}

TEST_F(ReplaceFile, MayBePrivate) {
  ASSERT_TRUE(replace_file(at("file"), "public", error_)) << error_;
  std::filesystem::create_symlink("file", at("link"));
  ASSERT_TRUE(replace_file(at("link"), "own", error_, Replace::by_private_file)) << error_;
  EXPECT_EQ(read(at("file")), "public");
  EXPECT_EQ(read(at("link")), "own");
  EXPECT_FALSE(std::filesystem::is_symlink(at("link")));
  EXPECT_EQ(mode(at("link")), 0600U);
}

TEST_F(ReplaceFile, LeavesNothingWhenItFails) {
  EXPECT_FALSE(replace_file(at("gone/file"), "x", error_));
  EXPECT_FALSE(error_.empty());
  std::filesystem::create_directories(at("folder/inside"));
  EXPECT_FALSE(replace_file(at("folder"), "x", error_));  // a directory stands there
  EXPECT_EQ(files(), 1U);
  // A draft of a process that was killed is in nobody's way.
  std::ofstream(at(draft_prefix("file") + std::to_string(getpid()) + "-0")) << "left";
  EXPECT_TRUE(replace_file(at("file"), "x", error_)) << error_;
}

}  // namespace
}  // namespace lapis
