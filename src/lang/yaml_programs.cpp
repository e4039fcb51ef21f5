#include "yaml_programs.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <exception>
#include <set>

namespace lapis::lang {
namespace {

const std::vector<std::string> keys = {"config", "doc", "exclusive", "match", "name", "response"};

class YamlPrograms {
 public:
  YamlPrograms(const SourceMap& sources, std::uint32_t file, Diagnostics& diagnostics)
      : sources_(sources), text_(sources.text(file)), file_(file), diagnostics_(diagnostics) {
    line_starts_.push_back(0);
    for (std::size_t i = 0; i < text_.size(); ++i) {
      if (text_[i] == '\n') line_starts_.push_back(i + 1);
    }
  }

  std::vector<Datum> all() {
    YAML::Node root;
    // yaml-cpp reports by exceptions; none leaves this function.
    try {
      root = YAML::Load(std::string(text_));
      std::vector<Datum> programs;
      if (root.IsNull()) return programs;
      if (!root.IsSequence()) {
        report(place(root.Mark()), "expected a list of programs",
               "a program file in YAML is a list of name, exclusive, config, match and response");
        return programs;
      }
      for (const YAML::Node& node : root) programs.push_back(program(node));
      return programs;
    } catch (const YAML::Exception& e) {
      report(place(e.mark), e.msg, "");
    } catch (const std::exception& e) {
      report(span(0, 0), std::string("not YAML: ") + e.what(), "");
    }
    return {};
  }

 private:
  Datum program(const YAML::Node& node) {
    const Span here = place(node.Mark());
    Datum form = list(here);
    form.items.push_back(symbol("program", here));
    if (!node.IsMap()) {
      report(here, "expected a program: name, match, response and what else it has", "");
      form.unfinished = true;
      return form;
    }
    std::vector<Datum> clauses;
    std::set<std::string> seen;
    for (const auto& entry : node) {
      const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "";
      Span key_span = place(entry.first.Mark());
      key_span.end =
          key_span.begin + static_cast<std::uint32_t>(std::max<std::size_t>(key.size(), 1));
      if (!seen.insert(key).second) {
        diagnostics_.push_back(
            error_at(key_span, "duplicate-clause", "a second '" + key + "' in this program"));
      } else if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
        const std::string near = did_you_mean(key, keys);
        diagnostics_.push_back(
            error_at(key_span, "unknown-name", "unknown key '" + key + "'",
                     near.empty() ? "keys are name, doc, exclusive, config, match and response"
                                  : "did you mean '" + near + "'?"));
      } else if (!entry.second.IsScalar()) {
        report(place(entry.second.Mark()), "expected text for '" + key + "'",
               "Lisp stands in a block scalar: " + key + ": |");
        form.unfinished = true;
      } else if (key == "name") {
        form.items.push_back(symbol(entry.second.Scalar(), scalar_span(entry.second)));
      } else {
        clauses.push_back(clause(key, key_span, entry.second));
        form.unfinished = form.unfinished || clauses.back().unfinished;
      }
    }
    if (form.items.size() == 1 || !is_name(form.items[1].text)) {
      report(form.items.back().span, "a program needs a name of one word", "add name: NAME");
      form.unfinished = true;
    }
    for (Datum& c : clauses) form.items.push_back(std::move(c));
    form.span.end = std::max(form.span.end, form.items.back().span.end);
    return form;
  }

  Datum clause(const std::string& key, Span key_span, const YAML::Node& value) {
    Datum out = list(key_span);
    out.items.push_back(symbol(key, key_span));
    if (key == "doc") {
      Datum text = symbol(value.Scalar(), scalar_span(value));
      text.kind = Datum::Kind::string;
      out.items.push_back(std::move(text));
    } else if (key == "exclusive") {
      out.items.push_back(symbol(value.Scalar(), scalar_span(value)));
    } else {
      std::vector<Datum> data = lisp(value, out);
      // Written with its own head, (match TEST), or without it.
      if (data.size() == 1 && data[0].head() == key) return std::move(data[0]);
      const bool bindings = key == "config" && !data.empty() && data[0].is_list() &&
                            (data[0].items.empty() || data[0].items[0].is_list());
      if (key == "config" && !(data.size() == 1 && bindings)) {
        Datum inner = list(out.span);
        inner.items = std::move(data);
        out.items.push_back(std::move(inner));
      } else {
        for (Datum& d : data) out.items.push_back(std::move(d));
      }
    }
    out.span.end = std::max(out.span.end, out.items.back().span.end);
    return out;
  }

