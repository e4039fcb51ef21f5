// Character classes and small steps shared by the readers of values written as text.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace lapis::lint {

inline bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
inline bool is_alpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
inline bool is_alnum(char c) {
  return is_digit(c) || is_alpha(c);
}
inline bool is_blank(char c) {
  return c == ' ' || c == '\t';
}
inline char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
inline std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}
inline bool equal_folded(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return lower(x) == lower(y); });
}
inline bool starts_folded(std::string_view text, std::string_view start) {
  return text.size() >= start.size() && equal_folded(text.substr(0, start.size()), start);
}
inline std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}
/// A number of at most nine digits, or -1.
inline int small_number(std::string_view text) {
  if (text.empty() || text.size() > 9 || !std::all_of(text.begin(), text.end(), is_digit)) {
    return -1;
  }
  int value = 0;
  for (const char c : text) value = value * 10 + (c - '0');
  return value;
}
/// For messages: in quotes, cut when long, without characters that do not print.
std::string quoted(std::string_view text);

/// Cuts at a separator: returns what is before the next one and takes it and the separator off.
inline std::string_view next_item(std::string_view& rest, char separator) {
  const std::size_t at = rest.find(separator);
  const std::string_view item = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view() : rest.substr(at + 1);
  return item;
}

/// A host name in letters, digits and hyphens, of at least `labels` labels, a final dot allowed.
bool is_host_name(std::string_view text, int labels);
/// local@host, without spaces.
bool is_mail_address(std::string_view text);

}  // namespace lapis::lint
