// Attribute tables: which row a name gets, and what a CSV file may not hold.
#include "lapis/program/attributes.h"

#include <gtest/gtest.h>

#include "lapis/program/program_set.h"

namespace lapis::program {
namespace {

class Attributes : public ::testing::Test {
 protected:
  Attributes() {
    Diagnostics warnings;
    const std::uint32_t file = sources_.add("set.lisp", R"lisp(
(attribute plan (one-of "free" "pro") (default "pro"))
(attribute weight (int -5 5))
(attribute beta bool)
(attribute owner string (default "nobody")))lisp");
    auto set = lang::check_set({{file}}, sources_, warnings);
    set_ = std::make_unique<ProgramSet>(std::move(set).value());
  }

  Result<AttributeTable> build(const std::string& csv,
                               std::vector<AttributeTable::ZoneWide> zone_wide = {}) {
    const std::uint32_t file = csv.empty() ? 0 : sources_.add("a.csv", csv);
    return AttributeTable::build(*set_, *dns::parse_name("example.com."), zone_wide, sources_,
                                 file);
  }

  static std::string row(const AttributeTable& table, const std::string& name) {
    const AttributeValue* v = table.row(*dns::parse_name(name));
    return std::string(v[0].text) + " " + std::to_string(v[1].number) + " " +
           std::to_string(v[2].number) + " " + std::string(v[3].text);
  }

  std::vector<std::string> places(const std::string& csv) {
    std::vector<std::string> out;
    const auto table = build(csv);
    if (table.ok()) return out;
    for (const Diagnostic& d : table.errors()) {
      const Location at = sources_.locate(d.span);
      out.push_back(d.rule + "@" + std::to_string(at.line) + ":" + std::to_string(at.column));
    }
    return out;
  }

  SourceMap sources_;
  std::unique_ptr<ProgramSet> set_;
};

TEST_F(Attributes, NearestEnclosingNameWins) {
  const auto table = build(
      "name,weight,plan,owner\n"
      "@,1,,\n"
      "shop,2,free,\"Shop, \"\"Ltd\"\"\"\r\n"
      "# a comment\n"
      "\n"
      "a.b.shop.example.com.,,pro,\"\"\n",
      {{"beta", "true", {}, {}}});
  ASSERT_TRUE(table.ok());
  EXPECT_EQ(row(*table, "example.com."), "pro 1 1 nobody");
  EXPECT_EQ(row(*table, "www.example.com."), "pro 1 1 nobody");
  EXPECT_EQ(row(*table, "SHOP.example.com."), "free 2 1 Shop, \"Ltd\"");
  EXPECT_EQ(row(*table, "b.shop.example.com."), "free 2 1 Shop, \"Ltd\"");
  EXPECT_EQ(row(*table, "x.a.b.shop.example.com."), "pro 2 1 ");  // quoted: empty, not inherited
  EXPECT_EQ(row(*table, "workshop.example.com."), "pro 1 1 nobody");
}

TEST_F(Attributes, KnowsWhereValuesComeFrom) {
  using Kind = AttributeTable::Origin::Kind;
  const auto table =
      build("name,weight,plan\nshop,2,\na.shop,2,free\n", {{"beta", "false", {}, {}}});
  ASSERT_TRUE(table.ok());
  const auto origin = [&](const char* name, std::size_t attribute) {
    const auto found = table->origin(*dns::parse_name(name), attribute);
    return std::to_string(static_cast<int>(found.kind)) +
           (found.kind == Kind::row ? dns::to_text(found.row) : "");
  };
  EXPECT_EQ(origin("x.a.SHOP.example.com.", 0), "2a.shop.example.com.");
  EXPECT_EQ(origin("x.b.shop.example.com.", 1), "2shop.example.com.");
  EXPECT_EQ(origin("x.a.shop.example.com.", 1), "2a.shop.example.com.");
  EXPECT_EQ(origin("b.shop.example.com.", 0), "0");
  EXPECT_EQ(origin("b.shop.example.com.", 2), "1");
  EXPECT_EQ(origin("example.com.", 3), "0");
  EXPECT_EQ(AttributeTable().origin(dns::NameView(), 0).kind, Kind::declared);
}

TEST_F(Attributes, DefaultsApplyWithoutRows) {
  EXPECT_EQ(AttributeTable().row(dns::NameView()), nullptr);
  const auto table = build("");
  ASSERT_TRUE(table.ok());
  EXPECT_EQ(row(*table, "example.com."), "pro 0 0 nobody");
}

TEST_F(Attributes, ReportsEveryMistakeWithItsPlace) {
  using Places = std::vector<std::string>;
  EXPECT_EQ(places("name,plan,plam\n"), (Places{"unknown-name@1:11"}));
  EXPECT_EQ(places("host,plan\n"), (Places{"syntax@1:1"}));
  EXPECT_EQ(places("name,plan,plan\n"), (Places{"duplicate-name@1:11"}));
  EXPECT_EQ(places("name,plan,weight,beta\n"
                   "www,gold,6,yes\n"
                   "www,free\n"
                   "a..b,free,0,true\n"
                   "www.example.org.,free,0,true\n"
                   "WWW,free,-5,false\n"),
            (Places{"attribute-domain@2:5", "attribute-domain@2:10", "attribute-domain@2:12",
                    "syntax@3:1", "bad-literal@4:1", "out-of-zone@5:1", "duplicate-name@6:1"}));
  EXPECT_EQ(places("name,owner\nwww,\"never\n"), (Places{"syntax@2:5"}));
  EXPECT_EQ(places("name,owner\nwww," + std::string(256, 'x') + "\n"),
            (Places{"attribute-domain@2:5"}));
  EXPECT_EQ(places("\n"), (Places{"syntax@1:1"}));
  EXPECT_FALSE(build("", {{"plan", "gold", {}, {}}}).ok());
  EXPECT_FALSE(build("", {{"plam", "free", {}, {}}}).ok());
}

}  // namespace
}  // namespace lapis::program