  /// Reads the Lisp of a scalar in place. Line breaks and indentation mean nothing to it, so the
  /// text between the ends of the scalar is the program text.
  std::vector<Datum> lisp(const YAML::Node& value, Datum& clause) {
    const Span range = scalar_span(value);
    if (!range.known()) {
      report(place(value.Mark()), "this Lisp can not be read in place",
             "write it in a block scalar: after a |, on lines of its own");
      clause.unfinished = true;
      return {};
    }
    std::vector<Datum> data = read_data(sources_, range, diagnostics_);
    clause.unfinished =
        std::any_of(data.begin(), data.end(), [](const Datum& d) { return d.unfinished; });
    return data;
  }

  /// Where the characters of a scalar stand; file 0 when they are not simply there (escapes).
  Span scalar_span(const YAML::Node& value) const {
    const Span start = place(value.Mark());
    std::size_t begin = start.begin;
    const char first = begin < text_.size() ? text_[begin] : '\0';
    if (first == '|' || first == '>') return block_span(value.Mark());
    if (first == '"' || first == '\'') ++begin;
    // Scalars on several lines are folded: the same but for white space (YAML 1.2 §7.3).
    std::size_t at = begin;
    for (const char c : value.Scalar()) {
      if (is_blank(c)) continue;
      while (at < text_.size() && is_blank(text_[at])) ++at;
      if (at == text_.size() || text_[at] != c) return {};
      ++at;
    }
    return span(begin, at);
  }

  /// Lines after the header that are indented at least as the first of them (YAML 1.2 §8.1).
  Span block_span(const YAML::Mark& header) const {
    std::size_t line = static_cast<std::size_t>(header.line) + 1;
    const std::size_t begin = line < line_starts_.size() ? line_starts_[line] : text_.size();
    std::size_t end = begin;
    std::size_t indent = 0;
    for (; line < line_starts_.size(); ++line) {
      const std::size_t start = line_starts_[line];
      const std::size_t next =
          line + 1 < line_starts_.size() ? line_starts_[line + 1] : text_.size();
      const std::size_t used = text_.substr(start, next - start).find_first_not_of(' ');
      const bool blank = used == std::string_view::npos || text_[start + used] == '\n' ||
                         text_[start + used] == '\r';
      if (blank) continue;
      if (indent == 0) indent = std::max<std::size_t>(used, 1);
      if (used < indent) break;
      end = next;
    }
    return span(begin, end);
  }

  static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
  static bool is_name(std::string_view text) {
    return !text.empty() && text.find_first_of(" \t\n\r()[]\";") == std::string_view::npos;
  }
  static Datum list(Span span) {
    Datum d;
    d.span = span;
    return d;
  }
  static Datum symbol(std::string text, Span span) {
    Datum d;
    d.kind = Datum::Kind::symbol;
    d.text = std::move(text);
    d.span = span;
    return d;
  }

  Span span(std::size_t begin, std::size_t end) const {
    return {file_, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
  }
  /// The character at a mark. Columns of marks count octets of UTF-8.
  Span place(const YAML::Mark& mark) const {
    if (mark.is_null() || mark.line < 0) return span(0, std::min<std::size_t>(1, text_.size()));
    const auto line = std::min(static_cast<std::size_t>(mark.line), line_starts_.size() - 1);
    std::size_t at = line_starts_[line] + static_cast<std::size_t>(std::max(mark.column, 0));
    if (line == 0 && text_.starts_with("\xEF\xBB\xBF")) at += 3;
    at = std::min(at, text_.size());
    return span(at, std::min(at + 1, text_.size()));
  }
  void report(Span where, std::string message, std::string help) {
    diagnostics_.push_back(error_at(where, "syntax", std::move(message), std::move(help)));
  }

  const SourceMap& sources_;
  std::string_view text_;
  std::uint32_t file_;
  Diagnostics& diagnostics_;
  std::vector<std::size_t> line_starts_;
};

}  // namespace

bool is_yaml(const std::string& path) {
  return path.ends_with(".yaml") || path.ends_with(".yml");
}

std::vector<Datum> read_yaml_programs(const SourceMap& sources, std::uint32_t file,
                                      Diagnostics& diagnostics) {
  return YamlPrograms(sources, file, diagnostics).all();
}

}  // namespace lapis::lang
