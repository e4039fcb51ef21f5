#include "tag_list.h"

#include "text_syntax.h"

namespace lapis::lint {
namespace {

std::string_view without_space(std::string_view text) {
  const auto is_space = [](char c) { return is_blank(c) || c == '\r' || c == '\n'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

bool is_tag_name(std::string_view name) {
  return !name.empty() && is_alpha(name[0]) && std::all_of(name.begin(), name.end(), [](char c) {
    return is_alnum(c) || c == '_' || c == '-';
  });
}

}  // namespace

const Tag* TagList::find(std::string_view name) const {
  for (const Tag& tag : tags) {
    if (tag.name == name) return &tag;
  }
  return nullptr;
}

std::string_view TagList::repeated() const {
  for (std::size_t i = 1; i < tags.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (tags[k].name == tags[i].name) return tags[i].name;
    }
  }
  return {};
}

TagList parse_tags(std::string_view text) {
  TagList list;
  while (!text.empty()) {
    const std::string_view part = without_space(next_item(text, ';'));
    if (part.empty()) {
      if (without_space(text).empty()) break;  // a final semicolon
      list.error = "nothing stands between two semicolons";
      return list;
    }
    const std::size_t equals = part.find('=');
    const std::string_view name = without_space(part.substr(0, equals));
    if (equals == std::string_view::npos || !is_tag_name(name)) {
      list.error = quoted(part) + " is no tag=value";
      return list;
    }
    list.tags.push_back({name, without_space(part.substr(equals + 1))});
    if (list.tags.size() > 100) {
      list.error = "more than 100 tags";
      return list;
    }
  }
  return list;
}

}  // namespace lapis::lint
