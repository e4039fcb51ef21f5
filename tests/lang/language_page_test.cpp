// The language reference: its examples are what the checker says of them, its vectors are right.
#include <fstream>
#include <sstream>

#include "checked.h"

namespace lapis::lang {
namespace {

std::string page() {
  std::ifstream in(LAPIS_SOURCE_DIR "/docs/language.md");
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(LanguagePage, ExamplesAreChecked) {
  const std::string text = page();
  int good = 0;
  int broken = 0;
  for (std::size_t at = text.find("\n```"); at != std::string::npos; at = text.find("\n```", at)) {
    const std::size_t body = text.find('\n', at + 1) + 1;
    const std::string kind = text.substr(at + 4, body - at - 5);
    const std::size_t end = text.find("\n```", body - 1);
    ASSERT_NE(end, std::string::npos);
    const Checked checked(std::vector<std::string>{text.substr(body, end - body)},
                          kind == "yaml" ? ".yaml" : ".lisp");
    EXPECT_EQ(checked.ok(), kind != "lisp broken") << kind << "\n" << checked.said();
    (kind == "lisp broken" ? broken : good) += 1;
    at = end + 4;
  }
  EXPECT_GE(good, 3);
  EXPECT_GE(broken, 2);
}

TEST(LanguagePage, VectorsAreRight) {
  const std::string text = page();
  int vectors = 0;
  for (std::size_t at = text.find("\n| `(bucket "); at != std::string::npos;
       at = text.find("\n| `(bucket ", at + 1)) {
    const std::size_t begin = at + 4;
    const std::size_t end = text.find('`', begin);
    const std::size_t value = text.find("| ", end) + 2;
    const std::string test = "(= " + text.substr(begin, end - begin) + " " +
                             text.substr(value, text.find(' ', value) - value) + ")";
    Query query;
    query.name("www.example.com.").client("2001:db8::1");
    query.fields.country = "DE";
    EXPECT_TRUE(holds(test, query)) << test;
    ++vectors;
  }
  EXPECT_EQ(vectors, 6);
}

/// Every form and field has its place on the page.
TEST(LanguagePage, NamesEveryFormAndField) {
  const std::string text = page();
  for (const FieldRow& field : field_table()) {
    EXPECT_NE(text.find("`" + std::string(field.name) + "`"), std::string::npos) << field.name;
  }
  for (int op = static_cast<int>(Op::let); op <= static_cast<int>(Op::subset); ++op) {
    const std::string name = to_string(static_cast<Op>(op));
    const bool found = text.find("(" + name) != std::string::npos ||
                       text.find("`" + name + "`") != std::string::npos;
    EXPECT_TRUE(found) << name;
  }
}

}  // namespace
}  // namespace lapis::lang
