#include "lapis/zone/record_text.h"

#include <algorithm>

#include "lapis/zone/load.h"
#include "lapis/zone/rr_type.h"
#include "scanner.h"

namespace lapis::zone {
namespace {

bool is_class(std::string_view text) {
  const auto same = [&](std::string_view word) {
    return text.size() == word.size() &&
           std::equal(text.begin(), text.end(), word.begin(), [](char a, char b) {
             return (a >= 'a' && a <= 'z' ? static_cast<char>(a - 32) : a) == b;
           });
  };
  return same("IN") || same("CLASS1");
}

}  // namespace

bool is_absolute_text(std::string_view name) {
  if (!name.ends_with('.')) return false;
  std::size_t backslashes = 0;
  while (backslashes + 1 < name.size() && name[name.size() - 2 - backslashes] == '\\') {
    ++backslashes;
  }
  return backslashes % 2 == 0;
}

bool lacks_final_dot(std::string_view name, dns::NameView apex) {
  if (name.empty() || name == "@" || is_absolute_text(name)) return false;
  const auto meant = dns::parse_name(name);  // completed with the root
  if (!meant || !dns::is_under(*meant, apex)) return false;
  // In the zone of a top-level domain a single label of that name is an ordinary child.
  return apex.label_count() > 1 || meant->view().label_count() > 1;
}

std::optional<RecordText> record_text(const SourceMap& sources, const Record& record) {
  const Span place = record.span;
  if (!place.known()) return std::nullopt;
  const std::string_view text = sources.text(place.file);
  const std::size_t line = text.rfind('\n', place.begin == 0 ? 0 : place.begin - 1);
  const std::size_t begin = place.begin == 0 || line == std::string_view::npos ? 0 : line + 1;
  const bool inherits = text[begin] == ' ' || text[begin] == '\t';

  Scanner scanner(text, place.begin);
  Entry entry;
  scanner.next(entry);
  std::vector<Token>& tokens = entry.tokens;
  std::erase_if(tokens, [&](const Token& token) { return token.end > place.end; });
  const auto chars = [&](const Token& token) {
    return text.substr(token.begin, token.end - token.begin);
  };
  const auto span = [&](const Token& token) {
    return token.quoted ? Span{place.file, token.begin - 1, token.end + 1}
                        : Span{place.file, token.begin, token.end};
  };
  RecordText parts;
  std::size_t at = 0;
  if (!inherits && !tokens.empty()) {
    if (chars(tokens[0]).starts_with('$')) return std::nullopt;
    parts.owner = span(tokens[at++]);
  }
  for (; at < tokens.size(); ++at) {
    const std::string_view word = chars(tokens[at]);
    if (!parts.ttl && parse_ttl(word)) {
      parts.ttl = span(tokens[at]);
    } else if (!parts.class_word && is_class(word)) {
      parts.class_word = span(tokens[at]);
    } else {
      break;
    }
  }
  if (at == tokens.size() || !type_from_text(chars(tokens[at]))) return std::nullopt;
  parts.type = span(tokens[at++]);
  for (; at < tokens.size(); ++at) parts.rdata.push_back(span(tokens[at]));
  return parts;
}

}  // namespace lapis::zone
