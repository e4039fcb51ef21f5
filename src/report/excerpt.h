// Source lines with a caret and underline beneath an exact range.
#pragma once

#include <string>
#include <string_view>

#include "lapis/base/source.h"
#include "lapis/report/report.h"

namespace lapis::report {

/// Start and end of a colour, empty when there is none.
struct Paint {
  const char* on = "";
  const char* off = "";
};

/// The lines of `span` with line numbers and `^~~~` under the range; nothing for an unknown span.
/// Of a span over more than four lines the first and the last are shown.
std::string excerpt(Span span, const SourceMap& sources, const TextStyle& style,
                    const Paint& gutter, const Paint& mark);

/// `text` made safe for a terminal: control characters, broken UTF-8 and characters that reorder
/// text become U+FFFD, a tab becomes spaces.
std::string showable(std::string_view text);

/// `text` for the content or an attribute of XML and HTML. Newlines become character references,
/// which keeps them in attributes.
std::string markup_escape(std::string_view text);

}  // namespace lapis::report
