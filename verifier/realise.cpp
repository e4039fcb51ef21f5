#include "realise.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>

#include "ground.h"
#include "symbolic.h"

namespace lapis::verify {

using lang::field_qname;

// ---- concrete queries

lang::QueryFields ConcreteQuery::fields() const {
  lang::QueryFields f;
  f.qname = qname;
  f.zone = zone;
  f.ipv6 = ipv6;
  f.client = client;
  f.resolver = resolver;
  f.transport = transport;
  f.site = site;
  f.region = region;
  f.country = country;
  f.continent = continent;
  f.asn = asn;
  values_.resize(numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) values_[i] = {numbers[i], texts[i]};
  f.attributes = values_.data();
  return f;
}

Witness ConcreteQuery::witness(const lang::Set& set) const {
  Witness w;
  w.qname = dns::to_text(qname);
  w.zone = dns::to_text(zone);
  w.qtype = ipv6 ? "AAAA" : "A";
  w.client = client.to_string();
  w.resolver = resolver.to_string();
  w.transport = std::string(lang::transport_values[transport]);
  w.site = site;
  w.region = region;
  w.country = country;
  w.continent = continent;
  w.asn = asn;
  for (std::size_t i = 0; i < set.attributes.size(); ++i) {
    const lang::Attribute& attribute = set.attributes[i];
    AttributeText value = texts[i];
    if (attribute.type.kind == lang::Kind::boolean) value = numbers[i] != 0;
    if (attribute.type.kind == lang::Kind::integer) value = numbers[i];
    w.attributes.emplace_back(attribute.name, std::move(value));
  }
  return w;
}

namespace {

std::string* text_of(ConcreteQuery& q, std::uint32_t field) {
  switch (field) {
    case lang::field_site:
      return &q.site;
    case lang::field_region:
      return &q.region;
    case lang::field_country:
      return &q.country;
    case lang::field_continent:
      return &q.continent;
    default:
      return field >= lang::first_attribute ? &q.texts[field - lang::first_attribute] : nullptr;
  }
}

void set_text(ConcreteQuery& q, std::uint32_t field, const std::string& text) {
  if (field == lang::field_qtype) {
    q.ipv6 = text == lang::qtype_values[1];
  } else if (field == lang::field_transport) {
    const auto at = std::find(lang::transport_values.begin(), lang::transport_values.end(), text);
    q.transport = static_cast<std::uint8_t>(at - lang::transport_values.begin());
  } else {
    *text_of(q, field) = text;
  }
}

/// The zone a witness shows when no program looks at it: a constant above the name, as customers'
/// zones are, else its last two labels.
dns::Name natural_zone(const ConstantNames& names, dns::NameView qname) {
  const int labels = qname.label_count();
  if (labels <= 2) return dns::Name(qname);
  for (int keep = 2; keep <= labels; ++keep) {
    const dns::NameView at = qname.parent(labels - keep);
    const ClassNumber c = names.class_of(at);
    if (c % 2 == 0) return dns::Name(at);
  }
  return dns::Name(qname.parent(labels - 2));
}

/// The t-th name of a class; nothing when there is none.
std::optional<dns::Name> name_of_class(const ConstantNames& names, ClassNumber c, std::uint64_t t) {
  const auto& node = names.node(ConstantNames::node_of(c));
  dns::Name name(node.name.view());
  if (c % 2 == 0) {
    if (t > 0) return std::nullopt;
    return name;
  }
  // Below the node, away from its children: a label that leads to none of them.
  static const std::array<std::string, 3> usual{"www", "api", "a"};
  for (std::uint64_t skipped = 0, i = 0; i < t + 4096; ++i) {
    const std::string label = i < usual.size() ? usual[i] : "n" + std::to_string(i - usual.size());
    dns::Name longer = name;
    const std::span<const std::uint8_t> octets(reinterpret_cast<const std::uint8_t*>(label.data()),
                                               label.size());
    if (!longer.prepend(octets)) continue;
    if (!node.children.empty() && names.class_of(longer) != c) continue;
    // Nor to an ancestor of one, so that what is put in front stays in the class.
    const bool leads = std::any_of(
        node.children.begin(), node.children.end(),
        [&](std::uint32_t child) { return dns::is_under(names.node(child).name.view(), longer); });
    if (node.children.size() <= 64 && leads) continue;
    if (skipped++ == t) return longer;
  }
  return std::nullopt;
}

/// A constraint is about the zone, so that a witness can't show just any.
bool speaks_of_zone(const Space& space, const std::vector<Constraint>& on) {
  for (const Constraint& c : on) {
    const Space::Axis& axis = space.axis(c.dimension);
    Var var = axis.var;
    if (var == UINT32_MAX) {
      const BoolNode& node = space.terms().node(axis.atom);
      if (node.op == BoolOp::apex) return true;
      if (node.op != BoolOp::pattern) continue;
      var = space.terms().pattern_of(node.a).var;
    }
    if (space.terms().variable_of(var).index == lang::field_zone) return true;
  }
  return false;
}

constexpr std::size_t search_states = 400'000;
constexpr std::size_t key_states = 20'000;
constexpr std::uint64_t unbounded = UINT64_MAX;

/// The values a variable can take under its constraints, numbered.
struct Candidates {
  std::uint64_t count = unbounded;  ///< how many there are to try
  bool complete = false;            ///< these are all
  std::function<void(std::uint64_t, ConcreteQuery&)> put;
};

std::uint64_t scramble(std::uint64_t x) {  // splitmix64
  x += 0x9E3779B97F4A7C15ULL;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

}  // namespace

// ---- groups of variables

/// Constraints by the variables they are about. Names are one group; each other variable is one.
struct Realiser::Groups {
  std::vector<std::size_t> names;
  std::map<Var, std::vector<std::size_t>> texts;
  std::map<Var, std::vector<std::size_t>> others;
  std::vector<std::size_t> hashes;
};

Realiser::Realiser(const lang::Set& set, const Space& space) : set_(set), space_(space) {
  defaults_ = defaults();
}

ConcreteQuery Realiser::defaults() const {
  ConcreteQuery q;
  q.qname = *dns::parse_name("www.example.com.");
  q.zone = *dns::parse_name("example.com.");
  q.client = *IpAddress::parse("192.0.2.1");
  q.resolver = *IpAddress::parse("203.0.113.53");
  for (const auto* field : {&q.site, &q.region}) {
    const lang::Type type =
        set_.field_type(field == &q.site ? lang::field_site : lang::field_region);
    if (type.domain) *const_cast<std::string*>(field) = type.domain->front();
  }
  for (const lang::Attribute& attribute : set_.attributes) {
    q.numbers.push_back(0);
    q.texts.emplace_back();
    if (const auto* flag = std::get_if<bool>(&attribute.default_value)) {
      q.numbers.back() = *flag ? 1 : 0;
    } else if (const auto* number = std::get_if<std::int64_t>(&attribute.default_value)) {
      q.numbers.back() = *number;
    } else {
      q.texts.back() = std::get<std::string>(attribute.default_value);
    }
  }
  return q;
}

namespace {

void set_number(ConcreteQuery& q, std::uint32_t field, std::int64_t value) {
  if (field == lang::field_asn) {
    q.asn = static_cast<std::uint32_t>(value);
  } else {
    q.numbers[field - lang::first_attribute] = value;
  }
}

}  // namespace

bool Realiser::put_number(const Variable& v, const Space::Axis* axis, Dimension d,
                          const std::vector<const Constraint*>& on, ConcreteQuery& out) const {
  ClassSet allowed = axis->universe;
  for (const Constraint* c : on) {
    if (c->number) {
      set_number(out, v.index, *c->number);
      return true;
    }
    allowed = allowed.intersect(c->set);
  }
  if (allowed.empty()) return false;
  if (v.kind == VarKind::flag) {
    if (!allowed.contains(static_cast<ClassNumber>(number_of_field(out, v.index)))) {
      set_number(out, v.index, allowed.first());
    }
    return true;
  }
  if (allowed.contains(space_.class_of_number(d, number_of_field(out, v.index)))) return true;
  const auto [low, high] = space_.number_range(d, allowed.first());
  set_number(out, v.index, std::clamp<std::int64_t>(0, low, high));
  return true;
}

bool Realiser::put_address(const Variable& v, Dimension d, const std::vector<const Constraint*>& on,
                           ConcreteQuery& out) const {
  IpAddress& at = v.index == lang::field_client ? out.client : out.resolver;
  ClassSet allowed = space_.axis(d).universe;
  for (const Constraint* c : on) {
    if (c->address) {
      at = *c->address;
      return true;
    }
    allowed = allowed.intersect(c->set);
  }
  if (allowed.empty()) return false;
  if (allowed.contains(space_.class_of_address(d, at))) return true;
  const auto [low, high] = space_.address_range(d, allowed.first());
  at = low == high || next_address(low) == high ? low : next_address(low);
  return true;
}

Realiser::Outcome Realiser::put_text(Var var, const std::vector<Constraint>& on,
                                     ConcreteQuery& out) const {
  const Variable& v = space_.terms().variable_of(var);
  const Dimension d = space_.of_variable(var);
  const std::string current = text_of_field(out, v.index);
  const bool good = std::all_of(on.begin(), on.end(), [&](const Constraint& c) {
    if (c.dimension == d) return c.set.contains(space_.class_of_text(d, current));
    const Pattern& p =
        space_.terms().pattern_of(space_.terms().node(space_.axis(c.dimension).atom).a);
    return c.set.contains(matches(p, current) ? 1 : 0);
  });
  if (good) return Outcome::found;
  std::string text;
  const Search search = find_text(space_, var, on, search_states, text);
  if (search == Search::stopped) set_text(out, v.index, text);
  if (search == Search::stopped) return Outcome::found;
  return search == Search::exhausted ? Outcome::impossible : Outcome::gave_up;
}

Realiser::Outcome Realiser::put_names(const std::vector<Constraint>& on, ConcreteQuery& out) const {
  const Dimension tree = space_.of_field(VarKind::name, field_qname);
  const bool simple =
      std::all_of(on.begin(), on.end(), [&](const Constraint& c) { return c.dimension == tree; });
  if (simple) {
    ClassSet allowed = space_.axis(tree).universe;
    for (const Constraint& c : on) allowed = allowed.intersect(c.set);
    if (allowed.empty()) return Outcome::impossible;
    if (!allowed.contains(space_.names().class_of(out.qname))) {
      std::uint64_t looked = 0;
      std::optional<dns::Name> name;
      for (const auto& [low, high] : allowed.ranges()) {
        for (ClassNumber c = low; c <= high && !name && looked < 64; ++c, ++looked) {
          name = name_of_class(space_.names(), c, 0);
        }
      }
      if (!name) return looked < 64 ? Outcome::impossible : Outcome::gave_up;
      out.qname = *name;
    }
    out.zone = natural_zone(space_.names(), out.qname);
    return Outcome::found;
  }
  NamePair pair;
  const Search search = find_name(space_, on, search_states, pair);
  if (search == Search::stopped) {
    out.qname = pair.qname;
    out.zone = speaks_of_zone(space_, on) ? pair.zone : natural_zone(space_.names(), pair.qname);
  }
  if (search == Search::stopped) return Outcome::found;
  return search == Search::exhausted ? Outcome::impossible : Outcome::gave_up;
}

// ---- keys

/// Tries keys until all buckets and choices are as wanted.
class Realiser::Keys {
 public:
  Keys(const Realiser& owner, const std::vector<Constraint>& constraints, const Groups& groups)
      : owner_(owner), space_(owner.space_), constraints_(constraints), groups_(groups) {}

