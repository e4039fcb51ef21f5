#include "lapis/lang/revise.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "reader.h"
#include "yaml_programs.h"

namespace lapis::lang {

struct Reviser::File {
  std::string_view text;
  std::vector<Datum> forms;
  bool yaml = false;
};

namespace {

constexpr std::string_view blanks = " \t\r\f";

bool holds(Span outer, Span inner) {
  return outer.file == inner.file && outer.begin <= inner.begin && inner.end <= outer.end;
}

/// Offsets of lines of one text.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}

  std::size_t begin(std::size_t at) const {
    const std::size_t end = at == 0 ? std::string_view::npos : text_.rfind('\n', at - 1);
    return end == std::string_view::npos ? 0 : end + 1;
  }
  /// Behind the line feed.
  std::size_t end(std::size_t at) const {
    const std::size_t found = text_.find('\n', at);
    return found == std::string_view::npos ? text_.size() : found + 1;
  }
  /// The line that begins there, without blanks around it.
  std::string_view trimmed(std::size_t from) const { return trim(from, end(from)); }
  std::string_view trim(std::size_t from, std::size_t to) const {
    std::string_view part = text_.substr(from, to - from);
    const std::size_t first = part.find_first_not_of(" \t\r\f\n");
    if (first == std::string_view::npos) return {};
    return part.substr(first, part.find_last_not_of(" \t\r\f\n") - first + 1);
  }
  bool is_blank(std::size_t from, std::size_t to) const { return trim(from, to).empty(); }
  std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

Span span(std::uint32_t file, std::size_t begin, std::size_t end) {
  return {file, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

/// The lines that a form has to itself, from its first to behind its last.
struct Room {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool whole_lines = false;  ///< nothing else but a comment stands on them
};

Room room_of(const Lines& lines, Span form, char comment, std::string_view lead = {}) {
  std::size_t last = form.end;
  while (last > form.begin && (blanks.find(lines.text()[last - 1]) != std::string_view::npos ||
                               lines.text()[last - 1] == '\n')) {
    --last;  // a block scalar of YAML ends with its line
  }
  Room room{lines.begin(form.begin), lines.end(last), false};
  const std::string_view before = lines.trim(room.begin, form.begin);
  const std::string_view after = lines.trim(last, room.end);
  room.whole_lines = before == lead && (after.empty() || after[0] == comment);
  if (!room.whole_lines) room = {form.begin, last, false};
  return room;
}

/// Where the comments begin that stand on the lines right above `begin`.
std::size_t comments_above(const Lines& lines, std::size_t begin, char comment) {
  while (begin > 0) {
    const std::size_t line = lines.begin(begin - 1);
    const std::string_view words = lines.trimmed(line);
    if (words.empty() || words[0] != comment) break;
    begin = line;
  }
  return begin;
}

const Datum* form_with(const std::vector<Datum>& forms, Span inside) {
  const auto at = std::find_if(forms.begin(), forms.end(),
                               [&](const Datum& form) { return holds(form.span, inside); });
  return at == forms.end() ? nullptr : &*at;
}

/// The list that has an item with exactly that place. Nesting is bounded by the reader.
const Datum* parent_of(const Datum& datum, Span item, std::size_t& index) {
  for (std::size_t i = 0; i < datum.items.size(); ++i) {
    if (datum.items[i].span == item) {
      index = i;
      return &datum;
    }
  }
  for (const Datum& inner : datum.items) {
    if (!holds(inner.span, item)) continue;
    if (const Datum* found = parent_of(inner, item, index)) return found;
  }
  return nullptr;
}

const Datum* clause_of(const Datum& program, std::string_view head) {
  const auto at = std::find_if(program.items.begin(), program.items.end(),
                               [&](const Datum& item) { return item.head() == head; });
  return at == program.items.end() ? nullptr : &*at;
}

/// Takes item `i` out of a list, with what separates it from its neighbour.
TextEdit without_item(const Lines& lines, const Datum& list, std::size_t i) {
  const Span item = list.items[i].span;
  const Room room = room_of(lines, item, ';');
  if (room.whole_lines && i + 1 < list.items.size()) {
    return {span(item.file, room.begin, room.end), ""};
  }
  if (i > 0 && lines.is_blank(list.items[i - 1].span.end, item.begin)) {
    return {span(item.file, list.items[i - 1].span.end, item.end), ""};
  }
  if (i + 1 < list.items.size()) {
    // A comment that ends the line is about the item.
    const std::size_t next = list.items[i + 1].span.begin;
    const std::string_view rest = lines.trim(item.end, std::min(lines.end(item.end), next));
    const bool own_comment =
        !rest.empty() && rest[0] == ';' &&
        lines.is_blank(lines.end(item.end), std::max(next, lines.end(item.end)));
    if (own_comment || lines.is_blank(item.end, next)) {
      return {span(item.file, item.begin, next), ""};
    }
  }
  return {item, ""};
}

bool same_words(const Datum& a, const Datum& b) {
  return a.kind == b.kind && a.text == b.text && a.number == b.number &&
         a.items.size() == b.items.size() &&
         std::equal(a.items.begin(), a.items.end(), b.items.begin(), same_words);
}

/// Parts of a test that must all hold.
std::vector<const Datum*> parts_of(const Datum& test) {
  std::vector<const Datum*> out;
  if (test.head() != "and") return {&test};
  for (std::size_t i = 1; i < test.items.size(); ++i) out.push_back(&test.items[i]);
  return out;
}

/// Text of conditions for use outside their program: its constants are put in.
class Export {
 public:
  Export(const SourceMap& sources, const Datum& program) : sources_(sources) {
    const Datum* config = clause_of(program, "config");
    if (config == nullptr || config->items.size() != 2) return;
    for (const Datum& binding : config->items[1].items) {
      if (binding.items.size() == 2 && binding.items[0].is_symbol()) {
        constants_[binding.items[0].text] = &binding.items[1];
      }
    }
  }

  /// On one line; empty when the text holds a comment, which would swallow what follows it, or
  /// when it would become longer than anyone wants to read.
  std::string text(const Datum& datum) const {
    std::string out;
    return write(datum, out, 0) && out.size() <= longest ? out : std::string();
  }

 private:
  static constexpr std::size_t longest = 2000;

  /// The reader bounds the depth of a datum; constants may name earlier ones.
  bool write(const Datum& datum, std::string& out, int constants) const {
    if (out.size() > longest || constants > 8) return false;
    if (datum.is_symbol()) {
      const auto at = constants_.find(datum.text);
      if (at != constants_.end()) return write(*at->second, out, constants + 1);
    }
    if (!datum.is_list()) {
      out += sources_.slice(datum.span);
      return true;
    }
    out += datum.square ? '[' : '(';
    for (std::size_t i = 0; i < datum.items.size(); ++i) {
      if (i > 0) out += ' ';
      if (!write(datum.items[i], out, constants)) return false;
    }
    out += datum.square ? ']' : ')';
    return true;
  }

  const SourceMap& sources_;
  std::map<std::string, const Datum*> constants_;
};

}  // namespace

Reviser::Reviser(const SourceMap& sources) : sources_(sources) {}
Reviser::~Reviser() = default;

const Reviser::File& Reviser::file(std::uint32_t number) {
  std::unique_ptr<File>& kept = files_[number];
  if (!kept) {
    kept = std::make_unique<File>();
    Diagnostics ignored;
    kept->text = sources_.text(number);
    kept->yaml = is_yaml(sources_.path(number));
    kept->forms = kept->yaml ? read_yaml_programs(sources_, number, ignored)
                             : read_data(sources_, number, ignored);
  }
  return *kept;
}

std::vector<TextEdit> Reviser::drop_form(Span inside) {
  const File& in = file(inside.file);
  const Datum* form = form_with(in.forms, inside);
  if (form == nullptr) return {};
  const Lines lines(in.text);
  const char comment = in.yaml ? '#' : ';';
  Room room = room_of(lines, form->span, comment, in.yaml ? "-" : "");
  if (!room.whole_lines) {
    if (in.yaml) return {};
    return {{form->span, ""}};
  }
  // A suppression without anything below it would be a finding.
  const auto is_suppression = [&](std::size_t line) {
    return lines.trimmed(line).find("lapis: allow") != std::string_view::npos;
  };
  std::vector<TextEdit> out;
  const std::size_t top = comments_above(lines, room.begin, comment);
  while (room.begin > top && is_suppression(lines.begin(room.begin - 1))) {
    room.begin = lines.begin(room.begin - 1);
  }
  for (std::size_t line = top; line < room.begin; line = lines.end(line)) {
    if (is_suppression(line)) out.push_back({span(inside.file, line, lines.end(line)), ""});
  }
  // What is left must not be two blank lines.
  const bool blank_above = room.begin == 0 || lines.trimmed(lines.begin(room.begin - 1)).empty();
  if (blank_above && room.end < in.text.size() && lines.trimmed(room.end).empty()) {
    room.end = lines.end(room.end);
  } else if (room.end == in.text.size() && room.begin > 0 && blank_above) {
    room.begin = lines.begin(room.begin - 1);
  }
  out.push_back({span(inside.file, room.begin, room.end), ""});
  return out;
}

std::vector<TextEdit> Reviser::drop_constant(Span name) {
  const File& in = file(name.file);
  const Datum* program = form_with(in.forms, name);
  if (program == nullptr) return {};
  std::size_t index = 0;
  const Datum* binding = parent_of(*program, name, index);
  if (binding == nullptr || index != 0) return {};
  const Datum* bindings = parent_of(*program, binding->span, index);
  if (bindings == nullptr) return {};
  const Lines lines(in.text);
  if (bindings->items.size() > 1 || in.yaml) return {without_item(lines, *bindings, index)};
  // The last one goes with its clause.
  const Datum* config = parent_of(*program, bindings->span, index);
  if (config == nullptr || config->head() != "config") return {};
  const Datum* clauses = parent_of(*program, config->span, index);
  if (clauses == nullptr) return {};
  return {without_item(lines, *clauses, index)};
}

std::vector<TextEdit> Reviser::drop_condition(Span condition) {
  const File& in = file(condition.file);
  const Datum* form = form_with(in.forms, condition);
  if (form == nullptr) return {};
  std::size_t index = 0;
  const Datum* test = parent_of(*form, condition, index);
  if (test == nullptr || test->head() != "and" || index == 0 || test->items.size() < 3) return {};
  const Lines lines(in.text);
  if (test->items.size() == 3) {
    const Span kept = test->items[index == 1 ? 2 : 1].span;
    // Comments may stand around the one that is left; only what is no comment goes.
    const std::string before(in.text.substr(test->span.begin, kept.begin - test->span.begin));
    const std::string after(in.text.substr(kept.end, test->span.end - kept.end));
    if ((before + after).find(';') == std::string::npos) {
      return {{span(condition.file, test->span.begin, kept.begin), ""},
              {span(condition.file, kept.end, test->span.end), ""}};
    }
  }
  return {without_item(lines, *test, index)};
}

std::vector<TextEdit> Reviser::move_before(Span program, Span other) {
  const File& from = file(program.file);
  const File& to = file(other.file);
  const Datum* moved = form_with(from.forms, program);
  const Datum* target = form_with(to.forms, other);
  if (moved == nullptr || target == nullptr || moved == target || from.yaml != to.yaml) return {};
  const char comment = from.yaml ? '#' : ';';
  const std::string_view lead = from.yaml ? "-" : "";
  const Lines source(from.text);
  const Lines destination(to.text);
  Room room = room_of(source, moved->span, comment, lead);
  const Room there = room_of(destination, target->span, comment, lead);
  if (!room.whole_lines || !there.whole_lines) return {};
  room.begin = comments_above(source, room.begin, comment);
  std::string text(from.text.substr(room.begin, room.end - room.begin));
  if (!text.ends_with('\n')) text += '\n';
  // The blank line that kept it from its neighbour goes along.
  if (room.end < from.text.size() && source.trimmed(room.end).empty()) {
    room.end = source.end(room.end);
    text += '\n';
  } else if (room.begin > 0 && source.trimmed(source.begin(room.begin - 1)).empty()) {
    room.begin = source.begin(room.begin - 1);
    text += '\n';
  }
  const std::size_t place = comments_above(destination, there.begin, comment);
  const bool stands_apart = place == 0 || destination.trimmed(destination.begin(place - 1)).empty();
  if (stands_apart && !from.yaml && !text.ends_with("\n\n")) text += '\n';
  return {{span(program.file, room.begin, room.end), ""},
          {span(other.file, place, place), std::move(text)}};
}

std::vector<TextEdit> Reviser::exclude(Span program, Span other) {
  const Datum* later = form_with(file(program.file).forms, program);
  const Datum* earlier = form_with(file(other.file).forms, other);
  if (later == nullptr || earlier == nullptr) return {};
  const Datum* match = clause_of(*later, "match");
  const Datum* taken = clause_of(*earlier, "match");
  if (match == nullptr || taken == nullptr || match->items.size() != 2 ||
      taken->items.size() != 2) {
    return {};
  }
  const Datum& test = match->items[1];
  const std::vector<const Datum*> own = parts_of(test);
  std::vector<const Datum*> rest;
  for (const Datum* part : parts_of(taken->items[1])) {
    const bool shared = std::any_of(own.begin(), own.end(),
                                    [&](const Datum* mine) { return same_words(*mine, *part); });
    if (!shared) rest.push_back(part);
  }
  if (rest.empty()) return {};
  const Export out(sources_, *earlier);
  std::string words;
  for (const Datum* part : rest) {
    const std::string text = out.text(*part);
    if (text.empty()) return {};
    words += (words.empty() ? "" : " ") + text;
  }
  if (rest.size() > 1) {
    words = "(not (and " + words + "))";
  } else if (rest[0]->head() == "not" && rest[0]->items.size() == 2) {
    words = out.text(rest[0]->items[1]);
  } else {
    words = "(not " + words + ")";
  }
  if (test.head() == "and" && test.items.size() > 1) {
    const std::uint32_t end = test.items.back().span.end;
    return {{{program.file, end, end}, " " + words}};
  }
  const Span at = test.span;
  return {{{at.file, at.begin, at.begin}, "(and "}, {{at.file, at.end, at.end}, " " + words + ")"}};
}

}  // namespace lapis::lang
