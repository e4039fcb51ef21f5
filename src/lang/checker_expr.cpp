// Expressions: symbols, literals and forms, and the nodes made for them.
#include <algorithm>

#include "checker.h"

namespace lapis::lang {
namespace {

/// Most nodes one program may come to after definitions are put in.
constexpr std::size_t max_nodes = 200000;

std::string article(const std::string& noun) {
  return (std::string("aeio").find(noun[0]) != std::string::npos ? "an " : "a ") + noun;
}

bool wants_literal(Kind kind) {
  return kind == Kind::name || kind == Kind::prefix || kind == Kind::address ||
         kind == Kind::ipv4 || kind == Kind::ipv6;
}

}  // namespace

Checker::Checker(const SourceMap& sources, Diagnostics& diagnostics)
    : sources_(sources),
      diagnostics_(diagnostics),
      arena_(std::make_unique<Arena>()),
      names_(&own_names_) {
  for (const FieldRow& row : field_table()) fields_.emplace(row.name, row.id);
}

// ---- nodes

Expr* Checker::node(Op op, Type type, Span span, std::vector<const Expr*> args) {
  Expr& e = arena_->add();
  e.op = op;
  e.type = std::move(type);
  e.span = span;
  e.args = std::move(args);
  for (const Expr* arg : e.args) e.depth = std::max(e.depth, arg->depth + 1);
  if (e.depth > max_depth && !too_large_) {
    too_large_ = true;
    report(span, "too-large",
           "the expression is nested more than " + std::to_string(max_depth) +
               " deep when its definitions are put in",
           "write fewer arms or bindings, or a list and (in X LIST)");
  }
  if (arena_->size() - nodes_at_start_ > max_nodes && !too_large_) {
    too_large_ = true;
    report(span, "too-large",
           "the program comes to more than " + std::to_string(max_nodes) +
               " operations when its definitions are put in",
           "bind repeated expressions with let, or write fewer cases");
  }
  return &e;
}

const Expr* Checker::constant(Constant value, Type type, Span span) {
  Expr* e = node(Op::constant, std::move(type), span);
  e->value = std::move(value);
  return e;
}

const Expr* Checker::constant(bool value, Span span) {
  return constant(Constant(value), Type::boolean(), span);
}

const Expr* Checker::constant(std::int64_t value, Span span) {
  return constant(Constant(value), Type::integer(value, value), span);
}

// ---- diagnostics

const Expr* Checker::report(Span span, std::string rule, std::string message, std::string help) {
  // A definition is checked at every use; the same words at the same place are said once.
  said_ = reported_.emplace(span.file, span.begin, message).second;
  if (!said_) return nullptr;
  Diagnostic d = error_at(span, std::move(rule), std::move(message), std::move(help));
  d.program = program_;
  if (!uses_.empty() && !(uses_.front() == span)) {
    d.related.push_back({program_, "used here", uses_.front()});
  }
  diagnostics_.push_back(std::move(d));
  return nullptr;
}

void Checker::also(std::string name, std::string message, Span span) {
  if (said_) diagnostics_.back().related.push_back({std::move(name), std::move(message), span});
}

std::vector<std::string> Checker::names_in_scope(const Scope* scope) const {
  std::vector<std::string> names;
  for (; scope != nullptr; scope = scope->parent) names.emplace_back(scope->name);
  for (const auto& [name, id] : fields_) names.emplace_back(name);
  for (const Definition& d : definitions_) names.push_back(d.name);
  std::sort(names.begin(), names.end());
  return names;
}

const Expr* Checker::unknown_name(const Datum& datum, const Scope* scope) {
  const std::string near = did_you_mean(datum.text, names_in_scope(scope));
  std::string help = near.empty() ? "names are fields of the query, declared attributes, "
                                    "definitions, and the program's own config"
                                  : "did you mean '" + near + "'?";
  return report(datum.span, "unknown-name", "unknown name '" + datum.text + "'", std::move(help));
}

void Checker::mismatch(const Expr& found, Want want) {
  Type wanted = Type::simple(want.kind);
  wanted.element = want.element;
  std::string wanted_words =
      article(want.kind == Kind::list ? to_string(wanted) : to_string(want.kind));
  if (want.kind == Kind::list && want.element == Kind::nothing) wanted_words = "a list";
  std::string help;
  if (want.kind == Kind::ttl && found.type.kind == Kind::integer) {
    help = "write (ttl " + (found.is_constant() ? to_string(found.value) : "…") + ")";
  } else if (want.kind == Kind::list && fits(found.type.kind, want.element)) {
    help = "put it in a list: (list …)";
  } else if ((want.kind == Kind::ipv4 || want.kind == Kind::ipv6 || want.kind == Kind::list) &&
             (found.type.kind == Kind::address || found.type.element == Kind::address)) {
    help = "addresses of both families are mixed here; keep IPv4 and IPv6 apart";
  }
  report(found.span, "type-mismatch",
         "expected " + wanted_words + ", found " + article(to_string(found.type)), help);
}

// ---- literals and coercion

const Expr* Checker::literal(const std::string& text, Kind kind, Span span) {
  switch (kind) {
    case Kind::name: {
      dns::NameError error{};
      if (text.empty() || text.back() != '.') {
        return report(span, "bad-literal", "a domain name ends with a dot",
                      "write \"" + text + ".\"");
      }
      const auto name = dns::parse_name(text, dns::NameView(), error);
      if (!name) {
        return report(span, "bad-literal",
                      "not a domain name: " + std::string(dns::to_string(error)));
      }
      return constant(WireName(*name), Type::name(), span);
    }
    case Kind::prefix: {
      std::string why;
      const auto prefix = Prefix::parse(text, &why);
      if (!prefix) return report(span, "bad-literal", "not a prefix: " + why);
      return constant(*prefix, Type::simple(Kind::prefix), span);
    }
    default:
      break;
  }
  const auto address = IpAddress::parse(text);
  if (!address) {
    return report(span, "bad-literal", "'" + text + "' is not an IP address",
                  "addresses look like \"192.0.2.1\" or \"2001:db8::1\"");
  }
  const Kind found = address->is_v4() ? Kind::ipv4 : Kind::ipv6;
  if (!fits(found, kind)) {
    return report(span, "type-mismatch",
                  std::string("expected an ") + to_string(kind) + " address, found an " +
                      to_string(found) + " one");
  }
  return constant(*address, Type::simple(found), span);
}

const Expr* Checker::literal_list(const Expr& list, Kind element) {
  const auto& texts = list_in(list.value).texts;
  const auto at = written_.find(&list);
  const Datum* written = at == written_.end() ? nullptr : at->second;
  std::vector<const Expr*> converted;
  bool good = true;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    converted.push_back(
        literal(texts[i], element, written != nullptr ? written->items[i + 1].span : list.span));
    good = good && converted.back() != nullptr;
  }
  return good ? constant_list(converted, element, list.span) : nullptr;
}

