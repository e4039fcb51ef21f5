// `lapis diff OLD.zone NEW.zone`.
#pragma once

#include <string>

#include "output.h"

namespace lapis::cli {

struct ZoneDiffOptions {
  std::string before;
  std::string after;
  std::string origin;           ///< empty: as the files say
  std::string format = "text";  ///< text, json or markdown
  bool exit_code = false;       ///< exit 1 when the zones differ
  OutputOptions output;         ///< for errors
};

/// A path that by its name is a zone file: *.zone and db.*
bool names_zone_file(const std::string& path);

Exit run_zone_diff(const ZoneDiffOptions& options);

}  // namespace lapis::cli
