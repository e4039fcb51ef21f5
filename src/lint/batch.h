// Findings of which a zone can be full when one thing is wrong with all of it: few are shown one by
// one, of many the first with their number; of those that are known to have one cause always so.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "context.h"

namespace lapis::lint {

class Batch {
 public:
  /// `cause`, when not empty, names what findings of a rule have in common. `about` is the record
  /// that `at` says something of.
  void add(const char* rule, const zone::Record& at, std::string message, std::string cause = {},
           const zone::Record* about = nullptr) {
    const std::size_t most = cause.empty() ? most_shown : 1;
    Found& found = found_[{rule, std::move(cause)}];
    if (++found.count <= most) found.shown.push_back({&at, about, std::move(message)});
  }

  void report(Context& context) {
    for (auto& [key, found] : found_) {
      if (found.count > found.shown.size()) {
        found.shown.resize(1);
        found.shown[0].message += "; " + std::to_string(found.count - 1) + " more like it";
      }
      for (Shown& shown : found.shown) {
        Diagnostic& finding = context.add(key.first.c_str(), *shown.at, std::move(shown.message));
        if (shown.about != nullptr) {
          finding.related.push_back({"", "the record it is about", shown.about->span});
        }
      }
    }
    found_.clear();
  }

 private:
  static constexpr std::size_t most_shown = 50;
  struct Shown {
    const zone::Record* at;
    const zone::Record* about;
    std::string message;
  };
  struct Found {
    std::size_t count = 0;
    std::vector<Shown> shown;
  };
  std::map<std::pair<std::string, std::string>, Found> found_;
};

}  // namespace lapis::lint
