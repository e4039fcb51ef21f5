// A large text is read in parts side by side: nobody may see where it was cut.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "lapis/lang/set.h"

namespace lapis::lang {
namespace {

/// Programs of a megabyte. Their clauses begin in the first column, so most places that look like
/// the beginning of a form are none.
std::string large_text(std::size_t least) {
  std::string text = "; a comment with a bracket (\n";
  for (std::size_t i = 0; text.size() < least; ++i) {
    const std::string n = std::to_string(i);
    text += "(program p" + n + " ; of (\n(doc \"é ( \\\" " + n + "\")\n(match\n(= qname \"n" + n +
            ".example.\"))\n(response (list)\n(list) (ttl 60)))\n";
  }
  return text;
}

Result<Set> read(const std::string& text, SourceMap& sources) {
  Diagnostics warnings;
  return check_set({{sources.add("large.lisp", text)}}, sources, warnings);
}

TEST(LargeText, IsReadAsAWhole) {
  const std::string text = large_text(1'200'000);
  SourceMap sources;
  const auto set = read(text, sources);
  ASSERT_TRUE(set.ok());
  ASSERT_GT(set->programs.size(), 8000U);
  for (std::size_t i = 0; i < set->programs.size(); ++i) {
    const Program& p = set->programs[i];
    const std::string n = std::to_string(i);
    ASSERT_EQ(p.name, "p" + n);
    ASSERT_EQ(p.doc, "é ( \" " + n);
    ASSERT_EQ(sources.slice(p.name_span), "p" + n);
    const std::string_view whole = sources.slice(p.span);
    ASSERT_TRUE(whole.starts_with("(program p" + n + " ") && whole.ends_with("(ttl 60)))"));
  }
}

TEST(LargeText, ErrorsStandWhereTheyAre) {
  const std::string good = large_text(1'200'000);
  for (const std::size_t where : {std::size_t{100'000}, good.size() / 2, good.size() - 1000}) {
    for (const char* what : {")", "(", "\"", "\\"}) {
      std::string text = good;
      const std::size_t at = text.find("(response", where);
      text.insert(at, what);
      SourceMap sources;
      const auto set = read(text, sources);
      ASSERT_FALSE(set.ok()) << where << what;
      const Span first = set.errors().front().span;
      // In the program that was damaged, or the one after.
      const std::size_t program = text.rfind("(program", at);
      EXPECT_GE(first.begin, program) << where << what;
      EXPECT_LE(first.begin, text.find("(program", text.find("(program", at) + 1)) << where << what;
    }
  }
}

constexpr std::size_t many = 3000;  // enough to be checked in parts

const std::string declared =
    "(attribute plan (one-of \"free\" \"pro\"))\n(attribute last bool)\n(attribute nobody bool)\n"
    "(define pool (list (ipv4 \"192.0.2.1\") (ipv4 \"192.0.2.2\")))\n(define first 60)\n"
    "(define unused 1)\n(define (of-plan p) (and (= plan p) (not (= transport \"tls\"))))\n";

std::string numbered_program(std::size_t i) {
  const std::string n = std::to_string(i);
  const std::string test = i == 0 ? "(< (bucket qname 100) first)"
                           : i + 1 == many
                               ? "last"
                               : "(let ([x (bucket qname 9)]) (= x " + std::to_string(i % 9) + "))";
  return "(program p" + n + " (config ([own-" + n + " (list (ipv6 \"2001:db8::" + n.substr(0, 4) +
         "\"))]))\n  (match (and (of-plan \"pro\") " + test + "))\n  (response pool own-" + n +
         " (ttl 60)))\n";
}

std::string trees(const Program& p) {
  return to_string(*p.match) + to_string(*p.ipv4) + to_string(*p.ipv6) + to_string(*p.ttl) + " " +
         std::to_string(p.slots) + " " + std::to_string(p.storage) + " " + std::to_string(p.steps);
}

TEST(LargeText, ProgramsAreCheckedAsIfEachStoodAlone) {
  std::string text = declared;
  for (std::size_t i = 0; i < many; ++i) text += numbered_program(i);
  SourceMap sources;
  Diagnostics warnings;
  const auto set = check_set({{sources.add("large.lisp", text)}}, sources, warnings);
  ASSERT_TRUE(set.ok());
  ASSERT_EQ(set->programs.size(), many);
  std::uint32_t slots = 0;
  for (std::size_t i = 0; i < many; ++i) {
    SourceMap own;
    const auto alone = read(declared + numbered_program(i), own);
    ASSERT_TRUE(alone.ok());
    ASSERT_EQ(set->programs[i].name, "p" + std::to_string(i));
    ASSERT_EQ(trees(set->programs[i]), trees(alone->programs[0]));
    ASSERT_TRUE(sources.slice(set->programs[i].match->span).starts_with("(and (of-plan"));
    slots = std::max(slots, set->programs[i].slots);
  }
  EXPECT_EQ(set->slots, slots);
  // Used in one part only is used.
  ASSERT_EQ(warnings.size(), 2U);
  EXPECT_EQ(sources.slice(warnings[0].span), "nobody");
  EXPECT_EQ(sources.slice(warnings[1].span), "unused");
}

TEST(LargeText, TheSameErrorOfManyProgramsIsSaidOnce) {
  std::string text = declared + "(define (bad x) (= x 1))\n";
  for (std::size_t i = 0; i < many; ++i) {
    text += i % 1000 == 999 ? "(program q" + std::to_string(i) +
                                  " (match (bad plan)) (response (list) (list) (ttl 60)))\n"
                            : numbered_program(i);
  }
  SourceMap sources;
  const auto set = read(text, sources);
  ASSERT_FALSE(set.ok());
  ASSERT_EQ(set.errors().size(), 1U);
  EXPECT_EQ(set.errors()[0].program, "q999");
}

}  // namespace
}  // namespace lapis::lang
