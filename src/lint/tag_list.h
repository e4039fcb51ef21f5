// Lists of `tag=value` with semicolons between, as DKIM, DMARC, MTA-STS and TLSRPT write them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lapis::lint {

struct Tag {
  std::string_view name;
  std::string_view value;  ///< without the blanks around it
};

struct TagList {
  std::vector<Tag> tags;
  std::string error;  ///< why it is no tag list, or empty

  /// The first tag of that name, or null.
  const Tag* find(std::string_view name) const;
  /// A name that stands there twice, or empty.
  std::string_view repeated() const;
};

/// Splits the text; views point into it. Stops at the first part that has no `=` or no name.
TagList parse_tags(std::string_view text);

}  // namespace lapis::lint
