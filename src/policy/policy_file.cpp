#include "policy_file.h"

#include <filesystem>
#include <iterator>

#include "lapis/yaml/reader.h"
#include "pattern.h"

namespace lapis::policy {
namespace {

using YAML::Node;

const std::vector<std::string>& level_words() {
  static const std::vector<std::string> words{"error", "warning", "note", "off"};
  return words;
}

class PolicyReader {
 public:
  PolicyReader(std::uint32_t file, const SourceMap& sources, const FindRule& find_rule,
               const std::vector<std::string>& ids, Diagnostics& errors, PolicyFile& out)
      : yaml_(file, sources, errors), find_rule_(find_rule), ids_(ids), out_(out) {}

  void read(const Node& root) {
    if (root.IsNull()) return;  // an empty policy changes nothing
    yaml_.mapping(root, "the policy",
                  {{"fail-level", [this](const Node& n) { read_fail_level(n); }},
                   {"baseline", [this](const Node& n) { read_baseline(n); }},
                   {"rules", [this](const Node& n) { read_rules(n, out_.rules); }},
                   {"overrides", [this](const Node& n) {
                      yaml_.sequence(n, "overrides", false,
                                     [this](const Node& o) { read_override(o); });
                    }}});
  }

 private:
  void read_fail_level(const Node& node) {
    if (const auto i = yaml_.choice(node, "fail-level", {"error", "warning", "note"})) {
      out_.fail_level = static_cast<Severity>(*i);
      out_.fail_level_span = yaml_.span(node);
    }
  }

  void read_baseline(const Node& node) {
    std::string path;
    if (!yaml_.text(node, "baseline", path)) return;
    if (path.empty()) {
      yaml_.error(node, "config-value", "baseline must not be empty");
      return;
    }
    out_.baseline = (std::filesystem::path(out_.folder) / path).lexically_normal().string();
    out_.baseline_span = yaml_.span(node);
  }

  void read_rules(const Node& node, std::vector<Setting>& rules) {
    yaml_.free_mapping(node, "rules", [&](const Node& key, const Node& value) {
      const std::string& id = key.Scalar();
      const RuleInfo* rule = find_rule_(id);
      if (rule == nullptr) {
        const std::string near = did_you_mean(id, ids_);
        yaml_.error(
            key, "config-value", "there is no rule '" + id + "'",
            near.empty() ? "lapis explain lists all rules" : "did you mean '" + near + "'?");
        return;
      }
      const auto level = yaml_.choice(value, "the level of '" + id + "'", level_words());
      if (!level) return;
      if (rule->fixed_level && *level > static_cast<std::size_t>(rule->severity)) {
        yaml_.error(value, "config-value", "the level of '" + id + "' can't be lowered",
                    "nothing is proved about what can't be read or loaded");
        return;
      }
      rules.push_back({id, static_cast<Level>(*level), yaml_.span(key)});
    });
  }

  void read_patterns(const Node& node, const char* what, bool names,
                     std::vector<std::string>& patterns) {
    yaml_.sequence(node, what, true, [&](const Node& n) {
      std::string pattern;
      if (!yaml_.text(n, what, pattern)) return;
      if (pattern.empty()) {
        yaml_.error(n, "config-value", std::string("a pattern of ") + what + " must not be empty");
      } else if (names && !pattern.ends_with('.') && !pattern.ends_with("**")) {
        yaml_.error(n, "config-value", "'" + pattern + "' is not an absolute name",
                    "names end with a dot; ** at the end stands for any labels");
      } else {
        patterns.push_back(std::move(pattern));
      }
    });
  }

  void read_override(const Node& node) {
    Override out;
    bool ruled = false;
    bool limited = false;
    const bool mapped = yaml_.mapping(node, "an override",
                                      {{"paths",
                                        [&](const Node& n) {
                                          limited = true;
                                          read_patterns(n, "paths", false, out.paths);
                                        }},
                                       {"zones",
                                        [&](const Node& n) {
                                          limited = true;
                                          read_patterns(n, "zones", true, out.zones);
                                        }},
                                       {"owners",
                                        [&](const Node& n) {
                                          limited = true;
                                          read_patterns(n, "owners", true, out.owners);
                                        }},
                                       {"rules", [&](const Node& n) {
                                          ruled = true;
                                          read_rules(n, out.rules);
                                        }}});
    if (!mapped) return;
    if (!ruled) yaml_.missing(node, "an override", "rules");
    if (!limited) {
      yaml_.error(node, "config-missing", "an override needs 'paths', 'zones' or 'owners'",
                  "levels for everything go under the top 'rules'");
    }
    out_.overrides.push_back(std::move(out));
  }

  yaml::Reader yaml_;
  const FindRule& find_rule_;
  const std::vector<std::string>& ids_;
  PolicyFile& out_;
};

bool any_of(const std::vector<std::string>& patterns, std::string_view text,
            bool (*match)(std::string_view, std::string_view)) {
  if (patterns.empty()) return true;
  for (const std::string& pattern : patterns) {
    if (!text.empty() && match(pattern, text)) return true;
  }
  return false;
}

}  // namespace

const char* to_string(Level level) {
  return level_words()[static_cast<std::size_t>(level)].c_str();
}

Level level_of(Severity severity) {
  return static_cast<Level>(severity);
}

PolicyFile read_policy(std::uint32_t file, const std::string& folder, const SourceMap& sources,
                       const FindRule& find_rule, const std::vector<std::string>& ids,
                       Diagnostics& errors) {
  PolicyFile out;
  out.path = sources.path(file);
  out.folder = folder;
  if (const std::optional<Node> root = yaml::parse_yaml(file, sources, errors)) {
    try {
      PolicyReader(file, sources, find_rule, ids, errors, out).read(*root);
    } catch (const std::exception& e) {  // yaml-cpp: nodes of a shape it did not foresee
      errors.push_back(error_at({file, 0, 0}, "config-syntax", e.what()));
    }
  }
  return out;
}

const Setting* setting_of(const PolicyFile& policy, std::string_view rule, const Subject& subject) {
  const auto find = [&](const std::vector<Setting>& settings) -> const Setting* {
    for (const Setting& setting : settings) {
      if (setting.rule == rule) return &setting;
    }
    return nullptr;
  };
  for (std::size_t i = policy.overrides.size(); i-- > 0;) {
    const Override& o = policy.overrides[i];
    const Setting* setting = find(o.rules);
    if (setting == nullptr) continue;
    if (any_of(o.paths, subject.path, path_matches) &&
        any_of(o.zones, subject.zone, name_matches) &&
        any_of(o.owners, subject.owner, name_matches)) {
      return setting;
    }
  }
  return find(policy.rules);
}

}  // namespace lapis::policy
