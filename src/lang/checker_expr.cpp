// Expressions: symbols, literals, definitions put in at their use, and the control forms.
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

// ---- definitions

const Expr* Checker::put_in(Definition& definition, Span use, Want want) {
  const auto key =
      std::make_tuple(static_cast<const Definition*>(&definition), want.kind, want.element);
  const auto known = constants_.find(key);
  definition.used = true;
  if (known != constants_.end()) return at_use(known->second, use);
  const Expr* e = call(definition, {}, use, want);
  if (e != nullptr && e->is_constant()) constants_.emplace(key, e);
  return at_use(e, use);
}

const Expr* Checker::call_form(Definition& definition, const Datum& datum, Want want,
                               const Scope* scope) {
  const std::size_t count = datum.items.size() - 1;
  if (!definition.is_function) {
    return report(datum.span, "type-mismatch", "'" + definition.name + "' is not a function",
                  "write it without parentheses");
  }
  if (count != definition.parameters.size()) {
    report(datum.span, "arity",
           "'" + definition.name + "' takes " + std::to_string(definition.parameters.size()) +
               (definition.parameters.size() == 1 ? " argument, found " : " arguments, found ") +
               std::to_string(count));
    also("", "defined here", definition.name_span);
    return nullptr;
  }
  // Arguments are evaluated once, in order: each gets its slot before the next is typed.
  const std::uint32_t slots_before = live_slots_;
  std::vector<const Expr*> arguments;
  std::vector<std::pair<std::uint32_t, const Expr*>> lets;
  bool good = true;
  for (std::size_t i = 1; i <= count; ++i) {
    const Expr* argument = infer(datum.items[i], {}, scope);
    good = good && argument != nullptr;
    if (argument != nullptr && !argument->is_constant()) {
      lets.emplace_back(live_slots_++, argument);
      max_slots_ = std::max(max_slots_, live_slots_);
      Expr* local = node(Op::local, argument->type, argument->span);
      local->index = lets.back().first;
      argument = local;
    }
    arguments.push_back(argument);
  }
  const Expr* body = good ? call(definition, arguments, datum.span, want) : nullptr;
  live_slots_ = slots_before;
  definition.used = true;
  return body == nullptr ? nullptr : wrap_lets(lets, at_use(body, datum.span), datum.span);
}

const Expr* Checker::wrap_lets(const std::vector<std::pair<std::uint32_t, const Expr*>>& lets,
                               const Expr* body, Span span) {
  if (body->is_constant()) return body;
  for (auto let = lets.rbegin(); let != lets.rend(); ++let) {
    Expr* e = node(Op::let, body->type, span, {let->second, body});
    e->index = let->first;
    body = e;
  }
  return body;
}

const Expr* Checker::call(Definition& definition, const std::vector<const Expr*>& arguments,
                          Span use, Want want) {
  definition.used = true;
  if (definition.recursive) return nullptr;
  if (definition.active) {
    report(use, "recursive-definition", "'" + definition.name + "' uses itself",
           "definitions are put in at each use and so can not be recursive");
    return nullptr;
  }
  std::deque<Scope> scopes;
  const Scope* scope = nullptr;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    Scope& s = scopes.emplace_back();
    s.parent = scope;
    s.name = definition.parameters[i]->text;
    s.type = arguments[i]->type;
    if (arguments[i]->is_constant()) {
      s.constant = arguments[i];
    } else {
      s.slot = arguments[i]->index;
    }
    scope = &s;
  }
  definition.active = true;
  uses_.push_back(use);
  const Expr* e = infer(*definition.body, want, scope);
  uses_.pop_back();
  definition.active = false;
  return e;
}

Definition* Checker::named_function(const Datum& datum) {
  const auto found =
      datum.is_symbol() ? definition_by_name_.find(datum.text) : definition_by_name_.end();
  const Form* form = datum.is_symbol() ? find_form(datum.text) : nullptr;
  if (form != nullptr && form->least <= 1 && (form->most == 1 || form->most < 0)) {
    // A form stands for the function that applies it: (define (f x) (FORM x)).
    Datum parameter = datum;
    parameter.text = "x";
    Datum& body = wrapped_data_.emplace_back();
    body.span = datum.span;
    body.items = {datum, std::move(parameter)};
    Definition& wrapped = wrapped_forms_.emplace_back();
    wrapped.name = datum.text;
    wrapped.name_span = wrapped.span = datum.span;
    wrapped.is_function = true;
    wrapped.body = &body;
    wrapped.parameters.push_back(&body.items[1]);
    return &wrapped;
  }
  if (datum.is_symbol() && set_aside_.count(datum.text) != 0) return nullptr;
  if (found == definition_by_name_.end() || !found->second->is_function ||
      found->second->parameters.size() != 1) {
    report(datum.span, "type-mismatch", "expected the name of a function of one argument",
           "define one: (define (F x) …)");
    return nullptr;
  }
  return found->second;
}

// ---- control

