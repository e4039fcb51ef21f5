// A failing case must become small enough to read.
#include "set_case.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "made_set.h"

namespace lapis::agreement {
namespace {

/// Takes away what can be as long as the text checks and still says `needed`, as RapidCheck does
/// with a failing case.
std::string smallest(std::string text, const std::string& needed) {
  for (bool smaller = true; smaller;) {
    smaller = false;
    for (std::string& candidate : smaller_texts(text)) {
      if (candidate.find(needed) == std::string::npos || check_text(candidate) == nullptr) continue;
      text = std::move(candidate);
      smaller = true;
      break;
    }
  }
  return text;
}

TEST(SetCase, ShrinksToWhatMatters) {
  int tried = 0;
  for (std::uint64_t seed = 1; tried < 12 && seed < 500; ++seed) {
    Random random(seed);
    const std::string text = random_set(random, {});
    for (const std::string needed : {"(glob? ", "(pick-weighted ", "(mod ", "(label "}) {
      const std::size_t at = text.rfind(needed);
      if (at == std::string::npos || text.rfind("(program", at) == std::string::npos ||
          check_text(text) == nullptr) {
        continue;
      }
      ++tried;
      const std::string small = smallest(text, needed);
      EXPECT_LT(small.size(), 250U) << needed << "\n" << small;
      EXPECT_LE(std::count(small.begin(), small.end(), '\n'), 12) << small;
    }
  }
  EXPECT_GE(tried, 12);
}

TEST(SetCase, SmallerTextsAreSmallerOrSimpler) {
  const std::string text =
      "(define n \"a.\")\n(program p (match (and (= qname n) (= country \"a)\\\"b\"))) (response "
      "(list) (list) (ttl 1)))\n";
  const std::vector<std::string> smaller = smaller_texts(text);
  const auto has = [&](const std::string& wanted) {
    return std::find(smaller.begin(), smaller.end(), wanted) != smaller.end();
  };
  EXPECT_TRUE(has(text.substr(text.find('\n') + 1)));
  EXPECT_TRUE(
      has("(define n \"a.\")\n(program p (match (= country \"a)\\\"b\")) (response "
          "(list) (list) (ttl 1)))\n"));
  for (const std::string& one : smaller) EXPECT_NE(one, text);
}

}  // namespace
}  // namespace lapis::agreement
