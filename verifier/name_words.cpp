#include "words.h"

#include <algorithm>
#include <array>
#include <map>

#include "automaton.h"
#include "ground.h"
#include "local_tree.h"

namespace lapis::verify {
namespace {

/// Octets that some constant mentions, as characters of presentation form.
using Mentioned = std::array<bool, 256>;

void mention(Mentioned& mentioned, const std::string& text) {
  for (char c : text) mentioned[static_cast<std::uint8_t>(c)] = true;
}

constexpr int end_of_label = -1;
constexpr int zone_is_here = -2;  // the zone is what has been read

/// A test on one label (from the right).
struct LabelTest {
  std::size_t side = 0;  // 0 qname, 1 zone
  std::uint32_t position = 0;
  ClassSet set;
  std::unique_ptr<Trie> trie;
  ClassNumber other = 0;
  ClassNumber empty = 0;  // class of ""

  bool allows(int text) const {
    return set.contains(text < 0 ? other : static_cast<ClassNumber>(text));
  }
};

/// A pattern on the presentation form of a label.
struct LabelPattern {
  std::size_t side = 0;
  std::uint32_t position = 0;
  bool wanted = true;
  bool of_empty = false;  // its value on ""
  std::unique_ptr<Automaton> automaton;
};

struct NamePattern {
  std::size_t side = 0;
  bool wanted = true;
  bool reads_dots = true;  // a glob reads labels and not the dots between them
  std::unique_ptr<Automaton> automaton;
};

/// Names from the root downwards, each label backwards.
///
/// A state as numbers: [0] zone not marked, marked (1) or marked right here (2), [1] in a label
/// (its octets when these are counted), [2] labels read (capped), [3] tree node or -1 - node when
/// off the tree, [4] label trie state, then patterns of names, label tests, label patterns.
class NameLanguage final : public Language {
 public:
  NameLanguage(const Space& space, const std::vector<Constraint>& constraints) : space_(space) {
    read(constraints);
    tree_ = std::make_unique<LocalTree>(
        space.names(), std::array<const ClassSet*, 2>{tree_set_[0] ? &*tree_set_[0] : nullptr,
                                                      tree_set_[1] ? &*tree_set_[1] : nullptr});
    make_kinds();
  }

  /// Two constraints contradict each other by themselves.
  bool impossible() const { return impossible_; }
  /// A name is walked once for each zone it can lie in.
  void mark_zones() { zone_matters_ = true; }
  /// The part must not have this value (in presentation form).
  void forbid(const NamePart& part, const std::string& text) {
    mention(mentioned_, text);
    const std::size_t side = part.of_zone ? 1 : 0;
    auto automaton = text_automaton(PatternKind::equal, text, false, true);
    if (part.label) {
      label_patterns_.push_back({side, *part.label, false, text.empty(), std::move(automaton)});
      cap_ = std::max<int>(cap_, static_cast<int>(*part.label) + 2);
    } else {
      patterns_.push_back({side, false, true, std::move(automaton)});
    }
    kinds_.clear();
    make_kinds();
  }
  /// From here on states know the length of the open label: exact, and many more of them.
  void count_octets_of_labels() { counted_ = true; }

  int start() override {
    Values v(5 + patterns_.size() + label_tests_.size() + label_patterns_.size());
    v[0] = zone_matters_ ? 0 : 1;
    for (std::size_t i = 0; i < patterns_.size(); ++i) v[5 + i] = patterns_[i].automaton->start();
    return states_.put(v);
  }

  bool expand(int state, std::vector<Arc>& arcs) override {
    const Values v = states_.at(state);
    if (v[1] != 0) {
      end_label(v, arcs);
      if (v[1] < static_cast<int>(dns::max_label_octets)) add_octets(v, 1, arcs);
      return false;
    }
    if (v[0] == 0 && may_end(v, 1)) {
      Values marked = v;
      marked[0] = 2;
      for (std::size_t i = 0; i < patterns_.size(); ++i) {
        if (patterns_[i].side == 1) marked[5 + i] = 0;
      }
      arcs.push_back({zone_is_here, states_.put(marked), 0});
    }
    start_label(v, arcs);
    return v[0] != 0 && (!apex_ || *apex_ == (v[0] == 2)) && may_end(v, 0);
  }