  Outcome run(std::uint64_t tries, ConcreteQuery& out, std::vector<std::size_t>& culprits) {
    std::vector<Test> tests;
    for (std::size_t i : groups_.hashes) tests.push_back(test_of(i));
    // Tests that share a variable of their keys are solved together.
    std::vector<bool> done(tests.size());
    for (std::size_t i = 0; i < tests.size(); ++i) {
      if (done[i]) continue;
      std::vector<const Test*> together;
      std::vector<std::uint64_t> bases = tests[i].bases;
      for (bool grown = true; grown;) {
        grown = false;
        for (std::size_t j = 0; j < tests.size(); ++j) {
          if (done[j]) continue;
          const bool shares =
              j == i ||
              std::any_of(tests[j].bases.begin(), tests[j].bases.end(), [&](std::uint64_t b) {
                return std::find(bases.begin(), bases.end(), b) != bases.end();
              });
          if (!shares) continue;
          done[j] = grown = true;
          together.push_back(&tests[j]);
          for (std::uint64_t b : tests[j].bases) {
            if (std::find(bases.begin(), bases.end(), b) == bases.end()) bases.push_back(b);
          }
        }
      }
      const Outcome outcome = solve(together, bases, tries, out, culprits);
      if (outcome != Outcome::found) return outcome;
    }
    return Outcome::found;
  }

