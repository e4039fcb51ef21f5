#include "describe.h"

#include <algorithm>

namespace lapis::verify {
namespace {

constexpr std::size_t most_listed = 4;

std::string quoted(const std::string& text) {
  return lang::to_string(lang::Constant(text));
}

std::string any_of(std::vector<std::string> parts) {
  if (parts.size() == 1) return parts.front();
  std::string out = "(or";
  for (const std::string& part : parts) out += " " + part;
  return out + ")";
}

std::string names(const Space& space, const std::string& field, const ClassSet& set) {
  const ConstantNames& constants = space.names();
  std::vector<std::string> parts;
  for (const auto& [low, high] : set.ranges()) {
    if (parts.size() >= most_listed) return field + " is one of many names";
    // Ranges that are a node with all below it read best.
    for (ClassNumber c = low; c <= std::min(high, constants.classes() - 1);) {
      if (parts.size() > most_listed) return field + " is one of many names";
      const auto& node = constants.node(ConstantNames::node_of(c));
      const std::string name = quoted(dns::to_text(node.name.view()));
      if (c % 2 == 0 && node.end <= high) {
        parts.push_back("(under? " + field + " " + name + ")");
        c = node.end + 1;
      } else if (c % 2 == 0) {
        parts.push_back("(= " + field + " " + name + ")");
        ++c;
      } else {
        parts.push_back("(strictly-under? " + field + " " + name + ")");
        ++c;
      }
    }
  }
  return any_of(std::move(parts));
}

/// The range as one prefix if it is one, else its ends.
std::string range(const std::string& field, const IpAddress& low, const IpAddress& high) {
  if (low.family() == high.family()) {
    const int bits = low.common_bits(high);
    Prefix prefix;
    prefix.base = low.masked(bits);
    prefix.length = static_cast<std::uint8_t>(bits);
    if (prefix.base == low && prefix.last() == high) {
      return "(in-prefix? " + field + " " + quoted(prefix.to_string()) + ")";
    }
  }
  return "(<= " + quoted(low.to_string()) + " " + field + " " + quoted(high.to_string()) + ")";
}

std::string addresses(const Space& space, Dimension d, const std::string& field,
                      const ClassSet& set) {
  std::vector<std::string> parts;
  for (const auto& [low, high] : set.ranges()) {
    IpAddress first = space.address_range(d, low).first;
    for (ClassNumber c = low; c <= high; ++c) {
      const IpAddress last = space.address_range(d, c).second;
      const bool ends = c == high || space.address_range(d, c + 1).first.family() != last.family();
      if (!ends) continue;
      parts.push_back(range(field, first, last));
      if (c < high) first = space.address_range(d, c + 1).first;
    }
    if (parts.size() > most_listed) return field + " is in one of many ranges";
  }
  return any_of(std::move(parts));
}

std::string numbers(const Space& space, Dimension d, const std::string& what, const ClassSet& set) {
  std::vector<std::string> parts;
  for (const auto& [first, last] : set.ranges()) {
    const std::int64_t low = space.number_range(d, first).first;
    const std::int64_t high = space.number_range(d, last).second;
    parts.push_back(low == high ? "(= " + what + " " + std::to_string(low) + ")"
                                : "(<= " + std::to_string(low) + " " + what + " " +
                                      std::to_string(high) + ")");
    if (parts.size() > most_listed) return what + " has one of many values";
  }
  return any_of(std::move(parts));
}

std::string texts(const Space::Axis& axis, const std::string& what, const ClassSet& set) {
  const auto known = static_cast<ClassNumber>(axis.texts.size());
  auto list = [&](const ClassSet& of) {
    std::string out;
    for (const auto& [low, high] : of.ranges()) {
      for (ClassNumber c = low; c <= std::min(high, known - 1) && c < known; ++c) {
        out += (out.empty() ? "" : " ") + quoted(axis.texts[c]);
      }
    }
    return out;
  };
  if (axis.open && set.contains(known)) {
    const ClassSet missing = axis.universe.without(set);
    return "(not (one-of? " + what + " " + list(missing) + "))";
  }
  return set.count() == 1 ? "(= " + what + " " + list(set) + ")"
                          : "(one-of? " + what + " " + list(set) + ")";
}

std::string pattern(const Space& space, const Pattern& p) {
  const Variable& v = space.terms().variable_of(p.var);
  std::string what = space.set().field_name(v.index);
  if (v.kind == VarKind::label_text) {
    what = "(label " + what + " " + std::to_string(v.position) + ")";
  }
  if (p.lowered) what = "(lower " + what + ")";
  const char* form = "=";
  switch (p.kind) {
    case PatternKind::prefix:
      form = "has-prefix?";
      break;
    case PatternKind::suffix:
      form = "has-suffix?";
      break;
    case PatternKind::contains:
      form = "contains?";
      break;
    case PatternKind::glob:
      form = "glob?";
      break;
    case PatternKind::equal:
      break;
  }
  return std::string("(") + form + " " + what + " " + quoted(p.text) + ")";
}

std::string key(const Space& space, std::uint32_t number) {
  std::string out;
  for (const KeyPart& part : space.terms().key_of(number).parts) {
    if (!out.empty()) out += " ";
    out += part.kind == KeyPart::Kind::octets ? "…" : space.set().field_name(part.field);
  }
  return out;
}

std::string condition(const Space& space, const Cube::Factor& factor) {
  const Space::Axis& axis = space.axis(factor.dimension);
  if (axis.var == UINT32_MAX) {
    const BoolNode& node = space.terms().node(axis.atom);
    std::string out = "a comparison of fields holds";
    if (node.op == BoolOp::pattern) out = pattern(space, space.terms().pattern_of(node.a));
    if (node.op == BoolOp::apex) out = "(= qname zone)";
    if (node.op == BoolOp::before) {
      out = "the choice by " + key(space, node.c) + " puts " +
            space.terms().element(node.a).address.to_string() + " before " +
            space.terms().element(node.b).address.to_string();
    }
    return factor.set.contains(1) ? out : "(not " + out + ")";
  }
  const Variable& v = space.terms().variable_of(axis.var);
  switch (v.kind) {
    case VarKind::flag:
      return factor.set.contains(1) ? space.set().field_name(v.index)
                                    : "(not " + space.set().field_name(v.index) + ")";
    case VarKind::number:
      return numbers(space, factor.dimension, space.set().field_name(v.index), factor.set);
    case VarKind::text:
      return texts(axis, space.set().field_name(v.index), factor.set);
    case VarKind::address: {
      const std::string field = space.set().field_name(v.index);
      const ClassSet rest = axis.universe.without(factor.set);
      if (rest.ranges().size() < factor.set.ranges().size()) {
        return "(not " + addresses(space, factor.dimension, field, rest) + ")";
      }
      return addresses(space, factor.dimension, field, factor.set);
    }
    case VarKind::name:
      return names(space, space.set().field_name(v.index), factor.set);
    case VarKind::label_count:
      return numbers(space, factor.dimension,
                     "(label-count " + space.set().field_name(v.index) + ")", factor.set);
    case VarKind::label_text:
      return texts(
          axis,
          "(label " + space.set().field_name(v.index) + " " + std::to_string(v.position) + ")",
          factor.set);
    case VarKind::bucket:
      return numbers(space, factor.dimension,
                     "(bucket " + key(space, v.index) + " " + std::to_string(v.high + 1) + ")",
                     factor.set);
  }
  return {};
}

}  // namespace

std::vector<std::string> describe(const Space& space, const Cube& cube) {
  std::vector<std::string> out;
  for (const Cube::Factor& factor : cube.factors()) {
    if (factor.set == space.axis(factor.dimension).universe) continue;
    out.push_back(condition(space, factor));
  }
  return out;
}

}  // namespace lapis::verify
