// What is refused, and at which characters: the line, the column and the text that is underlined.
#include <gtest/gtest.h>

#include "lapis/zone/servable.h"
#include "loaded.h"

namespace lapis::zone::testing {
namespace {

using Lines = std::vector<std::string>;

struct Case {
  const char* text;  ///< after $TTL 300
  Lines errors;
};

const std::string label64(64, 'x');
const std::string name256 = std::string(63, 'a') + "." + std::string(63, 'b') + "." +
                            std::string(63, 'c') + "." + std::string(62, 'd');
const std::string long_label = label64 + " A 192.0.2.1\n";
const std::string long_name = name256 + " A 192.0.2.1\n";
const std::string long_text = "a TXT " + std::string(256, 'x') + "\n";

const Case cases[] = {
    // names
    {long_label.c_str(), {"2:1 name-too-long «" + label64 + "»"}},
    {long_name.c_str(), {"2:1 name-too-long «" + name256 + "»"}},
    {"a CNAME b..c\n", {"2:9 bad-name «b..c»"}},
    {".a A 192.0.2.1\n", {"2:1 bad-name «.a»"}},
    {"\\256 A 192.0.2.1\n", {"2:1 bad-name «\\256»"}},
    {"a.other. A 192.0.2.1\n", {"2:1 out-of-zone «a.other. A 192.0.2.1»"}},
    {"  A 192.0.2.1\n", {"2:3 missing-owner «A»"}},
    // headers
    {"a\n", {"2:1 syntax «a»"}},
    {"a IN 60\n", {"2:6 syntax «60»"}},
    {"a 4294967296 A 192.0.2.1\n", {"2:3 bad-ttl «4294967296»"}},
    {"a CH A 192.0.2.1\n", {"2:3 bad-class «CH»"}},
    {"a CLASS3 A 192.0.2.1\n", {"2:3 bad-class «CLASS3»"}},
    {"a AAA 192.0.2.1\n", {"2:3 unknown-type «AAA»"}},
    {"a TYPE65536 \\# 0\n", {"2:3 unknown-type «TYPE65536»"}},
    {"a AXFR x\n", {"2:3 unknown-type «AXFR»"}},
    {"a OPT x\n", {"2:3 unknown-type «OPT»"}},
    // rdata
    {"a A 192.0.2\n", {"2:5 bad-rdata «192.0.2»"}},
    {"a A 192.0.2.256\n", {"2:5 bad-rdata «192.0.2.256»"}},
    {"a A 192.0.2.01\n", {"2:5 bad-rdata «192.0.2.01»"}},
    {"a A 192.0.2.1 x\n", {"2:15 bad-rdata «x»"}},
    {"a A\n", {"2:3 bad-rdata «A»"}},
    {"a AAAA 1:2\n", {"2:8 bad-rdata «1:2»"}},
    {"a MX 65536 b\n", {"2:6 bad-rdata «65536»"}},
    {"a MX ten b\n", {"2:6 bad-rdata «ten»"}},
    {"a MX 10\n", {"2:6 bad-rdata «10»"}},
    {"a SOA ns h one 2 3 4 5\n", {"2:12 bad-rdata «one»"}},
    {"a SOA ns h 4294967296 2 3 4 5\n", {"2:12 bad-rdata «4294967296»"}},
    {"a SOA ns h 1 2 3 4\n", {"2:18 bad-rdata «4»"}},
    {long_text.c_str(), {"2:7 bad-rdata «" + std::string(256, 'x') + "»"}},
    {"a TXT \"\\256\"\n", {"2:7 bad-rdata «\"\\256\"»"}},
    {"a TXT\n", {"2:3 bad-rdata «TXT»"}},
    {"a TYPE65280 \\# 3 0102\n", {"2:16 bad-rdata «3»"}},
    {"a TYPE65280 \\# 1 010\n", {"2:18 bad-rdata «010»"}},
    {"a TYPE65280 x\n", {"2:13 bad-rdata «x»"}},
    {"a A \\# 3 010203\n", {"2:10 bad-rdata «010203»"}},
    {"a DS 1 13 2 abcd\n", {"2:13 ds-length «abcd»"}},
    {"a DS \\# 6 00010d02abcd\n", {"2:11 ds-length «00010d02abcd»"}},
    {"a CDS 1 13 4 abcd\n", {"2:14 ds-length «abcd»"}},
    {"a SSHFP 4 2 abcd\n", {"2:13 sshfp-length «abcd»"}},
    {"a ZONEMD 1 1 1 abcd\n", {"2:16 zonemd-length «abcd»"}},
    {"a ZONEMD 1 241 1 abcd\n", {}},
    {"a SVCB 1 . mandatory=mandatory\n", {"2:12 svcb-mandatory «mandatory=mandatory»"}},
    {"a SVCB 1 . mandatory=port\n", {"2:12 svcb-mandatory «mandatory=port»"}},
    {"a SVCB 1 . no-default-alpn\n", {"2:12 svcb-no-default-alpn «no-default-alpn»"}},
    {"a HTTPS \\# 7 000100000300020\n", {"2:14 bad-rdata «000100000300020»"}},
    {"a HTTPS \\# 8 0001000003000250\n", {"2:14 svcb-params «0001000003000250»"}},
    {"a HTTPS \\# 8 0001000003000150\n", {"2:14 svcb-params «0001000003000150»"}},
    {"a HTTPS \\# 9 000100000000020003\n", {"2:14 svcb-mandatory «000100000000020003»"}},
    {"a HTTPS \\# 7 00010000020000\n", {"2:14 svcb-no-default-alpn «00010000020000»"}},
    {"a HTTPS \\# 14 0001000001000100000300020050\n",
     {"2:15 svcb-params «0001000001000100000300020050»"}},
    {"a SVCB 1 . nosuch=1\n", {"2:12 svcb-params «nosuch=1»"}},
    {"a SVCB x . port=1\n", {"2:8 bad-rdata «x»"}},
    {"a DNSKEY 257 3 13\n", {"2:16 bad-rdata «13»"}},
    {"a DNSKEY 257 3 13 A\n", {"2:19 bad-rdata «A»"}},
    {"a TLSA 3 1 1 xyz\n", {"2:14 bad-rdata «xyz»"}},
    {"a LOC 91 N 4 E 0m\n", {"2:7 bad-rdata «91»"}},
    {"a LOC 90 0 0.001 N 4 E 0m\n", {"2:18 bad-rdata «N»"}},
    {"a LOC 1 60 N 4 E 0m\n", {"2:9 bad-rdata «60»"}},
    {"a LOC 1 2 3 4 E 0m\n", {"2:13 bad-rdata «4»"}},
    {"a LOC 1 N 4 E\n", {"2:13 bad-rdata «E»"}},
    {"a LOC 1 N 4 E 50000000m\n", {"2:15 bad-rdata «50000000m»"}},
    {"a WKS 192.0.2.1 TCP no-such-service\n", {"2:21 bad-rdata «no-such-service»"}},
    {"a WKS 192.0.2.1 256 80\n", {"2:17 bad-rdata «256»"}},
    {"a CAA 0 is-sue x\n", {"2:9 bad-rdata «is-sue»"}},
    {"a SVCB 1 . port=70000\n", {"2:12 svcb-params «port=70000»"}},
    {"a SVCB 1 . port=1 port=2\n", {"2:19 svcb-params «port=2»"}},
    {"a NSEC b A NOSUCH\n", {"2:12 bad-rdata «NOSUCH»"}},
    {"a RRSIG A 13 2 300 20381301000000 20200101000000 1 t. AAAA\n",
     {"2:20 bad-rdata «20381301000000»"}},
    // groups, quotes, directives
    {"a TXT ( x\n", {"2:7 syntax «(»"}},
    {"a TXT x )\n", {"2:9 syntax «)»"}},
    {"a TXT \"x\n", {"2:7 syntax «\"x»"}},
    {"\"\n", {"2:1 syntax «\"»"}},
    {"((\n\\256 A 192.0.2.1\n", {"2:1 syntax «(»", "3:1 bad-name «\\256»"}},
    {"$NONSENSE x\n", {"2:1 unknown-directive «$NONSENSE»"}},
    {"$INCLUDE /nowhere/at-all\n", {"2:10 include «/nowhere/at-all»"}},
    {"$GENERATE 3-1 h$ A 192.0.2.$\n", {"2:11 generate «3-1»"}},
    {"$GENERATE 1-2 h${0,300} A 192.0.2.$\n", {"2:15 generate «h${0,300} A 192.0.2.$»"}},
    {"$GENERATE 1-3 h$ A 192.0.2.$99\n", {"2:1 bad-rdata «$GENERATE 1-3 h$ A 192.0.2.$99»"}},
    // all of them, not the first
    {"a A x\nb MX y z\nc A 192.0.2.1\nd NOPE\n",
     {"2:5 bad-rdata «x»", "3:6 bad-rdata «y»", "5:3 unknown-type «NOPE»"}},
};

class Refused : public ::testing::TestWithParam<Case> {};

TEST_P(Refused, WithItsPlace) {
  const Loaded loaded = load("$TTL 300\n" + std::string(GetParam().text));
  EXPECT_EQ(loaded.errors(), GetParam().errors) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(Text, Refused, ::testing::ValuesIn(cases));

/// What can be read and still not be served honestly.
TEST(ServingErrors, StandAtTheRecordThatIsTooMany) {
  const std::pair<const char*, const char*> wrong[] = {
      {"@ SOA ns h 2 2 3 4 5\n", "4:1 soa-count"},
      {"a SOA ns h 1 2 3 4 5\n", "4:1 soa-count"},
      {"a CNAME b\na A 192.0.2.1\n", "5:1 cname-and-other-data"},
      {"@ CNAME b\n", "4:1 cname-and-other-data"},
      {"a CNAME b\na CNAME c\n", "5:1 multiple-cname"},
      {"a DNAME b\na DNAME c\n", "5:1 multiple-dname"},
  };
  for (const auto& [text, expected] : wrong) {
    const Loaded loaded = load(head() + text);
    ASSERT_TRUE(loaded.errors().empty()) << text;
    const Diagnostics errors = serving_errors(loaded.zone);
    ASSERT_EQ(errors.size(), 1u) << text;
    const Location at = loaded.sources.locate(errors[0].span);
    EXPECT_EQ(std::to_string(at.line) + ":" + std::to_string(at.column) + " " + errors[0].rule,
              expected);
  }
  EXPECT_EQ(serving_errors(load("$TTL 300\n@ NS ns\n").zone).size(), 1u) << "no SOA";
}

TEST(ServingErrors, AreNoneForWhatBindAndNsdServe) {
  for (const char* text : {"a CNAME b\na CNAME B\n", "a CNAME b\na NSEC b CNAME NSEC\n",
                           "a DNAME b\nx.a A 192.0.2.1\n", "a NS ns\na DS 1 13 9 00\nx.a TXT y\n",
                           "a A 192.0.2.1\na 5 A 192.0.2.1\n", "*.a NS ns\n"}) {
    const Loaded loaded = load(head() + text);
    EXPECT_TRUE(serving_errors(loaded.zone).empty()) << text;
  }
}

}  // namespace
}  // namespace lapis::zone::testing
