#include "ground.h"

#include <algorithm>

#include "symbolic.h"
#include "words.h"

namespace lapis::verify {

std::string text_of_field(const ConcreteQuery& q, std::uint32_t field) {
  switch (field) {
    case lang::field_qtype:
      return std::string(lang::qtype_values[q.ipv6 ? 1 : 0]);
    case lang::field_transport:
      return std::string(lang::transport_values[q.transport]);
    case lang::field_site:
      return q.site;
    case lang::field_region:
      return q.region;
    case lang::field_country:
      return q.country;
    case lang::field_continent:
      return q.continent;
    default:
      return q.texts[field - lang::first_attribute];
  }
}

std::int64_t number_of_field(const ConcreteQuery& q, std::uint32_t field) {
  return field == lang::field_asn ? q.asn : q.numbers[field - lang::first_attribute];
}

std::string label_text(dns::NameView name, std::uint32_t n) {
  const int labels = name.label_count();
  if (static_cast<int>(n) >= labels) return {};
  dns::Name single;
  single.prepend(name.parent(labels - 1 - static_cast<int>(n)).first_label());
  std::string text = dns::to_text(single);
  text.pop_back();
  return text;
}

namespace {

const dns::Name& name_of_field(const ConcreteQuery& q, std::uint32_t field) {
  return field == lang::field_qname ? q.qname : q.zone;
}

IpAddress masked(const ConcreteQuery& q, std::uint32_t field, int bits4, int bits6) {
  const IpAddress& full = field == lang::field_client ? q.client : q.resolver;
  return full.masked(full.is_v4() ? bits4 : bits6);
}

std::string part_octets(const KeyPart& part, const ConcreteQuery& q) {
  switch (part.kind) {
    case KeyPart::Kind::octets:
      return part.octets;
    case KeyPart::Kind::name: {
      const dns::Name name = name_of_field(q, part.field).lowered();
      return {reinterpret_cast<const char*>(name.data()), name.size()};
    }
    case KeyPart::Kind::label:
      return label_text(name_of_field(q, part.field).lowered(), part.position);
    case KeyPart::Kind::address: {
      const IpAddress cut = masked(q, part.field, part.bits4, part.bits6);
      const auto octets = cut.octets();
      return {reinterpret_cast<const char*>(octets.data()), cut.octet_count()};
    }
    case KeyPart::Kind::text:
      break;
  }
  const std::string text = text_of_field(q, part.field);
  return part.lowered ? lowered(text) : text;
}

}  // namespace

std::string key_octets_of(const KeyTerm& key, const ConcreteQuery& q) {
  return key_octets(key, [&](const KeyPart& part) { return part_octets(part, q); });
}

bool Ground::evaluate(Bool x) const {
  const BoolNode& n = terms_.node(x);
  switch (n.op) {
    case BoolOp::constant:
      return x == bool_true;
    case BoolOp::not_:
      return !evaluate(terms_.arguments(x)[0]);
    case BoolOp::and_:
      for (Bool arg : terms_.arguments(x)) {
        if (!evaluate(arg)) return false;
      }
      return true;
    case BoolOp::or_:
      for (Bool arg : terms_.arguments(x)) {
        if (evaluate(arg)) return true;
      }
      return false;
    default:
      return atom(n);
  }
}

bool Ground::atom(const BoolNode& n) const {
  switch (n.op) {
    case BoolOp::flag:
      return number_of_field(q_, terms_.variable_of(n.a).index) != 0;
    case BoolOp::in_numbers:
      return inside(terms_.number_ranges(n.b), variable(terms_.variable_of(n.a)));
    case BoolOp::in_addresses: {
      const std::uint32_t field = terms_.variable_of(n.a).index;
      return inside(terms_.address_ranges(n.b), masked(q_, field, 32, 128));
    }
    case BoolOp::in_texts: {
      const Variable& v = terms_.variable_of(n.a);
      const std::string text = v.kind == VarKind::label_text
                                   ? label_text(name_of_field(q_, v.index), v.position)
                                   : text_of_field(q_, v.index);
      const auto& texts = terms_.texts(n.b);
      return std::binary_search(texts.begin(), texts.end(), text);
    }
    case BoolOp::under:
      return dns::is_under(name_of_field(q_, terms_.variable_of(n.a).index),
                           terms_.name(n.b).view());
    case BoolOp::is_name:
      return dns::equal(name_of_field(q_, terms_.variable_of(n.a).index), terms_.name(n.b).view());
    case BoolOp::pattern: {
      const Pattern& p = terms_.pattern_of(n.a);
      const Variable& v = terms_.variable_of(p.var);
      if (v.kind == VarKind::text) return matches(p, text_of_field(q_, v.index));
      const dns::Name& name = name_of_field(q_, v.index);
      if (v.kind == VarKind::label_text) return matches(p, label_text(name, v.position));
      return matches(p, name);
    }
    case BoolOp::apex:
      return dns::equal(q_.qname, q_.zone);
    case BoolOp::address_equal:
    case BoolOp::address_less: {
      const MaskedAddress& x = terms_.masked(n.a);
      const MaskedAddress& y = terms_.masked(n.b);
      const IpAddress a = masked(q_, x.field, x.bits4, x.bits6);
      const IpAddress b = masked(q_, y.field, y.bits4, y.bits6);
      return n.op == BoolOp::address_equal ? a == b : a < b;
    }
    case BoolOp::number_less:
      return value(n.a) < value(n.b);
    case BoolOp::number_equal:
      return value(n.a) == value(n.b);
    case BoolOp::before:
      return comes_first(terms_.element(n.a), terms_.element(n.b),
                         stable_hash(octets(key_octets_of(terms_.key_of(n.c), q_)), 0));
    default:
      return false;
  }
}

std::int64_t Ground::variable(const Variable& v) const {
  switch (v.kind) {
    case VarKind::label_count:
      return name_of_field(q_, v.index).view().label_count();
    case VarKind::bucket:
      return static_cast<std::int64_t>(bucket_of(octets(key_octets_of(terms_.key_of(v.index), q_)),
                                                 v.seed, static_cast<std::uint64_t>(v.high) + 1));
    default:
      return number_of_field(q_, v.index);
  }
}

std::int64_t Ground::value(Number x) const {
  const NumberNode& n = terms_.number_node(x);
  switch (n.op) {
    case NumberOp::constant:
      return n.value;
    case NumberOp::variable:
      return variable(terms_.variable_of(n.a));
    case NumberOp::add:
      return wrapping_add(value(n.a), value(n.b));
    case NumberOp::scale:
      return wrapping_multiply(value(n.a), n.value);
    case NumberOp::mod: {
      const std::int64_t r = value(n.a) % n.value;
      return r < 0 ? r + n.value : r;
    }
    case NumberOp::choose:
      return evaluate(n.a) ? value(n.b) : value(n.c);
  }
  return 0;
}

}  // namespace lapis::verify
