// Test files: YAML to cases, with every complaint at its place.
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <functional>
#include <optional>

#include "lapis/lang/yaml_places.h"
#include "lapis/suite/suite.h"
#include "lapis/yaml/reader.h"

namespace lapis::suite {
namespace {

using YAML::Node;

class Reader {
 public:
  Reader(const SourceMap& sources, std::uint32_t file, Diagnostics& errors)
      : places_(sources, file),
        folder_(std::filesystem::path(sources.path(file)).parent_path()),
        errors_(errors) {
    out_.file = file;
  }

  TestFile read(const Node& root) {
    mapping(root, "a test file",
            {{"set", [&](const Node& n) { read_set(n); }},
             {"defaults", [&](const Node& n) { settings(n, "defaults", false, defaults_); }},
             {"tests", [&](const Node& n) { tests_ = n; }}});
    if (!tests_ || !tests_.IsSequence()) {
      if (errors_.empty()) {
        error(tests_ ? tests_ : root, "expected 'tests', a list of cases",
              "- {name: …, query: {qname: …}, expect: {program: …}}");
      }
    } else {
      for (const Node& node : tests_) read_case(node);
    }
    return std::move(out_);
  }

  /// yaml-cpp's own complaints.
  void error(const YAML::Mark& mark, const std::string& words) {
    errors_.push_back(error_at(places_.place(mark), "test-file", words));
  }

 private:
  struct Key {
    const char* name;
    std::function<void(const Node&)> read;
  };

  void mapping(const Node& node, const std::string& what, const std::vector<Key>& keys) {
    if (!node.IsMap()) {
      error(node, "expected " + what + ": " + names_of(keys));
      return;
    }
    std::vector<std::string> seen;
    for (const auto& entry : node) {
      const std::string name = entry.first.IsScalar() ? entry.first.Scalar() : "";
      const auto key =
          std::find_if(keys.begin(), keys.end(), [&](const Key& k) { return name == k.name; });
      if (std::find(seen.begin(), seen.end(), name) != seen.end()) {
        error(entry.first, "a second '" + name + "'");
      } else if (key == keys.end()) {
        unknown(entry.first, name, keys, what);
      } else {
        key->read(entry.second);
      }
      seen.push_back(name);
    }
  }

  void unknown(const Node& at, const std::string& name, const std::vector<Key>& keys,
               const std::string& what) {
    std::vector<std::string> names;
    for (const Key& key : keys) names.emplace_back(key.name);
    const std::string near = did_you_mean(name, names);
    error(at, "unknown key '" + name + "' in " + what,
          near.empty() ? "keys are " + names_of(keys) : "did you mean '" + near + "'?");
  }

  static std::string names_of(const std::vector<Key>& keys) {
    std::string out;
    for (const Key& key : keys) out += (out.empty() ? "" : ", ") + std::string(key.name);
    return out;
  }

  void each(const Node& node, const char* what, const std::function<void(const Node&)>& read) {
    if (node.IsScalar()) {
      read(node);
    } else if (node.IsSequence()) {
      for (const Node& item : node) read(item);
    } else {
      error(node, std::string("expected ") + what);
    }
  }

  bool scalar(const Node& node, const std::string& what, Text& out) {
    if (!node.IsScalar()) {
      error(node, "expected " + what);
      return false;
    }
    out = {node.Scalar(), span(node)};
    return true;
  }

  void read_set(const Node& node) {
    each(node, "the path of a program set, or a list of paths", [&](const Node& n) {
      Text path;
      if (scalar(n, "the path of a program set", path)) {
        out_.set.push_back((folder_ / path.text).lexically_normal().string());
      }
    });
  }

  /// Fields of a query. With `many`, each may have a list of values.
  void settings(const Node& node, const std::string& what, bool many, std::vector<Setting>& out,
                bool attributes = false) {
    if (!node.IsMap()) {
      error(node, "expected fields of a query under " + what, what + ": {qname: www.example.com.}");
      return;
    }
    for (const auto& entry : node) {
      Setting setting;
      setting.field = entry.first.IsScalar() ? entry.first.Scalar() : "";
      setting.attribute = attributes;
      setting.span = span(entry.first);
      if (!attributes && setting.field == "attributes") {
        settings(entry.second, what + ".attributes", many, out, true);
        continue;
      }
      if (!attributes && !known(setting)) continue;
      if (!many && !entry.second.IsScalar()) {
        error(entry.second, "expected one value for '" + setting.field + "'",
              "a list of values stands under for-all");
        continue;
      }
      each(entry.second, "a value or a list of values", [&](const Node& n) {
        Text value;
        if (scalar(n, "a value", value)) setting.values.push_back(std::move(value));
      });
      if (setting.values.empty()) {
        error(entry.second, "there is no value for '" + setting.field + "'");
        continue;
      }
      out.push_back(std::move(setting));
    }
  }

  bool known(const Setting& setting) {
    std::vector<std::string> names{"attributes"};
    for (const lang::FieldRow& row : lang::field_table()) names.emplace_back(row.name);
    if (std::find(names.begin(), names.end(), setting.field) != names.end()) return true;
    const std::string near = did_you_mean(setting.field, names);
    errors_.push_back(error_at(setting.span, "test-file",
                               "a query has no field '" + setting.field + "'",
                               near.empty() ? "declared attributes stand under 'attributes'"
                                            : "did you mean '" + near + "'?"));
    return false;
  }

