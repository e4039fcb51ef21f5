// What the reader and the checker refuse, and where they point.
#include "checked.h"

namespace lapis::lang {
namespace {

using Places = std::vector<std::string>;

TEST(Reader, NamesTheBracketThatIsMissing) {
  const Checked c(
      "(define (f) (= qtype \"A\")\n"
      "(program p (match (f)) (response (list) (list) (ttl 1)))\n");
  EXPECT_EQ(c.places(), (Places{"syntax@1:1 ("}));  // and nothing about f
}

TEST(Reader, ReportsEveryKindOfBrokenText) {
  EXPECT_EQ(Checked(")").places(), (Places{"syntax@1:1 )"}));
  EXPECT_EQ(Checked("(total true]").places(), (Places{"syntax@1:12 ]"}));
  EXPECT_EQ(Checked("(total \"x").places().at(1), "syntax@1:8 \"x");
  EXPECT_EQ(Checked("(attribute a (int 0 99999999999999999999))").places(),
            (Places{"syntax@1:21 99999999999999999999"}));
  EXPECT_EQ(Checked("(define a 1x)").places(), (Places{"syntax@1:11 1x"}));
  EXPECT_EQ(Checked("(define a \"\\q\")").places(), (Places{"syntax@1:12 \\q"}));
  EXPECT_EQ(Checked("; fine\n(define a \"\xC3\x28\")").errors().front().rule, "syntax");
  EXPECT_EQ(Checked(std::string("(define a 1)\0", 13)).errors().front().rule, "syntax");
}

TEST(Reader, CountsColumnsInCharacters) {
  EXPECT_EQ(Checked("(define a (= \"\xC3\xA4\" oops))").places(),
            (Places{"unknown-name@1:18 oops"}));
}

TEST(Reader, TakesByteOrderMarksCommentsAndSquareBrackets) {
  EXPECT_TRUE(Checked("\xEF\xBB\xBF; words\n[total #t]").ok());
  EXPECT_TRUE(Checked("(program p [match (cond [vip true] [else false])] "
                      "(response (list) (list) (ttl 1)))(attribute vip bool)")
                  .ok());
}

TEST(Reader, SurvivesDepthAndSize) {
  const std::string deep(100000, '(');
  EXPECT_FALSE(Checked(deep).ok());
  std::string nested = "true";
  for (int i = 0; i < 190; ++i) nested = "(not " + nested + ")";
  EXPECT_TRUE(Checked(with_match(nested)).ok());
  for (int i = 0; i < 20; ++i) nested = "(not " + nested + ")";
  EXPECT_EQ(Checked(with_match(nested)).errors().front().rule, "syntax");
}

TEST(Checker, BoundsWhatDefinitionsComeTo) {
  std::string text = declarations;
  text += "(define (f0) (= weight 1))";
  for (int i = 1; i < 40; ++i) {
    const std::string f = "(f" + std::to_string(i - 1) + ")";
    text += "(define (f" + std::to_string(i) + ") (and " + f + " (not " + f + ")))";
  }
  text += "(program p (match (f39)) (response (list) (list) (ttl 1)))";
  const Checked exponential(text);
  ASSERT_FALSE(exponential.ok());
  EXPECT_EQ(exponential.errors().front().rule, "too-large");

  std::string arms = "(cond";
  for (int i = 0; i < 5000; ++i) arms += " [(= asn " + std::to_string(i) + ") vip]";
  const Checked tall(with_match(arms + " [else false])"));
  ASSERT_FALSE(tall.ok());
  EXPECT_EQ(tall.errors().front().rule, "too-large");

  std::string wide = "(or";
  for (int i = 0; i < 20000; ++i) wide += " (= asn " + std::to_string(i) + ")";
  Query query;
  query.fields.asn = 19999;
  EXPECT_TRUE(holds(wide + ")", query));
}

TEST(Checker, ReportsAllErrorsOfAllFiles) {
  const Checked c(std::vector<std::string>{
      "(program a (match (= qtyp \"A\")) (response (list) (list) 60))",
      "(program b (match (under? qname \"example.com\")) (response (list) (list)))"});
  EXPECT_EQ(c.places(),
            (Places{"unknown-name@1:22 qtyp", "type-mismatch@1:57 60",
                    "bad-literal@1:33 \"example.com\"", "arity@1:49 (response (list) (list))"}));
  EXPECT_EQ(c.errors()[0].help, "did you mean 'qtype'?");
  EXPECT_EQ(c.errors()[1].help, "write (ttl 60)");
}

struct Refused {
  const char* test;
  const char* rule;
  const char* under;  ///< text the caret stands under
};

class Refusals : public ::testing::TestWithParam<Refused> {};

TEST_P(Refusals, AreLocated) {
  const Checked c(with_match(GetParam().test));
  ASSERT_FALSE(c.ok()) << GetParam().test;
  EXPECT_EQ(c.errors().size(), 1U) << c.said();
  EXPECT_EQ(c.errors()[0].rule, GetParam().rule) << c.said();
  EXPECT_EQ(c.sources.slice(c.errors()[0].span), GetParam().under) << c.said();
}

constexpr Refused refusals[] = {
    {"(= plan \"gold\")", "attribute-domain", "\"gold\""},
    {"(in plan (list \"free\" \"prp\"))", "attribute-domain", "\"prp\""},
    {"(one-of? plan \"free\" \"x\")", "attribute-domain", "\"x\""},
    {"(= qtype \"a\")", "attribute-domain", "\"a\""},
    {"(= weight 101)", "attribute-domain", "101"},
    {"(= (lower plan) \"Free\")", "attribute-domain", "\"Free\""},
    {"(= country owner)", "open-comparison", "(= country owner)"},
    {"(= plan 1)", "type-mismatch", "1"},
    {"(< plan 1)", "type-mismatch", "plan"},
    {"weight", "type-mismatch", "weight"},
    {"(and vip 1)", "type-mismatch", "1"},
    {"(if vip 1 true)", "type-mismatch", "1"},
    {"(= (if vip 1 true) 2)", "type-mismatch", "true"},
    {"(frobnicate 1)", "unknown-name", "frobnicate"},
    {"(not vip vip)", "arity", "(not vip vip)"},
    {"()", "syntax", "()"},
    {"((f) 1)", "syntax", "(f)"},
    {"(cond [vip true])", "syntax", "(cond [vip true])"},
    {"(cond [else true] [vip true])", "syntax", "[else true]"},
    {"(let ([x 1] [x 2]) vip)", "duplicate-name", "x"},
    {"(let ([true vip]) true)", "shadowed-name", "true"},
    {"(> (+ wide 1) 0)", "integer-overflow", "(+ wide 1)"},
    {"(> (- wide) 0)", "integer-overflow", "(- wide)"},
    {"(> (* wide 2) 0)", "integer-overflow", "(* wide 2)"},
    {"(> (* weight asn) 0)", "not-constant", "(* weight asn)"},
    {"(> (mod weight 0) 0)", "bad-literal", "0"},
    {"(> (mod weight asn) 0)", "not-constant", "asn"},
    {"(> (clamp weight 5 4) 0)", "bad-literal", "4"},
    {"(under? qname \"example.com\")", "bad-literal", "\"example.com\""},
    {"(= qname \"a..b.\")", "bad-literal", "\"a..b.\""},
    {"(in-prefix? client \"192.0.2.1/24\")", "bad-literal", "\"192.0.2.1/24\""},
    {"(in-prefix? client \"192.0.2.0/33\")", "bad-literal", "\"192.0.2.0/33\""},
    {"(in-prefix? client (list \"192.0.2.0/24\" \"nonsense\"))", "bad-literal", "\"nonsense\""},
    {"(= client \"300.1.1.1\")", "bad-literal", "\"300.1.1.1\""},
    {"(glob? qname \"*.example.com\")", "bad-literal", "\"*.example.com\""},
    {"(glob? qname \"a..b.\")", "bad-literal", "\"a..b.\""},
    {"(glob? qname \"a\\\\*.b.\")", "bad-literal", "\"a\\\\*.b.\""},
    {"(glob? qname owner)", "not-constant", "owner"},
    {"(contains? weight \"1\")", "type-mismatch", "weight"},
    {"(contains? owner country)", "not-constant", "country"},
    {"(= (label qname 127) \"x\")", "bad-literal", "127"},
    {"(= (prefix-of client 48) client)", "bad-literal", "48"},
    {"(< (bucket qname 0) 1)", "bad-literal", "0"},
    {"(< (bucket weight 10) 1)", "type-mismatch", "weight"},
    {"(< (bucket (key (key qname)) 10) 1)", "type-mismatch", "(key qname)"},
    {"(= answered-by \"p\")", "type-mismatch", "answered-by"},
    {"(in-prefix? client (if vip \"10.0.0.0/8\" \"11.0.0.0/8\"))", "not-constant",
     "(if vip \"10.0.0.0/8\" \"11.0.0.0/8\")"},
    {"(in weight (list 1 \"2\"))", "type-mismatch", "\"2\""},
    {"p", "type-mismatch", "p"},
    {"length", "type-mismatch", "length"},
};

INSTANTIATE_TEST_SUITE_P(Tests, Refusals, ::testing::ValuesIn(refusals));

class ListRefusals : public ::testing::TestWithParam<Refused> {};

TEST_P(ListRefusals, AreLocated) {
  const Checked c(with_list(GetParam().test));
  ASSERT_FALSE(c.ok()) << GetParam().test;
  EXPECT_EQ(c.errors()[0].rule, GetParam().rule) << c.said();
  EXPECT_EQ(c.sources.slice(c.errors()[0].span), GetParam().under) << c.said();
}

constexpr Refused list_refusals[] = {
    {"(list (ipv6 \"2001:db8::1\"))", "type-mismatch", "(ipv6 \"2001:db8::1\")"},
    {"(list (ipv4 \"2001:db8::1\"))", "type-mismatch", "\"2001:db8::1\""},
    {"(list (ipv6 \"::ffff:192.0.2.1\"))", "type-mismatch", "\"::ffff:192.0.2.1\""},
    {"(list client)", "type-mismatch", "client"},
    {"(ipv4 \"192.0.2.1\")", "type-mismatch", "(ipv4 \"192.0.2.1\")"},
    {"(list (list (ipv4 \"192.0.2.1\")))", "type-mismatch", "(list (ipv4 \"192.0.2.1\"))"},
    {"(pick 0 (list (ipv4 \"192.0.2.1\")) qname)", "bad-literal", "0"},
    {"(pick-weighted 1 (list \"192.0.2.1\" \"192.0.2.2\") (list 0 0) qname)", "bad-literal",
     "(list 0 0)"},
    {"(pick-weighted 1 (list \"192.0.2.1\" \"192.0.2.2\") (list 1) qname)", "type-mismatch",
     "(list 1)"},
    {"(pick-weighted 1 (list \"192.0.2.1\" \"192.0.2.2\") (list 1 -1) qname)", "bad-literal",
     "(list 1 -1)"},
    {"(map nothing (list \"192.0.2.1\"))", "type-mismatch", "nothing"},
    {"(if-empty (list) 3)", "type-mismatch", "3"},
};

INSTANTIATE_TEST_SUITE_P(Lists, ListRefusals, ::testing::ValuesIn(list_refusals));

TEST(Checker, NamesMayNotShadow) {
  const std::string program = "(program orange (match true) (response (list) (list) (ttl 1)))";
  const auto first = [](const std::string& text) { return Checked(text).places().at(0); };
  EXPECT_EQ(first("(define client true)"), "shadowed-name@1:9 client");
  EXPECT_EQ(first("(attribute qname string)"), "shadowed-name@1:12 qname");
  EXPECT_EQ(first("(define (under? x) true)"), "shadowed-name@1:10 under?");
  EXPECT_EQ(first("(attribute a bool)(define a 1)"), "duplicate-name@1:27 a");
  EXPECT_EQ(first(program + "(define orange 1)"), "duplicate-name@1:71 orange");
  EXPECT_EQ(first("(define pool (list))(program x (config ([pool 1])) (match true)"
                  "(response (list) (list) (ttl 1)))"),
            "shadowed-name@1:42 pool");
  // Two programs may use the same config name.
  EXPECT_TRUE(Checked("(program a (config ([x (ttl 1)])) (match true) (response (list) (list) x))"
                      "(program b (config ([x (ttl 2)])) (match true) (response (list) (list) x))")
                  .ok());
}

TEST(Checker, DefinitionsWorkBeforeTheirPlaceAndNeverRecurse) {
  EXPECT_TRUE(Checked(with_match("(f qname)") + "(define (f n) (g n))"
                                                "(define (g n) (under? n \"com.\"))")
                  .ok());
  const Checked direct(with_match("(f 1)") + "(define (f x) (f x))");
  ASSERT_EQ(direct.errors().size(), 1U);
  EXPECT_EQ(direct.errors()[0].rule, "recursive-definition");
  // A constant may have the name of a form.
  EXPECT_TRUE(
      Checked("(define ttl (ttl 3))(program a (match true) (response (list) (list) ttl))").ok());
}

TEST(Checker, ChecksFunctionsAtEveryUse) {
  const Checked c(with_match("(and (f weight) (f owner))") + "\n(define (f x) (< x 5))");
  ASSERT_EQ(c.errors().size(), 1U) << c.said();
  EXPECT_EQ(c.sources.slice(c.errors()[0].span), "x");
  ASSERT_EQ(c.errors()[0].related.size(), 1U);
  EXPECT_EQ(c.sources.slice(c.errors()[0].related[0].span), "(f owner)");
  // Never used: its names are looked at all the same.
  EXPECT_EQ(Checked("(define (f x) (and x oops))").places(), (Places{"unknown-name@1:22 oops"}));
}

TEST(Checker, PointsAtTheLiteralAndItsUse) {
  const Checked c("(define nets (list \"192.0.2.0/24\" \"192.0.2.1/24\"))\n" +
                  with_match("(in-prefix? client nets)"));
  ASSERT_EQ(c.errors().size(), 1U) << c.said();
  EXPECT_EQ(c.sources.slice(c.errors()[0].span), "\"192.0.2.1/24\"");
}

TEST(Checker, ABrokenDeclarationSilencesItsUses) {
  EXPECT_EQ(Checked("(attribute plan (on-of \"a\"))\n(define x (= plan \"a\"))").places(),
            (Places{"syntax@1:17 (on-of \"a\")"}));
}

TEST(Checker, ReadsTheClausesOfPrograms) {
  const auto rules = [](const std::string& text) {
    std::vector<std::string> out;
    const Checked checked(text);
    for (const Diagnostic& d : checked.errors()) out.push_back(d.rule);
    return out;
  };
  using Rules = std::vector<std::string>;
  EXPECT_EQ(rules("(program p)"), (Rules{"missing-clause", "missing-clause"}));
  EXPECT_EQ(rules("(program p (match true) (match false) (response (list) (list) (ttl 1)))"),
            (Rules{"duplicate-clause"}));
  EXPECT_EQ(rules("(program p (mach true) (response (list) (list) (ttl 1)))"),
            (Rules{"missing-clause", "unknown-name"}));
  EXPECT_EQ(rules("(program p (exclusive maybe) (match true) (response (list) (list) (ttl 1)))"),
            (Rules{"syntax"}));
  EXPECT_EQ(
      rules("(program p (config ([a client])) (match true) (response (list) (list) (ttl 1)))"),
      (Rules{"not-constant"}));
  EXPECT_EQ(rules("(programm p)"), (Rules{"unknown-name"}));
  EXPECT_EQ(rules("(pools nowhere)"), (Rules{"unknown-name"}));
  EXPECT_EQ(rules("(field country (one-of \"DE\"))"), (Rules{"syntax"}));
  EXPECT_EQ(rules("(attribute a (int 5 4))"), (Rules{"bad-literal"}));
  EXPECT_EQ(rules("(attribute a (one-of \"x\") (default \"y\"))"), (Rules{"attribute-domain"}));
  const Checked good("(program p (match true) (response (list) (list) (ttl 1)))");
  ASSERT_TRUE(good.ok());
  EXPECT_TRUE(good.set().programs[0].exclusive);
}

TEST(Checker, WarnsOfWhatIsNeverUsed) {
  const Checked c(
      "(attribute a bool)(define d 1)(program p (config ([x 1])) (match true)"
      "(response (list) (list) (ttl 1)))");
  ASSERT_TRUE(c.ok()) << c.said();
  std::vector<std::string> under;
  for (const Diagnostic& d : c.warnings) under.emplace_back(c.sources.slice(d.span));
  EXPECT_EQ(under, (std::vector<std::string>{"a", "d", "x"}));
}

TEST(Checker, DefinitionsForInvariantsMayLookAtTheAnswer) {
  EXPECT_TRUE(Checked("(define (short) (< answer-ttl 600))(define by answered-by)"
                      "(invariant i (and (short) (!= by \"p\")))"
                      "(program p (match true) (response (list) (list) (ttl 1)))")
                  .ok());
}

TEST(Yaml, GivesTheSameTreeWithSpansInTheYaml) {
  const Checked yaml(std::vector<std::string>{R"yaml(
- name: orange
  exclusive: false
  doc: Two addresses
  config: |
    (config
      ([pool4 (list (ipv4 "192.0.2.3"))]  ; a comment
       [t     (ttl 300)]))
  match: |
    (= qtype "A")
  response: |
    (response pool4 (list) t)
- name: green
  match: (match (= qtype "AAAA"))
  response: "(list) (list) (ttl 5)"
  config: |
    [unused 1]
)yaml"},
                     ".yaml");
  ASSERT_TRUE(yaml.ok()) << yaml.said();
  const Checked lisp(R"lisp(
(program orange (exclusive false) (doc "Two addresses")
  (config ([pool4 (list (ipv4 "192.0.2.3"))] [t (ttl 300)]))
  (match (= qtype "A")) (response pool4 (list) t))
(program green (match (= qtype "AAAA")) (config ([unused 1])) (response (list) (list) (ttl 5)))
)lisp");
  ASSERT_TRUE(lisp.ok()) << lisp.said();
  ASSERT_EQ(yaml.set().programs.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    const Program& y = yaml.set().programs[i];
    const Program& l = lisp.set().programs[i];
    EXPECT_EQ(y.name, l.name);
    EXPECT_EQ(y.doc, l.doc);
    EXPECT_EQ(y.exclusive, l.exclusive);
    for (auto part : {&Program::match, &Program::ipv4, &Program::ipv6, &Program::ttl}) {
      EXPECT_EQ(to_string(*(y.*part)), to_string(*(l.*part)));
    }
  }
  const Program& orange = yaml.set().programs[0];
  EXPECT_EQ(yaml.sources.slice(orange.match->span), "(= qtype \"A\")");
  EXPECT_EQ(yaml.sources.locate(orange.match->span).line, 10U);
  EXPECT_EQ(yaml.sources.slice(orange.name_span), "orange");
}

TEST(Yaml, ErrorsPointIntoTheYaml) {
  const auto places = [](const std::string& text) {
    return Checked(std::vector<std::string>{text}, ".yaml").places();
  };
  EXPECT_EQ(places("- name: a\n  match: |\n    (= qtyp \"A\")\n  response: (response (list) "
                   "(list) (ttl 1))\n"),
            (Places{"unknown-name@3:8 qtyp"}));
  EXPECT_EQ(places("- name: a\n  match: |\n    (= qtype \"A\"\n  response: (response (list) "
                   "(list) (ttl 1))\n"),
            (Places{"syntax@3:5 ("}));
  EXPECT_EQ(places("- name: a\n  mach: x\n  match: true\n  response: (list) (list) (ttl 1)\n"),
            (Places{"unknown-name@2:3 mach"}));
  EXPECT_EQ(places("name: a\n").size(), 1U);
  EXPECT_EQ(places("- [1, 2\n").size(), 1U);
  EXPECT_EQ(places("- match: true\n  response: (list) (list) (ttl 1)\n").size(), 1U);
  EXPECT_TRUE(places("").empty());
  // Without a block scalar, on several lines.
  EXPECT_EQ(places("- name: a\n  match:\n    (and (= qtype \"A\")\n         (= qtyp \"A\"))\n"
                   "  response: '(list)\n    (list) (ttl 1)'\n"),
            (Places{"unknown-name@4:13 qtyp"}));
  // A value written with escapes has no characters of its own to point at.
  EXPECT_EQ(places("- name: \"a\\x41 b\"\n  match: true\n"), (Places{"syntax@1:9 \""}));
}

TEST(Yaml, NothingIsLeftUnread) {
  const std::string program =
      "- name: a\n  match: true\n  response: (list) (list \"2001:db8::1\") (ttl 1)\n";
  const auto places = [](const std::string& text) {
    return Checked(std::vector<std::string>{text}, ".yaml").places();
  };
  EXPECT_TRUE(places(program).empty());
  EXPECT_TRUE(places("---\n" + program + "...\n").empty());
  EXPECT_EQ(places(program + "---\n" + program), (Places{"syntax@5:1 -"}));
  EXPECT_EQ(places(program + "# \xC0\x80\n" + program), (Places{"syntax@4:3 \xC0"}));
}

}  // namespace
}  // namespace lapis::lang
