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

/// Copies of trees in which attributes are read otherwise; a tree that reads none of these is
/// shared.
class Rereading {
 public:
  /// By the attribute's number in its own set: what stands for reading it; null: as it is.
  Rereading(std::vector<const Expr*> instead, std::deque<Expr>& arena)
      : instead_(std::move(instead)), arena_(arena) {
    for (const Expr* e : instead_) any_ = any_ || e != nullptr;
  }

  const Expr* operator()(const Expr* e) {
    if (!any_ || e == nullptr) return e;
    const auto known = copies_.find(e);
    if (known != copies_.end()) return known->second;
    const Expr* out = e;
    if (e->op == Op::field && e->index >= first_attribute) {
      const Expr* other = instead_[e->index - first_attribute];
      if (other != nullptr) out = other;
    } else {
      std::vector<const Expr*> args;
      bool changed = false;
      std::uint32_t depth = 0;
      for (const Expr* arg : e->args) {
        args.push_back((*this)(arg));
        changed = changed || args.back() != arg;
        depth = std::max(depth, args.back()->depth);
      }
      if (changed) {
        Expr& copy = arena_.emplace_back(*e);
        copy.args = std::move(args);
        copy.depth = depth + 1;
        out = &copy;
      }
    }
    copies_.emplace(e, out);
    return out;
  }

 private:
  std::vector<const Expr*> instead_;
  std::deque<Expr>& arena_;
  bool any_ = false;
  std::unordered_map<const Expr*, const Expr*> copies_;
};

const Expr* read_of(std::size_t attribute, const Type& type, std::deque<Expr>& arena) {
  Expr& e = arena.emplace_back();
  e.op = Op::field;
  e.index = first_attribute + static_cast<std::uint32_t>(attribute);
  e.type = type;
  return &e;
}

const Expr* constant_of(const Constant& value, const Type& type, std::deque<Expr>& arena) {
  Expr& e = arena.emplace_back();
  e.value = value;
  e.type = type;
  if (const auto* number = std::get_if<std::int64_t>(&value)) e.type.low = e.type.high = *number;
  return &e;
}

/// The attribute's value where a name has one, else the set's own default.
const Expr* or_default(const Expr* unset, const Attribute& own, const Expr* read,
                       std::deque<Expr>& arena) {
  Expr& e = arena.emplace_back();
  e.op = Op::if_;
  e.type = own.type;
  e.args = {unset, constant_of(own.default_value, own.type, arena), read};
  e.depth = 2;
  return &e;
}

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
  std::vector<const Expr*> read_before(before.attributes.size(), nullptr);
  std::vector<const Expr*> read_after;
  for (const Attribute& attribute : set.attributes) out.names_before.push_back(attribute.name);
  out.names_after.resize(before.attributes.size());
  const auto added = [&](const Attribute& attribute, const std::string& name) {
    set.attributes.push_back(attribute);
    set.attributes.back().name = name;
    out.names_before.emplace_back();
    out.names_after.emplace_back();
    return set.attributes.size() - 1;
  };
  for (const Attribute& attribute : after.attributes) {
    const auto at = std::find_if(before.attributes.begin(), before.attributes.end(),
                                 [&](const Attribute& a) { return a.name == attribute.name; });
    std::size_t number = static_cast<std::size_t>(at - before.attributes.begin());
    const Expr* read = nullptr;
    if (at == before.attributes.end()) {
      number = added(attribute, attribute.name);
      out.differences.push_back("attribute " + attribute.name + " is new");
    } else {
      const bool retyped = !same_type(at->type, attribute.type);
      if (retyped) {
        out.differences.push_back("attribute " + attribute.name + " was " + to_string(at->type) +
                                  " and is " + to_string(attribute.type));
      }
      const auto common = retyped ? common_type(at->type, attribute.type) : at->type;
      if (!common) {
        number = added(attribute, attribute.name + "-after");
      } else {
        // Nothing reads the default of the joined set; it only has to be one of the values.
        Attribute& joined = set.attributes[number];
        joined.type = *common;
        if (!in_type(joined.default_value, *common)) {
          joined.default_value =
              common->domain != nullptr ? Constant(common->domain->front()) : Constant(common->low);
        }
        if (!(at->default_value == attribute.default_value)) {
          out.differences.push_back("attribute " + attribute.name + " was " +
                                    to_string(at->default_value) + " by default and is " +
                                    to_string(attribute.default_value));
          Attribute flag;
          flag.name = "(unset? " + attribute.name + ")";
          flag.type = Type::boolean();
          flag.default_value = false;
          const std::size_t unset = added(flag, flag.name);
          out.unset.push_back({attribute.name, static_cast<std::uint32_t>(unset)});
          const Expr* is_unset = read_of(unset, flag.type, arena->copies);
          const Expr* value = read_of(number, *common, arena->copies);
          read_before[static_cast<std::size_t>(at - before.attributes.begin())] =
              or_default(is_unset, *at, value, arena->copies);
          read = or_default(is_unset, attribute, value, arena->copies);
        }
      }
    }
    out.names_after[number] = attribute.name;
    if (read == nullptr && number != read_after.size()) {
      read = read_of(number, attribute.type, arena->copies);
    }
    read_after.push_back(read);
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
    const auto common = common_type(was, is);
    if (!common) {
      out.incomparable.push_back("field " + before.field_name(field) + " was " + to_string(was) +
                                 " and is " + to_string(is) + ", so no query can be put to both");
    } else if (common->domain != nullptr) {
      set.closed_fields.push_back({field, *common->domain, {}});
    }
  }
  Rereading of_before(std::move(read_before), arena->copies);
  Rereading of_after(std::move(read_after), arena->copies);
  const auto take = [&](const std::vector<Program>& programs, Rereading& reread) {
    for (Program program : programs) {
      for (const Expr** e : {&program.match, &program.ipv4, &program.ipv6, &program.ttl}) {
        *e = reread(*e);
      }
      set.programs.push_back(std::move(program));
    }
  };
  take(before.programs, of_before);
  out.first = set.programs.size();
  take(after.programs, of_after);
  set.slots = std::max(before.slots, after.slots);
  set.storage = std::max(before.storage, after.storage);
  set.texts = std::max(before.texts, after.texts);
  set.arena = std::move(arena);
  return out;
}

}  // namespace lapis::lang
