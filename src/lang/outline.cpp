#include "lapis/lang/outline.h"

#include <algorithm>

#include "checker.h"
#include "reader.h"
#include "yaml_programs.h"

namespace lapis::lang {
namespace {

constexpr std::size_t longest_detail = 160;

class Outliner {
 public:
  Outliner(const SourceMap& sources, std::uint32_t file) : sources_(sources), file_(file) {}

  Outline run() {
    Diagnostics ignored;
    const bool yaml = is_yaml(sources_.path(file_));
    const std::vector<Datum> data =
        yaml ? read_yaml_programs(sources_, file_, ignored) : read_data(sources_, file_, ignored);
    for (const Datum& form : data) top_level(form);
    std::stable_sort(out_.uses.begin(), out_.uses.end(), [](const NameUse& a, const NameUse& b) {
      return a.span.begin < b.span.begin;
    });
    return std::move(out_);
  }

 private:
  void top_level(const Datum& form) {
    const std::string_view head = form.head();
    if (form.items.size() < 2) return;
    const Datum& name = form.items[1];
    if (head == "attribute" && name.is_symbol()) {
      declare(Symbol::Kind::attribute, name, form, {}, item_text(form, 2));
      out_.symbols.back().doc = doc_of(form);
    } else if (head == "field" && name.is_symbol()) {
      declare(Symbol::Kind::field, name, form, {}, item_text(form, 2));
    } else if (head == "define") {
      define(form);
    } else if (head == "program" && name.is_symbol()) {
      program(form);
    } else if (head == "invariant" && name.is_symbol()) {
      declare(Symbol::Kind::invariant, name, form, {}, item_text(form, 2));
      for (std::size_t i = 2; i < form.items.size(); ++i) expression(form.items[i]);
    } else if (head == "pools") {
      for (std::size_t i = 1; i < form.items.size(); ++i) expression(form.items[i]);
    }
  }

  void define(const Datum& form) {
    const Datum& target = form.items[1];
    if (target.is_symbol()) {
      declare(Symbol::Kind::definition, target, form, {}, item_text(form, 2));
    } else if (!target.head().empty()) {
      declare(Symbol::Kind::function, target.items[0], form, {}, text(target.span));
      for (std::size_t i = 1; i < target.items.size(); ++i) {
        if (!target.items[i].is_symbol()) continue;
        declare(Symbol::Kind::local, target.items[i], target.items[i], form.span, "parameter");
      }
    }
    for (std::size_t i = 2; i < form.items.size(); ++i) expression(form.items[i]);
  }

  void program(const Datum& form) {
    declare(Symbol::Kind::program, form.items[1], form, {}, "program");
    out_.symbols.back().doc = doc_of(form);
    for (std::size_t i = 2; i < form.items.size(); ++i) {
      const Datum& clause = form.items[i];
      const std::string_view head = clause.head();
      if (head == "config" && clause.items.size() == 2) {
        for (const Datum& binding : clause.items[1].items) constant(binding, form);
      } else if (head == "match" || head == "response" || head == "config") {
        for (std::size_t k = 1; k < clause.items.size(); ++k) expression(clause.items[k]);
      }
    }
  }

  void constant(const Datum& binding, const Datum& program) {
    if (binding.items.empty() || !binding.items[0].is_symbol()) return;
    declare(Symbol::Kind::constant, binding.items[0], binding, program.span, item_text(binding, 1));
    for (std::size_t i = 1; i < binding.items.size(); ++i) expression(binding.items[i]);
  }

  /// Nesting is bounded by the reader.
  void expression(const Datum& datum) {
    if (datum.is_symbol()) {
      out_.uses.push_back({datum.text, datum.span, false});
      return;
    }
    if (!datum.is_list()) return;
    if (datum.head() == "let" && datum.items.size() >= 2) {
      let(datum);
      return;
    }
    const bool about_programs = speaks_of_programs(datum);
    for (const Datum& item : datum.items) {
      if (about_programs) program_names(item);
      expression(item);
    }
  }

  void let(const Datum& form) {
    out_.uses.push_back({form.items[0].text, form.items[0].span, false});
    for (const Datum& binding : form.items[1].items) {
      if (binding.items.empty() || !binding.items[0].is_symbol()) continue;
      for (std::size_t i = 1; i < binding.items.size(); ++i) expression(binding.items[i]);
      // Known to the bindings after it and to the body, not to its own expression.
      const Span scope{file_, binding.span.end, form.span.end};
      declare(Symbol::Kind::local, binding.items[0], binding, scope, item_text(binding, 1));
    }
    for (std::size_t i = 2; i < form.items.size(); ++i) expression(form.items[i]);
  }

