#include "keys.h"

#include <algorithm>

#include "ground.h"
#include "hash_preimage.h"
#include "key_candidates.h"
#include "scramble.h"
#include "symbolic.h"

namespace lapis::verify {

namespace {

using lang::field_qname;

/// Whole names tried for one try of a key that has to be made from a query.
constexpr std::uint64_t cheap_names = 16;

/// Tries keys until all buckets and choices are as wanted.
class Keys {
 public:
  Keys(const lang::Set& set, const Space& space, const std::vector<Constraint>& constraints,
       const ConstraintGroups& groups, const Deadline& deadline)
      : set_(set),
        space_(space),
        constraints_(constraints),
        groups_(groups),
        deadline_(deadline),
        source_(set, space, constraints, groups, deadline) {}

  Outcome run(std::uint64_t tries, ConcreteQuery& out, std::vector<std::size_t>& culprits) {
    std::vector<KeyTest> tests;
    for (std::size_t i : groups_.hashes) tests.push_back(test_of(i));
    for (std::size_t i : groups_.relations) tests.push_back(relation_of(i));
    // Tests that share a variable of their keys are solved together.
    std::vector<bool> done(tests.size());
    for (std::size_t i = 0; i < tests.size(); ++i) {
      if (done[i]) continue;
      std::vector<const KeyTest*> together;
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
        for (const KeyTest* t : together) {
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
  KeyTest test_of(std::size_t i) const {
    KeyTest t;
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

  static void add_base(KeyTest& t, std::uint64_t base) {
    if (std::find(t.bases.begin(), t.bases.end(), base) == t.bases.end()) t.bases.push_back(base);
  }

  static void find_bases(KeyTest& t) {
    for (const KeyTerm* key : t.keys) {
      for (const KeyPart& part : key->parts) {
        if (part.kind == KeyPart::Kind::octets) continue;
        const bool field = part.kind == KeyPart::Kind::address || part.kind == KeyPart::Kind::text;
        add_base(t, field ? part.field + 1 : 0);
      }
    }
  }

  KeyTest relation_of(std::size_t i) const {
    KeyTest t;
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

  bool holds(const KeyTest& t, const ConcreteQuery& q) const {
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

  /// All are buckets of a single part, which is such a one.
  template <class Such>
  static bool are_buckets_of_one(const std::vector<const KeyTest*>& tests, Such such) {
    return std::all_of(tests.begin(), tests.end(), [&](const KeyTest* t) {
      return t->bucket && !t->keys[0]->joined && t->keys[0]->parts.size() == 1 &&
             such(t->keys[0]->parts[0]);
    });
  }

  static bool is_whole_qname(const KeyPart& part) {
    return part.kind == KeyPart::Kind::name && part.field == field_qname;
  }

  static bool is_whole_text(const KeyPart& part) {
    return part.kind == KeyPart::Kind::text && !part.lowered;
  }

  /// The buckets that are wanted; nothing when too many of one are to be listed.
  std::optional<std::vector<WantedBuckets>> wanted_by(
      const std::vector<const KeyTest*>& tests) const {
    std::vector<WantedBuckets> wanted;
    for (const KeyTest* t : tests) {
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
    const auto* indices = source_.group_of(field + 1);
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
  bool put_text_in_buckets(const std::vector<const KeyTest*>& tests, std::uint32_t field,
                           std::uint64_t tries, ConcreteQuery& out) const {
    auto wanted = wanted_by(tests);
    if (!wanted || set_.field_type(field).domain) return false;
    constexpr double common = 1.0 / (1 << 15);
    const double by_chance = share_of_all(*wanted);
    if (by_chance > common || by_chance == 0) return false;  // trying them does it, or nothing
    sort_by_rarity(*wanted);
    const WantedBuckets& rarest = wanted->front();
    const WantedHashes wanted_hashes(rarest);
    auto text = ChosenText::after(text_of_field(out, field), rarest.seed);
    if (!text) return false;
    // One in thousands of hashes has a text, and undoing a hash takes some nanoseconds.
    constexpr std::uint64_t hashes = 256;
    constexpr int most_refused = 64;
    ConcreteQuery query = out;
    int refused = 0;
    for (std::uint64_t i = 0; i < tries * hashes && refused < most_refused; ++i) {
      if (deadline_.passed_at(i)) return false;
      if (!text->choose(wanted_hashes.get(i)) || !in_all(*wanted, octets(text->text()))) continue;
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
  std::optional<dns::Name> find_name_in_buckets(const std::vector<const KeyTest*>& tests,
                                                const KeyCandidates& names,
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

  std::optional<dns::Name> slowly(const std::vector<const KeyTest*>& tests,
                                  const KeyCandidates& names, std::uint64_t tries) const {
    ConcreteQuery query;
    for (std::uint64_t t = 0; t < std::min(names.count, tries) && !deadline_.passed_at(t); ++t) {
      names.put(t, query);
      if (std::all_of(tests.begin(), tests.end(),
                      [&](const KeyTest* x) { return holds(*x, query); })) {
        return query.qname;
      }
    }
    return std::nullopt;
  }

  Outcome solve(const std::vector<const KeyTest*>& tests, const std::vector<std::uint64_t>& bases,
                std::uint64_t tries, std::uint64_t exhaustible, ConcreteQuery& out,
                std::vector<std::size_t>& culprits) {
    auto good = [&] {
      return std::all_of(tests.begin(), tests.end(),
                         [&](const KeyTest* t) { return holds(*t, out); });
    };
    if (good()) return Outcome::found;
    // What can't be met together when all candidates fail.
    auto blame = [&] {
      for (const KeyTest* t : tests) culprits.push_back(t->constraint);
      for (std::uint64_t base : bases) {
        const auto* group = base == 0 ? &groups_.names : source_.group_of(base);
        if (group != nullptr) culprits.insert(culprits.end(), group->begin(), group->end());
      }
      return Outcome::impossible;
    };
    std::vector<KeyCandidates> candidates;
    std::uint64_t product = 1;
    const std::vector<Mirrored> mirrors = source_.mirrored(tests);
    // A relation is tried with the values that other variables happen to have, so failing proves
    // nothing; that two addresses are the same speaks of these alone.
    bool complete = std::all_of(tests.begin(), tests.end(), [](const KeyTest* t) {
      return !t->relation() || (t->mirror && t->mirror->whole());
    });
    for (std::uint64_t base : bases) {
      if (base == 0) {
        candidates.push_back(source_.names(tests));
      } else {
        const auto field = static_cast<std::uint32_t>(base - 1);
        const bool address = field == lang::field_client || field == lang::field_resolver;
        candidates.push_back(address ? source_.addresses(field, tests, mirrors)
                                     : source_.texts(field));
      }
      complete = complete && candidates.back().complete;
      const std::uint64_t count = candidates.back().count;
      if (count == 0) return candidates.back().complete ? blame() : Outcome::gave_up;
      product = count > unbounded_count / product ? unbounded_count : product * count;
    }
    const bool all = complete && product <= exhaustible;
    auto found = [&] {
      for (const KeyCandidates& c : candidates) {
        if (c.finish) c.finish(out);
      }
      return Outcome::found;
    };
    if (!all && candidates.size() == 1 && candidates[0].octets &&
        are_buckets_of_one(tests, is_whole_qname)) {
      const auto name = find_name_in_buckets(tests, candidates[0], tries);
      if (!name) return Outcome::gave_up;
      out.qname = *name;
      return found();
    }
    if (!all && candidates.size() == 1 && bases[0] != 0 &&
        are_buckets_of_one(tests, is_whole_text) &&
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
          pick = count == unbounded_count ? rest : rest % count;
          rest = count == unbounded_count ? 0 : rest / count;
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
  const KeyCandidateSource source_;
};

}  // namespace

Outcome find_keys(const lang::Set& set, const Space& space,
                  const std::vector<Constraint>& constraints, const ConstraintGroups& groups,
                  const Effort& effort, ConcreteQuery& out, std::vector<std::size_t>& culprits) {
  return Keys(set, space, constraints, groups, effort.deadline).run(effort.tries, out, culprits);
}

}  // namespace lapis::verify
