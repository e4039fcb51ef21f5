// --print-config: what holds for a path, and which line says so.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "lapis/report/rules.h"
#include "policy_files.h"

namespace lapis::policy {
namespace {

using Json = nlohmann::ordered_json;

std::string place(Span span, const SourceMap& sources) {
  const Location at = sources.locate(span);
  return at.path + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
}

struct Value {
  std::string value;
  std::string from;  ///< a place, "--option", or "default"
};

struct Effective {
  std::string path;
  std::string policy;  ///< or empty
  Value fail_level;
  Value baseline;
  std::vector<std::pair<std::string, Value>> rules;
  /// Settings of overrides that depend on zone or owner as well.
  struct Conditional {
    std::string rule;
    std::vector<std::string> zones;
    std::vector<std::string> owners;
    Value level;
  };
  std::vector<Conditional> conditional;
};

Value fail_level_of(const Options& options, const PolicyFile* policy, const SourceMap& sources) {
  if (options.fail_level) return {to_string(level_of(*options.fail_level)), "--fail-level"};
  if (policy != nullptr && policy->fail_level) {
    return {to_string(level_of(*policy->fail_level)), place(policy->fail_level_span, sources)};
  }
  return {"error", "default"};
}

Value baseline_of(const Options& options, const PolicyFile* policy, const SourceMap& sources) {
  if (!options.ignore && !options.baseline.empty()) return {options.baseline, "--baseline"};
  if (policy != nullptr && !policy->baseline.empty()) {
    return {policy->baseline, place(policy->baseline_span, sources)};
  }
  return {"", "default"};
}

Effective effective_for(const std::string& path, const Options& options, const PolicyFile* policy,
                        const std::vector<const RuleInfo*>& rules, const SourceMap& sources) {
  Effective out;
  out.path = path;
  if (policy != nullptr) out.policy = policy->path;
  out.fail_level = fail_level_of(options, policy, sources);
  out.baseline = baseline_of(options, policy, sources);
  Subject subject;
  if (policy != nullptr) subject.path = PolicyFiles::relative(*policy, path);
  for (const RuleInfo* rule : rules) {
    Value value{to_string(level_of(rule->severity)), "default"};
    if (policy != nullptr) {
      if (const Setting* setting = setting_of(*policy, rule->id, subject)) {
        value = {to_string(setting->level), place(setting->span, sources)};
      }
    }
    out.rules.emplace_back(rule->id, std::move(value));
  }
  if (policy == nullptr) return out;
  for (const Override& o : policy->overrides) {
    if (o.zones.empty() && o.owners.empty()) continue;
    for (const Setting& setting : o.rules) {
      out.conditional.push_back({setting.rule,
                                 o.zones,
                                 o.owners,
                                 {to_string(setting.level), place(setting.span, sources)}});
    }
  }
  return out;
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

std::string as_text(const std::vector<Effective>& all) {
  std::string out;
  for (const Effective& e : all) {
    std::size_t widest = 10;
    for (const auto& [rule, value] : e.rules) widest = std::max(widest, rule.size());
    out += "path        " + e.path + "\n";
    out += "policy      " + (e.policy.empty() ? std::string("none") : e.policy) + "\n";
    out += "fail-level  " + padded(e.fail_level.value, 8) + "  " + e.fail_level.from + "\n";
    out += "baseline    " + (e.baseline.value.empty() ? std::string("none") : e.baseline.value) +
           (e.baseline.value.empty() ? "" : "  " + e.baseline.from) + "\n";
    out += "rules\n";
    for (const auto& [rule, value] : e.rules) {
      out += "  " + padded(rule, widest) + "  " + padded(value.value, 8) + "  " + value.from + "\n";
    }
    if (!e.conditional.empty()) out += "in some zones or for some owners (the last one counts)\n";
    for (const Effective::Conditional& c : e.conditional) {
      out += "  " + padded(c.rule, widest) + "  " + padded(c.level.value, 8) + "  " + c.level.from;
      if (!c.zones.empty()) out += "  zones " + joined(c.zones);
      if (!c.owners.empty()) out += "  owners " + joined(c.owners);
      out += "\n";
    }
    out += "\n";
  }
  if (!out.empty()) out.pop_back();
  return out;
}

Json value_json(const char* name, const Value& value) {
  return {{name, value.value.empty() ? Json() : Json(value.value)}, {"from", value.from}};
}

std::string as_json(const std::vector<Effective>& all) {
  Json list = Json::array();
  for (const Effective& e : all) {
    Json rules = Json::object();
    for (const auto& [rule, value] : e.rules) rules[rule] = value_json("level", value);
    Json conditional = Json::array();
    for (const Effective::Conditional& c : e.conditional) {
      Json entry = value_json("level", c.level);
      entry["rule"] = c.rule;
      entry["zones"] = c.zones;
      entry["owners"] = c.owners;
      conditional.push_back(std::move(entry));
    }
    list.push_back({{"path", e.path},
                    {"policy", e.policy.empty() ? Json() : Json(e.policy)},
                    {"fail_level", value_json("level", e.fail_level)},
                    {"baseline", value_json("file", e.baseline)},
                    {"rules", std::move(rules)},
                    {"conditional", std::move(conditional)}});
  }
  const Json root = {{"version", 1}, {"paths", std::move(list)}};
  return root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string effective(const Options& options, const std::vector<std::string>& paths,
                      const std::vector<std::span<const RuleInfo>>& rulebooks, bool json,
                      SourceMap& sources, Diagnostics& errors) {
  std::vector<const RuleInfo*> rules;
  std::vector<std::string> ids;
  const auto add = [&](std::span<const RuleInfo> book) {
    for (const RuleInfo& rule : book) {
      if (std::find(ids.begin(), ids.end(), rule.id) != ids.end()) continue;
      rules.push_back(&rule);
      ids.emplace_back(rule.id);
    }
  };
  add(report::rules());
  for (const auto& book : rulebooks) add(book);
  const FindRule find_rule = [&](std::string_view id) -> const RuleInfo* {
    const auto found =
        std::find_if(rules.begin(), rules.end(), [&](const RuleInfo* r) { return id == r->id; });
    return found == rules.end() ? nullptr : *found;
  };
  PolicyFiles files(options, sources, find_rule, ids, errors);
  std::vector<Effective> all;
  for (const std::string& path : paths) {
    const PolicyFile* policy = files.governing(path == "-" ? "." : path);
    all.push_back(effective_for(path, options, policy, rules, sources));
  }
  return json ? as_json(all) : as_text(all);
}

}  // namespace lapis::policy