  std::uint32_t letters(int symbol) const override {
    return static_cast<std::uint32_t>(kinds_[static_cast<std::size_t>(symbol)].octets.size());
  }
  std::uint32_t plain_letters(int symbol) const override {
    return kinds_[static_cast<std::size_t>(symbol)].plain;
  }
  int octets_at_start() const override { return 1; }  // of the root
  int most_octets() const override { return static_cast<int>(dns::max_name_octets); }
  int longest_run() const override { return static_cast<int>(dns::max_label_octets); }

  /// False when a label is too long.
  bool spell(const Word& word, NamePair& out) const {
    dns::Name name;
    std::vector<std::uint8_t> label;
    dns::Name zone;
    for (const Letter& letter : word) {
      if (letter.symbol == zone_is_here) {
        zone = name;
      } else if (letter.symbol == end_of_label) {
        std::reverse(label.begin(), label.end());
        if (!name.prepend(label)) return false;
        label.clear();
      } else {
        label.push_back(kinds_[static_cast<std::size_t>(letter.symbol)].octets[letter.letter]);
      }
    }
    out.qname = name;
    out.zone = zone;
    return true;
  }

 private:
  using Values = StateTable::Values;

  /// Octets that are alike for all that is asked.
  struct Kind {
    std::vector<std::uint8_t> octets;  // letters and digits first, so that names look like names
    std::uint32_t plain = 0;           // how many of them are such, at least 1
    std::string read;                  // what automata read of the first
  };

  void read(const std::vector<Constraint>& constraints) {
    cap_ = 0;
    for (const Constraint& c : constraints) {
      const Space::Axis& axis = space_.axis(c.dimension);
      if (axis.var != UINT32_MAX) {
        const Variable& v = space_.terms().variable_of(axis.var);
        const std::size_t side = v.index == lang::field_qname ? 0 : 1;
        if (side == 1) zone_matters_ = true;
        if (v.kind == VarKind::name) {
          tree_set_[side] = tree_set_[side] ? tree_set_[side]->intersect(c.set) : c.set;
          if (tree_set_[side]->empty()) impossible_ = true;
        } else if (v.kind == VarKind::label_count) {
          counts_[side].push_back(c);
          cap_ = std::max<int>(cap_, static_cast<int>(axis.numbers.back()));
          if (c.numbers) {
            const auto [low, high] = *c.numbers;
            cap_ = std::max<int>(cap_, static_cast<int>(high < axis.greatest ? high : low));
          }
        } else {
          LabelTest test;
          test.side = side;
          test.position = v.position;
          test.set = c.set;
          test.trie = std::make_unique<Trie>(axis.texts, true);
          test.other = static_cast<ClassNumber>(axis.texts.size());
          test.empty = space_.class_of_text(c.dimension, "");
          for (const std::string& text : axis.texts) mention(mentioned_, text);
          label_tests_.push_back(std::move(test));
          cap_ = std::max<int>(cap_, static_cast<int>(v.position) + 1);
        }
        continue;
      }
      const bool wanted = c.set.contains(1);
      if (wanted && c.set.contains(0)) continue;
      const BoolNode& node = space_.terms().node(axis.atom);
      if (node.op == BoolOp::apex) {
        zone_matters_ = true;
        if (apex_ && *apex_ != wanted) impossible_ = true;
        apex_ = wanted;
        continue;
      }
      const Pattern& p = space_.terms().pattern_of(node.a);
      const Variable& v = space_.terms().variable_of(p.var);
      const std::size_t side = v.index == lang::field_qname ? 0 : 1;
      if (side == 1) zone_matters_ = true;
      mention(mentioned_, p.text);
      if (v.kind == VarKind::label_text) {
        label_patterns_.push_back({side, v.position, wanted, matches(p, ""),
                                   text_automaton(p.kind, p.text, p.lowered, true)});
        cap_ = std::max<int>(cap_, static_cast<int>(v.position) + 1);
      } else {
        patterns_.push_back({side, wanted, p.kind != PatternKind::glob,
                             p.kind == PatternKind::glob
                                 ? glob_automaton(p.text)
                                 : text_automaton(p.kind, p.text, false, true)});
      }
    }
    ++cap_;
  }

