// The example zones and responses of RFC 4035 (appendices A and B) and RFC 5155 (appendices A and
// B): which NSEC and NSEC3 records each kind of "no" must carry, by the RFCs' own lists. Signatures
// are made up; whether real ones validate is the subject of end_to_end.dnssec and the differential
// test.
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "served.h"

namespace lapis::answer::testing {
namespace {

using Lines = std::vector<std::string>;

constexpr const char* key = "@ DNSKEY 257 3 13 AAAA\n";

/// A record with an RRSIG over its type, made by the owner's own labels.
std::string signed_record(const std::string& owner, int labels, const std::string& type,
                          const std::string& rdata) {
  return owner + " " + type + " " + rdata + "\n" + owner + " RRSIG " + type + " 13 " +
         std::to_string(labels) + " 3600 20380101000000 20200101000000 1 example. AAAA\n";
}

/// What both example zones have in common.
std::string common_records() {
  return "$ORIGIN example.\n$TTL 3600\n" +
         signed_record("@", 1, "SOA", "ns1 bugs.x.w 1 3600 300 3600000 3600") +
         signed_record("@", 1, "NS", "ns1") + "@ NS ns2\n" + signed_record("@", 1, "MX", "1 xx") +
         key + "a NS ns1.a\na NS ns2.a\n" +
         signed_record("a", 2, "DS", "57855 5 1 B6DCD485719ADCA18E5F3D48A2331627FDD3636B") +
         "ns1.a A 192.0.2.5\nns2.a A 192.0.2.6\n" + signed_record("ai", 2, "A", "192.0.2.9") +
         signed_record("ai", 2, "HINFO", "\"KLH-10\" \"ITS\"") +
         signed_record("ai", 2, "AAAA", "2001:db8::f00:baa9") +
         signed_record("ns1", 2, "A", "192.0.2.1") + signed_record("ns2", 2, "A", "192.0.2.2") +
         signed_record("*.w", 2, "MX", "1 ai") + signed_record("x.w", 3, "MX", "1 xx") +
         signed_record("x.y.w", 4, "MX", "1 xx") + signed_record("xx", 2, "A", "192.0.2.10") +
         signed_record("xx", 2, "HINFO", "\"KLH-10\" \"TOPS-20\"") +
         signed_record("xx", 2, "AAAA", "2001:db8::f00:baaa");
}

/// RFC 4035 appendix A.
std::string nsec_zone() {
  std::string zone = common_records() +
                     "b NS ns1.b\nb NS ns2.b\nns1.b A 192.0.2.7\n"
                     "ns2.b A 192.0.2.8\n";
  const std::tuple<const char*, int, const char*> chain[] = {
      {"@", 1, "a NS SOA MX RRSIG NSEC DNSKEY"},
      {"a", 2, "ai NS DS RRSIG NSEC"},
      {"ai", 2, "b A HINFO AAAA RRSIG NSEC"},
      {"b", 2, "ns1 NS RRSIG NSEC"},
      {"ns1", 2, "ns2 A RRSIG NSEC"},
      {"ns2", 2, "*.w A RRSIG NSEC"},
      {"*.w", 2, "x.w MX RRSIG NSEC"},
      {"x.w", 3, "x.y.w MX RRSIG NSEC"},
      {"x.y.w", 4, "xx MX RRSIG NSEC"},
      {"xx", 2, "@ A HINFO AAAA RRSIG NSEC"}};
  for (const auto& [owner, labels, rdata] : chain) {
    zone += signed_record(owner, labels, "NSEC", rdata);
  }
  return zone;
}

/// RFC 5155 appendix A: opt-out, c.example is not in the chain.
std::string nsec3_zone() {
  std::string zone = common_records() +
                     "@ NSEC3PARAM 1 0 12 aabbccdd\nc NS ns1.c\nc NS ns2.c\n"
                     "ns1.c A 192.0.2.7\nns2.c A 192.0.2.8\n" +
                     signed_record("2t7b4g4vsa5smi47k61mv5bv1a22bojr", 2, "A", "192.0.2.127");
  const std::pair<const char*, const char*> chain[] = {
      {"0p9mhaveqvm6t7vbl5lop2u3t2rp3tom", "MX DNSKEY NS SOA NSEC3PARAM RRSIG"},
      {"2t7b4g4vsa5smi47k61mv5bv1a22bojr", "A RRSIG"},
      {"2vptu5timamqttgl4luu9kg21e0aor3s", "MX RRSIG"},
      {"35mthgpgcu1qg68fab165klnsnk3dpvl", "NS DS RRSIG"},
      {"b4um86eghhds6nea196smvmlo4ors995", "MX RRSIG"},
      {"gjeqe526plbf1g8mklp59enfd789njgi", "HINFO A AAAA RRSIG"},
      {"ji6neoaepv8b5o6k4ev33abha8ht9fgc", ""},
      {"k8udemvp1j2f7eg6jebps17vp3n8i58h", ""},
      {"kohar7mbb8dc2ce8a9qvl8hon4k53uhi", "A RRSIG"},
      {"q04jkcevqvmu85r014c7dkba38o0ji5r", "A RRSIG"},
      {"r53bq7cc2uvmubfu5ocmm6pers9tk9en", "MX RRSIG"},
      {"t644ebqk9bibcna874givr6joj62mlhv", "HINFO A AAAA RRSIG"}};
  for (std::size_t i = 0; i < std::size(chain); ++i) {
    zone += signed_record(chain[i].first, 2, "NSEC3",
                          std::string("1 1 12 aabbccdd ") +
                              chain[(i + 1) % std::size(chain)].first + " " + chain[i].second);
  }
  return zone;
}

/// What of an answer the RFCs' examples list: rcode and AA, then "owner TYPE" of all records but
/// signatures, sections divided by "--". A record whose type is signed in the zone must have its
/// signature beside it.
struct Shape {
  std::string status;
  Lines answer, authority, additional;
};

Lines owners_and_types(const Lines& section) {
  Lines out;
  Lines signatures;
  for (const std::string& line : section) {
    std::istringstream words(line);
    std::string owner, ttl, rrclass, type, covered;
    words >> owner >> ttl >> rrclass >> type >> covered;
    if (type == "RRSIG") {
      signatures.push_back(owner + " " + covered);
    } else if (out.empty() || out.back() != owner + " " + type) {
      out.push_back(owner + " " + type);
    }
  }
  for (const std::string& entry : out) {
    const bool is_signed =
        std::find(signatures.begin(), signatures.end(), entry) != signatures.end();
    const bool denial = entry.find(" NSEC") != std::string::npos;
    EXPECT_TRUE(is_signed || !denial) << entry << " without its signature";
  }
  std::sort(out.begin(), out.end());
  return out;
}

class Example : public ::testing::Test {
 protected:
  Shape ask(const std::string& name, const std::string& type) {
    const Reply reply = s.over_tcp().ask_signed(name, type);
    const std::string text = reply.text();
    return {text.substr(0, text.find('\n')), owners_and_types(reply.answer),
            owners_and_types(reply.authority), owners_and_types(reply.additional)};
  }
  Served s;
};

class Rfc4035AppendixB : public Example {
 protected:
  void SetUp() override { s.plain_zone("example.", nsec_zone()); }
};

class Rfc5155AppendixB : public Example {
 protected:
  void SetUp() override { s.plain_zone("example.", nsec3_zone()); }
};

TEST_F(Rfc4035AppendixB, B1Answer) {
  const Shape got = ask("x.w.example.", "MX");
  EXPECT_EQ(got.status, "NOERROR aa");
  EXPECT_EQ(got.answer, Lines{"x.w.example. MX"});
  EXPECT_EQ(got.authority, Lines());
  EXPECT_EQ(got.additional, (Lines{"xx.example. A", "xx.example. AAAA"}));
}

TEST_F(Rfc4035AppendixB, B2NameError) {
  const Shape got = ask("ml.example.", "A");
  EXPECT_EQ(got.status, "NXDOMAIN aa");
  EXPECT_EQ(got.authority, (Lines{"b.example. NSEC", "example. NSEC", "example. SOA"}));
}

TEST_F(Rfc4035AppendixB, B3NoData) {
  const Shape got = ask("ns1.example.", "MX");
  EXPECT_EQ(got.status, "NOERROR aa");
  EXPECT_EQ(got.authority, (Lines{"example. SOA", "ns1.example. NSEC"}));
}

TEST_F(Rfc4035AppendixB, B4ReferralToASignedZone) {
  const Shape got = ask("mc.a.example.", "MX");
  EXPECT_EQ(got.status, "NOERROR");
  EXPECT_EQ(got.authority, (Lines{"a.example. DS", "a.example. NS"}));
  EXPECT_EQ(got.additional, (Lines{"ns1.a.example. A", "ns2.a.example. A"}));
}

TEST_F(Rfc4035AppendixB, B5ReferralToAnUnsignedZone) {
  const Shape got = ask("mc.b.example.", "MX");
  EXPECT_EQ(got.status, "NOERROR");
  EXPECT_EQ(got.authority, (Lines{"b.example. NS", "b.example. NSEC"}));
  EXPECT_EQ(got.additional, (Lines{"ns1.b.example. A", "ns2.b.example. A"}));
}

TEST_F(Rfc4035AppendixB, B6WildcardExpansion) {
  const Shape got = ask("a.z.w.example.", "MX");
  EXPECT_EQ(got.status, "NOERROR aa");
  EXPECT_EQ(got.answer, Lines{"a.z.w.example. MX"});
  EXPECT_EQ(got.authority, Lines{"x.y.w.example. NSEC"});
}

TEST_F(Rfc4035AppendixB, B7WildcardNoData) {
  const Shape got = ask("a.z.w.example.", "AAAA");
  EXPECT_EQ(got.status, "NOERROR aa");
  EXPECT_EQ(got.authority, (Lines{"*.w.example. NSEC", "example. SOA", "x.y.w.example. NSEC"}));
}

TEST_F(Rfc4035AppendixB, B8DsAtTheApex) {
  const Shape got = ask("example.", "DS");
  EXPECT_EQ(got.status, "NOERROR aa");
  EXPECT_EQ(got.authority, (Lines{"example. NSEC", "example. SOA"}));
}

// RFC 4035 §3.1.3.1 with RFC 6840 §4.1: no NSEC of its own, the one before it shows what it is.
TEST_F(Rfc4035AppendixB, EmptyNonTerminal) {
  const Shape got = ask("y.w.example.", "A");
  EXPECT_EQ(got.status, "NOERROR aa");
  EXPECT_EQ(got.authority, (Lines{"example. SOA", "x.w.example. NSEC"}));
}

TEST_F(Rfc4035AppendixB, NothingSignedWithoutDo) {
  const Reply reply = s.over_tcp().ask("ml.example.", "A");
  EXPECT_EQ(owners_and_types(reply.authority), Lines{"example. SOA"});
  EXPECT_EQ(reply.authority.size(), 1u);
  // Asked for, they are data like any other (RFC 4035 §3.1.1, §3.1.5).
  EXPECT_EQ(s.ask("ns1.example.", "NSEC").answer.size(), 1u);
  EXPECT_EQ(s.ask("ns1.example.", "RRSIG").answer.size(), 2u);
}

std::string hashed(const char* label) {
  return std::string(label) + ".example. NSEC3";
}
const std::string apex_hash = hashed("0p9mhaveqvm6t7vbl5lop2u3t2rp3tom");
const std::string a_hash = hashed("35mthgpgcu1qg68fab165klnsnk3dpvl");
const std::string ns2_hash = hashed("q04jkcevqvmu85r014c7dkba38o0ji5r");

TEST_F(Rfc5155AppendixB, B1NameError) {
  const Shape got = ask("a.c.x.w.example.", "A");
  EXPECT_EQ(got.status, "NXDOMAIN aa");
  EXPECT_EQ(got.authority,
            (Lines{apex_hash, a_hash, hashed("b4um86eghhds6nea196smvmlo4ors995"), "example. SOA"}));
}

TEST_F(Rfc5155AppendixB, B2NoData) {
  const Shape got = ask("ns1.example.", "MX");
  EXPECT_EQ(got.status, "NOERROR aa");
  EXPECT_EQ(got.authority, (Lines{hashed("2t7b4g4vsa5smi47k61mv5bv1a22bojr"), "example. SOA"}));
}

TEST_F(Rfc5155AppendixB, B21EmptyNonTerminal) {
  const Shape got = ask("y.w.example.", "A");
  EXPECT_EQ(got.status, "NOERROR aa");
  EXPECT_EQ(got.authority, (Lines{"example. SOA", hashed("ji6neoaepv8b5o6k4ev33abha8ht9fgc")}));
}

TEST_F(Rfc5155AppendixB, B3ReferralToAnOptedOutZone) {
  const Shape got = ask("mc.c.example.", "MX");
  EXPECT_EQ(got.status, "NOERROR");
  EXPECT_EQ(got.authority, (Lines{apex_hash, a_hash, "c.example. NS"}));
  EXPECT_EQ(got.additional, (Lines{"ns1.c.example. A", "ns2.c.example. A"}));
}

TEST_F(Rfc5155AppendixB, B4WildcardExpansion) {
  const Shape got = ask("a.z.w.example.", "MX");
  EXPECT_EQ(got.status, "NOERROR aa");
  EXPECT_EQ(got.answer, Lines{"a.z.w.example. MX"});
  EXPECT_EQ(got.authority, Lines{ns2_hash});
  EXPECT_EQ(got.additional, (Lines{"ai.example. A", "ai.example. AAAA"}));
}

TEST_F(Rfc5155AppendixB, B5WildcardNoData) {
  const Shape got = ask("a.z.w.example.", "AAAA");
  EXPECT_EQ(got.status, "NOERROR aa");
  EXPECT_EQ(got.authority, (Lines{"example. SOA", hashed("k8udemvp1j2f7eg6jebps17vp3n8i58h"),
                                  ns2_hash, hashed("r53bq7cc2uvmubfu5ocmm6pers9tk9en")}));
}

TEST_F(Rfc5155AppendixB, B6DsAtTheApex) {
  const Shape got = ask("example.", "DS");
  EXPECT_EQ(got.status, "NOERROR aa");
  EXPECT_EQ(got.authority, (Lines{apex_hash, "example. SOA"}));
}

// §7.2.4: no DS at an opted-out delegation, from the parent's side.
TEST_F(Rfc5155AppendixB, NoDsAtAnOptedOutDelegation) {
  const Shape got = ask("c.example.", "DS");
  EXPECT_EQ(got.status, "NOERROR aa");
  EXPECT_EQ(got.authority, (Lines{apex_hash, a_hash, "example. SOA"}));
}

// §7.2.8: the owner of an NSEC3 is no name of the zone. This one is, for its address record.
TEST_F(Rfc5155AppendixB, HashedOwnersAreNoNames) {
  EXPECT_EQ(ask("0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example.", "NSEC3").status, "NXDOMAIN aa");
  EXPECT_EQ(ask("2t7b4g4vsa5smi47k61mv5bv1a22bojr.example.", "A").answer.size(), 1u);
  const Shape got = ask("2t7b4g4vsa5smi47k61mv5bv1a22bojr.example.", "NSEC3");
  EXPECT_EQ(got.status, "NOERROR aa");
  EXPECT_EQ(got.answer, Lines());
}

}  // namespace
}  // namespace lapis::answer::testing
