#include "language_features.h"

#include <algorithm>

#include "lapis/lang/format.h"
#include "symbols.h"

namespace lapis::editor {
namespace {

using lang::Symbol;

const char* kind_name(Symbol::Kind kind) {
  switch (kind) {
    case Symbol::Kind::attribute:
      return "attribute";
    case Symbol::Kind::definition:
      return "definition";
    case Symbol::Kind::function:
      return "function";
    case Symbol::Kind::program:
      return "program";
    case Symbol::Kind::invariant:
      return "invariant";
    case Symbol::Kind::field:
      return "closed field";
    case Symbol::Kind::constant:
      return "constant";
    case Symbol::Kind::local:
      return "local";
  }
  return "name";
}

/// SymbolKind of the protocol.
int symbol_kind(Symbol::Kind kind) {
  switch (kind) {
    case Symbol::Kind::attribute:
    case Symbol::Kind::field:
      return 8;  // Field
    case Symbol::Kind::definition:
    case Symbol::Kind::constant:
      return 14;  // Constant
    case Symbol::Kind::function:
      return 12;  // Function
    case Symbol::Kind::program:
      return 5;  // Class
    case Symbol::Kind::invariant:
      return 24;  // Event
    case Symbol::Kind::local:
      return 13;  // Variable
  }
  return 13;
}

/// CompletionItemKind of the protocol.
int completion_kind(Symbol::Kind kind) {
  switch (kind) {
    case Symbol::Kind::attribute:
    case Symbol::Kind::field:
      return 5;  // Field
    case Symbol::Kind::definition:
    case Symbol::Kind::constant:
      return 21;  // Constant
    case Symbol::Kind::function:
      return 3;  // Function
    case Symbol::Kind::program:
    case Symbol::Kind::invariant:
      return 7;  // Class
    case Symbol::Kind::local:
      return 6;  // Variable
  }
  return 6;
}

const lang::FieldRow* field_named(std::string_view name) {
  for (const lang::FieldRow& row : lang::field_table()) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

const lang::FormWord* form_named(std::string_view name) {
  for (const lang::FormWord& form : lang::form_words()) {
    if (form.name == name) return &form;
  }
  return nullptr;
}

std::string code(const std::string& text) {
  return "```lapis\n" + text + "\n```";
}

Json markdown(std::string text) {
  return {{"kind", "markdown"}, {"value", std::move(text)}};
}

/// A name with what it is, as hover and completion show it.
std::string described(const Symbol& symbol) {
  std::string text = std::string(kind_name(symbol.kind)) + " " + symbol.name;
  if (symbol.kind == Symbol::Kind::function) text = "function " + symbol.detail;
  const bool has_detail = !symbol.detail.empty() && symbol.kind != Symbol::Kind::function &&
                          symbol.kind != Symbol::Kind::program;
  if (has_detail) text += ": " + symbol.detail;
  std::string out = code(text);
  if (!symbol.doc.empty()) out += "\n" + symbol.doc;
  return out;
}

/// Comment lines directly above a declaration: what people write instead of a doc.
std::string comment_above(const CheckedSet& set, const Found& found) {
  const std::string_view text = set.sources.text(found.file);
  std::vector<std::string> lines;
  std::size_t end = std::min<std::size_t>(found.symbol->form.begin, text.size());
  while (end > 0 && text[end - 1] != '\n') --end;
  while (end > 0) {
    std::size_t begin = end - 1;
    while (begin > 0 && text[begin - 1] != '\n') --begin;
    const std::string_view line = text.substr(begin, end - 1 - begin);
    const std::size_t first = line.find_first_not_of(" \t;");
    if (line.empty() || line[0] != ';') break;
    lines.emplace_back(first == std::string_view::npos ? "" : line.substr(first));
    end = begin;
  }
  std::string out;
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    out += (out.empty() ? "" : "\n") + *line;
  }
  return out;
}

}  // namespace

const Lines& Ranges::lines(std::uint32_t file) {
  return lines_.try_emplace(file, set_.sources.text(file)).first->second;
}

Json Ranges::range(Span span) {
  if (!set_.knows(span)) span = {1, 0, 0};
  if (set_.files.empty())
    return {{"start", {{"line", 0}, {"character", 0}}}, {"end", {{"line", 0}, {"character", 0}}}};
  const Lines& in = lines(span.file);
  const Position start = in.position(span.begin, encoding_);
  const Position end = in.position(std::max(span.begin, span.end), encoding_);
  return {{"start", {{"line", start.line}, {"character", start.character}}},
          {"end", {{"line", end.line}, {"character", end.character}}}};
}

Json Ranges::location(Span span) {
  return {{"uri", set_.uri_of(span.file)}, {"range", range(span)}};
}

Json hover(const Place& place, Ranges& ranges) {
  const lang::NameUse* use = use_at(place.set, place.file, place.offset);
  if (use == nullptr) return nullptr;
  std::string text;
  const Found found = resolve(place.set, place.file, *use);
  const lang::FieldRow* field = field_named(use->name);
  if (field != nullptr) {
    text = code("field " + use->name + ": " +
                (place.set.set ? to_string(place.set.set->field_type(field->id))
                               : std::string(to_string(field->kind)))) +
           "\n" + std::string(field->doc);
  } else if (found.known()) {
    text = described(*found.symbol);
    const std::string comment = comment_above(place.set, found);
    if (found.symbol->doc.empty() && !comment.empty()) text += "\n" + comment;
  } else if (const lang::FormWord* form = form_named(use->name)) {
    text = code(std::string(form->usage));
  } else {
    return nullptr;
  }
  // The type of what stands here: of a call its value, of a name the name's.
  if (field == nullptr) {
    if (const auto type = type_at(place.set, place.file, use->span)) {
      text += "\n\nType: `" + to_string(*type) + "`";
    }
  }
  return {{"contents", markdown(text)}, {"range", ranges.range(use->span)}};
}

Json definition(const Place& place, Ranges& ranges) {
  const lang::NameUse* use = use_at(place.set, place.file, place.offset);
  if (use == nullptr) return nullptr;
  const Found found = resolve(place.set, place.file, *use);
  if (!found.known()) return nullptr;
  return ranges.location({found.file, found.symbol->name_span.begin, found.symbol->name_span.end});
}

Json references(const Place& place, Ranges& ranges, bool with_declaration) {
  Json out = Json::array();
  const lang::NameUse* use = use_at(place.set, place.file, place.offset);
  if (use == nullptr) return out;
  const Found found = resolve(place.set, place.file, *use);
  if (!found.known()) return out;
  for (const Span& span : places_of(place.set, found)) {
    const bool declares = span.file == found.file && span.begin == found.symbol->name_span.begin;
    if (with_declaration || !declares) out.push_back(ranges.location(span));
  }
  return out;
}

Json document_symbols(const CheckedSet& set, std::uint32_t file, Ranges& ranges) {
  Json out = Json::array();
  for (const Symbol& symbol : set.outline(file).symbols) {
    if (symbol.kind == Symbol::Kind::local) continue;
    Json entry = {
        {"name", symbol.name},
        {"detail", symbol.doc.empty() ? symbol.detail : symbol.doc},
        {"kind", symbol_kind(symbol.kind)},
        {"range", ranges.range({file, symbol.form.begin, symbol.form.end})},
        {"selectionRange", ranges.range({file, symbol.name_span.begin, symbol.name_span.end})}};
    // Constants belong to the program before them.
    if (symbol.kind == Symbol::Kind::constant && !out.empty()) {
      out.back()["children"].push_back(std::move(entry));
    } else {
      out.push_back(std::move(entry));
    }
  }
  return out;
}

Json completion(const Place& place, Ranges& ranges) {
  const lang::Context context = lang::context_at(place.set.sources, place.file, place.offset);
  Json items = Json::array();
  const Span word{place.file, context.word.begin, std::max(context.word.end, place.offset)};
  const auto add = [&](std::string label, int kind, std::string detail, std::string doc) {
    Json item = {{"label", label},
                 {"kind", kind},
                 {"textEdit", {{"range", ranges.range(word)}, {"newText", std::move(label)}}}};
    if (!detail.empty()) item["detail"] = std::move(detail);
    if (!doc.empty()) item["documentation"] = markdown(std::move(doc));
    items.push_back(std::move(item));
  };
  if (context.in_comment) return {{"isIncomplete", false}, {"items", std::move(items)}};
  if (context.in_string) {
    // Values of the closed field that the string is compared with.
    for (const std::string& name : context.neighbours) {
      for (const std::string& value : values_of(place.set, name)) add(value, 12, name, {});
    }
    return {{"isIncomplete", false}, {"items", std::move(items)}};
  }
  const std::size_t depth = context.heads.size();
  if (depth <= 1 && context.at_head) {
    for (const char* form :
         {"attribute", "define", "field", "invariant", "pools", "program", "total"}) {
      add(form, 14, "top-level form", {});
    }
    if (depth == 0 || context.heads[0].empty()) {
      return {{"isIncomplete", false}, {"items", std::move(items)}};
    }
  }
  if (depth == 2 && context.heads[0] == "program" && context.at_head) {
    for (const char* clause : {"config", "doc", "exclusive", "match", "response"}) {
      add(clause, 14, "clause of a program", {});
    }
    return {{"isIncomplete", false}, {"items", std::move(items)}};
  }
  for (const lang::FieldRow& row : lang::field_table()) {
    add(std::string(row.name), 5, std::string(to_string(row.kind)), std::string(row.doc));
  }
  for (const Found& found : visible_at(place.set, place.file, place.offset)) {
    if (found.symbol->kind == Symbol::Kind::field) continue;
    add(found.symbol->name, completion_kind(found.symbol->kind), found.symbol->detail,
        found.symbol->doc);
  }
  for (const lang::FormWord& form : lang::form_words()) {
    add(std::string(form.name), 3, std::string(form.usage), {});
  }
  return {{"isIncomplete", false}, {"items", std::move(items)}};
}

Json prepare_rename(const Place& place, Ranges& ranges) {
  const lang::NameUse* use = use_at(place.set, place.file, place.offset);
  if (use == nullptr) return nullptr;
  const Found found = resolve(place.set, place.file, *use);
  if (!found.known() || found.symbol->kind == Symbol::Kind::field) return nullptr;
  return {{"range", ranges.range(use->span)}, {"placeholder", use->name}};
}

Renaming rename(Workspace& workspace, const std::string& set_name, const Place& place,
                Ranges& ranges, const std::string& new_name) {
  Renaming out;
  const lang::NameUse* use = use_at(place.set, place.file, place.offset);
  const Found found = use != nullptr ? resolve(place.set, place.file, *use) : Found{};
  if (!found.known() || found.symbol->kind == Symbol::Kind::field) {
    out.refused = "there is no name here that can be changed";
  } else if (!lang::is_bindable_name(new_name)) {
    out.refused = "'" + new_name + "' can not be a name";
  } else if (is_taken(place.set, new_name)) {
    out.refused = "the name '" + new_name + "' is already taken";
  }
  if (!out.refused.empty()) return out;
  Json changes = Json::object();
  std::map<std::string, std::string> texts;
  const std::vector<Span> places = places_of(place.set, found);
  for (const Span& span : places) {
    changes[place.set.uri_of(span.file)].push_back(
        {{"range", ranges.range(span)}, {"newText", new_name}});
  }
  // From the back, so that offsets stay right.
  for (auto span = places.rbegin(); span != places.rend(); ++span) {
    auto& text = texts.try_emplace(place.set.uri_of(span->file), place.set.sources.text(span->file))
                     .first->second;
    text.replace(span->begin, span->end - span->begin, new_name);
  }
  // A set that was fine must be fine afterwards.
  if (place.set.set) {
    const Diagnostics errors = workspace.check_with(set_name, texts);
    if (!errors.empty()) {
      out.refused = "the set would have errors: " + errors.front().message;
      return out;
    }
  }
  out.edit = {{"changes", std::move(changes)}};
  return out;
}

Json formatting(const CheckedSet& set, std::uint32_t file, Ranges& ranges) {
  if (set.sources.path(file).ends_with(".yaml")) return nullptr;
  const auto laid_out = lang::format_text(set.sources, file);
  if (!laid_out.ok()) return nullptr;
  const std::string_view before = set.sources.text(file);
  const std::string_view after = *laid_out;
  if (before == after) return Json::array();
  // One edit without the lines that stay at the beginning and the end, so that cursors stay too.
  std::size_t head = 0;
  std::size_t line = 0;
  while (head < before.size() && head < after.size() && before[head] == after[head]) {
    if (before[head++] == '\n') line = head;
  }
  head = line;
  std::size_t tail = 0;
  std::size_t kept = 0;
  while (tail < before.size() - head && tail < after.size() - head &&
         before[before.size() - 1 - tail] == after[after.size() - 1 - tail]) {
    if (before[before.size() - 1 - tail] == '\n') kept = tail;
    ++tail;
  }
  const Span span{file, static_cast<std::uint32_t>(head),
                  static_cast<std::uint32_t>(before.size() - kept)};
  return Json::array({{{"range", ranges.range(span)},
                       {"newText", after.substr(head, after.size() - kept - head)}}});
}

}  // namespace lapis::editor
