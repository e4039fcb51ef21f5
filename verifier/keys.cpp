#include "keys.h"

#include <algorithm>
#include <functional>
#include <set>

#include "address_source.h"
#include "ground.h"
#include "hash_preimage.h"
#include "mirror.h"
#include "name_choice.h"
#include "numbered_names.h"
#include "scramble.h"
#include "symbolic.h"

namespace lapis::verify {

namespace {

using lang::field_qname;

constexpr std::size_t key_states = 20'000;
constexpr std::uint64_t unbounded = UINT64_MAX;
/// Whole names tried for one try of a key that has to be made from a query.
constexpr std::uint64_t cheap_names = 16;

/// The values a variable can take under its constraints, numbered.
struct Candidates {
  std::uint64_t count = unbounded;  ///< how many there are to try
  bool complete = false;            ///< these are all
  std::function<void(std::uint64_t, ConcreteQuery&)> put;
  /// Instead of `put` where not all are tried: some value from anywhere.
  std::function<void(std::uint64_t, ConcreteQuery&)> sample;
  /// What no key reads, once a value is settled on; may be empty.
  std::function<void(ConcreteQuery&)> finish;
  /// Names in front of which a long label may be put.
  std::vector<dns::Name> bases;
  /// The name's octets alone, valid until the next call; empty when names are not made so.
  std::function<std::span<const std::uint8_t>(std::uint64_t)> octets;
};

/// Tries keys until all buckets and choices are as wanted.
class Keys {
 public:
  Keys(const lang::Set& set, const Space& space, const std::vector<Constraint>& constraints,
       const ConstraintGroups& groups, const Deadline& deadline)
      : set_(set), space_(space), constraints_(constraints), groups_(groups), deadline_(deadline) {}

  Outcome run(std::uint64_t tries, ConcreteQuery& out, std::vector<std::size_t>& culprits) {
    std::vector<Test> tests;
    for (std::size_t i : groups_.hashes) tests.push_back(test_of(i));
    for (std::size_t i : groups_.relations) tests.push_back(relation_of(i));
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
      // What no key can meet by itself is blamed by itself: that says more, and is cheap to see.
      constexpr std::uint64_t few = std::uint64_t{1} << 16;
      if (together.size() > 1) {
        for (const Test* t : together) {
          ConcreteQuery alone = out;
          const bool of_names = std::find(t->bases.begin(), t->bases.end(), 0) != t->bases.end();
          if (!of_names && !t->relation() &&
              solve({t}, t->bases, 0, few, alone, culprits) == Outcome::impossible) {
            return Outcome::impossible;
          }
        }
      }
      constexpr std::uint64_t exhaustible = std::uint64_t{1} << 24;
      const Outcome outcome = solve(together, bases, tries, exhaustible, out, culprits);
      if (outcome != Outcome::found) return outcome;
    }
    return Outcome::found;
  }

 private:
  struct Test {
    std::size_t constraint = 0;
    std::vector<const KeyTerm*> keys;  // one; of a relation any number
    std::vector<std::uint64_t> bases;  // names: 0; text and address fields: field + 1
    bool counts_labels = false;        // a relation reads how many labels the names have
    Bool atom = bool_false;            // of a relation
    std::optional<Mirror> mirror;      // of equal addresses
    bool relation() const { return atom != bool_false; }
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
      t.keys = {&terms.key_of(v.index)};
      t.seed = v.seed;
      t.buckets = static_cast<std::uint64_t>(v.high) + 1;
    } else {
      const BoolNode& node = terms.node(axis.atom);
      t.keys = {&terms.key_of(node.c)};
      t.x = terms.element(node.a);
      t.y = terms.element(node.b);
    }
    find_bases(t);
    return t;
  }

  static void add_base(Test& t, std::uint64_t base) {
    if (std::find(t.bases.begin(), t.bases.end(), base) == t.bases.end()) t.bases.push_back(base);
  }

  static void find_bases(Test& t) {
    for (const KeyTerm* key : t.keys) {
      for (const KeyPart& part : key->parts) {
        if (part.kind == KeyPart::Kind::octets) continue;
        const bool field = part.kind == KeyPart::Kind::address || part.kind == KeyPart::Kind::text;
        add_base(t, field ? part.field + 1 : 0);
      }
    }
  }

