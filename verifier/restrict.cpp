#include "restrict.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "kept_order.h"
#include "lapis/base/side_by_side.h"
#include "lapis/program/necessary.h"

namespace lapis::verify {
namespace {

using lang::Program;
using program::Necessary;

bool same_type(const lang::Type& a, const lang::Type& b) {
  if (a.kind != b.kind || a.low != b.low || a.high != b.high) return false;
  if ((a.domain == nullptr) != (b.domain == nullptr)) return false;
  return a.domain == nullptr || *a.domain == *b.domain;
}

bool same_fields(const lang::Set& a, const lang::Set& b) {
  const auto same_attribute = [](const lang::Attribute& x, const lang::Attribute& y) {
    return x.name == y.name && x.default_value == y.default_value && same_type(x.type, y.type);
  };
  return std::equal(a.attributes.begin(), a.attributes.end(), b.attributes.begin(),
                    b.attributes.end(), same_attribute) &&
         same_type(a.field_type(lang::field_site), b.field_type(lang::field_site)) &&
         same_type(a.field_type(lang::field_region), b.field_type(lang::field_region));
}

bool same_program(const Program& a, const Program& b) {
  return same_tree(*a.match, *b.match) && same_tree(*a.ipv4, *b.ipv4) &&
         same_tree(*a.ipv6, *b.ipv6) && same_tree(*a.ttl, *b.ttl);
}

/// For each program of `after` the number of the same one in `before`.
std::vector<std::uint32_t> old_places(const lang::Set& before, const lang::Set& after) {
  std::unordered_map<std::string_view, std::uint32_t> by_name;
  by_name.reserve(before.programs.size());
  for (std::uint32_t i = 0; i < before.programs.size(); ++i) {
    by_name.emplace(before.programs[i].name, i);
  }
  std::vector<std::uint32_t> out(after.programs.size(), UINT32_MAX);
  constexpr std::size_t worthwhile = 1000;
  in_parts(out.size(), worthwhile, [&](std::size_t begin, std::size_t end) {
    for (std::size_t k = begin; k < end; ++k) {
      const auto at = by_name.find(after.programs[k].name);
      if (at == by_name.end()) continue;
      if (same_program(before.programs[at->second], after.programs[k])) out[k] = at->second;
    }
  });
  return out;
}

lang::Set without_programs(const lang::Set& set) {
  lang::Set out;
  out.attributes = set.attributes;
  out.closed_fields = set.closed_fields;
  out.slots = set.slots;
  out.storage = set.storage;
  out.texts = set.texts;
  out.arena = set.arena;
  return out;
}

}  // namespace

std::optional<RestrictedSets> restricted(const lang::Set& before, const lang::Set& after) {
  if (!same_fields(before, after)) return std::nullopt;
  const std::vector<std::uint32_t> places = old_places(before, after);
  const std::vector<std::uint32_t> kept = kept_order(places);
  // A changed program costs a look at every program; many of them leave little out.
  constexpr std::size_t most_changed = 256;
  const std::size_t changes = before.programs.size() + after.programs.size() - 2 * kept.size();
  if (changes > most_changed || changes > kept.size()) return std::nullopt;
  std::vector<const Program*> both;  // all of `before`, then what is changed in `after`
  std::vector<std::uint32_t> changed;
  std::vector<char> unchanged_before(before.programs.size());
  std::vector<char> unchanged_after(after.programs.size());
  for (std::uint32_t k : kept) unchanged_after[k] = unchanged_before[places[k]] = 1;
  for (std::uint32_t i = 0; i < before.programs.size(); ++i) {
    if (unchanged_before[i] == 0) changed.push_back(i);
    both.push_back(&before.programs[i]);
  }
  for (std::uint32_t k = 0; k < after.programs.size(); ++k) {
    if (unchanged_after[k] != 0) continue;
    changed.push_back(static_cast<std::uint32_t>(both.size()));
    both.push_back(&after.programs[k]);
  }
  program::NecessaryConditions conditions(both);
  const std::vector<Necessary> needs = conditions.of_each(both);
  RestrictedSets out{without_programs(before), without_programs(after)};
  std::vector<char> wanted(before.programs.size());
  for (std::uint32_t i = 0; i < before.programs.size(); ++i) {
    if (unchanged_before[i] != 0) {
      wanted[i] = std::any_of(changed.begin(), changed.end(),
                              [&](std::uint32_t c) { return needs[i].meets(needs[c]); })
                      ? 1
                      : 0;
    } else {
      wanted[i] = 1;
    }
    if (wanted[i] != 0) out.before.programs.push_back(before.programs[i]);
  }
  for (std::uint32_t k = 0; k < after.programs.size(); ++k) {
    if (unchanged_after[k] == 0 || wanted[places[k]] != 0) {
      out.after.programs.push_back(after.programs[k]);
    }
  }
  return out;
}

}  // namespace lapis::verify