/// A constant text, or list of texts, as what its place wants. Errors point at the literal, with
/// the use that gave it its meaning.
const Expr* Checker::reread(const Expr* e, Kind kind) {
  const Expr& from = origin(*e);
  const bool elsewhere = !(from.span == e->span);
  if (elsewhere) uses_.push_back(e->span);
  const Expr* read = e->type.kind == Kind::list
                         ? literal_list(from, kind)
                         : literal(std::get<std::string>(e->value), kind, from.span);
  if (elsewhere) uses_.pop_back();
  return read == nullptr || !elsewhere ? read : at_use(read, e->span);
}

const Expr& Checker::origin(const Expr& e) const {
  const auto found = origin_.find(&e);
  return found == origin_.end() ? e : *found->second;
}

/// The same expression, standing where its name is used.
const Expr* Checker::at_use(const Expr* e, Span use) {
  if (e == nullptr || e->span == use) return e;
  Expr* copy = node(e->op, e->type, use);
  *copy = *e;
  copy->span = use;
  // Only texts are ever read again, as something else.
  const bool texts = e->type.kind == Kind::text || e->type.element == Kind::text;
  if (e->is_constant() && texts) origin_.emplace(copy, &origin(*e));
  return copy;
}

const Expr* Checker::coerce(const Expr* e, Want want) {
  if (e == nullptr || want.kind == Kind::nothing) return e;
  if (e->is_constant() && e->type.kind == Kind::text && wants_literal(want.kind)) {
    return reread(e, want.kind);
  }
  if (want.kind == Kind::list && e->type.kind == Kind::list) {
    if (e->is_constant() && e->type.element == Kind::text && wants_literal(want.element)) {
      return reread(e, want.element);
    }
    if (want.element == Kind::nothing || fits(e->type.element, want.element)) return e;
  } else if (fits(e->type.kind, want.kind)) {
    return e;
  }
  mismatch(*e, want);
  return nullptr;
}

const Expr* Checker::check(const Datum& datum, Want want, const Scope* scope) {
  return coerce(infer(datum, want, scope), want);
}

