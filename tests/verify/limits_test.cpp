// A limit that is reached while keys are looked for ends the search, and is what the verdict says.
#include <gtest/gtest.h>

#include "verified.h"

namespace lapis {
namespace {

/// Of a set of one program with this match.
verify::Report verified_within(double seconds, const std::string& match) {
  SCOPED_TRACE(match);
  verify::Options options;
  options.limit_seconds = seconds;
  return verified("(attribute t string)\n" + program_text("p", match), options);
}

/// Ten buckets of one in a million: beyond every search.
std::string rare(const std::string& key) {
  std::string out = "(and";
  for (char salt = 'a'; salt < 'k'; ++salt) {
    out += " (= (bucket " + key + " 1000000 \"" + salt + "\") 7)";
  }
  return out + ")";
}

TEST(Limits, EndSearchesForKeys) {
  const std::string below_long =
      "(under? qname \"a-name-of-more-than.twenty-three-octets.example.com.\")";
  for (const std::string& match :
       {rare("qname"), "(and " + below_long + " " + rare("qname") + ")",
        "(and (under? qname \"example.com.\") " + rare("(label qname 3)") + ")", rare("t"),
        rare("client"), "(and (has-prefix? t \"x\") " + rare("t") + ")",
        rare("(key qname client)")}) {
    const verify::Report report = verified_within(0.05, match);
    EXPECT_EQ(report.verdict, verify::Verdict::undecided) << match;
    EXPECT_NE(report.undecided_reason.find("the time limit was reached"), std::string::npos)
        << report.undecided_reason;
    EXPECT_TRUE(report.findings.empty()) << report.findings.front().message;
    EXPECT_EQ(report.internal_error, "");
  }
}

}  // namespace
}  // namespace lapis
