// A path, or a folder or file of a git revision written `REV:path`.
#pragma once

#include <string>

namespace lapis::cli {

/// The files of a revision, in a temporary folder for as long as this lives.
class Revision {
 public:
  Revision() = default;
  ~Revision();
  Revision(const Revision&) = delete;
  Revision& operator=(const Revision&) = delete;

  /// `where` as a path: itself when something of that name exists, else what git has at `REV:path`.
  /// Empty, with words in `error`, when it is neither.
  std::string open(const std::string& where, std::string& error);

 private:
  std::string folder_;
};

}  // namespace lapis::cli