const Expr* Checker::infer(const Datum& datum, Want want, const Scope* scope) {
  if (too_large_) return nullptr;
  if (depth_ >= static_cast<int>(max_depth)) {
    too_large_ = true;
    return report(datum.span, "too-large",
                  "the expression is nested more than " + std::to_string(max_depth) +
                      " deep when its definitions are put in");
  }
  ++depth_;
  const Expr* e = nullptr;
  switch (datum.kind) {
    case Datum::Kind::number:
      e = constant(datum.number, datum.span);
      break;
    case Datum::Kind::string:
      e = wants_literal(want.kind)
              ? literal(datum.text, want.kind, datum.span)
              : constant(Constant(datum.text), Type::one_of({datum.text}), datum.span);
      break;
    case Datum::Kind::symbol:
      e = infer_symbol(datum, want, scope);
      break;
    case Datum::Kind::list:
      e = infer_form(datum, want, scope);
      break;
  }
  --depth_;
  return e;
}

const Expr* Checker::infer_symbol(const Datum& datum, Want want, const Scope* scope) {
  for (const Scope* s = scope; s != nullptr; s = s->parent) {
    if (s->name != datum.text) continue;
    if (s->used != nullptr) *s->used = true;
    if (s->slot == UINT32_MAX) return nullptr;  // its own binding failed and was reported
    if (s->constant != nullptr) return at_use(s->constant, datum.span);
    Expr* e = node(Op::local, s->type, datum.span);
    e->index = s->slot;
    return e;
  }
  if (datum.text == "true" || datum.text == "false") {
    return constant(datum.text == "true", datum.span);
  }
  const auto field = fields_.find(datum.text);
  if (field != fields_.end()) {
    if (field->second >= first_attribute) {
      attribute_used_[field->second - first_attribute] = true;
    }
    Expr* e = node(Op::field, set_.field_type(field->second), datum.span);
    e->index = field->second;
    return e;
  }
  const auto definition = definition_by_name_.find(datum.text);
  if (set_aside_.count(datum.text) != 0) return nullptr;
  if (definition != definition_by_name_.end()) {
    if (definition->second->is_function) {
      return report(datum.span, "type-mismatch", "'" + datum.text + "' is a function, not a value",
                    "call it: (" + datum.text + " …)");
    }
    return put_in(*definition->second, datum.span, want);
  }
  const Form* form = find_form(datum.text);
  if (form != nullptr && form->most == 0) return (this->*form->type)(datum, *form, want, scope);
  if (names_->count(datum.text) != 0) {
    return report(datum.span, "type-mismatch", "'" + datum.text + "' is a program, not a value");
  }
  if (form != nullptr) {
    return report(datum.span, "type-mismatch", "'" + datum.text + "' is a form, not a value",
                  "usage: " + std::string(form->usage));
  }
  return unknown_name(datum, scope);
}

const Expr* Checker::infer_form(const Datum& datum, Want want, const Scope* scope) {
  if (datum.items.empty()) {
    return report(datum.span, "syntax", "an empty list is not an expression",
                  "write (list) for a list without elements");
  }
  const Datum& head = datum.items[0];
  if (!head.is_symbol()) {
    return report(head.span, "syntax", "expected the name of a form or function here");
  }
  const Form* form = find_form(head.text);
  const auto definition = definition_by_name_.find(head.text);
  if (form == nullptr && definition != definition_by_name_.end()) {
    return call_form(*definition->second, datum, want, scope);
  }
  if (form == nullptr && set_aside_.count(head.text) != 0) return nullptr;
  if (form == nullptr) {
    std::vector<std::string> candidates;
    for (const Definition& d : definitions_) {
      if (d.is_function) candidates.push_back(d.name);
    }
    for (const std::string& name : form_names()) candidates.push_back(name);
    const std::string near = did_you_mean(head.text, candidates);
    return report(head.span, "unknown-name", "unknown form or function '" + head.text + "'",
                  near.empty() ? "" : "did you mean '" + near + "'?");
  }
  const int count = static_cast<int>(datum.items.size()) - 1;
  if (count < form->least || (form->most >= 0 && count > form->most)) {
    std::string wanted = std::to_string(form->least);
    if (form->most < 0) {
      wanted = "at least " + wanted;
    } else if (form->most != form->least) {
      wanted += form->most == form->least + 1 ? " or " : " to ";
      wanted += std::to_string(form->most);
    }
    return report(datum.span, "arity",
                  "'" + head.text + "' takes " + wanted +
                      (wanted == "1" ? " argument, found " : " arguments, found ") +
                      std::to_string(count),
                  "usage: " + std::string(form->usage));
  }
  return (this->*form->type)(datum, *form, want, scope);
}

}  // namespace lapis::lang
