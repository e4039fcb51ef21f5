// What counts as a proof, and what does not.
#include "../../src/server/proof.h"

#include <gtest/gtest.h>

namespace lapis::server {
namespace {

const char* const set_text =
    "; Größe\n"
    "(program one (match true) (response (list) (list) (ttl 1)))\n"
    "(program two (match true) (response (list) (list) (ttl 1)))\n";

struct Sources {
  SourceMap map;
  Sources() { map.add("set/a.lisp", set_text); }
};

ChildEnd reported(int exit_code, std::string output) {
  ChildEnd end;
  end.exit_code = exit_code;
  end.output = std::move(output);
  return end;
}

const char* const verified = R"({"version":1,"verdict":"verified","digest":"abc","findings":[]})";

TEST(Proof, VerifiedWithItsDigest) {
  const Sources sources;
  const Proof proof = read_proof(reported(0, verified), sources.map);
  EXPECT_EQ(proof.verdict, Proof::Verdict::verified);
  EXPECT_EQ(proof.digest, "abc");
}

TEST(Proof, VerdictAndExitCodeMustAgree) {
  const Sources sources;
  for (const int code : {1, 2, 3, 70}) {
    EXPECT_NE(read_proof(reported(code, verified), sources.map).verdict, Proof::Verdict::verified)
        << code;
  }
  const Proof proof =
      read_proof(reported(0, R"({"verdict":"rejected","findings":[]})"), sources.map);
  EXPECT_EQ(proof.verdict, Proof::Verdict::failed);
}

TEST(Proof, VerifiedWithAnErrorIsNone) {
  const Sources sources;
  const Proof proof = read_proof(reported(0, R"({"verdict":"verified","digest":"a",
                      "findings":[{"rule":"conflict","severity":"error","message":"m"}]})"),
                                 sources.map);
  EXPECT_EQ(proof.verdict, Proof::Verdict::failed);
}

TEST(Proof, WhateverIsNoReportIsNone) {
  const Sources sources;
  for (const char* text : {"", "verified", "[]", "null", "{", R"({"verdict":7})",
                           R"({"verdict":"verified","findings":[)", R"({"verdict":"proved"})"}) {
    const Proof proof = read_proof(reported(0, text), sources.map);
    EXPECT_EQ(proof.verdict, Proof::Verdict::failed) << text;
    EXPECT_EQ(proof.reason, "the verifier ended with exit code 0") << text;
  }
}

TEST(Proof, FindingsStandWhereTheyDo) {
  const Sources sources;
  const Proof proof = read_proof(reported(1, R"({"verdict":"rejected","digest":"a","findings":[{
        "rule":"conflict","severity":"error","message":"both match","program":"one",
        "related":["two"],"file":"set/a.lisp","line":2,"column":10,"end_line":2,"end_column":13,
        "witness":{"qname":"x.","qtype":"AAAA","client":"192.0.2.1"},"help":"narrow one",
        "related_places":[{"file":"set/a.lisp","line":1,"column":5,"end_line":1,"end_column":8,
                           "name":"two","message":"here"}]}]})"),
                                 sources.map);
  ASSERT_EQ(proof.verdict, Proof::Verdict::rejected);
  ASSERT_EQ(proof.findings.size(), 1U);
  const Diagnostic& finding = proof.findings[0];
  EXPECT_EQ(finding.rule, "conflict");
  EXPECT_EQ(finding.severity, Severity::error);
  EXPECT_EQ(finding.help, "narrow one");
  EXPECT_EQ(sources.map.slice(finding.span), "one");
  ASSERT_EQ(finding.related.size(), 1U);
  EXPECT_EQ(finding.related[0].name, "two");
  // Columns count characters, not octets.
  EXPECT_EQ(sources.map.slice(finding.related[0].span), "öße");
  ASSERT_TRUE(finding.witness);
  EXPECT_EQ(finding.witness->qtype, "AAAA");
}

TEST(Proof, PlacesOutsideTheTextStayInside) {
  const Sources sources;
  const Proof proof = read_proof(reported(1, R"({"verdict":"rejected","findings":[
        {"rule":"r","severity":"error","message":"m","file":"set/a.lisp","line":900,"column":900,
         "end_line":1,"end_column":1},
        {"rule":"r","severity":"warning","message":"m","file":"elsewhere.lisp","line":1,
         "column":1,"end_line":1,"end_column":1}]})"),
                                 sources.map);
  ASSERT_EQ(proof.findings.size(), 2U);
  EXPECT_TRUE(sources.map.slice(proof.findings[0].span).empty());
  EXPECT_FALSE(proof.findings[1].span.known());
  EXPECT_EQ(proof.findings[1].severity, Severity::warning);
}

TEST(Proof, UndecidedSaysWhy) {
  const Sources sources;
  EXPECT_EQ(
      read_proof(reported(3, R"({"verdict":"undecided","undecided_reason":"time"})"), sources.map)
          .reason,
      "time");
  ChildEnd end = reported(3, "");
  end.complaints = "lapis: undecided: out of memory\nmore\n";
  const Proof proof = read_proof(end, sources.map);
  EXPECT_EQ(proof.verdict, Proof::Verdict::undecided);
  EXPECT_EQ(proof.reason, "lapis: undecided: out of memory");
}

TEST(Proof, AnEndByForceProvesNothing) {
  const Sources sources;
  ChildEnd killed = reported(0, verified);
  killed.signal = 9;
  EXPECT_EQ(read_proof(killed, sources.map).verdict, Proof::Verdict::undecided);
  ChildEnd late = reported(0, verified);
  late.timed_out = true;
  EXPECT_EQ(read_proof(late, sources.map).verdict, Proof::Verdict::undecided);
  ChildEnd endless = reported(0, verified);
  endless.too_much = true;
  EXPECT_EQ(read_proof(endless, sources.map).verdict, Proof::Verdict::failed);
  ChildEnd never = reported(0, verified);
  never.spawn_error = "no such file";
  EXPECT_EQ(read_proof(never, sources.map).reason, "the verifier can't be started: no such file");
}

}  // namespace
}  // namespace lapis::server
