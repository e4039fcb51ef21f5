// Formatting random sets in random layouts with random comments: it is idempotent, keeps the tree
// and every comment, and gives one result whatever white space it began with.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "agreement/generator.h"
#include "lang/reader.h"
#include "lapis/lang/format.h"

namespace lapis::lang {
namespace {

using agreement::Random;

std::size_t below(Random& random, std::size_t n) {
  return std::uniform_int_distribution<std::size_t>(0, n - 1)(random);
}

std::string random_comment(Random& random, int number) {
  static const char* const shapes[] = {"; note ", ";", ";;; \"(", "; ) [ \\ é ", ";\t"};
  return shapes[below(random, std::size(shapes))] + std::to_string(number);
}

/// White space that means as much as one blank, or comments as well.
std::string random_blank(Random& random, bool comments, bool needed, int& number) {
  static const char* const blanks[] = {" ", "  ", "\n", "\n\n", "\n\n\n", "\t", "\r\n", "\f "};
  std::string out;
  // An empty line is kept, so that without comments there are none: one line end at most.
  if (!comments)
    return std::string(needed || below(random, 2) == 0 ? 1 : 0, " \n\t"[below(random, 3)]);
  const std::size_t parts = below(random, 3) + (needed ? 1 : 0);
  for (std::size_t i = 0; i < parts; ++i) {
    out += blanks[below(random, std::size(blanks))];
    if (below(random, 6) == 0) {
      out += random_comment(random, number++) + (below(random, 2) == 0 ? "\n" : " \r\n");
    }
  }
  return out;
}

/// The same tokens in another layout, with brackets of either kind.
std::string scrambled(Random& random, const std::string& text, bool comments) {
  std::string out;
  std::vector<char> open;
  int number = 0;
  bool word_before = false;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == ' ' || c == '\n' || c == '\t') {
      ++at;
      continue;
    }
    if (c == ';') {
      at = std::min(text.find('\n', at), text.size());
      continue;
    }
    std::size_t end = at + 1;
    if (c == '"') {
      while (text[end] != '"') end += text[end] == '\\' ? 2 : 1;
      ++end;
    } else if (std::string_view("()[]").find(c) == std::string_view::npos) {
      end = std::min(text.find_first_of(" \n\t()[]\";", at), text.size());
    }
    std::string token = text.substr(at, end - at);
    if (c == '(' || c == '[') {
      open.push_back(below(random, 2) == 0 ? ')' : ']');
      token = open.back() == ')' ? "(" : "[";
    } else if (c == ')' || c == ']') {
      token = std::string(1, open.back());
      open.pop_back();
    }
    const bool word = std::string_view("()[]\"").find(c) == std::string_view::npos;
    out += random_blank(random, comments, word && word_before, number) + token;
    word_before = word;
    at = end;
  }
  return out + random_blank(random, comments, false, number);
}

std::multiset<std::string> comments_of(const std::string& text) {
  std::multiset<std::string> out;
  bool quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (quoted && text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      quoted = !quoted;
    } else if (!quoted && text[at] == ';') {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      std::string comment = text.substr(at, end - at);
      comment.erase(comment.find_last_not_of(" \t\r\f") + 1);
      out.insert(comment);
      at = end;
    }
  }
  return out;
}

void expect_same(const Datum& a, const Datum& b) {
  ASSERT_EQ(a.kind, b.kind);
  ASSERT_EQ(a.text, b.text);
  ASSERT_EQ(a.number, b.number);
  ASSERT_EQ(a.items.size(), b.items.size());
  for (std::size_t i = 0; i < a.items.size(); ++i) expect_same(a.items[i], b.items[i]);
}

std::vector<Datum> data_of(const std::string& text) {
  SourceMap sources;
  Diagnostics errors;
  auto data = read_data(sources, sources.add("set.lisp", text), errors);
  EXPECT_TRUE(errors.empty()) << text;
  return data;
}

std::string formatted(const std::string& text) {
  SourceMap sources;
  const auto out = format_text(sources, sources.add("set.lisp", text));
  EXPECT_TRUE(out.ok()) << text;
  return out.ok() ? *out : "";
}

/// Shows the first line that differs, with those around it.
void expect_same_lines(const std::string& a, const std::string& b) {
  if (a == b) return;
  const auto differs = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  const auto at = static_cast<std::size_t>(differs.first - a.begin());
  const std::size_t begin = at < 200 ? 0 : at - 200;
  ADD_FAILURE() << "once:\n" << a.substr(begin, 400) << "\ntwice:\n" << b.substr(begin, 400);
}

void expect_formatting_keeps(const std::string& text) {
  const std::string once = formatted(text);
  expect_same_lines(once, formatted(once));
  EXPECT_EQ(comments_of(once), comments_of(text)) << text;
  const auto before = data_of(text);
  const auto after = data_of(once);
  ASSERT_EQ(before.size(), after.size());
  for (std::size_t i = 0; i < before.size(); ++i) expect_same(before[i], after[i]);
  std::size_t at = 0;
  for (std::size_t end; (end = once.find('\n', at)) != std::string::npos; at = end + 1) {
    ASSERT_FALSE(end > at && (once[end - 1] == ' ' || once[end - 1] == '\t')) << once;
  }
}

TEST(FormatProperties, RandomSetsInRandomLayoutsWithComments) {
  Random random(20251);
  for (int i = 0; i < 400 && !::testing::Test::HasFailure(); ++i) {
    agreement::Size size;
    size.programs = 1 + static_cast<int>(below(random, 5));
    size.depth = 2 + static_cast<int>(below(random, 5));
    expect_formatting_keeps(scrambled(random, agreement::random_set(random, size), true));
  }
}

TEST(FormatProperties, LayoutDependsOnTheTreeAlone) {
  Random random(77);
  for (int i = 0; i < 200 && !::testing::Test::HasFailure(); ++i) {
    const std::string text = agreement::random_set(random, {});
    expect_same_lines(formatted(scrambled(random, text, false)),
                      formatted(scrambled(random, text, false)));
  }
}

/// Brackets, words and comments in any order that nests: no form is what its head promises.
TEST(FormatProperties, FormsThatMeanNothing) {
  Random random(5);
  static const char* const words[] = {"program", "let",  "cond", "config", "a", "\"s;\"",
                                      "12",      "list", "if",   "define", "x"};
  for (int i = 0; i < 3000 && !::testing::Test::HasFailure(); ++i) {
    std::string text;
    int depth = 0;
    for (std::size_t n = below(random, 60); n > 0; --n) {
      const std::size_t kind = below(random, 4);
      if (kind == 0) {
        text += "(";
        ++depth;
      } else if (kind == 1 && depth > 0) {
        text += ")";
        --depth;
      } else {
        text += std::string(" ") + words[below(random, std::size(words))] + " ";
      }
    }
    text += std::string(static_cast<std::size_t>(depth), ')');
    expect_formatting_keeps(scrambled(random, text, true));
  }
}

}  // namespace
}  // namespace lapis::lang
