// Where the values of a YAML file stand in its text, so that Lisp inside YAML is read, and
// complained about, in place.
#pragma once

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "lapis/base/source.h"

namespace lapis::lang {

class YamlPlaces {
 public:
  /// `sources` must outlive it.
  YamlPlaces(const SourceMap& sources, std::uint32_t file);

  /// The character at a mark. Columns of marks count octets of UTF-8.
  Span place(const YAML::Mark& mark) const;
  /// Where the characters of a scalar stand, without quotes or the header of a block; file 0 when
  /// they are not simply there (escapes). REQUIRES: value.IsScalar().
  Span scalar(const YAML::Node& value) const;

 private:
  Span block(const YAML::Mark& header) const;
  Span span(std::size_t begin, std::size_t end) const;

  std::string_view text_;
  std::uint32_t file_;
  std::vector<std::size_t> line_starts_;
};

}  // namespace lapis::lang
