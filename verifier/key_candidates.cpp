#include "key_candidates.h"

#include <memory>
#include <set>
#include <string>

#include "ground.h"
#include "numbered_names.h"

namespace lapis::verify {

namespace {

using lang::field_qname;

constexpr std::size_t key_states = 20'000;

/// A key reads more of the names than the whole qname.
bool reads_parts(const std::vector<const KeyTest*>& tests) {
  return std::any_of(tests.begin(), tests.end(), [](const KeyTest* t) {
    return t->counts_labels || any_part(*t, [](const KeyPart& part) {
             return part.kind == KeyPart::Kind::label ||
                    (part.kind == KeyPart::Kind::name && part.field == lang::field_zone);
           });
  });
}

/// The one part of names that keys read, unless they read the qname or several parts.
std::optional<NamePart> only_part(const std::vector<const KeyTest*>& tests) {
  std::optional<NamePart> out;
  std::vector<KeyPart> parts;
  for (const KeyTest* t : tests) {
    if (t->counts_labels) return std::nullopt;
    for (const KeyTerm* key : t->keys) {
      parts.insert(parts.end(), key->parts.begin(), key->parts.end());
    }
  }
  for (const KeyPart& part : parts) {
    if (part.kind != KeyPart::Kind::label && part.kind != KeyPart::Kind::name) continue;
    NamePart read{part.field == lang::field_zone, std::nullopt};
    if (part.kind == KeyPart::Kind::label) read.label = part.position;
    if (!read.of_zone && !read.label) return std::nullopt;
    if (out && *out != read) {
      // The zone is all of its labels.
      if (!out->of_zone || !read.of_zone) return std::nullopt;
      read.label.reset();
    }
    out = read;
  }
  return out;
}

bool reads_zone(const std::vector<const KeyTest*>& tests) {
  return std::any_of(tests.begin(), tests.end(), [](const KeyTest* t) {
    return t->counts_labels || any_part(*t, [](const KeyPart& part) {
             return (part.kind == KeyPart::Kind::label || part.kind == KeyPart::Kind::name) &&
                    part.field == lang::field_zone;
           });
  });
}

}  // namespace

std::vector<Constraint> KeyCandidateSource::on(const std::vector<std::size_t>& indices) const {
  std::vector<Constraint> out;
  for (std::size_t i : indices) out.push_back(constraints_[i]);
  return out;
}

bool KeyCandidateSource::has_many_values(const NamePart& part, std::size_t most) const {
  const NameSource source(space_, on(groups_.names), part.of_zone, {key_states, deadline_});
  std::set<std::string> values;
  for (std::uint64_t t = 0; t < std::min<std::uint64_t>(source.count(), 16 * most); ++t) {
    const NamePair pair = source.get(t);
    const dns::Name& name = part.of_zone ? pair.zone : pair.qname;
    values.insert(part.label ? label_text(name, *part.label) : dns::to_text(name));
    if (values.size() > most) return true;
  }
  return false;
}

KeyCandidates KeyCandidateSource::names(const std::vector<const KeyTest*>& tests) const {
  auto found = std::make_shared<std::vector<dns::Name>>();
  const Dimension tree = space_.of_field(VarKind::name, field_qname);
  const bool simple = std::all_of(groups_.names.begin(), groups_.names.end(),
                                  [&](std::size_t i) { return constraints_[i].dimension == tree; });
  const ConstantNames& constants = space_.names();
  KeyCandidates out;
  if (const auto part = only_part(tests)) {
    // Often a part has but a few values, however many names there are.
    constexpr std::size_t most_values = 64;
    auto pairs = std::make_shared<std::vector<NamePair>>();
    if (!has_many_values(*part, most_values) &&
        list_part(space_, on(groups_.names), *part, most_values, {key_states, deadline_}, *pairs) ==
            Search::exhausted) {
      out.count = pairs->size();
      out.complete = true;
      const bool zone_matters = part->of_zone || speaks_of_zone(space_, on(groups_.names));
      out.put = [pairs, zone_matters, &constants](std::uint64_t t, ConcreteQuery& q) {
        q.qname = (*pairs)[t].qname;
        q.zone = zone_matters ? (*pairs)[t].zone : natural_zone(constants, q.qname);
      };
      return out;
    }
  }
  if (simple && !reads_parts(tests)) {
    ClassSet allowed = tree == UINT32_MAX ? ClassSet(0, 1) : space_.axis(tree).universe;
    for (std::size_t i : groups_.names) allowed = allowed.intersect(constraints_[i].set);
    std::vector<ClassNumber> open;
    // Of a large set of classes a few are enough to find a key; only of a small one can it be
    // said that all keys were tried.
    const std::uint64_t most_classes = allowed.count() > 4096 ? 64 : 4096;
    std::uint64_t closed = 0;
    bool all = true;
    for (const auto& [low, high] : allowed.ranges()) {
      if (closed > most_classes) break;
      for (ClassNumber c = low; c <= high; ++c) {
        if (c % 2 == 1 && open.size() < 16) open.push_back(c);
        if (++closed > most_classes) {
          all = false;
          break;
        }
        all = all && c % 2 == 0;
        const auto name = name_of_class(constants, c, 0);
        if (c % 2 == 0 && name) found->push_back(*name);
      }
    }
    out.complete = all;
    std::vector<dns::Name> bases;
    for (ClassNumber c : open) {
      if (auto base = name_of_class(constants, c, 0)) bases.push_back(std::move(*base));
    }
    out.finish = [&constants](ConcreteQuery& q) { q.zone = natural_zone(constants, q.qname); };
    if (bases.empty()) {
      out.count = found->size();
      out.put = [found](std::uint64_t t, ConcreteQuery& q) { q.qname = (*found)[t]; };
      return out;
    }
    const auto numbered = std::make_shared<NumberedNames>(bases);
    // A long label in front of the constant itself is in the class as well, unless it is one.
    for (ClassNumber c : open) {
      out.bases.emplace_back(constants.node(ConstantNames::node_of(c)).name.view());
    }
    out.octets = [found, numbered](std::uint64_t t) -> std::span<const std::uint8_t> {
      if (t >= found->size()) return numbered->octets(t - found->size());
      return {(*found)[t].data(), (*found)[t].size()};
    };
    out.put = [octets = out.octets](std::uint64_t t, ConcreteQuery& q) {
      const std::span<const std::uint8_t> name = octets(t);
      q.qname = dns::Name(dns::NameView(name.data(), name.size()));
    };
    return out;
  }
  const std::vector<Constraint> names = on(groups_.names);
  const bool zone_matters = reads_zone(tests) || speaks_of_zone(space_, names);
  const auto source =
      std::make_shared<NameSource>(space_, names, zone_matters, WalkLimit{key_states, deadline_});
  out.count = source->count();
  out.complete = source->complete();
  out.put = [source](std::uint64_t t, ConcreteQuery& q) {
    const NamePair pair = source->get(t);
    q.qname = pair.qname;
    q.zone = pair.zone;
  };
  if (!zone_matters) {
    out.finish = [&constants](ConcreteQuery& q) { q.zone = natural_zone(constants, q.qname); };
  }
  return out;
}

const std::vector<std::size_t>* KeyCandidateSource::group_of(std::uint64_t base) const {
  const auto field = static_cast<std::uint32_t>(base - 1);
  for (const auto* map : {&groups_.texts, &groups_.others}) {
    for (const auto& [var, indices] : *map) {
      const Variable& v = space_.terms().variable_of(var);
      if (v.index == field && (v.kind == VarKind::text || v.kind == VarKind::address)) {
        return &indices;
      }
    }
  }
  return nullptr;
}

KeyCandidates KeyCandidateSource::texts(std::uint32_t field) const {
  const auto* indices = group_of(field + 1);
  const lang::Type type = set_.field_type(field);
  KeyCandidates out;
  const Var var = [&] {
    for (Var v = 0; v < space_.terms().variable_count(); ++v) {
      const Variable& variable = space_.terms().variable_of(v);
      if (variable.kind == VarKind::text && variable.index == field) return v;
    }
    return UINT32_MAX;
  }();
  const bool free = indices == nullptr || indices->empty();
  if (!free) {
    const auto source =
        std::make_shared<TextSource>(space_, var, on(*indices), WalkLimit{key_states, deadline_});
    out.count = source->count();
    out.complete = source->complete();
    out.put = [source, field](std::uint64_t t, ConcreteQuery& q) {
      set_text(q, field, source->get(t));
    };
  } else if (type.domain) {
    out.count = type.domain->size();
    out.complete = true;
    out.put = [values = *type.domain, field](std::uint64_t t, ConcreteQuery& q) {
      set_text(q, field, values[t]);
    };
  } else {
    out.put = [field](std::uint64_t t, ConcreteQuery& q) {
      set_text(q, field, "t" + std::to_string(t));
    };
  }
  return out;
}

AddressRanges KeyCandidateSource::ranges_of(std::uint32_t field) const {
  AddressRanges ranges;
  const auto* indices = group_of(field + 1);
  if (indices == nullptr || indices->empty()) {
    ranges = AddressSource::everything();
  } else {
    const Dimension d = constraints_[indices->front()].dimension;
    ClassSet allowed = space_.axis(d).universe;
    for (std::size_t i : *indices) {
      if (constraints_[i].address) {
        ranges = {{*constraints_[i].address, *constraints_[i].address}};
      }
      allowed = allowed.intersect(constraints_[i].set);
    }
    if (ranges.empty()) {
      for (const auto& [low, high] : allowed.ranges()) {
        for (ClassNumber c = low; c <= high; ++c) ranges.push_back(space_.address_range(d, c));
      }
    }
  }
  return ranges;
}

std::vector<Mirrored> KeyCandidateSource::mirrored(const std::vector<const KeyTest*>& tests) const {
  std::vector<Mirrored> out;
  for (const KeyTest* t : tests) {
    if (!t->mirror) continue;
    const auto* from = group_of(t->mirror->from() + 1);
    const Mirror mirror = from == nullptr || from->empty() ? t->mirror->turned() : *t->mirror;
    out.emplace_back(mirror, ranges_of(mirror.from()), ranges_of(mirror.to()));
  }
  return out;
}

KeyCandidates KeyCandidateSource::addresses(std::uint32_t field,
                                            const std::vector<const KeyTest*>& tests,
                                            const std::vector<Mirrored>& mirrors) const {
  AddressRanges ranges = ranges_of(field);
  for (const Mirrored& m : mirrors) {
    if (!m.mirror.whole()) continue;
    if (m.mirror.from() == field) ranges = m.from;
    if (m.mirror.to() != field) continue;
    KeyCandidates follower;
    follower.count = 1;
    follower.complete = true;
    follower.put = [](std::uint64_t, ConcreteQuery&) {};
    return follower;
  }
  if (ranges.empty()) {
    KeyCandidates none;
    none.count = 0;
    none.complete = true;
    return none;
  }
  // Keys see the first bits only.
  int bits4 = 0;
  int bits6 = 0;
  for (const KeyTest* t : tests) {
    if (t->relation()) bits4 = 32;
    if (t->relation()) bits6 = 128;
    any_part(*t, [&](const KeyPart& part) {
      if (part.kind == KeyPart::Kind::address && part.field == field) {
        bits4 = std::max<int>(bits4, part.bits4);
        bits6 = std::max<int>(bits6, part.bits6);
      }
      return false;
    });
  }
  const auto source = std::make_shared<AddressSource>(std::move(ranges), bits4, bits6);
  KeyCandidates out;
  out.count = source->count();
  out.complete = out.count != unbounded_count;
  out.put = [source, field](std::uint64_t t, ConcreteQuery& q) {
    (field == lang::field_client ? q.client : q.resolver) = source->get(t);
  };
  out.sample = [source, field](std::uint64_t t, ConcreteQuery& q) {
    (field == lang::field_client ? q.client : q.resolver) = source->sample(t);
  };
  return out;
}

}  // namespace lapis::verify