  static bool speaks_of_programs(const Datum& list) {
    return std::any_of(list.items.begin(), list.items.end(),
                       [](const Datum& d) { return d.is_symbol("answered-by"); });
  }

  /// Strings compared with `answered-by`, directly or in a list.
  void program_names(const Datum& datum) {
    if (datum.is_string() && datum.span.end - datum.span.begin == datum.text.size() + 2) {
      out_.uses.push_back({datum.text, {file_, datum.span.begin + 1, datum.span.end - 1}, true});
    }
    if (datum.head() != "list") return;
    for (const Datum& item : datum.items) program_names(item);
  }

  void declare(Symbol::Kind kind, const Datum& name, const Datum& form, Span scope,
               std::string detail) {
    out_.uses.push_back({name.text, name.span, false});
    out_.symbols.push_back({kind, name.text, name.span, form.span, scope, std::move(detail), {}});
  }

  static std::string doc_of(const Datum& form) {
    for (const Datum& clause : form.items) {
      if (clause.head() == "doc" && clause.items.size() == 2 && clause.items[1].is_string()) {
        return clause.items[1].text;
      }
    }
    return {};
  }

  std::string item_text(const Datum& form, std::size_t i) const {
    return i < form.items.size() ? text(form.items[i].span) : std::string();
  }

  /// The characters of a span on one line.
  std::string text(Span span) const {
    std::string out;
    for (const char c : sources_.slice(span)) {
      const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
      if (!blank) out += c;
      if (blank && !out.empty() && out.back() != ' ') out += ' ';
      if (out.size() < longest_detail || (static_cast<unsigned char>(c) & 0xC0U) == 0x80U) continue;
      return out + "…";
    }
    return out;
  }

  const SourceMap& sources_;
  std::uint32_t file_;
  Outline out_;
};

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}
bool ends_word(char c) {
  return is_space(c) || c == '(' || c == ')' || c == '[' || c == ']' || c == '"' || c == ';';
}

}  // namespace

Outline outline_of(const SourceMap& sources, std::uint32_t file) {
  return Outliner(sources, file).run();
}

Context context_at(const SourceMap& sources, std::uint32_t file, std::uint32_t offset) {
  // The text ends somewhere in a form that is being typed: only what is before the cursor is sure,
  // so it is scanned, not parsed.
  struct Open {
    std::string head;
    std::vector<std::string> names;
    std::size_t items = 0;
  };
  const std::string_view text = sources.text(file);
  Context out;
  std::vector<Open> open(1);
  std::size_t at = 0;
  const auto item = [&](std::string_view word, bool name) {
    Open& list = open.back();
    if (list.items++ == 0 && name) list.head = word;
    if (name) list.names.emplace_back(word);
  };
  while (at < offset) {
    const char c = text[at];
    std::size_t end = at + 1;
    if (c == ';') {
      end = std::min(text.find('\n', at), text.size());
      out.in_comment = end >= offset;
    } else if (c == '"') {
      while (end < text.size() && text[end] != '"' && text[end] != '\n') {
        end += text[end] == '\\' && end + 1 < text.size() ? 2 : 1;
      }
      out.in_string = end >= offset;
      if (out.in_string) {
        out.word = {file, static_cast<std::uint32_t>(at + 1), static_cast<std::uint32_t>(end)};
        break;
      }
      ++end;
      item({}, false);
    } else if (c == '(' || c == '[') {
      open.emplace_back();
    } else if (c == ')' || c == ']') {
      if (open.size() > 1) open.pop_back();
      item({}, false);
    } else if (!is_space(c)) {
      while (end < text.size() && !ends_word(text[end])) ++end;
      if (end >= offset) {
        out.word = {file, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end)};
        break;
      }
      item(text.substr(at, end - at), true);
    }
    at = end;
  }
  if (!out.word.known()) out.word = {file, offset, offset};
  for (std::size_t i = 1; i < open.size(); ++i) out.heads.push_back(open[i].head);
  out.at_head = open.back().items == 0;
  out.neighbours = open.back().names;
  return out;
}

const std::vector<FormWord>& form_words() {
  static const std::vector<FormWord> words = [] {
    std::vector<FormWord> all;
    for (const Checker::Form& form : Checker::form_table()) all.push_back({form.name, form.usage});
    return all;
  }();
  return words;
}

bool is_bindable_name(std::string_view text) {
  if (text.empty() || std::any_of(text.begin(), text.end(), ends_word)) return false;
  if (text == "true" || text == "false" || text == "else" || text[0] == '#') return false;
  const std::size_t digits = text[0] == '-' || text[0] == '+' ? 1 : 0;
  return digits >= text.size() || text[digits] < '0' || text[digits] > '9';
}

}  // namespace lapis::lang