const Expr* Checker::branch(const Expr* test, const Expr* then, const Expr* otherwise, Span span) {
  if (test == nullptr || then == nullptr || otherwise == nullptr) return nullptr;
  // A literal beside a name or an address is one.
  const auto literal_beside = [&](const Expr* arm, const Expr* other) {
    const bool text = arm->is_constant() && arm->type.kind == Kind::text;
    const bool address = other->type.is_address();
    if (!text || !(address || other->type.kind == Kind::name)) return arm;
    return reread(arm, address ? Kind::address : Kind::name);
  };
  then = literal_beside(then, otherwise);
  if (then == nullptr) return nullptr;
  otherwise = literal_beside(otherwise, then);
  if (otherwise == nullptr) return nullptr;
  Type type;
  if (!join(then->type, otherwise->type, type)) {
    report(
        otherwise->span, "type-mismatch",
        "the arms differ in type: " + to_string(then->type) + " and " + to_string(otherwise->type));
    return nullptr;
  }
  if (test->is_constant()) return std::get<bool>(test->value) ? then : otherwise;
  if (type.kind == Kind::prefix ||
      (type.kind == Kind::list && !fits(type.element, Kind::address))) {
    report(span, "not-constant",
           "a " + to_string(type) + " must be constant; here it depends on the query",
           "choose between conditions instead: (if TEST (in x LIST) (in x OTHER))");
    return nullptr;
  }
  return node(Op::if_, std::move(type), span, {test, then, otherwise});
}

const Expr* Checker::type_if(const Datum& form, const Form&, Want want, const Scope* scope) {
  const Expr* test = check_bool(form.items[1], scope);
  const Expr* then = check(form.items[2], want, scope);
  const Expr* otherwise = check(form.items[3], want, scope);
  if (then == nullptr || otherwise == nullptr) return nullptr;
  // A choice between literals beside a name or an address is read again as one of these.
  const auto reads_as = [](const Expr* arm, const Expr* other) {
    if (arm->type.kind != Kind::text || arm->is_constant()) return Kind::nothing;
    if (other->type.is_address()) return Kind::address;
    return other->type.kind == Kind::name ? Kind::name : Kind::nothing;
  };
  const Kind first = reads_as(then, otherwise);
  const Kind second = reads_as(otherwise, then);
  if (first != Kind::nothing) then = check(form.items[2], {first, Kind::nothing}, scope);
  if (second != Kind::nothing) otherwise = check(form.items[3], {second, Kind::nothing}, scope);
  return branch(test, then, otherwise, form.span);
}

const Expr* Checker::type_cond(const Datum& form, const Form& row, Want want, const Scope* scope) {
  std::vector<std::pair<const Expr*, const Expr*>> arms;
  const Expr* otherwise = nullptr;
  bool else_seen = false;
  bool good = true;
  for (std::size_t i = 1; i < form.items.size(); ++i) {
    const Datum& arm = form.items[i];
    const bool last = i + 1 == form.items.size();
    if (!arm.is_list() || arm.items.size() != 2) {
      report(arm.span, "syntax", "expected an arm [TEST EXPR]", "usage: " + std::string(row.usage));
      good = false;
      continue;
    }
    const bool is_else = arm.items[0].is_symbol("else");
    const bool misplaced = is_else && !last;
    else_seen = else_seen || is_else;
    if (misplaced || (last && !else_seen)) {
      report(misplaced ? arm.span : form.span, "syntax",
             misplaced ? "nothing may follow the else arm"
                       : "cond needs an [else EXPR] arm at its end",
             "every query must have a value");
      good = false;
    }
    if (!is_else) {
      const Expr* test = check_bool(arm.items[0], scope);
      arms.emplace_back(test, check(arm.items[1], want, scope));
      good = good && test != nullptr && arms.back().second != nullptr;
    } else {
      otherwise = check(arm.items[1], want, scope);
    }
  }
  if (!good) return nullptr;
  for (auto arm = arms.rbegin(); arm != arms.rend() && otherwise != nullptr; ++arm) {
    Span span = form.span;
    if (arm + 1 != arms.rend()) span.begin = arm->first->span.begin;
    otherwise = branch(arm->first, arm->second, otherwise, span);
  }
  return otherwise;
}

const Expr* Checker::type_let(const Datum& form, const Form& row, Want want, const Scope* scope) {
  const Datum& bindings = form.items[1];
  if (!bindings.is_list()) {
    return report(bindings.span, "syntax", "expected the bindings ([NAME EXPR]…)",
                  "usage: " + std::string(row.usage));
  }
  const std::uint32_t slots_before = live_slots_;
  std::deque<Scope> scopes;
  std::vector<std::pair<std::uint32_t, const Expr*>> lets;
  for (const Datum& binding : bindings.items) {
    if (!binding.is_list() || binding.items.size() != 2 || !binding.items[0].is_symbol()) {
      report(binding.span, "syntax", "expected a binding [NAME EXPR]",
             "usage: " + std::string(row.usage));
      continue;
    }
    const std::string& name = binding.items[0].text;
    if (!bindable(binding.items[0])) continue;
    if (std::any_of(scopes.begin(), scopes.end(), [&](const Scope& s) { return s.name == name; })) {
      report(binding.items[0].span, "duplicate-name", "'" + name + "' is bound twice in this let");
      continue;
    }
    const Expr* value = infer(binding.items[1], {}, scope);
    Scope& s = scopes.emplace_back();
    s.parent = scope;
    s.name = name;
    if (value == nullptr) {
      s.slot = UINT32_MAX;
    } else if (value->is_constant()) {
      s.constant = value;
      s.type = value->type;
    } else {
      s.type = value->type;
      s.slot = live_slots_++;
      max_slots_ = std::max(max_slots_, live_slots_);
      lets.emplace_back(s.slot, value);
    }
    scope = &s;
  }
  const Expr* body = check(form.items[2], want, scope);
  live_slots_ = slots_before;
  return body == nullptr ? nullptr : wrap_lets(lets, body, form.span);
}

}  // namespace lapis::lang