  void make_kinds() {
    std::array<bool, 256> in_tree{};
    tree_->mention_octets(in_tree);
    mentioned_['.'] = true;
    const std::string first = "abcdefghijklmnopqrstuvwxyz0123456789-_";
    std::vector<std::uint8_t> octets(first.begin(), first.end());
    for (int c = 0; c < 256; ++c) {
      if (c >= 'A' && c <= 'Z') continue;  // names are folded before any test
      if (first.find(static_cast<char>(c)) == std::string::npos) {
        octets.push_back(static_cast<std::uint8_t>(c));
      }
    }
    std::map<std::pair<int, std::string>, std::size_t> numbers;
    for (std::size_t i = 0; i < octets.size(); ++i) {
      const std::uint8_t octet = octets[i];
      std::string read = presentation(octet);
      std::reverse(read.begin(), read.end());
      std::string seen = read;
      for (char& c : seen) {
        if (!mentioned_[static_cast<std::uint8_t>(c)]) c = '\x01';
      }
      const auto [at, fresh] =
          numbers.emplace(std::make_pair(in_tree[octet] ? octet : -1, seen), kinds_.size());
      if (fresh) kinds_.push_back({{}, 0, read});
      Kind& kind = kinds_[at->second];
      kind.octets.push_back(octet);
      if (i < first.size() || kind.plain == 0) ++kind.plain;
    }
  }

  bool pattern_possible(const NamePattern& p, int state) const {
    const Sure sure = p.automaton->sure(state);
    return sure == Sure::no || (sure == Sure::accepted) == p.wanted;
  }

  /// All that is asked of the side's whole name holds when it ends here (between labels).
  bool may_end(const Values& v, std::size_t side) const {
    const LocalTree::Node& node = tree_->node(v[3] >= 0 ? v[3] : -1 - v[3]);
    if (!(v[3] >= 0 ? node.self : node.rest)[side]) return false;
    for (const Constraint& c : counts_[side]) {
      if (c.numbers ? v[2] < c.numbers->first || v[2] > c.numbers->second
                    : !c.set.contains(space_.class_of_number(c.dimension, v[2]))) {
        return false;
      }
    }
    for (std::size_t i = 0; i < patterns_.size(); ++i) {
      if (patterns_[i].side != side) continue;
      int state = v[5 + i];
      // The root name is written as a single dot.
      if (v[2] == 0 && patterns_[i].reads_dots) state = patterns_[i].automaton->step(state, '.');
      if (patterns_[i].automaton->accepts(state) != patterns_[i].wanted) return false;
    }
    for (const LabelTest& t : label_tests_) {
      if (t.side == side && static_cast<int>(t.position) >= v[2] && !t.set.contains(t.empty)) {
        return false;
      }
    }
    for (const LabelPattern& p : label_patterns_) {
      if (p.side == side && static_cast<int>(p.position) >= v[2] && p.of_empty != p.wanted) {
        return false;
      }
    }
    return true;
  }

  void start_label(Values v, std::vector<Arc>& arcs) {
    if (v[0] == 2) {
      if (apex_ && *apex_) return;
      v[0] = 1;
    }
    v[1] = 0;
    v[4] = v[3] >= 0 ? tree_->node(v[3]).trie->start() : -1;
    for (std::size_t i = 0; i < patterns_.size(); ++i) {
      if (!reads(patterns_[i].side, v)) continue;
      Automaton& a = *patterns_[i].automaton;
      if (patterns_[i].reads_dots) v[5 + i] = a.step(v[5 + i], '.');
      v[5 + i] = a.label_start(v[5 + i]);
    }
    for (std::size_t i = 0; i < label_tests_.size(); ++i) v[tests_at() + i] = 0;
    for (std::size_t i = 0; i < label_patterns_.size(); ++i) {
      v[label_patterns_at() + i] = label_patterns_[i].automaton->start();
    }
    add_octets(v, 2, arcs);  // with the octet of the label's length
  }

