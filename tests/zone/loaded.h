// Zones from text, as the tests of this folder look at them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lapis/base/source.h"
#include "lapis/zone/load.h"

namespace lapis::zone::testing {

struct Loaded {
  SourceMap sources;
  LoadedZone zone;

  /// "owner TTL TYPE hex" for each record, in order.
  std::vector<std::string> records() const;
  /// "line:column rule «characters»" for each error, in order. Warnings are the linter's subject.
  std::vector<std::string> errors() const;
};

/// Loads `text` as zone "t." (or with no apex given when `origin` is empty).
Loaded load(std::string text, std::string_view origin = "t.", LoadOptions options = {});

/// $TTL 300 and a SOA record, three lines.
std::string head();

}  // namespace lapis::zone::testing
