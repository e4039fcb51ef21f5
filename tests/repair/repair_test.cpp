// What becomes of the text: for each finding the change that is made, with everything around it.
#include "lapis/repair/repair.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "lapis/lang/revise.h"
#include "lapis/program/program_set.h"
#include "lapis/report/text_diff.h"

namespace lapis {
namespace {

struct Made {
  SourceMap sources;
  std::vector<lang::SetFile> files;
  Diagnostics findings;

  explicit Made(const std::vector<std::pair<std::string, std::string>>& texts) {
    for (const auto& [path, text] : texts) files.push_back({sources.add(path, text)});
    auto set = lang::check_set(files, sources, findings);
    EXPECT_TRUE(set.ok()) << (set.ok() ? "" : set.errors()[0].message);
    if (!set.ok()) return;
    const program::ProgramSet programs(std::move(set).value());
    verify::Options options;
    options.jobs = 1;
    for (Diagnostic& d : verify::verify(programs, sources, options).findings) {
      findings.push_back(std::move(d));
    }
  }
};

repair::Options options(bool reorder = false) {
  repair::Options out;
  out.verify.jobs = 1;
  out.reorder = reorder;
  return out;
}

/// The text of one file after all fixes.
std::string fixed(const std::string& text, const std::string& path = "set.lisp",
                  bool reorder = false) {
  const Made made({{path, text}});
  EXPECT_FALSE(made.findings.empty());
  const auto applied = repair::apply_all(made.sources, made.files, made.findings, options(reorder));
  EXPECT_EQ(applied.internal_error, "");
  return applied.files.empty() ? text : applied.files[0].text;
}

const std::string answer =
    "  (response (list (ipv4 \"192.0.2.1\")) (list (ipv6 \"2001:db8::1\")) (ttl 60)))\n";
const std::string other =
    "  (response (list (ipv4 \"192.0.2.2\")) (list (ipv6 \"2001:db8::2\")) (ttl 60)))\n";

TEST(Repair, AConditionThatHoldsAnywayIsLeftOut) {
  EXPECT_EQ(fixed("; Ours.\n(program a  ; the shop\n"
                  "  (match (and (under? qname \"b.example.\")  ; below it\n"
                  "              (under? qname \"example.\")    ; everything\n"
                  "              (= transport \"tcp\")))\n" +
                  answer),
            "; Ours.\n(program a  ; the shop\n"
            "  (match (and (under? qname \"b.example.\")  ; below it\n"
            "              (= transport \"tcp\")))\n" +
                answer);
}

TEST(Repair, AnAndOfOneConditionIsThatCondition) {
  EXPECT_EQ(fixed("(program a\n  (match (and (under? qname \"example.\")\n"
                  "              (under? qname \"b.example.\")))\n" +
                  answer),
            "(program a\n  (match (under? qname \"b.example.\"))\n" + answer);
}

TEST(Repair, CommentsInsideAnAndStay) {
  const std::string out = fixed(
      "(program a\n  (match (and (under? qname \"example.\")\n"
      "              ; the shop alone\n              (under? qname \"b.example.\")))\n" +
      answer);
  EXPECT_NE(out.find("; the shop alone"), std::string::npos) << out;
  EXPECT_EQ(out.find("\"example.\""), std::string::npos) << out;
}

TEST(Repair, WhatNothingUsesIsLeftOutAndCommentsStay) {
  EXPECT_EQ(
      fixed("; Head.\n\n; Who pays.\n(attribute plan bool)  ; gone\n\n"
            "; lapis: allow(empty-answer) never\n(define old (list (ipv4 \"192.0.2.9\")))\n\n"
            "(program a\n  (config ([x 1]  ; one\n           [p (list (ipv4 \"192.0.2.1\"))]\n"
            "           [z 2]))  ; end\n  (match true)\n"
            "  (response p (list (ipv6 \"2001:db8::1\")) (ttl 60)))\n"),
      "; Head.\n\n; Who pays.\n\n"
      "(program a\n  (config ([p (list (ipv4 \"192.0.2.1\"))]))  ; end\n  (match true)\n"
      "  (response p (list (ipv6 \"2001:db8::1\")) (ttl 60)))\n");
}

TEST(Repair, TheLastConstantGoesWithItsClause) {
  EXPECT_EQ(fixed("(program a\n  (config ([x 1]))\n  (match true)\n" + answer),
            "(program a\n  (match true)\n" + answer);
}

TEST(Repair, AChainOfUnusedDefinitionsGoesAltogether) {
  EXPECT_EQ(fixed("(define (f a) (in-prefix? a \"192.0.2.0/24\"))\n(define (g a) (f a))\n\n"
                  "(program a (match true)\n" +
                  answer),
            "(program a (match true)\n" + answer);
}

TEST(Repair, AProgramThatIsNeverReachedIsLeftOutWithWhatOnlyItUsed) {
  EXPECT_EQ(
      fixed("(attribute plan (one-of \"free\" \"pro\"))\n\n(program all\n  (exclusive false)\n"
            "  (match true)\n" +
            answer +
            "\n; Too late.\n(program late\n  (exclusive false)\n"
            "  (match (= plan \"pro\"))\n" +
            answer + "\n(program later\n  (exclusive false)\n  (match (= transport \"tcp\"))\n" +
            answer),
      "(program all\n  (exclusive false)\n  (match true)\n" + answer + "\n; Too late.\n");
}

TEST(Repair, AProgramThatIsNeverReachedIsMovedUpWithItsCommentsWhenThatIsWanted) {
  const std::string late =
      "; The shop.\n(program shop\n  (exclusive false)\n  (match (under? qname \"b.example.\"))\n" +
      other;
  const std::string all =
      "; Everyone.\n(program all\n  (exclusive false)\n  (match (under? qname \"example.\"))\n" +
      answer;
  EXPECT_EQ(fixed(all + "\n" + late, "set.lisp", true), late + "\n" + all);
  const Made made({{"set.lisp", all + "\n" + late}});
  const auto suggested = repair::suggest(made.sources, made.files, made.findings, options());
  const auto moved = std::find_if(suggested.fixes.begin(), suggested.fixes.end(),
                                  [](const report::Fix& fix) { return !fix.same_answers; });
  ASSERT_NE(moved, suggested.fixes.end());
  EXPECT_EQ(moved->title, "move program 'shop' before 'all'");
  ASSERT_EQ(moved->changes.size(), 1U);
  EXPECT_NE(moved->changes[0].find("queries of 'all' are answered by 'shop'"), std::string::npos);
}

TEST(Repair, TheLaterOfTwoExclusiveProgramsIsNarrowed) {
  EXPECT_EQ(
      fixed("(attribute plan (one-of \"free\" \"pro\"))\n\n(program pro\n"
            "  (config ([mine \"pro\"]))\n  (match (and (= plan mine) (= qtype \"A\")))\n" +
            answer + "\n(program tcp\n  (match (and (= qtype \"A\") (= transport \"tcp\")))\n" +
            other),
      "(attribute plan (one-of \"free\" \"pro\"))\n\n(program pro\n"
      "  (config ([mine \"pro\"]))\n  (match (and (= plan mine) (= qtype \"A\")))\n" +
          answer +
          "\n(program tcp\n  (match (and (= qtype \"A\") (= transport \"tcp\") "
          "(not (= plan \"pro\"))))\n" +
          other);
}

TEST(Repair, NothingIsNarrowedToNothing) {
  const std::string text =
      "(program a\n  (match (under? qname \"example.\"))\n" + answer +
      "\n(program b\n  (match (or (= qname \"a.example.\") (= qname \"b.example.\")))\n" + other;
  const Made made({{"set.lisp", text}});
  const auto suggested = repair::suggest(made.sources, made.files, made.findings, options());
  for (const report::Fix& fix : suggested.fixes) EXPECT_NE(fix.rule, "conflict") << fix.title;
}

TEST(Repair, ProgramsInYaml) {
  EXPECT_EQ(fixed("# The set.\n- name: all\n  exclusive: false\n  match: |\n"
                  "    (and (under? qname \"example.\")\n         (under? qname \"b.example.\"))\n"
                  "  response: |\n    (response (list (ipv4 \"192.0.2.1\"))\n"
                  "      (list (ipv6 \"2001:db8::1\")) (ttl 60))\n\n# Too late.\n- name: late\n"
                  "  exclusive: false\n  config: |\n    (config ([t (ttl 60)] [u (ttl 30)]))\n"
                  "  match: |\n    (= qname \"c.b.example.\")\n"
                  "  response: |\n    (response (list (ipv4 \"192.0.2.1\"))\n"
                  "      (list (ipv6 \"2001:db8::1\")) t)\n\n"
                  "- name: rest\n  exclusive: false\n  config: |\n    ([t (ttl 60)] [u (ttl 30)])\n"
                  "  match: |\n    (= transport \"tcp\")\n"
                  "  response: |\n    (response (list (ipv4 \"192.0.2.1\"))\n"
                  "      (list (ipv6 \"2001:db8::1\")) t)\n",
                  "set.yaml"),
            "# The set.\n- name: all\n  exclusive: false\n  match: |\n"
            "    (under? qname \"b.example.\")\n"
            "  response: |\n    (response (list (ipv4 \"192.0.2.1\"))\n"
            "      (list (ipv6 \"2001:db8::1\")) (ttl 60))\n\n# Too late.\n\n"
            "- name: rest\n  exclusive: false\n  config: |\n    ([t (ttl 60)])\n"
            "  match: |\n    (= transport \"tcp\")\n"
            "  response: |\n    (response (list (ipv4 \"192.0.2.1\"))\n"
            "      (list (ipv6 \"2001:db8::1\")) t)\n");
}

TEST(Repair, AMoveBetweenFilesChangesBoth) {
  const Made made(
      {{"a.lisp",
        "(program all\n  (exclusive false)\n  (match (under? qname \"example.\"))\n" + answer},
       {"b.lisp", "(program late\n  (exclusive false)\n  (match (under? qname \"b.example.\"))\n" +
                      other + "\n(program tail\n  (match (= qname \"x.\"))\n" + answer}});
  const auto applied = repair::apply_all(made.sources, made.files, made.findings, options(true));
  ASSERT_EQ(applied.files.size(), 2U);
  EXPECT_LT(applied.files[0].text.find("program late"), applied.files[0].text.find("program all"));
  EXPECT_EQ(applied.files[1].text.find("program late"), std::string::npos);
}

TEST(Repair, WhatIsNamedElsewhereStays) {
  const std::string text = "(program all\n  (exclusive false)\n  (match true)\n" + answer +
                           "(program late\n  (exclusive false)\n  (match (= transport \"tcp\"))\n" +
                           answer + "(invariant told (not (= answered-by \"late\")))\n";
  EXPECT_EQ(fixed(text), text);
}

TEST(Repair, AcceptedFindingsAreLeftAlone) {
  const Made made({{"set.lisp", "(attribute plan bool)\n(program a (match true)\n" + answer}});
  repair::Options how = options();
  how.accepted = made.findings;
  EXPECT_TRUE(repair::apply_all(made.sources, made.files, made.findings, how).files.empty());
  EXPECT_TRUE(repair::suggest(made.sources, made.files, made.findings, how).fixes.empty());
}

TEST(ChangedLines, MakeOneTextOfTheOther) {
  const std::vector<std::string> texts = {"",       "a\n",       "a",         "a\nb\nc\n", "b\nc\n",
                                          "a\nc\n", "c\nb\na\n", "x\na\nb\n", "a\nb\nc\nd"};
  for (const std::string& before : texts) {
    for (const std::string& after : texts) {
      EXPECT_EQ(apply_edits(before, 1, report::changed_lines(before, after, 1)), after)
          << before << " -> " << after;
    }
  }
}

}  // namespace
}  // namespace lapis