  void read_case(const Node& node) {
    Case c;
    c.span = span(node);
    c.name = "case " + std::to_string(out_.cases.size() + 1);
    c.settings = defaults_;
    std::vector<Setting> fixed;
    std::vector<Setting> product;
    mapping(node, "a case",
            {{"name",
              [&](const Node& n) {
                Text name;
                if (!scalar(n, "the name of the case", name)) return;
                c.name = name.text;
                c.span = name.span;
              }},
             {"query", [&](const Node& n) { settings(n, "query", false, fixed); }},
             {"for-all", [&](const Node& n) { settings(n, "for-all", true, product); }},
             {"expect", [&](const Node& n) { read_expected(n, c.expected); }},
             {"property", [&](const Node& n) {
                Text text;
                if (!scalar(n, "a condition in the language", text)) return;
                text.span = places_.scalar(n);
                if (text.span.known()) {
                  c.expected.property = text;
                } else {
                  error(n, "this Lisp can not be read in place",
                        "write it in a block scalar: after a |, on lines of its own");
                }
              }}});
    c.settings.insert(c.settings.end(), fixed.begin(), fixed.end());
    c.settings.insert(c.settings.end(), product.begin(), product.end());
    finish(node, std::move(c));
  }

  void finish(const Node& node, Case c) {
    const bool named = std::any_of(c.settings.begin(), c.settings.end(), [](const Setting& s) {
      return s.field == "qname" && !s.attribute;
    });
    const Expected& e = c.expected;
    std::uint64_t queries = 1;
    for (const Setting& s : c.settings) {
      queries = std::min(queries * s.values.size(), most_queries + 1);
    }
    if (!node.IsMap()) return;
    if (!named) {
      error(node, "the case '" + c.name + "' has no qname", "query: {qname: www.example.com.}");
    } else if (!e.program && !e.ipv4 && !e.ipv6 && !e.ttl && !e.property) {
      error(node, "the case '" + c.name + "' expects nothing", "add expect or property");
    } else if (queries > most_queries) {
      error(node, "the product of the case '" + c.name + "' has over a million queries");
    }
    out_.cases.push_back(std::move(c));
  }

  void read_expected(const Node& node, Expected& out) {
    mapping(node, "expect",
            {{"program",
              [&](const Node& n) {
                Text text;
                if (n.IsNull()) {
                  out.program = Text{"", span(n)};
                } else if (scalar(n, "the name of a program, or null for none", text)) {
                  out.program = text;
                }
              }},
             {"ipv4", [&](const Node& n) { addresses(n, Family::v4, out.ipv4, out.ipv4_span); }},
             {"ipv6", [&](const Node& n) { addresses(n, Family::v6, out.ipv6, out.ipv6_span); }},
             {"ttl", [&](const Node& n) {
                Text text;
                if (!scalar(n, "a number of seconds", text)) return;
                std::int64_t value = 0;
                const char* end = text.text.data() + text.text.size();
                const auto [at, code] = std::from_chars(text.text.data(), end, value);
                if (code != std::errc{} || at != end) {
                  error(n, "expected a number of seconds, not '" + text.text + "'");
                  return;
                }
                out.ttl = value;
                out.ttl_span = text.span;
              }}});
  }

  void addresses(const Node& node, Family family, std::optional<std::vector<IpAddress>>& out,
                 Span& where) {
    where = span(node);
    out.emplace();
    each(node, "a list of addresses", [&](const Node& n) {
      Text text;
      if (!scalar(n, "an address", text)) return;
      const auto address = IpAddress::parse(text.text);
      if (!address || address->family() != family) {
        error(n, "'" + text.text + "' is not an " + (family == Family::v4 ? "IPv4" : "IPv6") +
                     " address");
        return;
      }
      out->push_back(*address);
    });
  }

  Span span(const Node& node) const {
    if (!node.IsScalar()) return places_.place(node.Mark());
    const Span whole = places_.scalar(node);
    return whole.known() && whole.begin < whole.end ? whole : places_.place(node.Mark());
  }
  void error(const Node& node, std::string words, std::string help = {}) {
    errors_.push_back(error_at(span(node), "test-file", std::move(words), std::move(help)));
  }

  lang::YamlPlaces places_;
  std::filesystem::path folder_;
  Diagnostics& errors_;
  TestFile out_;
  std::vector<Setting> defaults_;
  Node tests_;
};

}  // namespace

Result<TestFile> read_test_file(const SourceMap& sources, std::uint32_t file) {
  Diagnostics errors;
  Reader reader(sources, file, errors);
  TestFile out;
  const std::optional<YAML::Node> root = yaml::parse_yaml(file, sources, errors, "test-file");
  // What is left of yaml-cpp's exceptions are conversions; none leaves this function.
  try {
    if (root) out = reader.read(*root);
  } catch (const YAML::Exception& e) {
    reader.error(e.mark, e.msg);
  }
  if (!errors.empty()) return errors;
  return out;
}

}  // namespace lapis::suite
