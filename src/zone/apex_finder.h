// What a zone is called when nobody says it (LoadOptions::origin).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lapis/dns/name.h"
#include "lapis/zone/load.h"

namespace lapis::zone {

struct FoundApex {
  std::optional<dns::Name> name;
  /// Only what owners have in common: enough to say what belongs to the zone, not enough to
  /// complete relative names.
  bool guessed = false;
};

/// The apex of the zone with this text, in the file at `path` (which need not exist). Reads the
/// files that it includes.
FoundApex find_apex(std::string_view text, const std::string& path, const LoadOptions& options);

}  // namespace lapis::zone
