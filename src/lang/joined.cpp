#include "lapis/lang/joined.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <unordered_map>

namespace lapis::lang {
namespace {

bool same_type(const Type& a, const Type& b) {
  if (a.kind != b.kind || a.low != b.low || a.high != b.high) return false;
  if ((a.domain == nullptr) != (b.domain == nullptr)) return false;
  return a.domain == nullptr || *a.domain == *b.domain;
}

/// Values that both types have; nothing when there are none.
std::optional<Type> common_type(const Type& a, const Type& b) {
  if (a.kind != b.kind) return std::nullopt;
  if (a.kind == Kind::integer) {
    if (std::max(a.low, b.low) > std::min(a.high, b.high)) return std::nullopt;
    return Type::integer(std::max(a.low, b.low), std::min(a.high, b.high));
  }
  if (a.kind != Kind::text || a.domain == nullptr || b.domain == nullptr) {
    return b.domain != nullptr ? b : a;
  }
  std::vector<std::string> both;
  std::set_intersection(a.domain->begin(), a.domain->end(), b.domain->begin(), b.domain->end(),
                        std::back_inserter(both));
  if (both.empty()) return std::nullopt;
  return Type::one_of(std::move(both));
}

bool in_type(const Constant& value, const Type& type) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    return *number >= type.low && *number <= type.high;
  }
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr || type.domain == nullptr ||
         std::binary_search(type.domain->begin(), type.domain->end(), *text);
}

/// Copies of trees with other attribute numbers; a tree that reads no moved attribute is shared.
class Renumbering {
 public:
  Renumbering(std::vector<std::uint32_t> attributes, std::deque<Expr>& arena)
      : attributes_(std::move(attributes)), arena_(arena) {
    for (std::size_t i = 0; i < attributes_.size(); ++i) moves_ = moves_ || attributes_[i] != i;
  }

  const Expr* operator()(const Expr* e) {
    if (!moves_ || e == nullptr) return e;
    const auto known = copies_.find(e);
    if (known != copies_.end()) return known->second;
    const Expr* out = e;
    if (e->op == Op::field && e->index >= first_attribute) {
      Expr& copy = arena_.emplace_back(*e);
      copy.index = first_attribute + attributes_[e->index - first_attribute];
      out = &copy;
    } else {
      std::vector<const Expr*> args;
      bool changed = false;
      for (const Expr* arg : e->args) {
        args.push_back((*this)(arg));
        changed = changed || args.back() != arg;
      }
      if (changed) {
        Expr& copy = arena_.emplace_back(*e);
        copy.args = std::move(args);
        out = &copy;
      }
    }
    copies_.emplace(e, out);
    return out;
  }

 private:
  std::vector<std::uint32_t> attributes_;
  std::deque<Expr>& arena_;
  bool moves_ = false;
  std::unordered_map<const Expr*, const Expr*> copies_;
};

/// What keeps the trees alive.
struct Arena {
  std::shared_ptr<const void> before;
  std::shared_ptr<const void> after;
  std::deque<Expr> copies;
};

}  // namespace

JoinedSets join_sets(const Set& before, const Set& after) {
  JoinedSets out;
  Set& set = out.set;
  auto arena = std::make_shared<Arena>();
  arena->before = before.arena;
  arena->after = after.arena;
  set.attributes = before.attributes;
  std::vector<std::uint32_t> numbers;
  for (const Attribute& attribute : after.attributes) {
    const auto at = std::find_if(set.attributes.begin(), set.attributes.end(),
                                 [&](const Attribute& a) { return a.name == attribute.name; });
    if (at == set.attributes.end()) {
      numbers.push_back(static_cast<std::uint32_t>(set.attributes.size()));
      set.attributes.push_back(attribute);
      out.differences.push_back("attribute " + attribute.name + " is new");
      continue;
    }
    numbers.push_back(static_cast<std::uint32_t>(at - set.attributes.begin()));
    if (!(at->default_value == attribute.default_value)) {
      out.differences.push_back("attribute " + attribute.name + " has another default");
    }
    if (same_type(at->type, attribute.type)) continue;
    out.differences.push_back("attribute " + attribute.name + " was " + to_string(at->type) +
                              " and is " + to_string(attribute.type));
    if (const auto common = common_type(at->type, attribute.type)) {
      at->type = *common;
      if (!in_type(at->default_value, at->type)) at->default_value = attribute.default_value;
      if (!in_type(at->default_value, at->type)) {
        at->default_value = at->type.domain != nullptr ? Constant(at->type.domain->front())
                                                       : Constant(at->type.low);
      }
    } else {
      numbers.back() = static_cast<std::uint32_t>(set.attributes.size());
      set.attributes.push_back(attribute);
      set.attributes.back().name += "-after";
    }
  }
  for (const Attribute& attribute : before.attributes) {
    if (std::none_of(after.attributes.begin(), after.attributes.end(),
                     [&](const Attribute& a) { return a.name == attribute.name; })) {
      out.differences.push_back("attribute " + attribute.name + " is gone");
    }
  }
  for (const FieldId field : {field_site, field_region}) {
    const Type was = before.field_type(field);
    const Type is = after.field_type(field);
    if (!same_type(was, is)) {
      out.differences.push_back("field " + before.field_name(field) + " was " + to_string(was) +
                                " and is " + to_string(is));
    }
    // Sites of the one and not of the other: the queries of both are those of the open field.
    const auto common = common_type(was, is);
    if (common && common->domain != nullptr) {
      set.closed_fields.push_back({field, *common->domain, {}});
    }
  }
  Renumbering renumber(std::move(numbers), arena->copies);
  set.programs = before.programs;
  out.first = set.programs.size();
  for (Program program : after.programs) {
    for (const Expr** e : {&program.match, &program.ipv4, &program.ipv6, &program.ttl}) {
      *e = renumber(*e);
    }
    set.programs.push_back(std::move(program));
  }
  set.slots = std::max(before.slots, after.slots);
  set.storage = std::max(before.storage, after.storage);
  set.texts = std::max(before.texts, after.texts);
  set.arena = std::move(arena);
  return out;
}

}  // namespace lapis::lang
