// Reading YAML against a fixed shape, with every complaint at its place.
//
// A configuration's shape is a tree of mappings with known keys; `mapping` is given a table of
// keys and readers and reports what does not fit. yaml-cpp's exceptions stop in `parse_yaml`.
#pragma once

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lapis/base/diagnostic.h"
#include "lapis/base/source.h"

namespace lapis::yaml {

/// Parses one document. Nothing (and a diagnostic of rule `rule`) when the text is not YAML, not
/// UTF-8 or goes on with a second document, which nobody would read.
std::optional<YAML::Node> parse_yaml(std::uint32_t file, const SourceMap& sources,
                                     Diagnostics& diagnostics,
                                     const std::string& rule = "config-syntax");

class Reader {
 public:
  struct Key {
    const char* name;
    std::function<void(const YAML::Node&)> read;
  };

  Reader(std::uint32_t file, const SourceMap& sources, Diagnostics& diagnostics);

  /// Reads the mapping `what`; false when `node` is none. `where` stands in for nodes without a
  /// place of their own (empty values).
  bool mapping(const YAML::Node& node, std::string_view what, const std::vector<Key>& keys);
  /// A mapping with free keys. Duplicate keys are reported, and left out the second time.
  bool free_mapping(
      const YAML::Node& node, std::string_view what,
      const std::function<void(const YAML::Node& key, const YAML::Node& value)>& read);
  /// Calls `read` for each element; a single scalar counts as a list of one when `scalar_too`.
  bool sequence(const YAML::Node& node, std::string_view what, bool scalar_too,
                const std::function<void(const YAML::Node&)>& read);

  bool text(const YAML::Node& node, std::string_view what, std::string& out);
  bool boolean(const YAML::Node& node, std::string_view what, bool& out);
  bool number(const YAML::Node& node, std::string_view what, std::uint64_t low, std::uint64_t high,
              std::uint64_t& out);
  /// Index of the scalar among `words`.
  std::optional<std::size_t> choice(const YAML::Node& node, std::string_view what,
                                    const std::vector<std::string>& words);

  /// The characters of a node: a scalar whole, with its quotes; one character of anything else.
  /// An empty value is placed at the key it belongs to.
  Span span(const YAML::Node& node) const;
  void error(const YAML::Node& node, std::string rule, std::string message, std::string help = {});
  void report(Diagnostic diagnostic) { diagnostics_.push_back(std::move(diagnostic)); }
  void missing(const YAML::Node& node, std::string_view what, std::string_view key);

 private:
  void wrong_type(const YAML::Node& node, std::string_view what, std::string_view expected);

  std::uint32_t file_;
  std::string_view text_;
  std::uint32_t shift_;  // octets of a byte order mark, which yaml-cpp does not count
  Diagnostics& diagnostics_;
  Span current_key_;
};

}  // namespace lapis::yaml
