// Baselines: findings that were there when the file was written, by their fingerprints.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "lapis/base/diagnostic.h"
#include "lapis/base/source.h"

namespace lapis::policy {

struct Baseline {
  struct Entry {
    std::string rule;
    std::string path;  ///< relative to the baseline's folder
    std::string message;
    bool met = false;
  };
  std::string path;
  std::uint32_t file = 0;                ///< in the SourceMap
  std::map<std::string, Entry> entries;  ///< by fingerprint
};

/// Reads the file at `path` into `sources`. False, with an error in `errors` that is placed at
/// `from` when the file can't be read, when it is no baseline.
bool read_baseline(const std::string& path, Span from, SourceMap& sources, Baseline& out,
                   Diagnostics& errors);

/// Writes `findings` and the entries `kept` of an earlier one as the baseline at `path`: to a file
/// beside it that is renamed, so that there is never half a baseline. False, with the system's
/// words in `error`, when that fails.
bool write_baseline(const std::string& path, const Diagnostics& findings,
                    std::map<std::string, Baseline::Entry> kept, const SourceMap& sources,
                    std::string& error);

/// Folder that the paths of a baseline are relative to, absolute.
std::string folder_of(const std::string& path);

}  // namespace lapis::policy
