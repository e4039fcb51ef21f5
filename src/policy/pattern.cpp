#include "pattern.h"

#include <algorithm>
#include <vector>

namespace lapis::policy {
namespace {

struct Token {
  enum class Kind : std::uint8_t { character, one, some, all } kind;
  char c;
};

std::vector<Token> tokens_of(std::string_view pattern, char separator) {
  std::vector<Token> out;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '*' && i + 1 < pattern.size() && pattern[i + 1] == '*') {
      ++i;
      out.push_back({Token::Kind::all, 0});
      // "a/**/b" has no folder between as well.
      const bool at_start = out.size() == 1 || (out[out.size() - 2].c == separator &&
                                                out[out.size() - 2].kind == Token::Kind::character);
      if (separator == '/' && at_start && i + 1 < pattern.size() && pattern[i + 1] == separator) {
        ++i;
      }
    } else if (c == '*') {
      out.push_back({Token::Kind::some, 0});
    } else if (c == '?') {
      out.push_back({Token::Kind::one, 0});
    } else {
      out.push_back({Token::Kind::character, c});
    }
  }
  return out;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

}  // namespace

bool matches(std::string_view pattern, std::string_view text, char separator) {
  const std::vector<Token> tokens = tokens_of(pattern, separator);
  // reached[i]: the first i tokens match the text so far.
  std::vector<char> reached(tokens.size() + 1, 0);
  reached[0] = 1;
  const auto skip_empty = [&](std::vector<char>& states) {
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      const bool may_be_empty =
          tokens[i].kind == Token::Kind::some || tokens[i].kind == Token::Kind::all;
      if (states[i] != 0 && may_be_empty) states[i + 1] = 1;
    }
  };
  skip_empty(reached);
  std::vector<char> next(tokens.size() + 1);
  for (const char c : text) {
    std::fill(next.begin(), next.end(), 0);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      if (reached[i] == 0) continue;
      switch (tokens[i].kind) {
        case Token::Kind::character:
          if (tokens[i].c == c) next[i + 1] = 1;
          break;
        case Token::Kind::one:
          if (c != separator) next[i + 1] = 1;
          break;
        case Token::Kind::some:
          if (c != separator) next[i] = 1;
          break;
        case Token::Kind::all:
          next[i] = 1;
          break;
      }
    }
    skip_empty(next);
    reached.swap(next);
  }
  return reached.back() != 0;
}

bool path_matches(std::string_view pattern, std::string_view path) {
  std::string whole(pattern);
  if (whole.starts_with("./")) whole.erase(0, 2);
  while (whole.size() > 1 && whole.back() == '/') whole.pop_back();
  if (whole.find('/') == std::string::npos) whole.insert(0, "**/");
  if (whole.starts_with('/') && !path.starts_with('/')) whole.erase(0, 1);
  // The path itself, or a folder above it.
  for (std::size_t end = path.size(); end != std::string_view::npos && end > 0;
       end = path.rfind('/', end - 1)) {
    if (matches(whole, path.substr(0, end), '/')) return true;
    if (end == 0) break;
  }
  return false;
}

bool name_matches(std::string_view pattern, std::string_view name) {
  return matches(lower(pattern), lower(name), '.');
}

}  // namespace lapis::policy
