#include "lapis/verify/diff.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <tuple>

#include "answers.h"
#include "checks.h"
#include "describe.h"
#include "kept_order.h"
#include "restrict.h"

namespace lapis::verify {
namespace {

constexpr std::uint32_t none = UINT32_MAX;

bool same_list(const SymList& a, const SymList& b) {
  if (a.elements.size() != b.elements.size() || a.order != b.order) return false;
  for (std::size_t i = 0; i < a.elements.size(); ++i) {
    if (a.elements[i].present != b.elements[i].present ||
        !(a.elements[i].address.constant == b.elements[i].address.constant)) {
      return false;
    }
  }
  return true;
}

/// Two programs that can answer one query, the one before and the other after the change. `none`
/// as a program: no program does.
struct Meeting {
  std::uint32_t before = none;
  std::uint32_t after = none;
  std::vector<std::uint32_t> excluded;  ///< programs that must not match, of both sets
};

/// One comparison. Programs are numbered as in the joined set.
class Diff {
 public:
  /// `joined` was made of `sets`, whose own programs have moved there.
  Diff(const program::ProgramSet& joined, const lang::JoinedSets& sets, const Options& options)
      : run_(joined, options),
        sets_(sets),
        first_(static_cast<std::uint32_t>(sets.first)),
        all_(static_cast<std::uint32_t>(joined.programs().size())) {}

  void compare(DiffReport& report) {
    pair_up();
    if (std::none_of(changed_.begin(), changed_.end(), [](char c) { return c != 0; })) return;
    const Bool asks_ipv6 = ask_ipv6();
    run_.model.finish({asks_ipv6}, run_.compared);
    find_meetings();
    for (const Meeting& m : meetings_) {
      differ_.push_back(m.before == none || m.after == none ? bool_true : differ(m, asks_ipv6));
    }
    // What may be answered differently is a matter of the type asked for, if of anything, where
    // answers are fixed. Otherwise it has formulas of its own, so the space is made once more.
    const Bool asks_ipv4 = run_.model.terms().negate(asks_ipv6);
    const bool are_new = std::any_of(differ_.begin(), differ_.end(), [&](Bool b) {
      return b != bool_true && b != bool_false && b != asks_ipv6 && b != asks_ipv4;
    });
    if (are_new) run_.model.finish(differ_, run_.compared);
    found_.resize(meetings_.size());
    run_.for_each(meetings_.size(), [&](std::size_t k, Finder& finder) { ask(k, finder); });
    // By the program that answered before, in its order; what is described shortest comes first.
    std::vector<std::size_t> order;
    for (std::size_t k = 0; k < found_.size(); ++k) {
      if (found_[k]) order.push_back(k);
    }
    auto length = [&](std::size_t k) {
      const std::size_t conditions = found_[k]->where.size();
      return conditions == 0 ? SIZE_MAX : conditions;
    };
    std::stable_sort(order.begin(), order.end(), [&](std::size_t x, std::size_t y) {
      return std::tuple(meetings_[x].before, !found_[x]->answer, length(x)) <
             std::tuple(meetings_[y].before, !found_[y]->answer, length(y));
    });
    for (std::size_t k : order) report.changes.push_back(std::move(*found_[k]));
    report.undecided = run_.undecided_questions;
    report.internal_error = run_.defect;
  }

 private:
  const std::string& name(std::uint32_t program) const { return run_.program(program).name; }

  /// Finds programs that are the same in both sets, and of these a longest sequence that kept its
  /// order. All others have changed: programs, or places.
  void pair_up() {
    std::map<std::string, std::uint32_t> by_name;
    for (std::uint32_t i = 0; i < first_; ++i) by_name.emplace(name(i), i);
    twin_.assign(all_, none);
    changed_.assign(all_, 1);
    const auto& items = run_.model.items();
    for (std::uint32_t j = first_; j < all_; ++j) {
      const auto at = by_name.find(name(j));
      if (at == by_name.end()) continue;
      const ProgramModel& a = items[at->second];
      const ProgramModel& b = items[j];
      if (a.match != b.match || a.ttl != b.ttl || !same_list(a.ipv4, b.ipv4) ||
          !same_list(a.ipv6, b.ipv6)) {
        continue;
      }
      twin_[j] = at->second;
      twin_[at->second] = j;
    }
    const std::vector<std::uint32_t> places(twin_.begin() + first_, twin_.end());
    for (std::uint32_t k : kept_order(places)) changed_[first_ + k] = changed_[places[k]] = 0;
  }

