// The canonical layout, case by case: docs/language.md, "Layout".
#include "lapis/lang/format.h"

#include <gtest/gtest.h>

#include "lapis/report/text_diff.h"

namespace lapis::lang {
namespace {

std::string formatted(std::string text) {
  SourceMap sources;
  const auto out = format_text(sources, sources.add("set.lisp", std::move(text)));
  return out.ok() ? *out : "error: " + out.errors().front().message;
}

void expect_stable(const std::string& from, const std::string& to) {
  EXPECT_EQ(formatted(from), to);
  EXPECT_EQ(formatted(to), to);
}

TEST(Format, OneLineFormsAreJoined) {
  expect_stable("( attribute\n plan   (one-of \"a\"\n\"b\") )",
                "(attribute plan (one-of \"a\" \"b\"))\n");
}

TEST(Format, ProgramsStandOneClauseALine) {
  expect_stable("(program p (match true) (response (list) (list) (ttl 60)))",
                "(program p\n  (match true)\n  (response (list) (list) (ttl 60)))\n");
}

TEST(Format, BindingsAndArmsAreSquareAndAligned) {
  expect_stable(
      "(program p (config ((a (ttl 1)) (long (ttl 2)))) (match [and true (cond (true (= 1 1)) "
      "(else "
      "false))]))",
      "(program p\n"
      "  (config\n"
      "    ([a    (ttl 1)]\n"
      "     [long (ttl 2)]))\n"
      "  (match (and true (cond [true (= 1 1)] [else false]))))\n");
}

TEST(Format, ManyArmsStandOneALine) {
  expect_stable("(define x (cond (a 1) (b 2) (else 3)))",
                "(define x\n  (cond [a 1]\n        [b 2]\n        [else 3]))\n");
}

TEST(Format, LongCallsAreAlignedBelowTheFirstArgument) {
  const std::string part = "(in-prefix? client \"198.51.100.0/24\")";
  expect_stable("(define x (and " + part + " " + part + " " + part + "))",
                "(define x\n  (and " + part + "\n       " + part + "\n       " + part + "))\n");
}

TEST(Format, LongListsAreFilled) {
  std::string in = "(define pool (list";
  for (int i = 0; i < 9; ++i) in += " (ipv4 \"192.0.2.1\")";
  const std::string a = "(ipv4 \"192.0.2.1\")";
  expect_stable(in + "))", "(define pool\n  (list " + a + " " + a + " " + a + " " + a +
                               "\n        " + a + " " + a + " " + a + " " + a + "\n        " + a +
                               "))\n");
}

TEST(Format, NothingExceedsTheWidthThatCanBeBroken) {
  std::string text = "(define x ";
  for (int i = 0; i < 60; ++i) text += "(not (and some-flag-with-a-name ";
  text += "true";
  text += std::string(120, ')') + ")";
  const std::string out = formatted(text);
  EXPECT_EQ(formatted(out), out);
  EXPECT_EQ(out.find("error"), std::string::npos);
}

TEST(Format, CommentsKeepTheirPlaces) {
  expect_stable(
      "; head\n\n\n;; second\n(define x 1) ; beside\n(define (f a) ; of f\n  ; above\n  (not a) ; "
      "last\n)\n\n; end\n",
      "; head\n\n;; second\n(define x 1)  ; beside\n\n(define (f a)  ; of f\n  ; above\n  (not a)) "
      " "
      "; last\n\n; end\n");
}

TEST(Format, CommentsInsideListsBreakThem) {
  expect_stable("(define x (and a ; first\n b ; second\n ; alone\n))",
                "(define x\n  (and a  ; first\n       b  ; second\n       ; alone\n       ))\n");
  expect_stable("(define x (and a (; in\n f b)))",
                "(define x\n  (and a\n       ; in\n       (f b)))\n");
  expect_stable("(define x (list ; none\n))", "(define x (list))  ; none\n");
}

TEST(Format, BracketsWaitBehindACommentThatCanNotMove) {
  expect_stable("(define x (and a b ; inner\n)) ; outer",
                "(define x\n  (and a b)  ; inner\n  )  ; outer\n");
}

TEST(Format, BlankLinesAreKeptOnceBetweenItems) {
  expect_stable(
      "(define a 1)\n\n\n\n(define b 2)\n(define c 3)\n(program p\n\n  (match true)\n\n\n  "
      "(response (list) (list) (ttl 1)))\n(define d 4)\n",
      "(define a 1)\n\n(define b 2)\n(define c 3)\n\n(program p\n  (match true)\n\n  "
      "(response (list) (list) (ttl 1)))\n\n(define d 4)\n");
}

TEST(Format, TokensKeepTheirSpelling) {
  expect_stable("(define x (and #t  (= \"a\\tb;(\\\"\" y) (< +05 z)))",
                "(define x (and #t (= \"a\\tb;(\\\"\" y) (< +05 z)))\n");
}

TEST(Format, EmptyAndOddFiles) {
  expect_stable("", "");
  expect_stable(" \n\n\t\n", "");
  expect_stable("; only", "; only\n");
  expect_stable("\xEF\xBB\xBF(define x 1)\r\n; c\r\n", "(define x 1)\n; c\n");
  expect_stable("a b \"c\" ()", "a\nb\n\"c\"\n()\n");
}

TEST(Format, WidthsCountCharactersNotOctets) {
  std::string word;
  for (int i = 0; i < 80; ++i) word += "é";
  expect_stable("(define x (= y \"" + word + "\"))", "(define x (= y \"" + word + "\"))\n");
}

TEST(Format, TextThatDoesNotParseIsRefusedWithItsPlace) {
  SourceMap sources;
  const auto out = format_text(sources, sources.add("set.lisp", "(define x\n  (and a ]\n"));
  ASSERT_FALSE(out.ok());
  EXPECT_EQ(sources.locate(out.errors().front().span).line, 2U);
  EXPECT_EQ(formatted("(define x \"open\n)"), "error: the string is not closed on its line");
}

TEST(TextDiff, IsWhatPatchTakes) {
  EXPECT_EQ(report::unified_diff("a", "b", "1\n2\n", "1\n2\n"), "");
  EXPECT_EQ(report::unified_diff("a", "b", "1\n2\n3\n", "1\nx\n3\n"),
            "--- a\n+++ b\n@@ -1,3 +1,3 @@\n 1\n-2\n+x\n 3\n");
  EXPECT_EQ(report::unified_diff("a", "b", "1", "1\n"),
            "--- a\n+++ b\n@@ -1,1 +1,1 @@\n-1\n\\ No newline at end of file\n+1\n");
  EXPECT_EQ(report::unified_diff("a", "b", "", "1\n"), "--- a\n+++ b\n@@ -0,0 +1,1 @@\n+1\n");
}

}  // namespace
}  // namespace lapis::lang