  Test relation_of(std::size_t i) const {
    Test t;
    t.constraint = i;
    const Terms& terms = space_.terms();
    t.atom = space_.axis(constraints_[i].dimension).atom;
    const BoolNode& node = terms.node(t.atom);
    if (node.op == BoolOp::address_equal || node.op == BoolOp::address_less) {
      add_base(t, terms.masked(node.a).field + 1);
      add_base(t, terms.masked(node.b).field + 1);
      if (constraints_[i].set.contains(1)) t.mirror = Mirror::of(terms, node);
      return t;
    }
    std::vector<Var> vars;
    terms.variables(node.a, vars);
    terms.variables(node.b, vars);
    for (Var var : vars) {
      const Variable& v = terms.variable_of(var);
      if (v.kind == VarKind::bucket) t.keys.push_back(&terms.key_of(v.index));
      if (v.kind == VarKind::label_count) t.counts_labels = true;
    }
    if (t.counts_labels) add_base(t, 0);
    find_bases(t);
    return t;
  }

  bool holds(const Test& t, const ConcreteQuery& q) const {
    const Constraint& c = constraints_[t.constraint];
    if (t.relation()) {
      return c.set.contains(Ground(space_.terms(), q).evaluate(t.atom) ? 1 : 0);
    }
    const std::string text = key_octets_of(*t.keys[0], q);
    const std::span<const std::uint8_t> view = octets(text);
    if (!t.bucket) {
      return c.set.contains(comes_first(t.x, t.y, stable_hash(view, 0)) ? 1 : 0);
    }
    const auto value = static_cast<std::int64_t>(bucket_of(view, t.seed, t.buckets));
    return allows(c, value);
  }

  /// The constraint on a bucket admits this one.
  bool allows(const Constraint& c, std::int64_t bucket) const {
    if (c.numbers) return bucket >= c.numbers->first && bucket <= c.numbers->second;
    return c.set.contains(space_.class_of_number(c.dimension, bucket));
  }

  std::vector<Constraint> on(const std::vector<std::size_t>& indices) const {
    std::vector<Constraint> out;
    for (std::size_t i : indices) out.push_back(constraints_[i]);
    return out;
  }