  void add_octets(const Values& v, int cost, std::vector<Arc>& arcs) {
    for (std::size_t k = 0; k < kinds_.size(); ++k) {
      const Kind& symbol = kinds_[k];
      Values next = v;
      next[1] = counted_ ? v[1] + 1 : 1;
      if (next[4] >= 0) next[4] = tree_->node(v[3]).trie->step(next[4], symbol.octets[0]);
      // Once off the tree there is no way back: where that can't end well it is not begun.
      if (next[4] < 0 && v[3] >= 0 && !tree_->node(v[3]).rest[0]) continue;
      bool possible = true;
      for (std::size_t i = 0; i < patterns_.size() && possible; ++i) {
        if (!reads(patterns_[i].side, v)) continue;
        for (char c : symbol.read) {
          next[5 + i] = patterns_[i].automaton->step(next[5 + i], static_cast<std::uint8_t>(c));
        }
        possible = pattern_possible(patterns_[i], next[5 + i]);
      }
      if (!possible) continue;
      for (std::size_t i = 0; i < label_tests_.size(); ++i) {
        if (!looks(label_tests_[i].side, label_tests_[i].position, v)) continue;
        int& at = next[tests_at() + i];
        for (char c : symbol.read) {
          at = label_tests_[i].trie->step(at, static_cast<std::uint8_t>(c));
        }
      }
      for (std::size_t i = 0; i < label_patterns_.size(); ++i) {
        if (!looks(label_patterns_[i].side, label_patterns_[i].position, v)) continue;
        int& at = next[label_patterns_at() + i];
        for (char c : symbol.read) {
          at = label_patterns_[i].automaton->step(at, static_cast<std::uint8_t>(c));
        }
      }
      arcs.push_back({static_cast<int>(k), states_.put(next), cost});
    }
  }

  void end_label(Values v, std::vector<Arc>& arcs) {
    for (std::size_t i = 0; i < label_tests_.size(); ++i) {
      const LabelTest& t = label_tests_[i];
      if (looks(t.side, t.position, v) && !t.allows(t.trie->text_at(v[tests_at() + i]))) return;
      v[tests_at() + i] = 0;
    }
    for (std::size_t i = 0; i < label_patterns_.size(); ++i) {
      const LabelPattern& p = label_patterns_[i];
      if (looks(p.side, p.position, v) &&
          p.automaton->accepts(v[label_patterns_at() + i]) != p.wanted) {
        return;
      }
      v[label_patterns_at() + i] = 0;
    }
    for (std::size_t i = 0; i < patterns_.size(); ++i) {
      if (!reads(patterns_[i].side, v)) continue;
      v[5 + i] = patterns_[i].automaton->label_end(v[5 + i]);
      if (!pattern_possible(patterns_[i], v[5 + i])) return;
    }
    if (v[3] >= 0) {
      const LocalTree::Node& node = tree_->node(v[3]);
      const int text = v[4] < 0 ? -1 : node.trie->text_at(v[4]);
      v[3] = text < 0 ? -1 - v[3] : node.by_text[static_cast<std::size_t>(text)];
    }
    v[4] = 0;
    v[1] = 0;
    v[2] = std::min(v[2] + 1, cap_);
    arcs.push_back({end_of_label, states_.put(v), 0});
  }

  /// The side's name still grows.
  static bool reads(std::size_t side, const Values& v) { return side == 0 || v[0] == 0; }
  /// The open label is the one a test of this side is about.
  static bool looks(std::size_t side, std::uint32_t position, const Values& v) {
    return reads(side, v) && v[2] == static_cast<int>(position);
  }
  std::size_t tests_at() const { return 5 + patterns_.size(); }
  std::size_t label_patterns_at() const { return tests_at() + label_tests_.size(); }