 private:
  struct Test {
    std::size_t constraint = 0;
    const KeyTerm* key = nullptr;
    std::vector<std::uint64_t> bases;  // names: 0; text and address fields: field + 1
    bool bucket = false;
    std::uint64_t seed = 0;
    std::uint64_t buckets = 0;
    RankedElement x, y;
  };

  Test test_of(std::size_t i) const {
    Test t;
    t.constraint = i;
    const Space::Axis& axis = space_.axis(constraints_[i].dimension);
    const Terms& terms = space_.terms();
    if (axis.var != UINT32_MAX) {
      const Variable& v = terms.variable_of(axis.var);
      t.bucket = true;
      t.key = &terms.key_of(v.index);
      t.seed = v.seed;
      t.buckets = static_cast<std::uint64_t>(v.high) + 1;
    } else {
      const BoolNode& node = terms.node(axis.atom);
      t.key = &terms.key_of(node.c);
      t.x = terms.element(node.a);
      t.y = terms.element(node.b);
    }
    for (const KeyPart& part : t.key->parts) {
      std::uint64_t base = 0;
      if (part.kind == KeyPart::Kind::octets) continue;
      if (part.kind == KeyPart::Kind::address || part.kind == KeyPart::Kind::text) {
        base = part.field + 1;
      }
      if (std::find(t.bases.begin(), t.bases.end(), base) == t.bases.end()) {
        t.bases.push_back(base);
      }
    }
    return t;
  }

