// Witnesses to JSON and back, and the command lines made of them.
#include "lapis/report/witness.h"

#include <gtest/gtest.h>

namespace lapis::report {
namespace {

bool same(const Witness& a, const Witness& b) {
  return a.qname == b.qname && a.zone == b.zone && a.qtype == b.qtype && a.client == b.client &&
         a.resolver == b.resolver && a.transport == b.transport && a.site == b.site &&
         a.region == b.region && a.country == b.country && a.continent == b.continent &&
         a.asn == b.asn && a.attributes == b.attributes;
}

Witness sample() {
  Witness w;
  w.qname = "a\\032b.example.com.";
  w.zone = "example.com.";
  w.qtype = "AAAA";
  w.client = "198.51.100.7";
  w.resolver = "192.0.2.53";
  w.transport = "tls";
  w.site = "ams1";
  w.region = "eu \"west\"\n";
  w.country = "NL";
  w.continent = "EU";
  w.asn = 4294967295;
  w.attributes = {{"plan", std::string("pro")}, {"beta", false}, {"weight", std::int64_t{-3}}};
  return w;
}

TEST(WitnessJson, RoundTrips) {
  for (const Witness& w : {Witness{}, sample()}) {
    Witness back = sample();
    std::string error;
    ASSERT_TRUE(read_witness(witness_json(w), back, error)) << error;
    EXPECT_TRUE(same(w, back)) << witness_json(back);
  }
}

TEST(WitnessJson, MissingKeysTakeDefaultsNotTheLastValues) {
  Witness w = sample();
  std::string error;
  ASSERT_TRUE(read_witness(R"({"qname":"x."})", w, error));
  Witness expected;
  expected.qname = "x.";
  EXPECT_TRUE(same(w, expected)) << witness_json(w);
}

struct BadLine {
  const char* json;
  const char* error;
};

const BadLine bad_lines[] = {
    {"", "not JSON at octet 1"},
    {"{", "not JSON at octet 2"},
    {R"({"qname":"x."} {})", "not JSON at octet 16"},
    {"[]", "expected an object, got an array"},
    {"3", "expected an object, got a number"},
    {R"({"name":"x."})", "unknown key 'name'"},
    {R"({"qname":"x.","qname":"y."})", "key 'qname' is given twice"},
    {R"({"qname":1})", "'qname' must be a string, not a number"},
    {R"({"qname":null})", "'qname' must be a string, not null"},
    {R"({"asn":-1})", "'asn' must be a number from 0, not a negative number"},
    {R"({"asn":4294967296})", "'asn' must be at most 4294967295"},
    {R"({"asn":1.5})", "'asn' must be a number from 0, not a fraction"},
    {R"({"asn":"1"})", "'asn' must be a number from 0, not a string"},
    {R"({"attributes":[]})", "'attributes' must be an object, not an array"},
    {R"({"attributes":{"a":{}}})",
     "attribute 'a' must be a string, a number or a boolean, not an object"},
    {R"({"attributes":{"a":1,"a":2}})", "attribute 'a' is given twice"},
    {R"({"attributes":{"a":9223372036854775808}})", "attribute 'a' is over 64 bits"},
    {R"({"qname":{}})", "'qname' must be a string, not an object"},
    {"{\"qname\":\"\xff\"}", "not JSON at octet 11"},
};

TEST(WitnessJson, RefusesWhatIsNotAWitness) {
  for (const BadLine& line : bad_lines) {
    Witness w;
    std::string error;
    EXPECT_FALSE(read_witness(line.json, w, error)) << line.json;
    EXPECT_EQ(error, line.error) << line.json;
  }
}

TEST(ShellQuote, QuotesOnlyWhatTheShellWouldRead) {
  EXPECT_EQ(shell_quote("www.example.com."), "www.example.com.");
  EXPECT_EQ(shell_quote(""), "''");
  EXPECT_EQ(shell_quote("*.example."), "'*.example.'");
  EXPECT_EQ(shell_quote("a\\.b."), "'a\\.b.'");
  EXPECT_EQ(shell_quote("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_quote("$(reboot)"), "'$(reboot)'");
}

TEST(DigCommand, NamesThatLookLikeOptions) {
  Witness w;
  w.qname = "-x.example.";
  EXPECT_EQ(dig_command(w), "dig @127.0.0.1 -p 5300 -q -x.example. A");
  w.qname = "@.example.";
  w.client = w.resolver = "127.0.0.1";
  EXPECT_EQ(dig_command(w, {"::1", 53}), "dig @::1 -p 53 -q @.example. A");
}

}  // namespace
}  // namespace lapis::report