  /// A key reads more of the names than the whole qname.
  static bool reads_parts(const std::vector<const Test*>& tests) {
    return std::any_of(tests.begin(), tests.end(), [](const Test* t) {
      return t->counts_labels || any_part(*t, [](const KeyPart& part) {
               return part.kind == KeyPart::Kind::label ||
                      (part.kind == KeyPart::Kind::name && part.field == lang::field_zone);
             });
    });
  }
  template <class Predicate>
  static bool any_part(const Test& t, Predicate predicate) {
    return std::any_of(t.keys.begin(), t.keys.end(), [&](const KeyTerm* key) {
      return std::any_of(key->parts.begin(), key->parts.end(), predicate);
    });
  }
  /// The one part of names that keys read, unless they read the qname or several parts.
  static std::optional<NamePart> only_part(const std::vector<const Test*>& tests) {
    std::optional<NamePart> out;
    std::vector<KeyPart> parts;
    for (const Test* t : tests) {
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
  static bool reads_zone(const std::vector<const Test*>& tests) {
    return std::any_of(tests.begin(), tests.end(), [](const Test* t) {
      return t->counts_labels || any_part(*t, [](const KeyPart& part) {
               return (part.kind == KeyPart::Kind::label || part.kind == KeyPart::Kind::name) &&
                      part.field == lang::field_zone;
             });
    });
  }

  /// More values of the part than that are met soon; each costs `list_part` a search.
  bool has_many_values(const NamePart& part, std::size_t most) const {
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

  Candidates names(const std::vector<const Test*>& tests) const {
    auto found = std::make_shared<std::vector<dns::Name>>();
    const Dimension tree = space_.of_field(VarKind::name, field_qname);
    const bool simple = std::all_of(groups_.names.begin(), groups_.names.end(), [&](std::size_t i) {
      return constraints_[i].dimension == tree;
    });
    const ConstantNames& constants = space_.names();
    Candidates out;
    if (const auto part = only_part(tests)) {
      // Often a part has but a few values, however many names there are.
      constexpr std::size_t most_values = 64;
      auto pairs = std::make_shared<std::vector<NamePair>>();
      if (!has_many_values(*part, most_values) &&
          list_part(space_, on(groups_.names), *part, most_values, {key_states, deadline_},
                    *pairs) == Search::exhausted) {
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
    const lang::Type type = set_.field_type(field);
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

  /// What the constraints on an address field leave.
  AddressRanges ranges_of(std::uint32_t field) const {
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

  std::vector<Mirrored> mirrored(const std::vector<const Test*>& tests) const {
    std::vector<Mirrored> out;
    for (const Test* t : tests) {
      if (!t->mirror) continue;
      const auto* from = group_of(t->mirror->from() + 1);
      const Mirror mirror = from == nullptr || from->empty() ? t->mirror->turned() : *t->mirror;
      out.emplace_back(mirror, ranges_of(mirror.from()), ranges_of(mirror.to()));
    }
    return out;
  }

  Candidates addresses(std::uint32_t field, const std::vector<const Test*>& tests,
                       const std::vector<Mirrored>& mirrors) const {
    AddressRanges ranges = ranges_of(field);
    for (const Mirrored& m : mirrors) {
      if (!m.mirror.whole()) continue;
      if (m.mirror.from() == field) ranges = m.from;
      if (m.mirror.to() != field) continue;
      Candidates follower;
      follower.count = 1;
      follower.complete = true;
      follower.put = [](std::uint64_t, ConcreteQuery&) {};
      return follower;
    }
    if (ranges.empty()) {
      Candidates none;
      none.count = 0;
      none.complete = true;
      return none;
    }
    // Keys see the first bits only.
    int bits4 = 0;
    int bits6 = 0;
    for (const Test* t : tests) {
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
    Candidates out;
    out.count = source->count();
    out.complete = out.count != unbounded;
    out.put = [source, field](std::uint64_t t, ConcreteQuery& q) {
      (field == lang::field_client ? q.client : q.resolver) = source->get(t);
    };
    out.sample = [source, field](std::uint64_t t, ConcreteQuery& q) {
      (field == lang::field_client ? q.client : q.resolver) = source->sample(t);
    };
    return out;
  }

  /// All are buckets of the qname as it is.
  static bool of_whole_names(const std::vector<const Test*>& tests) {
    return std::all_of(tests.begin(), tests.end(), [](const Test* t) {
      return t->bucket && !t->keys[0]->joined && t->keys[0]->parts.size() == 1 &&
             t->keys[0]->parts[0].kind == KeyPart::Kind::name &&
             t->keys[0]->parts[0].field == field_qname;
    });
  }

  /// All are buckets of one text as it is.
  static bool of_whole_texts(const std::vector<const Test*>& tests) {
    return std::all_of(tests.begin(), tests.end(), [](const Test* t) {
      return t->bucket && !t->keys[0]->joined && t->keys[0]->parts.size() == 1 &&
             t->keys[0]->parts[0].kind == KeyPart::Kind::text && !t->keys[0]->parts[0].lowered;
    });
  }

  /// The buckets that are wanted; nothing when too many of one are to be listed.
  std::optional<std::vector<WantedBuckets>> wanted_by(const std::vector<const Test*>& tests) const {
    std::vector<WantedBuckets> wanted;
    for (const Test* t : tests) {
      WantedBuckets w{t->seed, t->buckets, {}, -1, 0};
      const Constraint& c = constraints_[t->constraint];
      constexpr std::uint64_t most_buckets = std::uint64_t{1} << 20;
      const bool one = c.numbers && c.numbers->first == c.numbers->second;
      if (t->buckets > most_buckets && !one) return std::nullopt;
      if (one) {
        w.only = c.numbers->first;
        w.count = 1;
      } else {
        for (std::uint64_t b = 0; b < t->buckets; ++b) {
          w.good.push_back(allows(c, static_cast<std::int64_t>(b)));
          w.count += w.good.back() ? 1 : 0;
        }
      }
      wanted.push_back(std::move(w));
    }
    return wanted;
  }

  /// The text of the query meets the constraints on it.
  bool text_allowed(std::uint32_t field, const ConcreteQuery& q) const {
    const auto* indices = group_of(field + 1);
    const std::string text = text_of_field(q, field);
    return indices == nullptr || std::all_of(indices->begin(), indices->end(), [&](std::size_t i) {
             const Constraint& c = constraints_[i];
             const Space::Axis& axis = space_.axis(c.dimension);
             if (axis.var != UINT32_MAX) {
               return c.set.contains(space_.class_of_text(c.dimension, text));
             }
             const Pattern& p = space_.terms().pattern_of(space_.terms().node(axis.atom).a);
             return c.set.contains(matches(p, text) ? 1 : 0);
           });
  }

  /// Makes texts for the rarest bucket until the others are met as well. `out` has a text that
  /// meets all but the buckets.
  bool put_text_in_buckets(const std::vector<const Test*>& tests, std::uint32_t field,
                           std::uint64_t tries, ConcreteQuery& out) const {
    const auto wanted = wanted_by(tests);
    if (!wanted || set_.field_type(field).domain) return false;
    const auto share = [](const WantedBuckets& w) {
      return static_cast<double>(w.count) / static_cast<double>(w.buckets);
    };
    double by_chance = 1;
    for (const WantedBuckets& w : *wanted) by_chance *= share(w);
    constexpr double common = 1.0 / (1 << 15);
    if (by_chance > common || by_chance == 0) return false;  // trying them does it, or nothing
    const WantedBuckets& rarest =
        *std::min_element(wanted->begin(), wanted->end(),
                          [&](const auto& a, const auto& b) { return share(a) < share(b); });
    std::vector<std::uint64_t> buckets;
    if (rarest.only >= 0) buckets.push_back(static_cast<std::uint64_t>(rarest.only));
    for (std::uint64_t b = 0; rarest.only < 0 && b < rarest.buckets; ++b) {
      if (rarest.good[static_cast<std::size_t>(b)]) buckets.push_back(b);
    }
    auto text = ChosenText::after(text_of_field(out, field), rarest.seed);
    if (!text) return false;
    // One in thousands of hashes has a text, and undoing a hash takes some nanoseconds.
    constexpr std::uint64_t hashes = 256;
    constexpr int most_refused = 64;
    ConcreteQuery query = out;
    const std::uint64_t multiples = UINT64_MAX / rarest.buckets;
    int refused = 0;
    for (std::uint64_t i = 0; i < tries * hashes && refused < most_refused; ++i) {
      if (deadline_.passed_at(i)) return false;
      const std::uint64_t bucket = buckets[i % buckets.size()];
      if (!text->choose(scramble(i) % multiples * rarest.buckets + bucket)) continue;
      const bool in_all = std::all_of(wanted->begin(), wanted->end(), [&](const WantedBuckets& w) {
        const std::uint64_t at = bucket_of(octets(text->text()), w.seed, w.buckets);
        return w.only >= 0 ? at == static_cast<std::uint64_t>(w.only)
                           : static_cast<bool>(w.good[static_cast<std::size_t>(at)]);
      });
      if (!in_all) continue;
      set_text(query, field, text->text());
      if (text_allowed(field, query)) {
        out = std::move(query);
        return true;
      }
      ++refused;
    }
    return false;
  }

  /// A name that is in all the buckets: several rare ones at once take millions of
  /// names, so nothing is done for each but to write its octets and to hash them.
  std::optional<dns::Name> find_name_in_buckets(const std::vector<const Test*>& tests,
                                                const Candidates& names,
                                                std::uint64_t tries) const {
    auto all_wanted = wanted_by(tests);
    if (!all_wanted) return slowly(tests, names, tries);
    std::vector<WantedBuckets> wanted = std::move(*all_wanted);
    const std::uint64_t limit = std::min(names.count, tries * cheap_names);
    if (auto name = find_by_hash(wanted, {limit, deadline_}, names.bases)) {
      const ClassNumber c = space_.names().class_of(*name);
      const bool allowed =
          std::all_of(groups_.names.begin(), groups_.names.end(),
                      [&](std::size_t i) { return constraints_[i].set.contains(c); });
      if (allowed) return name;
    }
    const auto t = find_in_buckets(std::move(wanted), {limit, deadline_}, names.octets);
    if (!t) return std::nullopt;
    const std::span<const std::uint8_t> name = names.octets(*t);
    return dns::Name(dns::NameView(name.data(), name.size()));
  }

  std::optional<dns::Name> slowly(const std::vector<const Test*>& tests, const Candidates& names,
                                  std::uint64_t tries) const {
    ConcreteQuery query;
    for (std::uint64_t t = 0; t < std::min(names.count, tries) && !deadline_.passed_at(t); ++t) {
      names.put(t, query);
      if (std::all_of(tests.begin(), tests.end(),
                      [&](const Test* x) { return holds(*x, query); })) {
        return query.qname;
      }
    }
    return std::nullopt;
  }

  Outcome solve(const std::vector<const Test*>& tests, const std::vector<std::uint64_t>& bases,
                std::uint64_t tries, std::uint64_t exhaustible, ConcreteQuery& out,
                std::vector<std::size_t>& culprits) {
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
    const std::vector<Mirrored> mirrors = mirrored(tests);
    // A relation is tried with the values that other variables happen to have, so failing proves
    // nothing; that two addresses are the same speaks of these alone.
    bool complete = std::all_of(tests.begin(), tests.end(), [](const Test* t) {
      return !t->relation() || (t->mirror && t->mirror->whole());
    });
    for (std::uint64_t base : bases) {
      if (base == 0) {
        candidates.push_back(names(tests));
      } else {
        const auto field = static_cast<std::uint32_t>(base - 1);
        const bool address = field == lang::field_client || field == lang::field_resolver;
        candidates.push_back(address ? addresses(field, tests, mirrors) : texts(field));
      }
      complete = complete && candidates.back().complete;
      const std::uint64_t count = candidates.back().count;
      if (count == 0) return candidates.back().complete ? blame() : Outcome::gave_up;
      product = count > unbounded / product ? unbounded : product * count;
    }
    const bool all = complete && product <= exhaustible;
    auto found = [&] {
      for (const Candidates& c : candidates) {
        if (c.finish) c.finish(out);
      }
      return Outcome::found;
    };
    if (!all && candidates.size() == 1 && candidates[0].octets && of_whole_names(tests)) {
      const auto name = find_name_in_buckets(tests, candidates[0], tries);
      if (!name) return Outcome::gave_up;
      out.qname = *name;
      return found();
    }
    if (!all && candidates.size() == 1 && bases[0] != 0 && of_whole_texts(tests) &&
        put_text_in_buckets(tests, static_cast<std::uint32_t>(bases[0] - 1), tries, out)) {
      return found();
    }
    const std::uint64_t limit = all ? product : std::min(product, tries);
    for (std::uint64_t t = 0; t < limit; ++t) {
      if (deadline_.passed_at(t)) return Outcome::gave_up;
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
        const bool sampled = !all && candidates[i].sample;
        (sampled ? candidates[i].sample : candidates[i].put)(pick, out);
      }
      const bool followed = std::all_of(mirrors.begin(), mirrors.end(),
                                        [&](const Mirrored& m) { return m.follow(out); });
      if (followed && good()) return found();
    }
    return all ? blame() : Outcome::gave_up;
  }

  const lang::Set& set_;
  const Space& space_;
  const std::vector<Constraint>& constraints_;
  const ConstraintGroups& groups_;
  const Deadline& deadline_;
};

}  // namespace

Outcome find_keys(const lang::Set& set, const Space& space,
                  const std::vector<Constraint>& constraints, const ConstraintGroups& groups,
                  const Effort& effort, ConcreteQuery& out, std::vector<std::size_t>& culprits) {
  return Keys(set, space, constraints, groups, effort.deadline).run(effort.tries, out, culprits);
}

}  // namespace lapis::verify
