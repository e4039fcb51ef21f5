// Source text and positions in it.
//
// A `Span` is what every tree node, record and diagnostic carries: a file number and two byte
// offsets. It is 12 bytes, copied freely, and means nothing without the `SourceMap` that gave out
// the file number; line and column are computed only when something is shown.
//
// A SourceMap is filled by one thread while files are read and is immutable afterwards.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace lapis {

/// Half-open byte range [begin, end) in file number `file` of a SourceMap. File 0 is "no place".
struct Span {
  std::uint32_t file = 0;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  bool known() const { return file != 0; }
  friend bool operator==(const Span&, const Span&) = default;
};

/// A span in the words people use. Lines and columns count from 1; columns count Unicode code
/// points; `end_column` is one past the last character.
struct Location {
  std::string path;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t end_line = 0;
  std::uint32_t end_column = 0;
};

class SourceMap {
 public:
  /// Adds a file and returns its number (1 and up). The text is owned by the map and stays at one
  /// address for the life of the map, so string_views into it are stable. Texts over 4 GiB are
  /// cut at 4 GiB - 1.
  std::uint32_t add(std::string path, std::string text);
  /// Forgets the files added after the first `count`. REQUIRES: no span of theirs is looked up, and
  /// no view into their text used, from now on.
  void keep_first(std::size_t count);

  /// Shows the files from `first` on whose path begins with `folder` as if they were in `shown`.
  void show_as(std::uint32_t first, const std::string& folder, const std::string& shown);

  std::string_view text(std::uint32_t file) const;
  const std::string& path(std::uint32_t file) const;
  std::size_t size() const { return files_.size(); }

  /// Location of `span`; a default Location when span.file is 0.
  Location locate(Span span) const;
  /// The whole line (without its line ending) that holds byte `offset`.
  std::string_view line_at(std::uint32_t file, std::uint32_t offset) const;
  /// The characters of `span`.
  std::string_view slice(Span span) const;

 private:
  struct File {
    std::string path;
    std::string text;
    mutable std::vector<std::uint32_t> line_starts;  // built on the first locate()
  };
  const File& file(std::uint32_t number) const { return files_[number - 1]; }
  static void index_lines(const File& file);

  std::deque<File> files_;
};

/// Reads a whole file. Returns false and sets `error` to the system's words when it can't.
bool read_file(const std::string& path, std::string& text, std::string& error);

}  // namespace lapis
