#include "lapis/yaml/reader.h"

#include <yaml-cpp/eventhandler.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <sstream>

#include "lapis/base/utf8.h"

namespace lapis::yaml {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

std::uint32_t mark_length(std::string_view text) {
  return text.substr(0, 3) == byte_order_mark ? 3 : 0;
}

std::string kind_of(const YAML::Node& node) {
  switch (node.Type()) {
    case YAML::NodeType::Map:
      return "a mapping";
    case YAML::NodeType::Sequence:
      return "a list";
    case YAML::NodeType::Scalar:
      return "'" + node.Scalar() + "'";
    default:
      return "nothing";
  }
}

Span clamp(std::uint32_t file, std::size_t begin, std::size_t end, std::size_t size) {
  begin = std::min(begin, size);
  end = std::min(std::max(begin, end), size);
  return {file, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

/// Only where the first node of each document stands.
class DocumentStarts final : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark& mark) override {
    last = mark;
    open_ = true;
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { node(mark); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { node(mark); }
  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                const std::string&) override {
    node(mark);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    node(mark);
  }
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    node(mark);
  }
  void OnMapEnd() override {}

  YAML::Mark last;

 private:
  void node(const YAML::Mark& mark) {
    if (open_) last = mark;
    open_ = false;
  }
  bool open_ = false;
};

/// Where a second document begins, if there is one. Not by YAML::LoadAll: there are texts for which
/// that finds empty documents without end.
std::optional<YAML::Mark> second_document(const std::string& text) {
  // A document ends at one of two marks (YAML 1.2 §9.1.2); most files have neither.
  if (text.find("---") == std::string::npos && text.find("...") == std::string::npos) {
    return std::nullopt;
  }
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  DocumentStarts starts;
  if (!parser.HandleNextDocument(starts) || !parser.HandleNextDocument(starts)) {
    return std::nullopt;
  }
  return starts.last;
}

std::string join(const std::vector<std::string>& words) {
  std::string all;
  for (const std::string& word : words) all += (all.empty() ? "" : ", ") + word;
  return all;
}

}  // namespace

std::optional<YAML::Node> parse_yaml(std::uint32_t file, const SourceMap& sources,
                                     Diagnostics& diagnostics, const std::string& rule) {
  const std::string_view text = sources.text(file);
  const std::size_t shift = mark_length(text);
  const auto report = [&](std::size_t at, std::string message, std::string help) {
    diagnostics.push_back(
        error_at(clamp(file, at, at + 1, text.size()), rule, std::move(message), std::move(help)));
  };
  // Positions that yaml-cpp reports are octets only while it has nothing to replace.
  if (const std::size_t at = first_invalid_utf8(text); at != std::string_view::npos) {
    report(at, "the file is not UTF-8: bad octet here", "save the file as UTF-8");
    return std::nullopt;
  }
  try {
    const std::string document(text.substr(shift));
    if (const std::optional<YAML::Mark> second = second_document(document)) {
      report(static_cast<std::size_t>(std::max(0, second->pos)) + shift,
             "a second YAML document begins here", "one file is one document: drop the ---");
      return std::nullopt;
    }
    return YAML::Load(document);
  } catch (const YAML::Exception& e) {
    report(static_cast<std::size_t>(std::max(0, e.mark.pos)) + shift, "not YAML: " + e.msg, "");
  } catch (const std::exception& e) {
    report(0, std::string("not YAML: ") + e.what(), "");
  }
  return std::nullopt;
}

Reader::Reader(std::uint32_t file, const SourceMap& sources, Diagnostics& diagnostics)
    : file_(file),
      text_(sources.text(file)),
      shift_(mark_length(text_)),
      diagnostics_(diagnostics),
      current_key_{file, 0, 0} {}

Span Reader::span(const YAML::Node& node) const {
  if (node.IsNull() || node.Mark().pos < 0) return current_key_;
  const std::size_t begin = static_cast<std::size_t>(node.Mark().pos) + shift_;
  if (!node.IsScalar() || begin >= text_.size()) {
    return clamp(file_, begin, begin + 1, text_.size());
  }
  const std::string_view rest = text_.substr(begin);
  const std::string& value = node.Scalar();
  if (rest[0] == '"' || rest[0] == '\'') {
    std::size_t end = 1;
    while (end < rest.size() && rest[end] != rest[0]) end += rest[end] == '\\' ? 2 : 1;
    return clamp(file_, begin, begin + end + 1, text_.size());
  }
  const bool verbatim = !value.empty() && rest.substr(0, value.size()) == value;
  return clamp(file_, begin, begin + (verbatim ? value.size() : 1), text_.size());
}

