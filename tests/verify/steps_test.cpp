// The bound on evaluation steps: printed, and a limit when one is set.
#include <gtest/gtest.h>

#include "verified.h"

namespace lapis {
namespace {

verify::Report verified_with_limit(const std::string& text, std::uint64_t limit) {
  verify::Options options;
  options.limit_steps = limit;
  return verified(text, options);
}

TEST(Steps, TheLimitIsTheLastThatIsAllowed) {
  const std::string text =
      program_text("first", "(= qname \"a.example.\")") +
      program_text("dear", "(and (under? qname \"b.example.\") (< (bucket client 10) 5))");
  const std::uint64_t bound = verified_with_limit(text, 0).stats.max_steps;
  ASSERT_GT(bound, 0U);
  EXPECT_EQ(verified_with_limit(text, bound).verdict, verify::Verdict::verified);
  const verify::Report over = verified_with_limit(text, bound - 1);
  EXPECT_EQ(over.verdict, verify::Verdict::rejected);
  ASSERT_EQ(over.findings.size(), 1U);
  EXPECT_EQ(over.findings[0].rule, "step-limit");
  EXPECT_EQ(over.findings[0].program, "dear");
  EXPECT_NE(over.findings[0].message.find(std::to_string(bound) + " steps"), std::string::npos);
}

TEST(Steps, TheBoundCountsTheProgramsBeforeAndTheDearerArm) {
  const std::string last = program_text("last", "(= qname \"z.example.\")");
  const std::uint64_t alone = verified_with_limit(last, 0).stats.max_steps;
  const std::uint64_t after =
      verified_with_limit(program_text("first", "(= qname \"a.example.\")") + last, 0)
          .stats.max_steps;
  EXPECT_GT(after, alone);
  const std::string cheap = "(= country \"NL\")";
  const std::string dear = "(and (= country \"NL\") (= asn 7) (= continent \"EU\"))";
  const auto with_arms = [&](const std::string& then, const std::string& otherwise) {
    return verified_with_limit(
               program_text("p", "(if (= qtype \"A\") " + then + " " + otherwise + ")"), 0)
        .stats.max_steps;
  };
  EXPECT_EQ(with_arms(cheap, dear), with_arms(dear, cheap));
  EXPECT_EQ(with_arms(dear, dear), with_arms(dear, cheap));
  EXPECT_LT(with_arms(cheap, cheap), with_arms(dear, cheap));
}

}  // namespace
}  // namespace lapis
