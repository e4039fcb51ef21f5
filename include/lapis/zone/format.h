// Zone files in a canonical layout: columns aligned, comments kept, nothing else changed.
#pragma once

#include <string>

#include "lapis/base/result.h"
#include "lapis/base/source.h"

namespace lapis::zone {

/// The text of file number `file` laid out anew: owner, TTL, class and type in columns of their
/// own, types and classes in capitals, one blank between the words of the data; lines inside
/// parentheses stay lines. Comments, blank lines (one at most in a row) and the order of everything
/// stay. Formatting twice changes nothing.
///
/// The result is loaded again and compared record by record with what the original loads to; text
/// with errors is not laid out, its errors are returned. Files that are included are read into
/// `sources`, as is the result.
Result<std::string> format_zone(SourceMap& sources, std::uint32_t file);

}  // namespace lapis::zone
