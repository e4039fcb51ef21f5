// The bound on evaluation steps: printed, and a limit when one is set.
#include <gtest/gtest.h>

#include "lapis/verify/verify.h"

namespace lapis {
namespace {

verify::Report verified(const std::string& text, std::uint64_t limit) {
  SourceMap sources;
  Diagnostics warnings;
  auto set = lang::check_set({{sources.add("set.lisp", text)}}, sources, warnings);
  EXPECT_TRUE(set.ok());
  const program::ProgramSet programs(std::move(set).value());
  verify::Options options;
  options.jobs = 1;
  options.limit_steps = limit;
  return verify::verify(programs, sources, options);
}

std::string program(const std::string& name, const std::string& match) {
  return "(program " + name + " (match " + match +
         ") (response (list (ipv4 \"192.0.2.1\")) (list (ipv6 \"2001:db8::1\")) (ttl 60)))\n";
}

TEST(Steps, TheLimitIsTheLastThatIsAllowed) {
  const std::string text =
      program("first", "(= qname \"a.example.\")") +
      program("dear", "(and (under? qname \"b.example.\") (< (bucket client 10) 5))");
  const std::uint64_t bound = verified(text, 0).stats.max_steps;
  ASSERT_GT(bound, 0U);
  EXPECT_EQ(verified(text, bound).verdict, verify::Verdict::verified);
  const verify::Report over = verified(text, bound - 1);
  EXPECT_EQ(over.verdict, verify::Verdict::rejected);
  ASSERT_EQ(over.findings.size(), 1U);
  EXPECT_EQ(over.findings[0].rule, "step-limit");
  EXPECT_EQ(over.findings[0].program, "dear");
  EXPECT_NE(over.findings[0].message.find(std::to_string(bound) + " steps"), std::string::npos);
}

TEST(Steps, TheBoundCountsTheProgramsBeforeAndTheDearerArm) {
  const std::string last = program("last", "(= qname \"z.example.\")");
  const std::uint64_t alone = verified(last, 0).stats.max_steps;
  const std::uint64_t after =
      verified(program("first", "(= qname \"a.example.\")") + last, 0).stats.max_steps;
  EXPECT_GT(after, alone);
  const std::string cheap = "(= country \"NL\")";
  const std::string dear = "(and (= country \"NL\") (= asn 7) (= continent \"EU\"))";
  const auto with_arms = [&](const std::string& then, const std::string& otherwise) {
    return verified(program("p", "(if (= qtype \"A\") " + then + " " + otherwise + ")"), 0)
        .stats.max_steps;
  };
  EXPECT_EQ(with_arms(cheap, dear), with_arms(dear, cheap));
  EXPECT_EQ(with_arms(dear, dear), with_arms(dear, cheap));
  EXPECT_LT(with_arms(cheap, cheap), with_arms(dear, cheap));
}

}  // namespace
}  // namespace lapis
