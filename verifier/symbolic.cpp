#include "symbolic.h"

#include <algorithm>

#include "lapis/dns/name.h"

namespace lapis::verify {

using lang::Set;

Symbolic::Symbolic(Terms& terms, const Set& set)
    : terms_(terms), set_(set), constants_(no_query_, memory_) {
  Set room;
  room.storage = 8192;
  room.texts = 1;
  memory_.prepare(room);
}

// ---- guarded values

template <class Base>
void Symbolic::add_case(Guarded<Base>& to, verify::Bool guard, const Base& base) {
  if (guard == bool_false) return;
  for (auto& [known_guard, known] : to.cases) {
    if (known == base) {
      known_guard = terms_.either(known_guard, guard);
      return;
    }
  }
  to.cases.emplace_back(guard, base);
}

template <class Base>
Guarded<Base> Symbolic::merge(verify::Bool test, const Guarded<Base>& x, const Guarded<Base>& y) {
  if (test == bool_true) return x;
  if (test == bool_false) return y;
  Guarded<Base> out;
  for (const auto& [guard, base] : x.cases) add_case(out, terms_.both(test, guard), base);
  const verify::Bool other = terms_.negate(test);
  for (const auto& [guard, base] : y.cases) add_case(out, terms_.both(other, guard), base);
  return out;
}

template <class Base, class Test>
SymBool Symbolic::over(const Guarded<Base>& x, Test test) {
  std::vector<verify::Bool> parts;
  for (const auto& [guard, base] : x.cases) parts.push_back(terms_.both(guard, test(base)));
  return {terms_.any(std::move(parts))};
}

template Guarded<TextBase> Symbolic::merge(verify::Bool, const SymText&, const SymText&);
template Guarded<NameBase> Symbolic::merge(verify::Bool, const SymName&, const SymName&);
template Guarded<AddressBase> Symbolic::merge(verify::Bool, const SymAddress&, const SymAddress&);
template Guarded<KeyTerm> Symbolic::merge(verify::Bool, const SymKey&, const SymKey&);

// ---- constants and fields

SymText Symbolic::constant(const std::string& v) {
  return {{{bool_true, TextBase{v, no_field, false}}}};
}
SymName Symbolic::constant(const lang::WireName& v) {
  return {{{bool_true, NameBase{v, no_field}}}};
}
SymAddress Symbolic::constant(const IpAddress& v) {
  AddressBase base;
  base.constant = v;
  return {{{bool_true, base}}};
}
SymList Symbolic::constant_list(const lang::ListConstant& v) const {
  SymList list;
  for (const IpAddress& address : v.addresses) {
    list.elements.emplace_back().address.constant = address;
  }
  return list;
}

SymBool Symbolic::bool_field(std::uint32_t id) {
  return {terms_.flag(terms_.variable({VarKind::flag, id, 0, 0, 1, 0}))};
}

SymInt Symbolic::int_field(std::uint32_t id) {
  const lang::Type type = set_.field_type(id);
  return {
      terms_.variable_number(terms_.variable({VarKind::number, id, 0, type.low, type.high, 0}))};
}

SymText Symbolic::text_field(std::uint32_t id) {
  return {{{bool_true, TextBase{"", terms_.variable({VarKind::text, id, 0, 0, 0, 0}), false}}}};
}

SymName Symbolic::name_field(std::uint32_t id) {
  return {{{bool_true, NameBase{lang::WireName(), id}}}};
}

SymAddress Symbolic::address_field(std::uint32_t id) {
  AddressBase base;
  base.masked.field = id;
  address_var(id);  // so that relations between addresses have their variables too
  return {{{bool_true, base}}};
}

Var Symbolic::name_var(std::uint32_t field) {
  return terms_.variable({VarKind::name, field, 0, 0, 0, 0});
}

Var Symbolic::address_var(std::uint32_t field) {
  return terms_.variable({VarKind::address, field, 0, 0, 0, 0});
}

// ---- texts

const std::vector<std::string>* Symbolic::domain_of(Var var) const {
  const Variable& v = terms_.variable_of(var);
  if (v.kind != VarKind::text) return nullptr;
  auto at = types_.find(v.index);
  if (at == types_.end()) at = types_.emplace(v.index, set_.field_type(v.index)).first;
  return at->second.domain.get();
}

namespace {

bool has(const std::vector<std::string>& sorted, const std::string& text) {
  return std::binary_search(sorted.begin(), sorted.end(), text);
}

}  // namespace

verify::Bool Symbolic::text_in(const TextBase& base, const std::vector<std::string>& sorted) {
  if (base.var == no_field) return terms_.constant(has(sorted, base.constant));
  const auto* domain = domain_of(base.var);
  if (domain != nullptr) {
    std::vector<std::string> kept;
    for (const std::string& value : *domain) {
      if (has(sorted, base.lowered ? lowered(value) : value)) kept.push_back(value);
    }
    if (kept.size() == domain->size()) return bool_true;
    return terms_.in_texts(base.var, std::move(kept));
  }
  // Labels come from names, which are lower case.
  if (!base.lowered) return terms_.in_texts(base.var, sorted);
  std::vector<verify::Bool> parts;
  for (const std::string& text : sorted) {
    if (lowered(text) == text) {
      parts.push_back(terms_.pattern({base.var, PatternKind::equal, true, text}));
    }
  }
  return terms_.any(std::move(parts));
}

SymBool Symbolic::equal(const Text& x, const Text& y) {
  return over(x, [&](const TextBase& a) {
    return over(y,
                [&](const TextBase& b) {
                  if (b.var == no_field) return text_in(a, {b.constant});
                  if (a.var == no_field) return text_in(b, {a.constant});
                  if (a == b) return bool_true;
                  // The checker lets through only pairs of which one has a closed domain.
                  const bool a_closed = domain_of(a.var) != nullptr;
                  const TextBase& closed = a_closed ? a : b;
                  const TextBase& other = a_closed ? b : a;
                  std::vector<std::string> values = *domain_of(closed.var);
                  if (closed.lowered) {
                    for (std::string& v : values) v = lowered(v);
                    std::sort(values.begin(), values.end());
                    values.erase(std::unique(values.begin(), values.end()), values.end());
                  }
                  std::vector<verify::Bool> parts;
                  for (const std::string& v : values) {
                    parts.push_back(terms_.both(text_in(closed, {v}), text_in(other, {v})));
                  }
                  return terms_.any(std::move(parts));
                })
        .term;
  });
}

SymBool Symbolic::in_texts(const Text& x, const lang::ListConstant& list) {
  return over(x, [&](const TextBase& base) { return text_in(base, list.texts); });
}

SymBool Symbolic::test(const Text& x, PatternKind kind, const std::string& p) {
  auto matches = [&](const std::string& text) {
    switch (kind) {
      case PatternKind::prefix:
        return text.starts_with(p);
      case PatternKind::suffix:
        return text.ends_with(p);
      default:
        return text.find(p) != std::string::npos;
    }
  };
  if (p.empty()) return {bool_true};
  return over(x, [&](const TextBase& base) {
    if (base.var == no_field) return terms_.constant(matches(base.constant));
    const auto* domain = domain_of(base.var);
    if (domain == nullptr) return terms_.pattern({base.var, kind, base.lowered, p});
    std::vector<std::string> kept;
    for (const std::string& value : *domain) {
      if (matches(base.lowered ? lowered(value) : value)) kept.push_back(value);
    }
    if (kept.size() == domain->size()) return bool_true;
    return terms_.in_texts(base.var, std::move(kept));
  });
}

SymText Symbolic::label(const Name& name, const lang::Expr& e) {
  Text out;
  for (const auto& [guard, base] : name.cases) {
    TextBase text;
    if (base.field == no_field) {
      text.constant = std::string(constants_.label(base.constant.view(), e));
    } else {
      text.var = terms_.variable(
          {VarKind::label_text, base.field, static_cast<std::uint32_t>(e.number), 0, 0, 0});
    }
    add_case(out, guard, text);
  }
  return out;
}

SymText Symbolic::lower(const Text& text, const lang::Expr&) {
  Text out;
  for (const auto& [guard, base] : text.cases) {
    TextBase low = base;
    if (low.var == no_field) {
      low.constant = lowered(low.constant);
    } else {
      low.lowered = terms_.variable_of(low.var).kind != VarKind::label_text;
    }
    add_case(out, guard, low);
  }
  return out;
}

SymText Symbolic::family(const Address& address) {
  const SymBool v4 = over(address, [&](const AddressBase& base) {
    return address_in(base, {{first_address(Family::v4), last_address(Family::v4)}});
  });
  Text out;
  add_case(out, v4.term, TextBase{"ipv4", no_field, false});
  add_case(out, terms_.negate(v4.term), TextBase{"ipv6", no_field, false});
  return out;
}

// ---- names

SymBool Symbolic::equal(const Name& x, const Name& y) {
  return over(x, [&](const NameBase& a) {
    return over(y,
                [&](const NameBase& b) {
                  if (a == b) return bool_true;
                  if (a.field == no_field && b.field == no_field) return bool_false;
                  if (b.field == no_field) return terms_.is_name(name_var(a.field), b.constant);
                  if (a.field == no_field) return terms_.is_name(name_var(b.field), a.constant);
                  return terms_.apex();
                })
        .term;
  });
}

SymBool Symbolic::relate(const Name& name, const Name& ancestor, bool strictly) {
  return over(name, [&](const NameBase& a) {
    return over(ancestor,
                [&](const NameBase& b) {
                  if (a == b) return terms_.constant(!strictly);
                  if (a.field == no_field && b.field == no_field) {
                    return terms_.constant(
                        strictly ? constants_.strictly_under(a.constant.view(), b.constant.view())
                                 : constants_.under(a.constant.view(), b.constant.view()));
                  }
                  if (b.field == no_field) {
                    const Var var = name_var(a.field);
                    const verify::Bool under = terms_.under(var, b.constant);
                    if (!strictly) return under;
                    return terms_.both(under, terms_.negate(terms_.is_name(var, b.constant)));
                  }
                  if (a.field == no_field) {
                    // A field above a constant is one of the constant's ancestors.
                    std::vector<verify::Bool> parts;
                    const int labels = a.constant.view().label_count();
                    for (int i = strictly ? 1 : 0; i <= labels; ++i) {
                      parts.push_back(terms_.is_name(name_var(b.field),
                                                     lang::WireName(a.constant.view().parent(i))));
                    }
                    return terms_.any(std::move(parts));
                  }
                  // qname is always at or below zone.
                  if (a.field == lang::field_qname) {
                    return strictly ? terms_.negate(terms_.apex()) : bool_true;
                  }
                  return strictly ? bool_false : terms_.apex();
                })
        .term;
  });
}

SymBool Symbolic::in_names(const Name& x, const lang::ListConstant& list) {
  return over(x, [&](const NameBase& base) {
    if (base.field == no_field) {
      return terms_.constant(
          std::binary_search(list.names.begin(), list.names.end(), base.constant));
    }
    std::vector<verify::Bool> parts;
    for (const lang::WireName& name : list.names) {
      parts.push_back(terms_.is_name(name_var(base.field), name));
    }
    return terms_.any(std::move(parts));
  });
}

SymBool Symbolic::test(const Name& x, PatternKind kind, const std::string& p) {
  if (p.empty()) return {bool_true};
  return over(x, [&](const NameBase& base) {
    if (base.field != no_field) {
      return terms_.pattern({name_var(base.field), kind, false, p});
    }
    const dns::NameView name = base.constant.view();
    switch (kind) {
      case PatternKind::prefix:
        return terms_.constant(constants_.has_prefix(name, p));
      case PatternKind::suffix:
        return terms_.constant(constants_.has_suffix(name, p));
      case PatternKind::glob:
        return terms_.constant(constants_.glob(name, p));
      default:
        return terms_.constant(constants_.contains(name, p));
    }
  });
}

SymInt Symbolic::label_count(const Name& name) {
  Number out = terms_.number(0);
  for (const auto& [guard, base] : name.cases) {
    const Number count = base.field == no_field
                             ? terms_.number(base.constant.view().label_count())
                             : terms_.variable_number(terms_.variable(
                                   {VarKind::label_count, base.field, 0, 0, 127, 0}));
    out = terms_.choose_number(guard, count, out);
  }
  return {out};
}

// ---- addresses

namespace {

IpAddress masked(const IpAddress& address, const MaskedAddress& mask) {
  return address.masked(address.is_v4() ? mask.bits4 : mask.bits6);
}

/// Last address that the mask takes to masked(address).
IpAddress block_end(const IpAddress& address, const MaskedAddress& mask) {
  const int bits = address.is_v4() ? mask.bits4 : mask.bits6;
  return Prefix{address.masked(bits), static_cast<std::uint8_t>(bits)}.last();
}

}  // namespace

verify::Bool Symbolic::address_in(const AddressBase& base, const AddressRanges& ranges) {
  if (base.is_constant()) {
    return terms_.constant(std::any_of(ranges.begin(), ranges.end(), [&](const auto& r) {
      return r.first <= base.constant && base.constant <= r.second;
    }));
  }
  // The mask is monotone, so the inverse image of a range is a range.
  AddressRanges inverse;
  for (const auto& [low, high] : ranges) {
    IpAddress from = masked(low, base.masked);
    if (from != low) {
      const IpAddress end = block_end(low, base.masked);
      if (end == last_address(Family::v6)) continue;
      from = next_address(end);
    }
    const IpAddress to = block_end(high, base.masked);
    if (from <= to) inverse.emplace_back(from, to);
  }
  return terms_.in_addresses(address_var(base.masked.field), std::move(inverse));
}

verify::Bool Symbolic::same_address(const AddressBase& x, const AddressBase& y) {
  if (x.is_constant()) return address_in(y, {{x.constant, x.constant}});
  if (y.is_constant()) return address_in(x, {{y.constant, y.constant}});
  return terms_.address_equal(x.masked, y.masked);
}

SymBool Symbolic::equal(const Address& x, const Address& y) {
  return over(x, [&](const AddressBase& a) {
    return over(y, [&](const AddressBase& b) { return same_address(a, b); }).term;
  });
}

SymBool Symbolic::less(const Address& x, const Address& y) {
  const IpAddress first = first_address(Family::v4);
  const IpAddress last = last_address(Family::v6);
  return over(x, [&](const AddressBase& a) {
    return over(y,
                [&](const AddressBase& b) {
                  if (b.is_constant()) {
                    if (b.constant == first) return bool_false;
                    return address_in(a, {{first, previous_address(b.constant)}});
                  }
                  if (a.is_constant()) {
                    if (a.constant == last) return bool_false;
                    return address_in(b, {{next_address(a.constant), last}});
                  }
                  return terms_.address_less(a.masked, b.masked);
                })
        .term;
  });
}

SymAddress Symbolic::prefix_of(const Address& x, std::int64_t bits4, std::int64_t bits6) {
  Address out;
  for (const auto& [guard, base] : x.cases) {
    AddressBase cut = base;
    if (base.is_constant()) {
      cut.constant = base.constant.masked(static_cast<int>(base.constant.is_v4() ? bits4 : bits6));
    } else {
      cut.masked.bits4 = std::min(cut.masked.bits4, static_cast<std::uint8_t>(bits4));
      cut.masked.bits6 = std::min(cut.masked.bits6, static_cast<std::uint8_t>(bits6));
    }
    add_case(out, guard, cut);
  }
  return out;
}

SymBool Symbolic::in_addresses(const Address& x, const lang::ListConstant& list) {
  AddressRanges ranges;
  for (const IpAddress& address : list.addresses) ranges.emplace_back(address, address);
  ranges = tidy(std::move(ranges));
  return over(x, [&](const AddressBase& base) { return address_in(base, ranges); });
}

SymBool Symbolic::in_prefixes(const Address& x, const lang::ListConstant& list) {
  AddressRanges ranges;
  for (const Prefix& prefix : list.prefixes) ranges.push_back(range_of(prefix));
  ranges = tidy(std::move(ranges));
  return over(x, [&](const AddressBase& base) { return address_in(base, ranges); });
}

SymBool Symbolic::in_numbers(const Int& x, const lang::ListConstant& list) {
  NumberRanges ranges;
  for (std::int64_t number : list.numbers) ranges.emplace_back(number, number);
  return {terms_.in_ranges(x.term, tidy(std::move(ranges)))};
}

// ---- keys

namespace {

KeyTerm single(KeyPart part) {
  return KeyTerm{{std::move(part)}, false};
}

KeyTerm constant_key(std::string octets) {
  KeyPart part;
  part.octets = std::move(octets);
  return single(std::move(part));
}

}  // namespace

SymKey Symbolic::key_of(const Text& text) {
  Key out;
  for (const auto& [guard, base] : text.cases) {
    if (base.var == no_field) {
      add_case(out, guard, constant_key(base.constant));
      continue;
    }
    const Variable& v = terms_.variable_of(base.var);
    KeyPart part;
    part.kind = v.kind == VarKind::label_text ? KeyPart::Kind::label : KeyPart::Kind::text;
    part.field = v.index;
    part.position = v.position;
    part.lowered = base.lowered;
    add_case(out, guard, single(std::move(part)));
  }
  return out;
}

SymKey Symbolic::key_of(const Name& name) {
  Key out;
  for (const auto& [guard, base] : name.cases) {
    if (base.field == no_field) {
      add_case(out, guard, constant_key(base.constant.octets));
      continue;
    }
    KeyPart part;
    part.kind = KeyPart::Kind::name;
    part.field = base.field;
    add_case(out, guard, single(std::move(part)));
  }
  return out;
}

SymKey Symbolic::key_of(const Address& address) {
  Key out;
  for (const auto& [guard, base] : address.cases) {
    if (base.is_constant()) {
      const auto octets = base.constant.octets();
      add_case(out, guard,
               constant_key(std::string(reinterpret_cast<const char*>(octets.data()),
                                        base.constant.octet_count())));
      continue;
    }
    KeyPart part;
    part.kind = KeyPart::Kind::address;
    part.field = base.masked.field;
    part.bits4 = base.masked.bits4;
    part.bits6 = base.masked.bits6;
    add_case(out, guard, single(std::move(part)));
  }
  return out;
}

SymKey Symbolic::key_begin() const {
  return {{{bool_true, KeyTerm{{}, true}}}};
}

void Symbolic::key_add(Key& key, const Key& part) {
  Key out;
  for (const auto& [guard, joined] : key.cases) {
    for (const auto& [part_guard, added] : part.cases) {
      KeyTerm longer = joined;
      longer.parts.push_back(added.parts[0]);
      add_case(out, terms_.both(guard, part_guard), longer);
    }
  }
  key = std::move(out);
}

bool is_constant(const KeyTerm& key) {
  return std::all_of(key.parts.begin(), key.parts.end(),
                     [](const KeyPart& p) { return p.kind == KeyPart::Kind::octets; });
}

std::string constant_octets(const KeyTerm& key) {
  return key_octets(key, [](const KeyPart&) { return std::string(); });
}

SymInt Symbolic::bucket(const Key& key, const lang::Expr& e) {
  Number out = terms_.number(0);
  for (const auto& [guard, base] : key.cases) {
    Number value = 0;
    if (is_constant(base)) {
      value = terms_.number(static_cast<std::int64_t>(
          bucket_of(octets(constant_octets(base)), e.seed, static_cast<std::uint64_t>(e.number))));
    } else {
      value = terms_.variable_number(
          terms_.variable({VarKind::bucket, terms_.key(base), 0, 0, e.number - 1, e.seed}));
    }
    out = terms_.choose_number(guard, value, out);
  }
  return {out};
}

}  // namespace lapis::verify
