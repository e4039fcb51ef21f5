// What every form means, on the production interpreter.
#include <map>

#include "checked.h"

namespace lapis::lang {
namespace {

using Addresses = std::vector<std::string>;

// The standing query: www.shop.example.com. in example.com., client 192.0.2.77, resolver
// 2001:db8::53, site ams1, country DE, asn 64496; plan pro, weight 40, vip, owner Mixed, wide -7.
TEST(Forms, HaveTheValuesTheReferenceGives) {
  for (const char* test :
       {"(and)",
        "(not (or))",
        "(and vip true)",
        "(or false vip)",
        "(implies false false)",
        "(implies vip vip)",
        "(not (implies vip false))",
        "(= 1 1 1)",
        "(not (= 1 1 2))",
        "(!= weight 41)",
        "(< 1 weight 41)",
        "(<= 40 weight)",
        "(> weight 39)",
        "(>= weight 40)",
        "(not (< weight 40))",
        "(= vip true)",
        "(= (+ weight 1 2) 43)",
        "(= (- weight 1 2) 37)",
        "(= (- weight) -40)",
        "(= (* weight -3) -120)",
        "(= (* 2 weight 3) 240)",
        "(= (mod weight 7) 5)",
        "(= (mod wide 3) 2)",
        "(= (min weight 3 50) 3)",
        "(= (max weight 3 50) 50)",
        "(= (clamp weight 50 60) 50)",
        "(= (clamp weight 0 10) 10)",
        "(= (clamp wide -9 9) -7)",
        "(in weight (list 1 40))",
        "(not (in weight (list)))",
        "(one-of? plan \"free\" \"pro\")",
        "(one-of? weight (list 39 40))",
        "(in country (list \"DE\" \"FR\"))",
        "(in qname (list \"WWW.shop.example.com.\"))",
        "(in client (list \"192.0.2.77\"))",
        "(under? qname \"Example.COM.\")",
        "(under? qname \".\")",
        "(under? qname qname)",
        "(strictly-under? qname zone)",
        "(not (strictly-under? qname qname))",
        "(not (under? qname \"hop.example.com.\"))",
        "(under? qname zone)",
        "(= (label-count qname) 4)",
        "(= (label-count \".\") 0)",
        "(= (label qname 0) \"com\")",
        "(= (label qname 3) \"www\")",
        "(= (label qname 4) \"\")",
        "(has-prefix? qname \"WWW.\")",
        "(has-suffix? qname \".com.\")",
        "(contains? qname \"shop.ex\")",
        "(not (contains? owner \"mixed\"))",
        "(contains? (lower owner) \"mixed\")",
        "(has-prefix? owner \"Mix\")",
        "(glob? qname \"*.shop.example.com.\")",
        "(glob? qname \"**.example.com.\")",
        "(glob? zone \"**.example.com.\")",
        "(not (glob? qname \"*.example.com.\"))",
        "(glob? qname \"w*w.**.com.\")",

        "(= (family client) \"ipv4\")",
        "(= (family resolver) \"ipv6\")",
        "(in-prefix? client \"192.0.2.0/24\")",
        "(in-prefix? client \"::ffff:192.0.2.0/120\")",
        "(not (in-prefix? client \"::/0\"))",
        "(in-prefix? client (list \"10.0.0.0/8\" \"192.0.2.64/26\" \"192.0.0.0/16\"))",
        "(= (prefix-of client 24) \"192.0.2.0\")",
        "(= (prefix-of resolver 24 32) \"2001:db8::\")",
        "(< client resolver)",
        "(< \"192.0.2.76\" client \"192.0.2.78\")",
        "(= client (if vip \"192.0.2.77\" resolver))",
        "(= qname (if vip (if vip \"www.shop.example.com.\" \"a.\") \"b.\"))",
        "(= (if vip \"pro\" \"free\") plan)",
        "(cond [(= plan \"free\") false] [vip true] [else false])",
        "(let ([x weight] [y (+ x 1)]) (= y 41))",
        "(let ([client resolver]) (= client resolver))",
        "(= (length (append (list \"a\") (list \"b\"))) 2)",
        "(= transport \"udp\")",
        "(= asn 64496)",
        "(= site \"ams1\")",
        "(= region \"\")",
        "(disjoint? (list \"192.0.2.1\") (list))",
        "(subset? (list) (list \"192.0.2.1\"))",
        "(= (length (filter odd (list 1 2 3))) 2)"}) {
    const std::string text = test;
    if (text.find("odd") != std::string::npos) {
      const Checked c("(define (odd x) (= (mod x 2) 1))" + with_match(text));
      ASSERT_TRUE(c.ok()) << c.said();
      EXPECT_EQ(to_string(*c.set().programs[0].match), "true");
      continue;
    }
    EXPECT_TRUE(holds(text)) << text;
  }
}

TEST(Forms, NamesAreComparedInPresentationForm) {
  Query query;
  query.name("a\\.b.\\000z.example.com.");
  EXPECT_TRUE(holds("(= qname \"a\\\\.b.\\\\000Z.example.com.\")", query));
  EXPECT_TRUE(holds("(contains? qname \"\\\\.b\")", query));
  EXPECT_TRUE(holds("(= (label qname 2) \"\\\\000z\")", query));
  EXPECT_TRUE(holds("(glob? qname \"a\\\\.*.*.example.com.\")", query));
  EXPECT_TRUE(holds("(= (label-count qname) 4)", query));
}

TEST(Forms, GlobStarsAgreeWithBacktracking) {
  const std::map<std::string, std::map<std::string, bool>> table = {
      {"**.b.**.", {{"b.", true}, {"a.b.c.", true}, {"a.c.", false}, {"b.a.b.", true}}},
      {"*.**.x.", {{"x.", false}, {"a.x.", true}, {"a.b.x.", true}, {"a.x.b.", false}}},
      {"a*b*c.", {{"abc.", true}, {"axbxbc.", true}, {"ab.c.", false}, {"abcc.", true}}},
      {"**.a.**.a.", {{"a.a.", true}, {"a.b.a.", true}, {"b.a.", false}}},
      {"*.", {{".", false}, {"a.", true}, {"a.b.", false}}},
      {"**.", {{".", true}, {"a.b.", true}}}};
  for (const auto& [pattern, names] : table) {
    for (const auto& [name, matches] : names) {
      Query query;
      query.name(name).fields.zone = dns::NameView();
      EXPECT_EQ(holds("(glob? qname \"" + pattern + "\")", query), matches)
          << pattern << " " << name;
    }
  }
}

constexpr const char* four =
    "(list (ipv4 \"192.0.2.1\") (ipv4 \"192.0.2.2\") (ipv4 \"192.0.2.3\") (ipv4 \"192.0.2.4\"))";

TEST(Lists, AreBuiltInOrder) {
  EXPECT_EQ(answers("(append (list \"192.0.2.2\") (if vip (list \"192.0.2.1\") (list)))"),
            (Addresses{"192.0.2.2", "192.0.2.1"}));
  EXPECT_EQ(answers("(take (mod weight 3) " + std::string(four) + ")"), (Addresses{"192.0.2.1"}));
  EXPECT_EQ(answers("(take wide " + std::string(four) + ")"), (Addresses{}));
  EXPECT_EQ(answers("(take " + std::string(four) + " 2)"), (Addresses{"192.0.2.1", "192.0.2.2"}));
  EXPECT_EQ(answers("(unique (append (list \"192.0.2.9\" \"192.0.2.9\") (if vip (list "
                    "\"192.0.2.9\") (list))))"),
            (Addresses{"192.0.2.9"}));
  EXPECT_EQ(answers("(if-empty (if vip (list) (list \"192.0.2.1\")) (list \"192.0.2.2\"))"),
            (Addresses{"192.0.2.2"}));
  EXPECT_EQ(answers("(map ipv4 (list \"192.0.2.5\" \"192.0.2.4\"))"),
            (Addresses{"192.0.2.5", "192.0.2.4"}));
}

TEST(Lists, NestedBuildersDoNotShareRoom) {
  const std::string nested =
      "(append (unique (append (pick 2 POOL qname) (rotate POOL client)))"
      " (if vip (pick 2 (append (take 1 POOL) (if vip (list (ipv4 \"192.0.2.8\")) (list))) owner) "
      "(list))"
      " (let ([kept (rotate (if vip POOL (list)) qname)]) (append kept (take 1 kept))))";
  std::string text = nested;
  for (std::size_t at = text.find("POOL"); at != std::string::npos; at = text.find("POOL")) {
    text.replace(at, 4, four);
  }
  const Addresses all = answers(text);
  ASSERT_EQ(all.size(), 4U + 2U + 5U);
  // Each part as it comes out on its own.
  const std::string pool = four;
  Addresses expected =
      answers("(unique (append (pick 2 " + pool + " qname) (rotate " + pool + " client)))");
  const Addresses kept = answers("(rotate (if vip " + pool + " (list)) qname)");
  const Addresses chosen = answers("(pick 2 (list \"192.0.2.1\" \"192.0.2.8\") owner)");
  expected.insert(expected.end(), chosen.begin(), chosen.end());
  expected.insert(expected.end(), kept.begin(), kept.end());
  expected.push_back(kept[0]);
  EXPECT_EQ(all, expected);
}

TEST(Choices, PicksFoldAndRunAlike) {
  // The same choice folded when the set is checked, after other lists took room, and at run time.
  const std::string pool = four;
  const Addresses folded =
      answers("(append (rotate " + pool + " qname) (pick 2 " + pool + " \"Mixed\"))");
  const Addresses run = answers("(pick 2 " + pool + " owner)");
  EXPECT_EQ((Addresses{folded.end() - 2, folded.end()}), run);
}

TEST(Choices, PickIsStableAndIndependentOfOrder) {
  const std::string reversed = "(list \"192.0.2.4\" \"192.0.2.3\" \"192.0.2.2\" \"192.0.2.1\")";
  const std::string repeated =
      "(list \"192.0.2.4\" \"192.0.2.4\" \"192.0.2.3\" \"192.0.2.2\" \"192.0.2.1\")";
  int moved = 0;
  for (int i = 0; i < 64; ++i) {
    Query query;
    query.name("h" + std::to_string(i) + ".example.com.");
    const Addresses picked = answers("(pick 2 " + std::string(four) + " qname)", query);
    EXPECT_EQ(picked, answers("(pick 2 " + reversed + " qname)", query));
    EXPECT_EQ(picked, answers("(pick 2 " + repeated + " qname)", query));
    EXPECT_EQ(answers("(pick 9 " + std::string(four) + " qname)", query).size(), 4U);
    // Without 192.0.2.4 only the names that had it move, and those keep their other address.
    const Addresses without =
        answers("(pick 2 (list \"192.0.2.1\" \"192.0.2.2\" \"192.0.2.3\") qname)", query);
    const bool had = picked[0] == "192.0.2.4" || picked[1] == "192.0.2.4";
    moved += had ? 1 : 0;
    if (had) {
      EXPECT_EQ(picked[picked[0] == "192.0.2.4" ? 1 : 0], without[0]);
    } else {
      EXPECT_EQ(picked, without);
    }
  }
  EXPECT_GT(moved, 16);  // 32 expected
  EXPECT_LT(moved, 48);
}

TEST(Choices, WeightsAreShares) {
  const Checked c(
      with_list("(pick-weighted 1 (list \"192.0.2.1\" \"192.0.2.2\" \"192.0.2.3\") "
                "(list 1 3 0) qname)"));
  ASSERT_TRUE(c.ok()) << c.said();
  Memory memory;
  memory.prepare(c.set());
  std::map<std::string, int> counts;
  constexpr int names = 20000;
  for (int i = 0; i < names; ++i) {
    Query query;
    query.name("h" + std::to_string(i) + ".example.com.");
    Interpreter interpreter(query.fields, memory);
    const AddressList list = interpreter.list(*c.set().programs[0].ipv4);
    ASSERT_EQ(list.count, 1U);
    ++counts[list.data[0].to_string()];
  }
  EXPECT_EQ(counts.count("192.0.2.3"), 0U);
  // A quarter: standard deviation sqrt(20000 * 3/16) = 61; five of them.
  EXPECT_NEAR(counts["192.0.2.1"], names / 4, 306);
}

TEST(Choices, BucketsAreTheDocumentedHash) {
  // XXH64(key, XXH64(salt, N)) mod N, computed with the reference implementation.
  const std::string octets("\3www\4shop\7example\3com\0", 22);
  const auto bytes = std::span(reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size());
  const std::uint64_t expected = stable_hash(bytes, stable_hash({}, 100)) % 100;
  EXPECT_TRUE(holds("(= (bucket qname 100) " + std::to_string(expected) + ")"));
  EXPECT_TRUE(holds("(= (bucket qname 100 \"\") " + std::to_string(expected) + ")"));
  EXPECT_TRUE(holds("(= (bucket qname 1 \"x\") 0)"));
  EXPECT_TRUE(holds("(= (bucket \"Mixed\" 1000 \"s\") (bucket owner 1000 \"s\"))"));
  EXPECT_TRUE(holds("(= (bucket (key qname owner) 1000) (bucket (key qname \"Mixed\") 1000))"));
}

TEST(Scope, CountsTheBitsLookedAt) {
  const auto scope = [](const std::string& test) {
    int bits = -1;
    holds(test, {}, &bits);
    return bits;
  };
  EXPECT_EQ(scope("(= qtype \"A\")"), 0);
  EXPECT_EQ(scope("(in-prefix? client \"192.0.2.0/24\")"), 24);
  EXPECT_EQ(scope("(in-prefix? client \"128.0.0.0/1\")"), 1);
  EXPECT_EQ(scope("(in-prefix? client \"10.0.0.0/8\")"), 1);       // the first bit differs
  EXPECT_EQ(scope("(in-prefix? client \"192.0.2.128/25\")"), 25);  // the last one does
  EXPECT_EQ(scope("(in-prefix? client \"2001:db8::/32\")"), 0);    // the family is known anyway
  EXPECT_EQ(scope("(= (prefix-of client 20) \"192.0.0.0\")"), 20);
  EXPECT_EQ(scope("(= client \"192.0.2.77\")"), 32);
  EXPECT_EQ(scope("(< (bucket client 100) 101)"), 32);
  EXPECT_EQ(scope("(< (bucket (prefix-of client 24) 100) 101)"), 24);
  EXPECT_EQ(scope("(and (= qtype \"AAAA\") (= client \"192.0.2.77\"))"), 0);  // never reached
  EXPECT_EQ(scope("(= resolver \"192.0.2.77\")"), 0);
}

TEST(Ranges, AreFoundByTheChecker) {
  const auto type = [](const std::string& number) {
    const Checked c(with_match("(= " + number + " 0)"));
    EXPECT_TRUE(c.ok()) << c.said();
    return c.ok() ? to_string(c.set().programs[0].match->args[0]->type) : "";
  };
  EXPECT_EQ(type("(+ weight 5)"), "int 5..105");
  EXPECT_EQ(type("(- weight)"), "int -100..0");
  EXPECT_EQ(type("(* weight -2)"), "int -200..0");
  EXPECT_EQ(type("(mod wide 10)"), "int 0..9");
  EXPECT_EQ(type("(mod weight 1000)"), "int 0..100");
  EXPECT_EQ(type("(clamp wide -1 1)"), "int -1..1");
  EXPECT_EQ(type("(min weight 7)"), "int 0..7");
  EXPECT_EQ(type("(if vip weight -4)"), "int -4..100");
  EXPECT_EQ(type("(length (if vip (list) (list (ipv4 \"192.0.2.1\"))))"), "int 0..1");
  EXPECT_EQ(type("(label-count qname)"), "int 0..127");
}

}  // namespace
}  // namespace lapis::lang
