// A record's own text again: where its owner, TTL, class, type and data stand in the file.
//
// Records keep one span each, so that a million of them stay small. What needs a closer look (a
// finding about one field, a repair, a formatter) reads the span a second time with this.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "lapis/base/source.h"
#include "lapis/zone/records.h"

namespace lapis::zone {

/// Places of the parts of a record; a quoted string includes its quotes.
struct RecordText {
  std::optional<Span> owner;  ///< nothing when the record takes the owner of the one before
  std::optional<Span> ttl;
  std::optional<Span> class_word;
  Span type;
  std::vector<Span> rdata;
};

/// The parts of `record`, or nothing when it has no text of its own ($GENERATE).
/// REQUIRES: `sources` is the map the record was loaded from.
std::optional<RecordText> record_text(const SourceMap& sources, const Record& record);

/// Whether a name as written ends with a dot that is not escaped.
bool is_absolute_text(std::string_view name);

/// Whether a name as written is relative, but its own labels end with those of `apex`: the final
/// dot seems to be missing.
bool lacks_final_dot(std::string_view name, dns::NameView apex);

}  // namespace lapis::zone