  bool holds(const Test& t, const ConcreteQuery& q) const {
    const std::string octets = key_octets_of(*t.key, q);
    const std::span<const std::uint8_t> view(reinterpret_cast<const std::uint8_t*>(octets.data()),
                                             octets.size());
    const Constraint& c = constraints_[t.constraint];
    if (!t.bucket) {
      return c.set.contains(comes_first(t.x, t.y, stable_hash(view, 0)) ? 1 : 0);
    }
    const auto value = static_cast<std::int64_t>(bucket_of(view, t.seed, t.buckets));
    if (c.number) return *c.number == value;
    return c.set.contains(space_.class_of_number(c.dimension, value));
  }

  std::vector<Constraint> on(const std::vector<std::size_t>& indices) const {
    std::vector<Constraint> out;
    for (std::size_t i : indices) out.push_back(constraints_[i]);
    return out;
  }

  Candidates names() const {
    auto found = std::make_shared<std::vector<std::pair<dns::Name, dns::Name>>>();
    const Dimension tree = space_.of_field(VarKind::name, field_qname);
    const bool simple = std::all_of(groups_.names.begin(), groups_.names.end(), [&](std::size_t i) {
      return constraints_[i].dimension == tree;
    });
    const ConstantNames& constants = space_.names();
    Candidates out;
    if (simple) {
      ClassSet allowed = tree == UINT32_MAX ? ClassSet(0, 1) : space_.axis(tree).universe;
      for (std::size_t i : groups_.names) allowed = allowed.intersect(constraints_[i].set);
      auto open = std::make_shared<std::vector<ClassNumber>>();
      // Of a large set of classes a few are enough to find a key; only of a small one can it be
      // said that all keys were tried.
      const std::uint64_t most_classes = allowed.count() > 4096 ? 64 : 4096;
      std::uint64_t closed = 0;
      bool all = true;
      for (const auto& [low, high] : allowed.ranges()) {
        if (closed > most_classes) break;
        for (ClassNumber c = low; c <= high; ++c) {
          if (c % 2 == 1 && open->size() < 16) open->push_back(c);
          if (++closed > most_classes) {
            all = false;
            break;
          }
          all = all && c % 2 == 0;
          const auto name = name_of_class(constants, c, 0);
          if (c % 2 == 0 && name) found->emplace_back(*name, natural_zone(constants, *name));
        }
      }
      out.complete = all;
      out.count = open->empty() ? found->size() : unbounded;
      out.put = [found, open, &constants](std::uint64_t t, ConcreteQuery& q) {
        if (t < found->size()) {
          std::tie(q.qname, q.zone) = (*found)[t];
          return;
        }
        // Labels by number, put in front of a name of an open class.
        t -= found->size();
        const auto base = name_of_class(constants, (*open)[t % open->size()], 0);
        if (!base) return;
        q.qname = *base;
        const std::string label = "h" + std::to_string(t / open->size());
        const std::span<const std::uint8_t> octets(
            reinterpret_cast<const std::uint8_t*>(label.data()), label.size());
        q.qname.prepend(octets);
        q.zone = natural_zone(constants, q.qname);
      };
      return out;
    }
    const std::vector<Constraint> names = on(groups_.names);
    const bool zone_matters = speaks_of_zone(space_, names);
    const auto source = std::make_shared<NameSource>(space_, names, key_states);
    out.count = source->count();
    out.complete = source->complete();
    out.put = [source, zone_matters, &constants](std::uint64_t t, ConcreteQuery& q) {
      const NamePair pair = source->get(t);
      q.qname = pair.qname;
      q.zone = zone_matters ? pair.zone : natural_zone(constants, pair.qname);
    };
    return out;
  }

