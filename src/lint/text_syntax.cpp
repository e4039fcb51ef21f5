#include "text_syntax.h"

namespace lapis::lint {

std::string quoted(std::string_view text) {
  constexpr std::size_t most = 60;
  std::string out = "'";
  for (const char c : text.substr(0, most)) out += c >= 0x20 && c < 0x7F ? c : '?';
  if (text.size() > most) out += "...";
  return out + "'";
}

bool is_host_name(std::string_view text, int labels) {
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty() || text.size() > 253) return false;
  int count = 0;
  while (true) {
    const std::size_t dot = text.find('.');
    const std::string_view label = text.substr(0, dot);
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-' ||
        !std::all_of(label.begin(), label.end(),
                     [](char c) { return is_alnum(c) || c == '-' || c == '_'; })) {
      return false;
    }
    ++count;
    if (dot == std::string_view::npos) return count >= labels;
    text.remove_prefix(dot + 1);
  }
}

bool is_mail_address(std::string_view text) {
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos || at == 0) return false;
  const std::string_view local = text.substr(0, at);
  return std::all_of(local.begin(), local.end(),
                     [](char c) { return c > 0x20 && c != 0x7F && c != '@' && c != ','; }) &&
         is_host_name(text.substr(at + 1), 1);
}

}  // namespace lapis::lint