void Reader::error(const YAML::Node& node, std::string rule, std::string message,
                   std::string help) {
  diagnostics_.push_back(
      error_at(span(node), std::move(rule), std::move(message), std::move(help)));
}

void Reader::missing(const YAML::Node& node, std::string_view what, std::string_view key) {
  error(node, "config-missing", std::string(what) + " needs '" + std::string(key) + "'");
}

void Reader::wrong_type(const YAML::Node& node, std::string_view what, std::string_view expected) {
  error(node, "config-type",
        std::string(what) + " must be " + std::string(expected) + ", not " + kind_of(node));
}

bool Reader::free_mapping(
    const YAML::Node& node, std::string_view what,
    const std::function<void(const YAML::Node& key, const YAML::Node& value)>& read) {
  if (!node.IsMap()) {
    wrong_type(node, what, "a mapping");
    return false;
  }
  const Span outer_key = current_key_;
  std::map<std::string, Span> seen;
  for (const auto& entry : node) {
    if (!entry.first.IsScalar()) {
      error(entry.first, "config-type", "a key must be a word");
      continue;
    }
    current_key_ = span(entry.first);
    const auto [first, fresh] = seen.emplace(entry.first.Scalar(), current_key_);
    if (fresh) {
      read(entry.first, entry.second);
    } else {
      error(entry.first, "config-duplicate-key",
            "'" + entry.first.Scalar() + "' is given twice in " + std::string(what));
      diagnostics_.back().related.push_back({"", "first given here", first->second});
    }
    current_key_ = outer_key;
  }
  return true;
}

bool Reader::mapping(const YAML::Node& node, std::string_view what, const std::vector<Key>& keys) {
  return free_mapping(node, what, [&](const YAML::Node& key, const YAML::Node& value) {
    const auto found = std::find_if(keys.begin(), keys.end(),
                                    [&](const Key& k) { return key.Scalar() == k.name; });
    if (found != keys.end()) {
      found->read(value);
      return;
    }
    std::vector<std::string> names;
    for (const Key& k : keys) names.emplace_back(k.name);
    const std::string near = did_you_mean(key.Scalar(), names);
    error(key, "config-unknown-key", "unknown key '" + key.Scalar() + "' in " + std::string(what),
          near.empty() ? "known keys: " + join(names) : "did you mean '" + near + "'?");
  });
}

bool Reader::sequence(const YAML::Node& node, std::string_view what, bool scalar_too,
                      const std::function<void(const YAML::Node&)>& read) {
  if (scalar_too && node.IsScalar()) {
    read(node);
    return true;
  }
  if (!node.IsSequence()) {
    wrong_type(node, what, "a list");
    return false;
  }
  for (const auto& element : node) read(element);
  return true;
}

bool Reader::text(const YAML::Node& node, std::string_view what, std::string& out) {
  if (!node.IsScalar()) {
    wrong_type(node, what, "a text");
    return false;
  }
  out = node.Scalar();
  return true;
}

bool Reader::boolean(const YAML::Node& node, std::string_view what, bool& out) {
  // Only the YAML 1.2 words: "yes" and "no" are texts there, and a trap.
  if (!node.IsScalar() || (node.Scalar() != "true" && node.Scalar() != "false")) {
    wrong_type(node, what, "true or false");
    return false;
  }
  out = node.Scalar() == "true";
  return true;
}

bool Reader::number(const YAML::Node& node, std::string_view what, std::uint64_t low,
                    std::uint64_t high, std::uint64_t& out) {
  const std::string range =
      "a whole number from " + std::to_string(low) + " to " + std::to_string(high);
  if (!node.IsScalar()) {
    wrong_type(node, what, range);
    return false;
  }
  const std::string& digits = node.Scalar();
  std::uint64_t value = 0;
  const auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (status != std::errc() || end != digits.data() + digits.size()) {
    wrong_type(node, what, range);
    return false;
  }
  if (value < low || value > high) {
    error(node, "config-range", std::string(what) + " must be " + range + ", not " + digits);
    return false;
  }
  out = value;
  return true;
}

std::optional<std::size_t> Reader::choice(const YAML::Node& node, std::string_view what,
                                          const std::vector<std::string>& words) {
  if (node.IsScalar()) {
    const auto found = std::find(words.begin(), words.end(), node.Scalar());
    if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
    const std::string near = did_you_mean(node.Scalar(), words);
    error(node, "config-value",
          std::string(what) + " must be one of " + join(words) + ", not " + kind_of(node),
          near.empty() ? "" : "did you mean '" + near + "'?");
    return std::nullopt;
  }
  wrong_type(node, what, "one of " + join(words));
  return std::nullopt;
}

}  // namespace lapis::yaml
