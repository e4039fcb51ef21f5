// The program sets that are open in the editor.
//
// A set is the directory of an open document: its program files, with the editor's text in place of
// the disk's where a file is open. Checking makes a new state of the whole set; outlines of files
// whose text is the same are kept.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lapis/base/diagnostic.h"
#include "lapis/base/source.h"
#include "lapis/lang/outline.h"
#include "lapis/lang/set.h"
#include "positions.h"

namespace lapis::editor {

struct Document {
  std::string uri;
  std::string text;
  std::int64_t version = 0;
};

/// One file of a checked set.
struct SetText {
  std::string uri;
  std::shared_ptr<const lang::Outline> outline;
};

/// A set as it was checked last. Files are numbered from 1 in `sources`, and `files` from 0.
struct CheckedSet {
  SourceMap sources;
  std::vector<SetText> files;
  Diagnostics findings;          ///< of the checker
  std::optional<lang::Set> set;  ///< when it has no errors
  std::uint64_t generation = 0;

  /// Number of the file of that URI, 0 when it is none of this set.
  std::uint32_t file_of(const std::string& uri) const;
  const std::string& uri_of(std::uint32_t file) const { return files[file - 1].uri; }
  const lang::Outline& outline(std::uint32_t file) const { return *files[file - 1].outline; }
  bool knows(Span span) const { return span.file != 0 && span.file <= files.size(); }
};

class Workspace {
 public:
  void open(Document document);
  /// False when no such document is open.
  bool close(const std::string& uri);
  Document* document(const std::string& uri);

  /// Which set a document belongs to; documents that are no files are sets of their own.
  static std::string set_of(const std::string& uri);
  std::vector<std::string> open_sets() const;
  bool is_open(const std::string& set) const;

  /// Reads and checks a set anew.
  const CheckedSet& check(const std::string& set);
  /// The last check, made now when there is none.
  CheckedSet& checked(const std::string& set);
  void forget(const std::string& set) { sets_.erase(set); }

  /// A check of the set with some texts replaced (by URI), for a change that is only proposed.
  Diagnostics check_with(const std::string& set, const std::map<std::string, std::string>& texts);

 private:
  struct Outlined {
    std::uint32_t file = 0;
    std::string text;
    std::shared_ptr<const lang::Outline> outline;
  };
  using Texts = std::vector<std::pair<std::string, std::string>>;  // URI and text

  Texts texts_of(const std::string& set) const;
  std::shared_ptr<const lang::Outline> outline(const std::string& uri, const SourceMap& sources,
                                               std::uint32_t file);

  std::map<std::string, Document> documents_;
  std::map<std::string, CheckedSet> sets_;
  std::map<std::string, Outlined> outlines_;
  std::uint64_t generation_ = 0;
};

}  // namespace lapis::editor