  void find_meetings() {
    const auto& items = run_.model.items();
    // Programs after the change that touch one before it.
    std::vector<std::vector<std::uint32_t>> met(first_);
    for (std::uint32_t j = first_; j < all_; ++j) {
      const auto& earlier = items[j].earlier;  // of both sets
      const auto split = std::lower_bound(earlier.begin(), earlier.end(), first_);
      for (auto i = earlier.begin(); i != split; ++i) {
        met[*i].push_back(j);
        if (twin_[j] == *i || (changed_[j] == 0 && changed_[*i] == 0)) continue;
        Meeting m{*i, j, items[*i].earlier};
        exclude(m, split, earlier.end());
        meetings_.push_back(std::move(m));
      }
      if (twin_[j] != none) continue;
      Meeting alone{none, j, {earlier.begin(), split}};
      exclude(alone, split, earlier.end());
      meetings_.push_back(std::move(alone));
    }
    for (std::uint32_t i = 0; i < first_; ++i) {
      if (twin_[i] != none) continue;
      Meeting alone{i, none, items[i].earlier};
      exclude(alone, met[i].begin(), met[i].end());
      meetings_.push_back(std::move(alone));
    }
  }

  /// Adds programs that must not match; twins say the same, one of them is enough.
  template <class Iterator>
  void exclude(Meeting& m, Iterator begin, Iterator end) const {
    const std::size_t own = m.excluded.size();
    for (; begin != end; ++begin) {
      const bool said =
          twin_[*begin] != none &&
          std::binary_search(m.excluded.begin(),
                             m.excluded.begin() + static_cast<std::ptrdiff_t>(own), twin_[*begin]);
      if (!said) m.excluded.push_back(*begin);
    }
  }

  Bool ask_ipv6() {
    const Var qtype = run_.model.terms().variable({VarKind::text, lang::field_qtype, 0, 0, 0, 0});
    return run_.model.terms().in_texts(qtype, {std::string(lang::qtype_values[1])});
  }

  /// The RRset asked for differs; TTLs of none do not count.
  Bool differ(const Meeting& m, Bool asks_ipv6) {
    Terms& terms = run_.model.terms();
    Symbolic& algebra = run_.model.algebra();
    const ProgramModel& a = run_.model.items()[m.before];
    const ProgramModel& b = run_.model.items()[m.after];
    const Bool other_ttl = terms.negate(terms.equal(a.ttl, b.ttl));
    auto of_family = [&](const SymList& x, const SymList& y) {
      const Bool same = terms.both(algebra.subset(x, y), algebra.subset(y, x));
      std::vector<Bool> present;
      for (const auto& element : x.elements) present.push_back(element.present);
      return terms.either(terms.negate(same), terms.both(other_ttl, terms.any(std::move(present))));
    };
    return terms.choose(asks_ipv6, of_family(a.ipv6, b.ipv6), of_family(a.ipv4, b.ipv4));
  }

  SideAnswer side(std::uint32_t program, const lang::QueryFields& q, Finder& finder) const {
    SideAnswer out;
    if (program == none) return out;
    const Answered answer = evaluated(run_.program(program), q, finder.memory());
    out.program = name(program);
    out.ipv4 = answer.ipv4;
    out.ipv6 = answer.ipv6;
    out.ttl = answer.ttl;
    return out;
  }

  static bool answers_differ(const SideAnswer& a, const SideAnswer& b, bool ipv6) {
    const auto& x = ipv6 ? a.ipv6 : a.ipv4;
    const auto& y = ipv6 ? b.ipv6 : b.ipv4;
    return x != y || (!x.empty() && a.ttl != b.ttl);
  }

