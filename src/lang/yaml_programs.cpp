#include "yaml_programs.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <optional>
#include <set>

#include "lapis/lang/yaml_places.h"
#include "lapis/yaml/reader.h"

namespace lapis::lang {
namespace {

const std::vector<std::string> keys = {"config", "doc", "exclusive", "match", "name", "response"};

class YamlPrograms {
 public:
  YamlPrograms(const SourceMap& sources, std::uint32_t file, Diagnostics& diagnostics)
      : sources_(sources), file_(file), places_(sources, file), diagnostics_(diagnostics) {}

  std::vector<Datum> all() {
    std::vector<Datum> programs;
    const std::optional<YAML::Node> root =
        yaml::parse_yaml(file_, sources_, diagnostics_, "syntax");
    if (!root || root->IsNull()) return programs;
    if (!root->IsSequence()) {
      report(place(root->Mark()), "expected a list of programs",
             "a program file in YAML is a list of name, exclusive, config, match and response");
      return programs;
    }
    for (const YAML::Node& node : *root) programs.push_back(program(node));
    return programs;
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
        form.items.push_back(symbol(entry.second.Scalar(), scalar_place(entry.second)));
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
      Datum text = symbol(value.Scalar(), scalar_place(value));
      text.kind = Datum::Kind::string;
      out.items.push_back(std::move(text));
    } else if (key == "exclusive") {
      out.items.push_back(symbol(value.Scalar(), scalar_place(value)));
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

  Span place(const YAML::Mark& mark) const { return places_.place(mark); }
  Span scalar_span(const YAML::Node& value) const { return places_.scalar(value); }
  /// The same, or where the scalar begins when it is written with escapes.
  Span scalar_place(const YAML::Node& value) const {
    const Span exact = scalar_span(value);
    return exact.known() ? exact : place(value.Mark());
  }
  void report(Span where, std::string message, std::string help) {
    diagnostics_.push_back(error_at(where, "syntax", std::move(message), std::move(help)));
  }

  const SourceMap& sources_;
  std::uint32_t file_;
  YamlPlaces places_;
  Diagnostics& diagnostics_;
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