  const Space& space_;
  bool impossible_ = false;
  bool counted_ = false;
  bool zone_matters_ = false;
  std::optional<bool> apex_;
  std::array<std::optional<ClassSet>, 2> tree_set_;
  std::array<std::vector<Constraint>, 2> counts_;
  std::vector<NamePattern> patterns_;
  std::vector<LabelTest> label_tests_;
  std::vector<LabelPattern> label_patterns_;
  Mentioned mentioned_{};
  int cap_ = 0;
  std::unique_ptr<LocalTree> tree_;
  std::vector<Kind> kinds_;
  StateTable states_;
};

}  // namespace

namespace {

Search shortest_name(NameLanguage& names, const WalkLimit& limit, NamePair& out) {
  if (names.impossible()) return Search::exhausted;
  Word word;
  Search search = WordGraph(names).shortest(limit, word);
  if (search != Search::stopped || names.spell(word, out)) return search;
  // A label of the shortest is too long, so labels have to be measured.
  names.count_octets_of_labels();
  search = WordGraph(names).shortest(limit, word);
  return search == Search::stopped && !names.spell(word, out) ? Search::gave_up : search;
}

}  // namespace

namespace {

/// The pattern of the qname that must not hold; null for all other constraints.
const Pattern* unwanted(const Space& space, const Constraint& c) {
  const Space::Axis& axis = space.axis(c.dimension);
  if (axis.var != UINT32_MAX || c.set.contains(1)) return nullptr;
  const BoolNode& node = space.terms().node(axis.atom);
  if (node.op != BoolOp::pattern) return nullptr;
  const Pattern& p = space.terms().pattern_of(node.a);
  const Variable& v = space.terms().variable_of(p.var);
  return v.kind == VarKind::name && v.index == lang::field_qname ? &p : nullptr;
}

}  // namespace

Search find_name(const Space& space, const std::vector<Constraint>& constraints,
                 const WalkLimit& limit, NamePair& out) {
  // Patterns that must not hold mostly do not, and each multiplies the states: one takes part only
  // when a name was found that has it. A proof that there is no name needs no more.
  std::vector<Constraint> active;
  std::vector<Constraint> waiting;
  for (const Constraint& c : constraints) {
    (unwanted(space, c) != nullptr ? waiting : active).push_back(c);
  }
  for (;;) {
    NameLanguage names(space, active);
    const Search search = shortest_name(names, limit, out);
    if (search != Search::stopped) return search;
    const auto had = std::stable_partition(
        waiting.begin(), waiting.end(),
        [&](const Constraint& c) { return !matches(*unwanted(space, c), out.qname); });
    if (had == waiting.end()) return search;
    active.insert(active.end(), had, waiting.end());
    waiting.erase(had, waiting.end());
  }
}

Search list_part(const Space& space, const std::vector<Constraint>& constraints,
                 const NamePart& part, std::size_t most, const WalkLimit& limit,
                 std::vector<NamePair>& out) {
  NameLanguage names(space, constraints);
  if (part.of_zone) names.mark_zones();
  for (;;) {
    NamePair pair;
    const Search search = shortest_name(names, limit, pair);
    if (search != Search::stopped) return search;
    out.push_back(pair);
    if (out.size() > most) return Search::stopped;
    const dns::Name& name = part.of_zone ? pair.zone : pair.qname;
    names.forbid(part, part.label ? label_text(name, *part.label) : dns::to_text(name));
  }
}

struct NameSource::Impl {
  Impl(const Space& space, const std::vector<Constraint>& constraints)
      : language(space, constraints), graph(std::make_unique<WordGraph>(language)) {}
  NameLanguage language;
  std::unique_ptr<WordGraph> graph;
  bool endless = false;
};

NameSource::NameSource(const Space& space, const std::vector<Constraint>& constraints, bool zones,
                       const WalkLimit& limit)
    : impl_(std::make_unique<Impl>(space, constraints)) {
  if (zones) impl_->language.mark_zones();
  if (impl_->language.impossible()) {
    complete_ = true;
    return;
  }
  Word word;
  NamePair pair;
  if (impl_->graph->shortest(limit, word) == Search::stopped &&
      !impl_->language.spell(word, pair)) {
    impl_->language.count_octets_of_labels();
    impl_->graph = std::make_unique<WordGraph>(impl_->language);
  }
  const bool whole = impl_->graph->explore(limit);
  if (!impl_->graph->any()) {
    complete_ = whole;
    return;
  }
  // Short names that people like to read; if these are few, all there are.
  constexpr std::size_t pleasant = 512;
  constexpr std::size_t most_listed = 100'000;
  constexpr std::uint64_t most_steps = 1'000'000;
  auto list = [&](bool plain, std::size_t most) {
    listed_.clear();
    return impl_->graph->each(plain, most_steps, [&](const Word& w) {
      if (impl_->language.spell(w, pair)) listed_.push_back(pair);
      return listed_.size() >= most;
    });
  };
  Search search = list(true, pleasant);
  if (search == Search::exhausted) search = list(false, most_listed);
  complete_ = whole && search == Search::exhausted;
  impl_->endless = search != Search::exhausted;
}

NameSource::~NameSource() = default;

std::uint64_t NameSource::count() const {
  return impl_->endless ? UINT64_MAX : listed_.size();
}

NamePair NameSource::get(std::uint64_t number) const {
  if (number < listed_.size()) return listed_[number];
  Word word;
  NamePair pair;
  // A walk may end in a label or name that is too long; the next number begins another.
  for (std::uint64_t again = 0; again < 64; ++again) {
    if (impl_->graph->random(number + (again << 40), word) && impl_->language.spell(word, pair)) {
      return pair;
    }
  }
  return listed_.empty() ? NamePair{} : listed_[number % listed_.size()];
}

}  // namespace lapis::verify