  const std::vector<std::size_t>* group_of(std::uint64_t base) const {
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

  Candidates texts(std::uint32_t field) const {
    const auto* indices = group_of(field + 1);
    const lang::Type type = owner_.set_.field_type(field);
    Candidates out;
    const Var var = [&] {
      for (Var v = 0; v < space_.terms().variable_count(); ++v) {
        const Variable& variable = space_.terms().variable_of(v);
        if (variable.kind == VarKind::text && variable.index == field) return v;
      }
      return UINT32_MAX;
    }();
    const bool free = indices == nullptr || indices->empty();
    if (!free) {
      const auto source = std::make_shared<TextSource>(space_, var, on(*indices), key_states);
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

  Candidates addresses(std::uint32_t field) const {
    AddressRanges ranges;
    const auto* indices = group_of(field + 1);
    if (indices == nullptr || indices->empty()) {
      ranges = {{first_address(Family::v4), last_address(Family::v4)}};
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
    // Sizes saturate: what is too large to count is not tried to the end anyway.
    auto sizes = std::make_shared<std::vector<std::uint64_t>>();
    std::uint64_t total = 0;
    for (const auto& [low, high] : ranges) {
      std::uint64_t size = unbounded;
      if (low.is_v4()) {
        size = std::uint64_t{high.is_v4() ? high.v4_value() : UINT32_MAX} - low.v4_value() + 1;
      } else if (low.high() == high.high() && high.low() - low.low() != UINT64_MAX) {
        size = high.low() - low.low() + 1;
      }
      sizes->push_back(size);
      total = size > unbounded - total ? unbounded : total + size;
    }
    Candidates out;
    out.count = total;
    out.complete = total != unbounded;
    out.put = [ranges, sizes, field](std::uint64_t t, ConcreteQuery& q) {
      IpAddress& at = field == lang::field_client ? q.client : q.resolver;
      for (std::size_t i = 0; i < ranges.size(); ++i) {
        if (t >= (*sizes)[i]) {
          t -= (*sizes)[i];
          continue;
        }
        const IpAddress& low = ranges[i].first;
        if (low.is_v4()) {
          at = IpAddress::v4(low.v4_value() + static_cast<std::uint32_t>(t));
        } else {
          const std::uint64_t sum = low.low() + t;
          at = IpAddress::from_bits(Family::v6, low.high() + (sum < t ? 1 : 0), sum);
        }
        return;
      }
    };
    return out;
  }

  Outcome solve(const std::vector<const Test*>& tests, const std::vector<std::uint64_t>& bases,
                std::uint64_t tries, ConcreteQuery& out, std::vector<std::size_t>& culprits) {
    auto good = [&] {
      return std::all_of(tests.begin(), tests.end(), [&](const Test* t) { return holds(*t, out); });
    };
    if (good()) return Outcome::found;
    // What can't be met together when all candidates fail.
    auto blame = [&] {
      for (const Test* t : tests) culprits.push_back(t->constraint);
      for (std::uint64_t base : bases) {
        const auto* group = base == 0 ? &groups_.names : group_of(base);
        if (group != nullptr) culprits.insert(culprits.end(), group->begin(), group->end());
      }
      return Outcome::impossible;
    };
    std::vector<Candidates> candidates;
    std::uint64_t product = 1;
    bool complete = true;
    for (std::uint64_t base : bases) {
      if (base == 0) {
        candidates.push_back(names());
      } else {
        const auto field = static_cast<std::uint32_t>(base - 1);
        const bool address = field == lang::field_client || field == lang::field_resolver;
        candidates.push_back(address ? addresses(field) : texts(field));
      }
      complete = complete && candidates.back().complete;
      const std::uint64_t count = candidates.back().count;
      if (count == 0) return candidates.back().complete ? blame() : Outcome::gave_up;
      product = count > unbounded / product ? unbounded : product * count;
    }
    constexpr std::uint64_t exhaustible = std::uint64_t{1} << 24;
    const bool all = complete && product <= exhaustible;
    const std::uint64_t limit = all ? product : std::min(product, tries);
    for (std::uint64_t t = 0; t < limit; ++t) {
      std::uint64_t rest = t;
      for (std::size_t i = 0; i < candidates.size(); ++i) {
        const std::uint64_t count = candidates[i].count;
        std::uint64_t pick = 0;
        if (all || candidates.size() == 1) {
          pick = count == unbounded ? rest : rest % count;
          rest = count == unbounded ? 0 : rest / count;
        } else {
          pick = scramble(t * candidates.size() + i) % std::min<std::uint64_t>(count, 1U << 30);
        }
        candidates[i].put(pick, out);
      }
      if (good()) return Outcome::found;
    }
    return all ? blame() : Outcome::gave_up;
  }

  const Realiser& owner_;
  const Space& space_;
  const std::vector<Constraint>& constraints_;
  const Groups& groups_;
};

// ---- all together

Realiser::Outcome Realiser::realise(const std::vector<Constraint>& constraints, std::uint64_t tries,
                                    ConcreteQuery& out, std::vector<std::size_t>& culprits) const {
  Groups groups;
  for (std::size_t i = 0; i < constraints.size(); ++i) {
    const Space::Axis& axis = space_.axis(constraints[i].dimension);
    Var var = axis.var;
    if (var == UINT32_MAX) {
      const BoolNode& node = space_.terms().node(axis.atom);
      if (node.op == BoolOp::apex) groups.names.push_back(i);
      if (node.op == BoolOp::before) groups.hashes.push_back(i);
      if (node.op != BoolOp::pattern) continue;
      var = space_.terms().pattern_of(node.a).var;
    }
    switch (space_.terms().variable_of(var).kind) {
      case VarKind::name:
      case VarKind::label_count:
      case VarKind::label_text:
        groups.names.push_back(i);
        break;
      case VarKind::text:
        groups.texts[var].push_back(i);
        break;
      case VarKind::bucket:
        groups.hashes.push_back(i);
        break;
      default:
        groups.others[var].push_back(i);
        break;
    }
  }
  out = defaults_;
  auto members = [&](const std::vector<std::size_t>& indices) {
    std::vector<Constraint> on;
    for (std::size_t i : indices) on.push_back(constraints[i]);
    return on;
  };
  for (const auto& [var, indices] : groups.others) {
    const Variable& v = space_.terms().variable_of(var);
    const Dimension d = space_.of_variable(var);
    std::vector<const Constraint*> on;
    for (std::size_t i : indices) on.push_back(&constraints[i]);
    const bool good = v.kind == VarKind::address ? put_address(v, d, on, out)
                                                 : put_number(v, &space_.axis(d), d, on, out);
    if (!good) {
      culprits = indices;
      return Outcome::impossible;
    }
  }
  for (const auto& [var, indices] : groups.texts) {
    const Outcome outcome = put_text(var, members(indices), out);
    if (outcome == Outcome::impossible) culprits = indices;
    if (outcome != Outcome::found) return outcome;
  }
  if (!groups.names.empty()) {
    const Outcome outcome = put_names(members(groups.names), out);
    if (outcome == Outcome::impossible) culprits = groups.names;
    if (outcome != Outcome::found) return outcome;
  }
  if (groups.hashes.empty()) return Outcome::found;
  return Keys(*this, constraints, groups).run(tries, out, culprits);
}

Realiser::Outcome Realiser::realise(const Cube& cube, std::uint64_t tries,
                                    ConcreteQuery& out) const {
  std::vector<Constraint> constraints;
  for (const Cube::Factor& factor : cube.factors()) {
    constraints.push_back({factor.dimension, factor.set, std::nullopt, std::nullopt});
  }
  std::vector<std::size_t> culprits;
  return realise(constraints, tries, out, culprits);
}

}  // namespace lapis::verify