  void ask(std::size_t k, Finder& finder) {
    const Meeting& m = meetings_[k];
    const bool same_name = m.before != none && m.after != none && name(m.before) == name(m.after);
    std::vector<Bool> formulas;
    for (std::uint32_t program : {m.before, m.after}) {
      if (program != none) formulas.push_back(run_.model.items()[program].match);
    }
    const Cover shared = m.before == none ? run_.model.items()[m.after].cover
                         : m.after == none
                             ? run_.model.items()[m.before].cover
                             : common_cubes(run_.model, {m.after, m.before}, SIZE_MAX);
    const std::string question = "diff: " + (m.before == none ? "no program" : name(m.before)) +
                                 ", then " + (m.after == none ? "no program" : name(m.after));
    auto both_match = [&](const lang::QueryFields& q) {
      return (m.before == none || finder.matches(m.before, q)) &&
             (m.after == none || finder.matches(m.after, q));
    };
    auto look = [&](bool differently) {
      std::vector<Bool> all = formulas;
      if (differently) all.push_back(differ_[k]);
      Question q{std::move(all), &shared, m.excluded,
                 [&](const lang::QueryFields& f) {
                   return both_match(f) &&
                          (!differently || answers_differ(side(m.before, f, finder),
                                                          side(m.after, f, finder), f.ipv6));
                 },
                 question};
      return finder.find(q);
    };
    Change change;
    change.answer = true;
    Found found;
    found.kind = Found::Kind::none;
    if (differ_[k] != bool_false) found = look(m.before != none && m.after != none);
    if (found.none() && !same_name && m.before != none && m.after != none) {
      change.answer = false;
      found = look(false);
    }
    if (found.none()) return;
    if (!found.found()) {
      run_.undecided(question, found.reason);
      return;
    }
    const lang::QueryFields q = found.query.fields();
    change.before = side(m.before, q, finder);
    change.after = side(m.after, q, finder);
    set_witnesses(found.query.witness(run_.model.set()), change);
    if (m.before != none) change.before_span = run_.program(m.before).name_span;
    if (m.after != none) change.after_span = run_.program(m.after).name_span;
    // The shortest of the cubes says most.
    std::optional<std::vector<std::string>> best;
    for (const Cube& cube : shared.cubes) {
      auto words = describe(run_.model.space(), cube);
      if (!best || words.size() < best->size()) best = std::move(words);
    }
    if (best && shared.cubes.size() == 1) change.where = std::move(*best);
    found_[k] = std::move(change);
  }

  /// One query as each of the sets is asked it.
  void set_witnesses(const Witness& joined, Change& change) const {
    std::vector<char> left_out(joined.attributes.size(), 0);
    for (const auto& unset : sets_.unset) {
      if (!std::get<bool>(joined.attributes[unset.number].second)) continue;
      change.unset.push_back(unset.attribute);
      for (std::size_t i = 0; i < left_out.size(); ++i) {
        if (sets_.names_before[i] == unset.attribute) left_out[i] = 1;
      }
    }
    const auto asked = [&](const std::vector<std::string>& names) {
      Witness out = joined;
      out.attributes.clear();
      for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i].empty() || left_out[i] != 0) continue;
        out.attributes.emplace_back(names[i], joined.attributes[i].second);
      }
      return out;
    };
    change.witness = asked(sets_.names_before);
    change.witness_after = asked(sets_.names_after);
  }

  Run run_;
  const lang::JoinedSets& sets_;
  const std::uint32_t first_;
  const std::uint32_t all_;
  std::vector<std::uint32_t> twin_;  ///< the same program in the other set
  std::vector<char> changed_;
  std::vector<Meeting> meetings_;
  std::vector<Bool> differ_;  ///< by meeting
  std::vector<std::optional<Change>> found_;
};

void compare(lang::JoinedSets joined, const Options& options, DiffReport& out) {
  out.differences = std::move(joined.differences);
  if (!joined.incomparable.empty()) {
    out.undecided = std::move(joined.incomparable);
    return;
  }
  // Nothing is decided by this set as a whole, so its index is a root that leads nowhere.
  program::DispatchIndex::Parts index;
  index.nodes.emplace_back();
  const program::ProgramSet set(std::move(joined.set), std::move(index));
  Options all = options;
  all.core_only = false;
  Diff(set, joined, all).compare(out);
}

}  // namespace

DiffReport diff(const program::ProgramSet& before, const program::ProgramSet& after,
                const Options& options) {
  const auto begin = std::chrono::steady_clock::now();
  DiffReport out;
  if (const auto smaller = restricted(before.definition(), after.definition())) {
    compare(lang::join_sets(smaller->before, smaller->after), options, out);
  } else {
    compare(lang::join_sets(before.definition(), after.definition()), options, out);
  }
  out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return out;
}

DiffReport diff_of_all(const program::ProgramSet& before, const program::ProgramSet& after,
                       const Options& options) {
  DiffReport out;
  compare(lang::join_sets(before.definition(), after.definition()), options, out);
  return out;
}

}  // namespace lapis::verify
