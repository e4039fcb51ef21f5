// What a batch asks for early: found for every name that programs are about, and a hint only.
#include "lapis/program/hot_lines.h"

#include <gtest/gtest.h>

#include <set>

#include "lapis/program/program_set.h"

namespace lapis::program {
namespace {

std::unique_ptr<ProgramSet> one_program_a_name(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    const std::string n = std::to_string(i);
    text += "(program p" + n + " (match (under? qname \"p" + n +
            ".example.\")) (response (list (ipv4 \"192.0.2.1\")) (list) (ttl 60)))\n";
  }
  SourceMap sources;
  Diagnostics warnings;
  auto set = lang::check_set({{sources.add("set.lisp", text)}}, sources, warnings);
  return std::make_unique<ProgramSet>(std::move(set).value());
}

std::uint32_t find(const HotLines& hot, const std::string& name) {
  dns::HashedName hashed;
  hashed.assign(*dns::parse_name(name));
  hot.prefetch_name(hashed);
  const std::uint32_t record = hot.find(hashed);
  if (record != HotLines::none) hot.prefetch(record);
  return record;
}

TEST(HotLines, AreKnownForEveryNameOfALargeSet) {
  const auto set = one_program_a_name(1000);
  HotLines hot;
  hot.build(set->index());
  ASSERT_FALSE(hot.empty());
  std::set<std::uint32_t> records;
  for (int i = 0; i < 1000; ++i) {
    const std::string name = "p" + std::to_string(i) + ".example.";
    const std::uint32_t record = find(hot, name);
    EXPECT_NE(record, HotLines::none) << name;
    EXPECT_EQ(find(hot, "www.X." + name), record) << "a name below is decided as the name itself";
    records.insert(record);
  }
  EXPECT_EQ(records.size(), 1000U);
  EXPECT_EQ(find(hot, "elsewhere."), HotLines::none);
  EXPECT_EQ(find(hot, "."), HotLines::none);
}

TEST(HotLines, SmallSetsHaveNone) {
  const auto set = one_program_a_name(10);
  HotLines hot;
  hot.build(set->index());
  EXPECT_TRUE(hot.empty());
}

}  // namespace
}  // namespace lapis::program
