// What the editor asks about a document, answered in the protocol's JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "lapis/report/fix.h"
#include "positions.h"
#include "workspace.h"

namespace lapis::editor {

using Json = nlohmann::json;

/// A position in a document of a checked set.
struct Place {
  const CheckedSet& set;
  std::uint32_t file;
  std::uint32_t offset;
};

/// Spans of a checked set as ranges and locations; keeps the lines of files it was asked about.
class Ranges {
 public:
  Ranges(const CheckedSet& set, Encoding encoding) : set_(set), encoding_(encoding) {}
  Json range(Span span);
  Json location(Span span);

 private:
  const Lines& lines(std::uint32_t file);

  const CheckedSet& set_;
  Encoding encoding_;
  std::map<std::uint32_t, Lines> lines_;
};

Json hover(const Place& place, Ranges& ranges);
Json completion(const Place& place, Ranges& ranges);
Json definition(const Place& place, Ranges& ranges);
Json references(const Place& place, Ranges& ranges, bool with_declaration);
Json document_symbols(const CheckedSet& set, std::uint32_t file, Ranges& ranges);

/// A workspace edit, or words that say why not.
struct Renaming {
  Json edit;
  std::string refused;
};
/// The range that would be renamed; null when nothing can be.
Json prepare_rename(const Place& place, Ranges& ranges);
Renaming rename(Workspace& workspace, const std::string& set_name, const Place& place,
                Ranges& ranges, const std::string& new_name);

/// Edits that bring the document into its canonical layout; null when it does not parse.
Json formatting(const CheckedSet& set, std::uint32_t file, Ranges& ranges);

/// One finding as the protocol has it.
Json diagnostic_json(const Diagnostic& finding, const CheckedSet& set, Ranges& ranges);

/// Changes that the editor can offer for findings that touch `range`: the words that their help
/// proposes, and those of `fixes` that are for one of them.
Json code_actions(const CheckedSet& set, std::uint32_t file, Span range,
                  const Diagnostics& findings, const std::vector<report::Fix>& fixes,
                  Ranges& ranges);

}  // namespace lapis::editor
