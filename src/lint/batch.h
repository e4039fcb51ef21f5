// Findings of which a zone can be full when one thing is wrong with all of it: few are shown one by
// one, of many the first with their number.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "context.h"

namespace lapis::lint {

class Batch {
 public:
  void add(const char* rule, const zone::Record& at, std::string message) {
    Found& found = found_[rule];
    if (++found.count <= most_shown) found.shown.emplace_back(&at, std::move(message));
  }

  void report(Context& context) {
    for (auto& [rule, found] : found_) {
      if (found.count > most_shown) {
        found.shown.resize(1);
        found.shown[0].second += "; " + std::to_string(found.count - 1) + " more like it";
      }
      for (auto& [record, message] : found.shown)
        context.add(rule.c_str(), *record, std::move(message));
    }
    found_.clear();
  }

 private:
  static constexpr std::size_t most_shown = 50;
  struct Found {
    std::size_t count = 0;
    std::vector<std::pair<const zone::Record*, std::string>> shown;
  };
  std::map<std::string, Found> found_;
};

}  // namespace lapis::lint
