// The proof of the dispatch index: sound sets pass, and an index with any flaw is caught.
#include <gtest/gtest.h>

#include <algorithm>

#include "generator.h"
#include "lapis/program/program_set.h"
#include "lapis/verify/verify.h"

namespace lapis {
namespace {

using agreement::QuerySource;
using agreement::Random;
using agreement::RandomQuery;
using program::DispatchIndex;
using program::ProgramSet;

lang::Set checked(const std::string& text, SourceMap& sources) {
  Diagnostics warnings;
  auto set = lang::check_set({{sources.add("set.lisp", text)}}, sources, warnings);
  EXPECT_TRUE(set.ok()) << text;
  return std::move(set).value();
}

std::string program(int number, const std::string& match) {
  const std::string n = std::to_string(number);
  return "(program p" + n + " (match " + match + ") (response (list (ipv4 \"192.0.2." + n +
         "\")) (list (ipv6 \"2001:db8::" + n + "\")) (ttl 60)))\n";
}

/// Programs that no two share a query, told apart by name, site, client, bucket and attribute.
std::string disjoint_set() {
  std::string out =
      "(attribute weight (int 0 100))\n(field site (one-of \"ams\" \"fra\" \"iad\"))\n";
  int n = 0;
  for (const char* name : {"a", "b", "c", "d", "e"}) {
    const std::string under = "(under? qname \"" + std::string(name) + ".example.\") ";
    for (const char* site : {"ams", "fra", "iad"}) {
      out += program(++n, "(and " + under + "(= site \"" + site + "\"))");
    }
  }
  for (int i = 0; i < 9; ++i) {
    out += program(++n, "(and (= qname \"client.example.\") (in-prefix? client \"10." +
                            std::to_string(i) + ".0.0/16\"))");
    out += program(++n, "(and (under? qname \"bucket.example.\") (= (bucket qname 9 \"s\") " +
                            std::to_string(i) + "))");
    out += program(++n, "(and (= qname \"weight.example.\") (>= weight " + std::to_string(10 * i) +
                            ") (< weight " + std::to_string(10 * i + 10) + "))");
  }
  return out;
}

verify::Report verified(const ProgramSet& set, const SourceMap& sources) {
  verify::Options options;
  options.jobs = 1;
  options.core_only = true;
  return verify::verify(set, sources, options);
}

const Diagnostic* index_differs(const verify::Report& report) {
  for (const Diagnostic& d : report.findings) {
    if (d.rule == "index-differs") return &d;
  }
  return nullptr;
}

TEST(IndexCheck, ASoundIndexIsProved) {
  SourceMap sources;
  const ProgramSet set(checked(disjoint_set(), sources));
  EXPECT_GT(set.index().parts().nodes.size(), 10U) << "an index of one leaf proves nothing";
  const verify::Report report = verified(set, sources);
  EXPECT_EQ(report.internal_error, "");
  EXPECT_EQ(index_differs(report), nullptr);
}

TEST(IndexCheck, PatternsEndInTheSubtreesTheyAreFiledUnder) {
  // `\\.e0.example.` ends like the pattern and is not below e0.example.
  std::string text;
  for (int i = 0; i < 12; ++i) {
    const std::string n = std::to_string(i);
    text += "(program s" + n + " (exclusive false) (match (has-suffix? qname \".e" + n +
            ".example.\")) (response (list (ipv4 \"192.0.2.1\")) (list) (ttl 60)))\n";
    text += "(program d" + n + " (exclusive false) (match (has-suffix? qname \".x.e" + n +
            ".example.\")) (response (list (ipv4 \"192.0.2.1\")) (list) (ttl 60)))\n";
    text += "(program g" + n + " (exclusive false) (match (glob? qname \"**.a*.e" + n +
            ".example.\")) (response (list (ipv4 \"192.0.2.1\")) (list) (ttl 60)))\n";
  }
  SourceMap sources;
  const ProgramSet set(checked(text, sources));
  EXPECT_GT(set.index().parts().nodes.size(), 10U);
  const verify::Report report = verified(set, sources);
  EXPECT_EQ(report.internal_error, "");
  EXPECT_EQ(report.undecided_reason, "");
  EXPECT_EQ(index_differs(report), nullptr);
}

/// The set with one thing changed in its index.
template <class Change>
verify::Report with_flaw(Change change) {
  SourceMap sources;
  const lang::Set definition = checked(disjoint_set(), sources);
  DispatchIndex::Parts parts = DispatchIndex::build(definition).parts();
  change(parts);
  const ProgramSet set(definition, std::move(parts));
  return verified(set, sources);
}

TEST(IndexCheck, AProgramMissingFromALeafIsNamedWithAQuery) {
  SourceMap sources;
  const lang::Set definition = checked(disjoint_set(), sources);
  const DispatchIndex::Parts sound = DispatchIndex::build(definition).parts();
  int tried = 0;
  for (std::uint32_t n = 0; n < sound.nodes.size(); n += 3) {
    const DispatchIndex::Node& node = sound.nodes[n];
    if (node.dimension != DispatchIndex::none || node.count == 0) continue;
    DispatchIndex::Parts parts = sound;
    const std::uint32_t lost = parts.programs[node.first + node.count - 1];
    --parts.nodes[n].count;
    const ProgramSet set(definition, std::move(parts));
    const verify::Report report = verified(set, sources);
    const Diagnostic* finding = index_differs(report);
    ASSERT_NE(finding, nullptr) << "without " << definition.programs[lost].name;
    EXPECT_EQ(finding->program, definition.programs[lost].name);
    ASSERT_TRUE(finding->witness.has_value());
    EXPECT_EQ(report.verdict, verify::Verdict::rejected);
    EXPECT_EQ(report.internal_error, "");

    // The witness shows it: the list finds the program, the index does not.
    const Witness& w = *finding->witness;
    lang::QueryFields query;
    const dns::Name qname = *dns::parse_name(w.qname);
    query.qname = qname;
    query.client = *IpAddress::parse(w.client);
    query.site = w.site;
    program::AttributeValue weight;
    for (const auto& [name, value] : w.attributes) {
      if (name == "weight") weight.number = std::get<std::int64_t>(value);
    }
    query.attributes = &weight;
    program::Scratch scratch;
    set.prepare(scratch);
    EXPECT_EQ(set.decide_in_order(query, scratch).program, static_cast<std::int32_t>(lost));
    EXPECT_NE(set.decide(query, scratch).program, static_cast<std::int32_t>(lost));
    ++tried;
  }
  EXPECT_GT(tried, 5);
}

TEST(IndexCheck, FlawsOfShapeAreFound) {
  EXPECT_NE(index_differs(with_flaw([](DispatchIndex::Parts& parts) { parts.nodes[0].least = 7; })),
            nullptr)
      << "a bound that hides programs";
  EXPECT_NE(index_differs(with_flaw([](DispatchIndex::Parts& parts) {
              for (DispatchIndex::Level& level : parts.levels) ++level.base;
            })),
            nullptr)
      << "children beside their blocks";
  EXPECT_NE(index_differs(with_flaw([](DispatchIndex::Parts& parts) {
              for (DispatchIndex::Node& node : parts.nodes) {
                if (node.dimension == DispatchIndex::none) continue;
                node.rest = 0;
                break;
              }
            })),
            nullptr)
      << "a cycle";
  EXPECT_NE(index_differs(with_flaw([](DispatchIndex::Parts& parts) {
              for (program::Dimension& d : parts.dimensions) {
                if (d.is_client()) std::swap(d.addresses[1], d.addresses[2]);
              }
            })),
            nullptr)
      << "classes that look-ups do not find";
  EXPECT_NE(index_differs(with_flaw([](DispatchIndex::Parts& parts) {
              for (DispatchIndex::ClientNeed& need : parts.client_needs) {
                if (!need.any) {
                  need.count = 0;
                  break;
                }
              }
            })),
            nullptr)
      << "a need of the client that the match does not have";
}

TEST(IndexCheck, AMatchThatIsNotEvaluatedIsProved) {
  SourceMap sources;
  const lang::Set definition = checked(
      "(program a (match (under? qname \"a.example.\")) (response (list \"192.0.2.1\") (list) (ttl "
      "1)))"
      "(program b (match (and (under? qname \"b.example.\") (has-prefix? qname \"x\")))"
      " (response (list \"192.0.2.2\") (list) (ttl 1)))"
      "(program c (match (and (under? qname \"c.example.\") (in-prefix? client \"10.0.0.0/8\")))"
      " (response (list \"192.0.2.3\") (list) (ttl 1)))"
      "(program d (match (and (under? qname \"d.example.\") (< (label-count qname) 4)))"
      " (response (list \"192.0.2.4\") (list) (ttl 1)))"
      "(program e (match (under? qname \"e.example.\")) (response (list \"192.0.2.5\") (list) (ttl "
      "1)))",
      sources);
  const DispatchIndex::Parts sound = DispatchIndex::build(definition).parts();
  // What the leaves have asked is all of a and e, not all of the others.
  EXPECT_EQ(sound.settled, (std::vector<bool>{true, false, false, false, true}));
  {
    const ProgramSet set(definition, sound);
    EXPECT_EQ(index_differs(verified(set, sources)), nullptr);
  }
  for (std::uint32_t p = 1; p < 4; ++p) {
    DispatchIndex::Parts parts = sound;
    parts.settled[p] = true;
    const ProgramSet set(definition, std::move(parts));
    const verify::Report report = verified(set, sources);
    const Diagnostic* finding = index_differs(report);
    ASSERT_NE(finding, nullptr) << p;
    EXPECT_EQ(report.internal_error, "");
    EXPECT_EQ(finding->program, definition.programs[p].name);
    ASSERT_TRUE(finding->witness.has_value());
    lang::QueryFields query;
    const dns::Name qname = *dns::parse_name(finding->witness->qname);
    query.qname = qname;
    query.client = *IpAddress::parse(finding->witness->client);
    program::Scratch scratch;
    set.prepare(scratch);
    EXPECT_EQ(set.decide(query, scratch).program, static_cast<std::int32_t>(p));
    EXPECT_NE(set.decide_in_order(query, scratch).program, static_cast<std::int32_t>(p));
  }
}

TEST(IndexCheck, WhateverShowsInAnAnswerIsFoundInRandomSets) {
  int shown = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    Random random(seed * 31337);
    agreement::Size size;
    size.programs = 14;
    size.depth = 2;
    size.invariants = 0;
    const std::string text = agreement::random_set(random, size);
    SourceMap sources;
    Diagnostics warnings;
    auto definition = lang::check_set({{sources.add("set.lisp", text)}}, sources, warnings);
    if (!definition) continue;
    DispatchIndex::Parts parts = DispatchIndex::build(*definition).parts();
    // A program lost from a leaf, or a child put under another block's place.
    if (random() % 2 == 0) {
      DispatchIndex::Node& node = parts.nodes[random() % parts.nodes.size()];
      if (node.dimension != DispatchIndex::none || node.count == 0) continue;
      --node.count;
    } else {
      if (parts.children.size() < 2) continue;
      std::swap(parts.children[random() % parts.children.size()].node,
                parts.children[random() % parts.children.size()].node);
    }
    const ProgramSet set(*definition, std::move(parts));
    program::Scratch scratch;
    set.prepare(scratch);
    const QuerySource source(set.definition());
    bool differs = false;
    for (int k = 0; k < 300 && !differs; ++k) {
      const RandomQuery query = source.next(random);
      const std::int32_t by_index = set.decide(query.fields(), scratch).program;
      differs = by_index != set.decide_in_order(query.fields(), scratch).program;
    }
    if (!differs) continue;
    ++shown;
    const verify::Report report = verified(set, sources);
    ASSERT_TRUE(index_differs(report) != nullptr || report.verdict == verify::Verdict::undecided)
        << "seed " << seed << "\n"
        << text;
    ASSERT_EQ(report.internal_error, "");
  }
  EXPECT_GT(shown, 5);
}

}  // namespace
}  // namespace lapis
