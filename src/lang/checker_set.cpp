// Top-level forms: attributes, definitions, closed fields, programs, invariants.
#include <algorithm>

#include "checker.h"
#include "lapis/base/side_by_side.h"
#include "yaml_programs.h"

namespace lapis::lang {
namespace {

const std::vector<std::string> top_level_forms = {"attribute", "define",  "field", "invariant",
                                                  "pools",     "program", "total"};

}  // namespace

void Checker::collect(const std::vector<Datum>& data) {
  for (const Datum& form : data) collect_form(form);
}

void Checker::collect_form(const Datum& form) {
  const std::string_view head = form.head();
  if (form.unfinished) {
    set_aside(form);
  } else if (head.empty()) {
    report(form.span, "syntax", "expected a top-level form such as (program NAME …)",
           "a file holds attribute, define, field, invariant, pools, program and total forms");
  } else if (head == "attribute") {
    collect_attribute(form);
  } else if (head == "define") {
    collect_define(form);
  } else if (head == "field") {
    collect_field(form);
  } else if (head == "pools") {
    collect_pools(form);
  } else if (head == "total") {
    collect_total(form);
  } else if (head == "invariant") {
    invariants_.push_back(&form);
  } else if (head == "program") {
    programs_.push_back(&form);
    if (form.items.size() < 2 || !form.items[1].is_symbol()) {
      report(form.items[0].span, "syntax", "a program needs a name", "write (program NAME …)");
    } else {
      claim_name(form.items[1], "program");
    }
  } else {
    const std::string near = did_you_mean(head, top_level_forms);
    report(form.items[0].span, "unknown-name", "unknown top-level form '" + std::string(head) + "'",
           near.empty() ? "a file holds attribute, define, field, invariant, pools, program and "
                          "total forms"
                        : "did you mean '" + near + "'?");
  }
}

/// A declaration that can not be read: its name is known, what it stands for is not.
void Checker::set_aside(const Datum& form) {
  program_set_aside_ = program_set_aside_ || form.head() == "program";
  if (form.items.size() < 2) return;
  const Datum& target = form.items[1];
  if (target.is_symbol()) set_aside_.insert(target.text);
  if (!target.head().empty()) set_aside_.insert(target.head());
}

/// The words of the language can not be bound to anything else.
bool Checker::bindable(const Datum& name) {
  if (name.text != "true" && name.text != "false" && name.text != "else") return true;
  report(name.span, "shadowed-name", "'" + name.text + "' is a word of the language",
         "choose another name");
  return false;
}

bool Checker::claim_name(const Datum& name, std::string_view what) {
  if (!bindable(name)) return false;
  const auto field = fields_.find(name.text);
  if (field != fields_.end() && field->second < first_attribute) {
    report(name.span, "shadowed-name",
           std::string(what) + " '" + name.text + "' has the name of a field of the query",
           "choose another name");
    return false;
  }
  const auto [at, fresh] = own_names_.emplace(name.text, name.span);
  if (fresh) return true;
  report(name.span, "duplicate-name", "the name '" + name.text + "' is already taken",
         "programs, attributes, definitions and config names may not share names");
  also(name.text, "first used here", at->second);
  return false;
}

// ---- attributes and closed fields

bool Checker::read_type(const Datum& datum, Type& out) {
  if (datum.is_symbol("string")) {
    out = Type::text();
    return true;
  }
  if (datum.is_symbol("bool")) {
    out = Type::boolean();
    return true;
  }
  if (datum.head() == "int" && datum.items.size() == 3 &&
      datum.items[1].kind == Datum::Kind::number && datum.items[2].kind == Datum::Kind::number) {
    out = Type::integer(datum.items[1].number, datum.items[2].number);
    if (out.low <= out.high) return true;
    report(datum.span, "bad-literal", "the range is empty: its low end is above its high end");
    return false;
  }
  if (datum.head() == "one-of" && datum.items.size() >= 2 &&
      std::all_of(datum.items.begin() + 1, datum.items.end(),
                  [](const Datum& d) { return d.is_string(); })) {
    std::vector<std::string> values;
    for (std::size_t i = 1; i < datum.items.size(); ++i) {
      if (std::find(values.begin(), values.end(), datum.items[i].text) != values.end()) {
        report(datum.items[i].span, "duplicate-name",
               "\"" + datum.items[i].text + "\" stands twice in one-of");
      }
      if (datum.items[i].text.size() > 255) {
        report(datum.items[i].span, "bad-literal", "a string value has at most 255 octets");
      }
      values.push_back(datum.items[i].text);
    }
    out = Type::one_of(std::move(values));
    return true;
  }
  report(datum.span, "syntax", "expected a type",
         "types are string, bool, (int LOW HIGH) and (one-of \"a\" \"b\" …)");
  return false;
}

bool Checker::read_default(const Datum& datum, Attribute& attribute) {
  const Type& type = attribute.type;
  if (type.kind == Kind::boolean && (datum.is_symbol("true") || datum.is_symbol("false"))) {
    attribute.default_value = datum.is_symbol("true");
    return true;
  }
  if (type.kind == Kind::integer && datum.kind == Datum::Kind::number) {
    if (datum.number >= type.low && datum.number <= type.high) {
      attribute.default_value = datum.number;
      return true;
    }
    report(datum.span, "attribute-domain", "the default is outside " + to_string(type));
    return false;
  }
  if (type.kind == Kind::text && datum.is_string()) {
    if (!type.domain || std::binary_search(type.domain->begin(), type.domain->end(), datum.text)) {
      attribute.default_value = datum.text;
      return true;
    }
    const std::string near = did_you_mean(datum.text, *type.domain);
    report(datum.span, "attribute-domain",
           "the default \"" + datum.text + "\" is not " + to_string(type),
           near.empty() ? "" : "did you mean \"" + near + "\"?");
    return false;
  }
  report(datum.span, "type-mismatch", "expected a default of type " + to_string(type));
  return false;
}

void Checker::collect_attribute(const Datum& form) {
  if (form.items.size() < 3 || !form.items[1].is_symbol()) {
    report(form.span, "syntax", "expected (attribute NAME TYPE [(default V)] [(doc S)])");
    return;
  }
  Attribute attribute;
  attribute.name = form.items[1].text;
  attribute.span = form.items[1].span;
  const bool free = claim_name(form.items[1], "attribute");
  if (!read_type(form.items[2], attribute.type)) {
    set_aside(form);
    return;
  }
  switch (attribute.type.kind) {
    case Kind::boolean:
      attribute.default_value = false;
      break;
    case Kind::integer:
      attribute.default_value =
          std::clamp<std::int64_t>(0, attribute.type.low, attribute.type.high);
      break;
    default:
      // The first value as written: the order of one-of is the author's.
      attribute.default_value =
          attribute.type.domain ? Constant(form.items[2].items[1].text) : Constant(std::string());
      break;
  }
  std::vector<std::string_view> seen;
  for (std::size_t i = 3; i < form.items.size(); ++i) {
    const Datum& clause = form.items[i];
    const std::string_view head = clause.head();
    if ((head != "default" && head != "doc") || clause.items.size() != 2) {
      report(clause.span, "syntax", "expected (default V) or (doc \"…\")");
      continue;
    }
    if (std::find(seen.begin(), seen.end(), head) != seen.end()) {
      report(clause.span, "duplicate-clause", "a second " + std::string(head) + " clause");
    }
    seen.push_back(head);
    if (head == "default") {
      read_default(clause.items[1], attribute);
    } else if (clause.items[1].is_string()) {
      attribute.doc = clause.items[1].text;
    } else {
      report(clause.items[1].span, "syntax", "expected a text in quotes");
    }
  }
  if (!free) return;
  const auto index = static_cast<std::uint32_t>(set_.attributes.size());
  set_.attributes.push_back(std::move(attribute));
  attribute_used_.push_back(false);
  fields_.emplace(form.items[1].text, first_attribute + index);
}

void Checker::collect_field(const Datum& form) {
  Type type;
  if (form.items.size() != 3 || !form.items[1].is_symbol() ||
      (form.items[1].text != "site" && form.items[1].text != "region")) {
    report(form.span, "syntax", "expected (field site (one-of …)) or (field region (one-of …))",
           "only the server's own fields can be closed");
    return;
  }
  if (!read_type(form.items[2], type)) return;
  if (!type.domain) {
    report(form.items[2].span, "type-mismatch", "a field is closed with (one-of \"a\" \"b\" …)");
    return;
  }
  ClosedField closed;
  closed.field = form.items[1].text == "site" ? field_site : field_region;
  closed.values = *type.domain;
  closed.span = form.span;
  for (const ClosedField& other : set_.closed_fields) {
    if (other.field != closed.field) continue;
    report(form.items[1].span, "duplicate-name",
           "the field '" + form.items[1].text + "' is already closed");
    also("", "closed here", other.span);
    return;
  }
  set_.closed_fields.push_back(std::move(closed));
}

void Checker::collect_pools(const Datum& form) {
  set_.pools_span = form.span;
  for (std::size_t i = 1; i < form.items.size(); ++i) {
    if (form.items[i].is_symbol()) {
      set_.pools.push_back(form.items[i].text);
      pools_.push_back(&form.items[i]);
    } else {
      report(form.items[i].span, "syntax", "expected the name of a defined list of addresses");
    }
  }
}

void Checker::collect_total(const Datum& form) {
  if (set_.total_span.known()) {
    report(form.span, "duplicate-clause", "a second total form");
    also("", "the first is here", set_.total_span);
  }
  set_.total_span = form.span;
  if (form.items.size() == 2 &&
      (form.items[1].is_symbol("true") || form.items[1].is_symbol("false"))) {
    set_.total = form.items[1].is_symbol("true");
  } else {
    report(form.span, "syntax", "expected (total true) or (total false)");
  }
}

// ---- the set

void Checker::warn_unused(Diagnostics& warnings) {
  const auto warn = [&](Span span, const std::string& what, const std::string& name,
                        const std::string& program) {
    Diagnostic d = error_at(span, "unused", what + " '" + name + "' is never used", "remove it");
    d.severity = Severity::warning;
    d.program = program;
    warnings.push_back(std::move(d));
  };
  for (std::size_t i = 0; i < set_.attributes.size(); ++i) {
    if (!attribute_used_[i]) {
      warn(set_.attributes[i].span, "attribute", set_.attributes[i].name, "");
    }
  }
  for (const Definition& d : definitions_) {
    if (!d.used) warn(d.name_span, "definition", d.name, "");
  }
  for (const Program& p : set_.programs) {
    for (const Binding& b : p.config) {
      if (!b.used) warn(b.span, "config name", b.name, p.name);
    }
  }
}

Set Checker::finish(Diagnostics& warnings) {
  check_recursion();
  if (!check_programs_in_parts()) {
    for (const Datum* form : programs_) check_program(*form);
  }
  for (const Datum* form : invariants_) check_invariant(*form);
  check_pools();
  for (Definition& d : definitions_) check_definition(d);
  if (!has_errors(diagnostics_)) {
    warn_unused(warnings);
    // Programs checked in parts have moved already.
    std::vector<Program> none;
    auto& programs = part_arenas_.empty() ? set_.programs : none;
    part_arenas_.push_back(compacted(std::move(arena_), programs, set_.invariants));
    set_.arena =
        std::make_shared<const std::vector<std::shared_ptr<const Arena>>>(std::move(part_arenas_));
  }
  return std::move(set_);
}

namespace {

std::vector<Datum> read_lisp(const SourceMap& sources, std::uint32_t file,
                             Diagnostics& diagnostics) {
  return read_data(sources, file, diagnostics);
}

}  // namespace

namespace {

/// Frees what was read, which for a large set takes as long as a part of checking it.
void forget(std::deque<std::vector<Datum>>& data) {
  for (std::vector<Datum>& forms : data) {
    constexpr std::size_t worthwhile = 1000;
    in_parts(forms.size(), worthwhile, [&](std::size_t begin, std::size_t end) {
      for (std::size_t f = begin; f < end; ++f) forms[f] = {};
    });
  }
  data.clear();
}

/// The form that the condition would stand in.
Datum invariant_form(const ExtraInvariant& extra, const SourceMap& sources,
                     Diagnostics& diagnostics) {
  Datum head;
  head.kind = Datum::Kind::symbol;
  head.span = extra.name_span;
  head.text = "invariant";
  Datum name = head;
  name.text = extra.name;
  Datum form;
  form.span = extra.text;
  form.items = {std::move(head), std::move(name)};
  for (Datum& datum : read_data(sources, extra.text, diagnostics)) {
    form.unfinished = form.unfinished || datum.unfinished;
    form.items.push_back(std::move(datum));
  }
  return form;
}

}  // namespace

Result<Set> check_set(const std::vector<SetFile>& files, const SourceMap& sources,
                      Diagnostics& warnings, const std::vector<ExtraInvariant>& extra) {
  Diagnostics diagnostics;
  std::deque<std::vector<Datum>> data;
  Checker checker(sources, diagnostics);
  for (const SetFile& file : files) {
    const auto read = is_yaml(sources.path(file.file)) ? read_yaml_programs : read_lisp;
    data.push_back(read(sources, file.file, diagnostics));
    checker.collect(data.back());
  }
  if (!extra.empty()) {
    data.emplace_back();
    for (const ExtraInvariant& one : extra) {
      data.back().push_back(invariant_form(one, sources, diagnostics));
    }
    checker.collect(data.back());
  }
  Set set = checker.finish(warnings);
  forget(data);
  if (!diagnostics.empty()) {
    std::stable_sort(diagnostics.begin(), diagnostics.end(),
                     [](const Diagnostic& a, const Diagnostic& b) {
                       return std::make_pair(a.span.file, a.span.begin) <
                              std::make_pair(b.span.file, b.span.begin);
                     });
    return diagnostics;
  }
  return set;
}

}  // namespace lapis::lang
