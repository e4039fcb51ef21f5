// Which policy file governs which file: the nearest `.lapis.yaml` in its folder or above.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lapis/policy/policy.h"
#include "policy_file.h"

namespace lapis::policy {

inline constexpr const char* policy_file_name = ".lapis.yaml";

class PolicyFiles {
 public:
  PolicyFiles(const Options& options, SourceMap& sources, const FindRule& find_rule,
              const std::vector<std::string>& ids, Diagnostics& errors)
      : options_(options), sources_(sources), find_rule_(find_rule), ids_(ids), errors_(errors) {}

  /// The policy of the file or folder at `path`, or null. Each policy file is read once.
  PolicyFile* governing(const std::string& path);
  /// `path` relative to the folder of `policy`.
  static std::string relative(const PolicyFile& policy, const std::string& path);
  /// All policy files read, by their paths.
  std::vector<PolicyFile*> all() const;

 private:
  PolicyFile* in_folder(const std::string& folder);
  PolicyFile* load(const std::string& path, bool must_exist);

  const Options& options_;
  SourceMap& sources_;
  const FindRule& find_rule_;
  const std::vector<std::string>& ids_;
  Diagnostics& errors_;
  std::map<std::string, PolicyFile*> by_folder_;
  std::map<std::string, std::unique_ptr<PolicyFile>> by_path_;
};

}  // namespace lapis::policy
