// Conditions that compare what different fields, hashes and names are: the solver sees them as
// numbers, so what ties them to one another has to be told or found. Each is decided, at once or
// nearly: no limit is set here but that of refinements.
#include <gtest/gtest.h>

#include "verified.h"

namespace lapis {
namespace {

/// Of a set of one program with this match.
verify::Report core_checks(const std::string& match) {
  verify::Options options;
  options.core_only = true;
  return verified("(attribute n (int 0 20)) (attribute t string)\n" + program_text("p", match),
                  options);
}

bool satisfiable(const std::string& match) {
  SCOPED_TRACE(match);
  const verify::Report report = core_checks(match);
  EXPECT_EQ(report.undecided_reason, "");
  EXPECT_EQ(report.internal_error, "");
  EXPECT_NE(report.verdict, verify::Verdict::undecided);
  if (report.verdict == verify::Verdict::rejected) {
    EXPECT_EQ(report.findings.at(0).rule, "unsatisfiable");
  }
  return report.verdict == verify::Verdict::verified;
}

TEST(Relations, TheZoneIsTheQnameOrAboveIt) {
  EXPECT_FALSE(satisfiable("(< (label-count qname) (label-count zone))"));
  EXPECT_TRUE(satisfiable("(< (label-count zone) (label-count qname))"));
  EXPECT_TRUE(satisfiable("(= (label-count qname) (+ 3 (label-count zone)))"));
  EXPECT_FALSE(satisfiable("(and (= qname zone) (!= (label-count qname) (label-count zone)))"));
  EXPECT_FALSE(satisfiable("(and (!= qname zone) (= (label-count qname) (label-count zone)))"));
  EXPECT_FALSE(satisfiable("(and (strictly-under? zone \"a.b.c.\") (< (label-count qname) 4))"));
  EXPECT_TRUE(satisfiable("(and (strictly-under? zone \"a.b.c.\") (= (label-count qname) 4))"));
  EXPECT_FALSE(satisfiable("(and (= (label zone 2) \"a\") (!= (label qname 2) \"a\"))"));
  EXPECT_TRUE(satisfiable("(and (= (label qname 2) \"a\") (!= (label zone 2) \"a\"))"));
}

TEST(Relations, LabelCountsAgreeWithNamesLabelsAndPatterns) {
  EXPECT_FALSE(
      satisfiable("(and (= qname \"www.example.com.\") (= (label-count qname) n) (< n 3))"));
  EXPECT_TRUE(satisfiable("(and (= qname \"www.example.com.\") (= (label-count qname) n))"));
  EXPECT_FALSE(satisfiable("(and (glob? qname \"*.*.*.\") (< (label-count qname) n) (< n 4))"));
  EXPECT_TRUE(satisfiable("(and (glob? qname \"*.*.*.\") (< (label-count qname) n))"));
  EXPECT_FALSE(satisfiable("(and (= (label qname 4) \"x\") (< (label-count qname) (min n 5)))"));
  EXPECT_FALSE(satisfiable("(and (= (label qname 4) \"\") (> (label-count qname) (+ n 5)))"));
  EXPECT_TRUE(satisfiable("(= (label-count qname) (bucket qname 128))"));
}

TEST(Relations, BucketsOfFixedKeysAreComputed) {
  EXPECT_FALSE(satisfiable(
      "(and (= country \"DE\") (= (bucket country 100000) (bucket country 100000 \"y\")))"));
  EXPECT_TRUE(satisfiable("(and (= t \"abc\") (= (bucket t 1000000) asn))"));
  EXPECT_FALSE(
      satisfiable("(and (= t \"abc\") (= (bucket t 1000000) (+ 1 (* 2 asn))) (< asn 1000))"));
  EXPECT_TRUE(satisfiable(
      "(and (= qname \"www.example.com.\") (< (bucket zone 1000000) (bucket qname 1000000)))"));
  EXPECT_FALSE(
      satisfiable("(and (= qname \"www.example.com.\") (!= zone qname)"
                  " (= (bucket zone 1000000) (bucket qname 1000000)))"));
}

TEST(Relations, ComparedBucketsNeedNoParticularValues) {
  EXPECT_TRUE(satisfiable("(< (bucket qname 1000000 \"a\") (bucket qname 1000000 \"b\"))"));
  EXPECT_TRUE(satisfiable("(= (bucket qname 100000 \"a\") (bucket qname 100000 \"b\"))"));
  EXPECT_TRUE(satisfiable("(= (bucket t 100000) (bucket (lower t) 100000 \"z\"))"));
  EXPECT_TRUE(satisfiable("(= (mod (bucket client 1000) 7) (mod (bucket resolver 1000) 7))"));
  EXPECT_TRUE(satisfiable("(< (+ (* 3 (bucket client 1000)) (bucket resolver 1000)) 5)"));
}

TEST(Relations, EqualKeysHaveEqualBuckets) {
  EXPECT_FALSE(satisfiable(
      "(and (= client resolver) (!= (bucket client 1000000) (bucket resolver 1000000)))"));
  EXPECT_FALSE(satisfiable(
      "(and (= client resolver) (< (bucket client 10) 3) (>= (bucket resolver 10) 3))"));
  EXPECT_TRUE(satisfiable(
      "(and (= client resolver) (< (bucket client 10) 3) (>= (bucket resolver 10 \"s\") 3))"));
  EXPECT_FALSE(satisfiable("(and (= qname zone) (< (bucket qname 10) 3) (>= (bucket zone 10) 3))"));
  EXPECT_FALSE(
      satisfiable("(and (= (label-count qname) (label-count zone))"
                  " (!= (bucket qname 1000) (bucket zone 1000)))"));
  EXPECT_FALSE(
      satisfiable("(and (= (prefix-of client 24 48) (prefix-of resolver 24 48))"
                  " (!= (bucket (key (prefix-of client 24 48) t) 1000)"
                  "     (bucket (key (prefix-of resolver 24 48) t) 1000)))"));
}

TEST(Relations, AddressesFollowOneAnother) {
  EXPECT_TRUE(satisfiable("(and (= client resolver) (= (bucket client 100000) 77))"));
  EXPECT_TRUE(
      satisfiable("(and (!= client resolver) (= (bucket client 10000) (bucket resolver 10000)))"));
  EXPECT_TRUE(satisfiable(
      "(and (= (prefix-of client 24 48) (prefix-of resolver 24 48)) (!= client resolver)"
      " (< (bucket client 100) 1) (< (bucket resolver 100) 1))"));
  EXPECT_TRUE(
      satisfiable("(and (= (prefix-of client 16 48) (prefix-of resolver 24 48))"
                  " (in-prefix? resolver \"198.51.0.0/24\") (= (bucket client 1000) 5))"));
  EXPECT_FALSE(
      satisfiable("(and (= (prefix-of client 16 48) (prefix-of resolver 24 48))"
                  " (in-prefix? resolver \"198.51.100.0/24\"))"));
  // All 65,536 addresses, none of which has both.
  EXPECT_FALSE(
      satisfiable("(and (in-prefix? client \"198.51.0.0/16\") (= client resolver)"
                  " (= (bucket client 100000) 5) (= (bucket client 100000 \"x\") 5))"));
}

TEST(Relations, WhatIsTooRareIsUndecidedAndNeverRefuted) {
  const verify::Report report =
      core_checks("(and (= (bucket t 1000000) 5) (= (bucket (lower t) 1000000) 6))");
  EXPECT_EQ(report.verdict, verify::Verdict::undecided);
  EXPECT_NE(report.undecided_reason, "");
}

TEST(Relations, TextsAreMadeForRareBuckets) {
  EXPECT_TRUE(satisfiable("(and (= (bucket t 1000000 \"a\") 7) (= (bucket t 100 \"b\") 9))"));
  EXPECT_TRUE(
      satisfiable("(and (has-prefix? t \"eu-\") (!= t \"eu-\") (= (bucket t 1000000 \"a\") 7)"
                  " (< (bucket t 100 \"b\") 5) (!= (bucket t 10) 3))"));
}

TEST(Relations, NoTextAtAllRefutesWhateverElseIsNotListed) {
  EXPECT_FALSE(
      satisfiable("(and (has-prefix? t \"a\") (= (lower t) \"b\")"
                  " (< (bucket (key qname t) 1000) 5))"));
}

}  // namespace
}  // namespace lapis
