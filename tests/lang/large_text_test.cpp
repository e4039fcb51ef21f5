// A large text is read in parts side by side: nobody may see where it was cut.
#include <gtest/gtest.h>

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

}  // namespace
}  // namespace lapis::lang
