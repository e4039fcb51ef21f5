// A `.lapis.yaml`: what it says, with the place of each word.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lapis/base/diagnostic.h"
#include "lapis/base/source.h"
#include "suppressions.h"

namespace lapis::policy {

enum class Level : std::uint8_t { error, warning, note, off };

const char* to_string(Level level);
Level level_of(Severity severity);

/// `RULE: LEVEL`.
struct Setting {
  std::string rule;
  Level level = Level::off;
  Span span;  ///< of the rule's id
};

/// Levels for some files, zones or records alone. Each list that is not empty must have a pattern
/// that matches.
struct Override {
  std::vector<std::string> paths;
  std::vector<std::string> zones;
  std::vector<std::string> owners;
  std::vector<Setting> rules;
};

struct PolicyFile {
  std::string path;    ///< as shown
  std::string folder;  ///< absolute, links resolved; paths in the file are relative to it
  std::optional<Severity> fail_level;
  Span fail_level_span;
  std::string baseline;  ///< absolute, or empty
  Span baseline_span;
  std::vector<Setting> rules;
  std::vector<Override> overrides;
};

/// Reads file number `file` of `sources`. Errors go to `errors`; what is right is kept.
PolicyFile read_policy(std::uint32_t file, const std::string& folder, const SourceMap& sources,
                       const FindRule& find_rule, const std::vector<std::string>& ids,
                       Diagnostics& errors);

/// What a finding is about, as overrides see it.
struct Subject {
  std::string path;  ///< relative to the policy's folder
  std::string_view zone;
  std::string_view owner;
};

/// The level that `policy` gives the rule there, and the place that says so; null when it says
/// nothing. Later words win.
const Setting* setting_of(const PolicyFile& policy, std::string_view rule, const Subject& subject);

}  // namespace lapis::policy
