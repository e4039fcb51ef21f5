#include "words.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>

#include "automaton.h"

namespace lapis::verify {
namespace {

/// A label octet as it stands in presentation form, the same text as dns::to_text gives.
std::string presentation(std::uint8_t octet) {
  dns::Name name;
  name.prepend(std::array{octet});
  std::string text = dns::to_text(name);
  text.pop_back();
  return text;
}

/// A symbol that can extend a word, with the octets its automata read.
struct Symbol {
  std::uint8_t octet = 0;  ///< names
  std::string read;        ///< what automata read, in reading order
};

/// Octets that some constant mentions, as characters of presentation form.
using Mentioned = std::array<bool, 256>;

void mention(Mentioned& mentioned, const std::string& text) {
  for (char c : text) mentioned[static_cast<std::uint8_t>(c)] = true;
}

// ---- names

/// The part of the constant tree on which membership depends, label by label.
class LocalTree {
 public:
  struct Node {
    std::map<std::string, int> children;  // by label octets
    std::array<bool, 2> self{};           // member if this is the name; of qname, of zone
    std::array<bool, 2> rest{};           // member if the name leaves the tree below here
    std::unique_ptr<Trie> trie;           // of the children's labels, reversed
    std::vector<int> by_text;             // trie text number to child
  };

  LocalTree(const ConstantNames& names, std::array<const ClassSet*, 2> sets) {
    auto member = [&](ClassNumber c) {
      return std::array<bool, 2>{sets[0] == nullptr || sets[0]->contains(c),
                                 sets[1] == nullptr || sets[1]->contains(c)};
    };
    nodes_.emplace_back();
    nodes_[0].self = member(0);
    nodes_[0].rest = member(1);
    // Nodes at whose classes membership changes, and all above them.
    std::set<std::uint32_t> splits{0};
    auto split = [&](ClassNumber c) {
      if (c >= names.classes()) return;
      for (std::uint32_t n = ConstantNames::node_of(c); splits.insert(n).second;) {
        n = names.node(n).parent;
      }
    };
    for (const ClassSet* set : sets) {
      if (set == nullptr) continue;
      for (const auto& [low, high] : set->ranges()) {
        split(low);
        if (high != UINT32_MAX) split(high + 1);
      }
    }
    for (std::uint32_t n : splits) {
      const auto& node = names.node(n);
      if (n != 0) add(node.name, member(node.self), member(node.self + 1));
      for (std::uint32_t child : node.children) {
        const auto whole = member(names.node(child).self);
        if (splits.count(child) == 0 && whole != member(node.self + 1)) {
          add(names.node(child).name, whole, whole);
        }
      }
    }
    for (Node& node : nodes_) {
      std::vector<std::string> labels;
      for (const auto& [label, child] : node.children) {
        labels.push_back(label);
        node.by_text.push_back(child);
      }
      node.trie = std::make_unique<Trie>(labels, true);
    }
  }

  const Node& node(int n) const { return nodes_[static_cast<std::size_t>(n)]; }
  void mention_octets(std::array<bool, 256>& octets) const {
    for (const Node& node : nodes_) {
      for (const auto& [label, child] : node.children) mention(octets, label);
    }
  }

 private:
  void add(const lang::WireName& name, std::array<bool, 2> self, std::array<bool, 2> rest) {
    const dns::NameView view = name.view();
    int at = 0;
    for (int i = view.label_count() - 1; i >= 0; --i) {
      const auto label = view.parent(i).first_label();
      const std::string text(label.begin(), label.end());
      auto& children = nodes_[static_cast<std::size_t>(at)].children;
      auto found = children.find(text);
      if (found == children.end()) {
        found = children.emplace(text, static_cast<int>(nodes_.size())).first;
        const auto inherited = nodes_[static_cast<std::size_t>(at)].rest;
        const int fresh = found->second;
        nodes_.emplace_back();
        nodes_.back().self = inherited;
        nodes_.back().rest = inherited;
        at = fresh;
      } else {
        at = found->second;
      }
    }
    nodes_[static_cast<std::size_t>(at)].self = self;
    nodes_[static_cast<std::size_t>(at)].rest = rest;
  }
  std::vector<Node> nodes_;
};

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

class NameSearch {
 public:
  NameSearch(const Space& space, const std::vector<Constraint>& constraints, Variety variety,
             std::uint64_t most)
      : space_(space), variety_(variety), most_(most) {
    read(constraints);
    tree_ = std::make_unique<LocalTree>(
        space.names(), std::array<const ClassSet*, 2>{tree_set_[0] ? &*tree_set_[0] : nullptr,
                                                      tree_set_[1] ? &*tree_set_[1] : nullptr});
    make_symbols();
  }

  Search run(const NameSink& sink) {
    if (impossible_) return Search::exhausted;
    begin();
    for (std::size_t size = 1; size <= dns::max_name_octets; ++size) {
      auto& bucket = buckets_[size];
      for (std::size_t i = 0; i < bucket.size(); ++i) {
        const auto [state, step] = bucket[i];
        if (steps_.size() > most_) return Search::gave_up;
        if (expand(state, step, size, sink)) return Search::stopped;
      }
      std::vector<std::pair<int, int>>().swap(bucket);
    }
    return Search::exhausted;
  }

 private:
  // A state as numbers: [0] zone not marked, marked (1) or marked right here (2), [1] octets of the
  // open label (0: between labels), [2] labels read (capped), [3] tree node or -1 - node when off
  // the tree, [4] label trie state, then patterns of names, label tests, label patterns.
  using Values = std::vector<int>;
  struct Step {
    int previous = -1;
    int symbol = -1;  // octet, 256: end of label, 257: the zone is what has been read
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
          if (c.number) cap_ = std::max<int>(cap_, static_cast<int>(*c.number));
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

  void make_symbols() {
    std::array<bool, 256> in_tree{};
    tree_->mention_octets(in_tree);
    mentioned_['.'] = true;
    std::set<std::pair<int, std::string>> kinds;
    std::size_t more = 0;
    // Letters and digits first, so that names look like names.
    const std::string first = "abcdefghijklmnopqrstuvwxyz0123456789-_";
    std::vector<std::uint8_t> octets(first.begin(), first.end());
    for (int c = 0; c < 256; ++c) {
      if (c >= 'A' && c <= 'Z') continue;  // names are folded before any test
      if (first.find(static_cast<char>(c)) == std::string::npos) {
        octets.push_back(static_cast<std::uint8_t>(c));
      }
    }
    for (std::uint8_t octet : octets) {
      Symbol symbol{octet, presentation(octet)};
      std::reverse(symbol.read.begin(), symbol.read.end());
      std::string seen = symbol.read;
      for (char& c : seen) {
        if (!mentioned_[static_cast<std::uint8_t>(c)]) c = '\x01';
      }
      const bool fresh = kinds.emplace(in_tree[octet] ? octet : -1, seen).second;
      if (!fresh && variety_ == Variety::one) continue;
      constexpr std::size_t few = 12;
      if (!fresh && variety_ == Variety::some && more++ >= few) continue;
      symbols_.push_back(std::move(symbol));
    }
  }

  void begin() {
    buckets_.resize(dns::max_name_octets + 3);
    Values v(5 + patterns_.size() + label_tests_.size() + label_patterns_.size());
    v[0] = zone_matters_ ? 0 : 1;
    for (std::size_t i = 0; i < patterns_.size(); ++i) v[5 + i] = patterns_[i].automaton->start();
    push(v, {-1, -1}, 1);
  }

  void push(const Values& values, Step step, std::size_t size) {
    if (size > dns::max_name_octets) return;
    const std::string key(reinterpret_cast<const char*>(values.data()),
                          values.size() * sizeof(int));
    const auto [at, fresh] = numbers_.emplace(key, static_cast<int>(states_.size()));
    if (fresh) {
      states_.push_back(values);
      visits_.push_back(0);
    }
    const std::uint32_t limit = variety_ == Variety::one ? 1 : UINT32_MAX;
    if (visits_[static_cast<std::size_t>(at->second)]++ >= limit) return;
    steps_.push_back(step);
    buckets_[size].emplace_back(at->second, static_cast<int>(steps_.size() - 1));
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
      if (c.number ? *c.number != v[2]
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

  bool expand(int state, int step, std::size_t size, const NameSink& sink) {
    const Values v = states_[static_cast<std::size_t>(state)];
    if (v[1] == 0) {
      if (v[0] != 0 && (!apex_ || *apex_ == (v[0] == 2)) && may_end(v, 0) && found(step, sink)) {
        return true;
      }
      if (v[0] == 0 && may_end(v, 1)) {
        Values marked = v;
        marked[0] = 2;
        for (std::size_t i = 0; i < patterns_.size(); ++i) {
          if (patterns_[i].side == 1) marked[5 + i] = 0;
        }
        push(marked, {step, 257}, size);
      }
      start_label(v, step, size);
      return false;
    }
    end_label(v, step, size);
    if (v[1] < static_cast<int>(dns::max_label_octets)) add_octets(v, step, size + 1);
    return false;
  }

  void start_label(Values v, int step, std::size_t size) {
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
    add_octets(v, step, size + 2);
  }

  void add_octets(const Values& v, int step, std::size_t size) {
    for (const Symbol& symbol : symbols_) {
      Values next = v;
      ++next[1];
      if (next[4] >= 0) next[4] = tree_->node(v[3]).trie->step(next[4], symbol.octet);
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
      push(next, {step, symbol.octet}, size);
    }
  }

  void end_label(Values v, int step, std::size_t size) {
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
    push(v, {step, 256}, size);
  }

  bool found(int step, const NameSink& sink) {
    // Steps lead from the left end of the name back to the root.
    dns::Name qname;
    dns::Name zone;
    std::vector<int> symbols;
    for (int at = step; at >= 0; at = steps_[static_cast<std::size_t>(at)].previous) {
      symbols.push_back(steps_[static_cast<std::size_t>(at)].symbol);
    }
    std::vector<std::uint8_t> label;
    for (auto at = symbols.rbegin(); at != symbols.rend(); ++at) {
      if (*at == 257) {
        zone = qname;
      } else if (*at == 256) {
        std::reverse(label.begin(), label.end());
        if (!qname.prepend(label)) return false;
        label.clear();
      } else if (*at >= 0) {
        label.push_back(static_cast<std::uint8_t>(*at));
      }
    }
    return sink(qname, zone);
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
  const Variety variety_;
  const std::uint64_t most_;
  bool impossible_ = false;
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
  std::vector<Symbol> symbols_;

  std::vector<std::vector<std::pair<int, int>>> buckets_;  // by octets: state, step
  std::unordered_map<std::string, int> numbers_;
  std::vector<Values> states_;
  std::vector<std::uint32_t> visits_;
  std::vector<Step> steps_;
};

// ---- texts

/// UTF-8 sequences of a text, so that made-up texts stay well-formed; stray octets by themselves.
std::vector<std::string> characters(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<std::uint8_t>(text[i]);
    std::size_t size = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 1;
    size = std::min(size, text.size() - i);
    out.push_back(text.substr(i, size));
    i += size;
  }
  return out;
}

constexpr std::size_t max_text_octets = 255;

class TextSearch {
 public:
  TextSearch(const Space& space, Var var, const std::vector<Constraint>& constraints, bool every,
             std::uint64_t most)
      : every_(every), most_(most) {
    const Dimension own = space.of_variable(var);
    std::set<std::string> units;
    if (own != UINT32_MAX) {
      texts_ = space.axis(own).texts;
      open_ = space.axis(own).open;
      allowed_ = space.axis(own).universe;
    }
    for (const Constraint& c : constraints) {
      if (c.dimension == own) {
        allowed_ = allowed_.intersect(c.set);
        continue;
      }
      const bool wanted = c.set.contains(1);
      if (wanted && c.set.contains(0)) continue;
      const Pattern& p =
          space.terms().pattern_of(space.terms().node(space.axis(c.dimension).atom).a);
      patterns_.push_back({0, wanted, true, text_automaton(p.kind, p.text, p.lowered, false)});
      tests_.emplace_back(&p, wanted);
      for (std::string& unit : characters(p.text)) units.insert(std::move(unit));
    }
    trie_ = std::make_unique<Trie>(texts_, false);
    for (const std::string& text : texts_) {
      for (std::string& unit : characters(text)) units.insert(std::move(unit));
    }
    const std::string plain = "abcdefghijklmnopqrstuvwxyz0123456789-_";
    bool fresh = false;
    for (char c : plain) {
      if (!every_ && fresh) break;
      fresh = units.insert(std::string(1, c)).second || fresh;
    }
    if (!fresh) units.insert("~");
    units_.assign(units.begin(), units.end());
    for (const auto& [p, wanted] : tests_) {
      if (!p->lowered) continue;
      std::set<std::string> more;
      for (const std::string& unit : units_) {
        if (unit.size() == 1 && unit[0] >= 'a' && unit[0] <= 'z') {
          more.insert(std::string(1, static_cast<char>(unit[0] - 32)));
        }
      }
      for (const std::string& unit : more) {
        if (units.insert(unit).second) units_.push_back(unit);
      }
    }
  }

  Search run(const TextSink& sink) {
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      if (!allowed_.contains(static_cast<ClassNumber>(i))) continue;
      const bool good = std::all_of(tests_.begin(), tests_.end(), [&](const auto& t) {
        return matches(*t.first, texts_[i]) == t.second;
      });
      if (good && sink(texts_[i])) return Search::stopped;
    }
    if (!open_ || !allowed_.contains(static_cast<ClassNumber>(texts_.size()))) {
      return Search::exhausted;
    }
    buckets_.resize(max_text_octets + 8);
    std::vector<int> start{trie_->start()};
    for (NamePattern& p : patterns_) start.push_back(p.automaton->start());
    push(start, -1, -1, 0);
    for (std::size_t size = 0; size <= max_text_octets; ++size) {
      for (std::size_t i = 0; i < buckets_[size].size(); ++i) {
        if (steps_.size() > most_) return Search::gave_up;
        const auto [state, step] = buckets_[size][i];
        if (expand(state, step, size, sink)) return Search::stopped;
      }
    }
    return Search::exhausted;
  }

 private:
  void push(const std::vector<int>& values, int previous, int unit, std::size_t size) {
    if (size > max_text_octets) return;
    const std::string key(reinterpret_cast<const char*>(values.data()),
                          values.size() * sizeof(int));
    const auto [at, fresh] = numbers_.emplace(key, static_cast<int>(states_.size()));
    if (fresh) states_.push_back(values);
    if (!fresh && !every_) return;
    steps_.emplace_back(previous, unit);
    buckets_[size].emplace_back(at->second, static_cast<int>(steps_.size() - 1));
  }

  bool expand(int state, int step, std::size_t size, const TextSink& sink) {
    const std::vector<int> v = states_[static_cast<std::size_t>(state)];
    bool ends = trie_->text_at(v[0]) < 0;  // the constants were tried before
    for (std::size_t i = 0; i < patterns_.size() && ends; ++i) {
      ends = patterns_[i].automaton->accepts(v[1 + i]) == patterns_[i].wanted;
    }
    if (ends) {
      std::vector<int> units;
      for (int at = step; steps_[static_cast<std::size_t>(at)].second >= 0;
           at = steps_[static_cast<std::size_t>(at)].first) {
        units.push_back(steps_[static_cast<std::size_t>(at)].second);
      }
      std::string text;
      for (auto at = units.rbegin(); at != units.rend(); ++at) {
        text += units_[static_cast<std::size_t>(*at)];
      }
      if (sink(text)) return true;
    }
    for (std::size_t u = 0; u < units_.size(); ++u) {
      std::vector<int> next = v;
      bool possible = true;
      for (char c : units_[u]) {
        const auto octet = static_cast<std::uint8_t>(c);
        next[0] = trie_->step(next[0], octet);
        for (std::size_t i = 0; i < patterns_.size(); ++i) {
          next[1 + i] = patterns_[i].automaton->step(next[1 + i], octet);
        }
      }
      for (std::size_t i = 0; i < patterns_.size() && possible; ++i) {
        const Sure sure = patterns_[i].automaton->sure(next[1 + i]);
        possible = sure == Sure::no || (sure == Sure::accepted) == patterns_[i].wanted;
      }
      if (possible) push(next, step, static_cast<int>(u), size + units_[u].size());
    }
    return false;
  }

  const bool every_;
  const std::uint64_t most_;
  std::vector<std::string> texts_;
  bool open_ = true;
  ClassSet allowed_{0, 0};
  std::vector<NamePattern> patterns_;
  std::vector<std::pair<const Pattern*, bool>> tests_;
  std::unique_ptr<Trie> trie_;
  std::vector<std::string> units_;
  std::vector<std::vector<std::pair<int, int>>> buckets_;
  std::unordered_map<std::string, int> numbers_;
  std::vector<std::vector<int>> states_;
  std::vector<std::pair<int, int>> steps_;
};

}  // namespace

Search search_names(const Space& space, const std::vector<Constraint>& constraints, Variety variety,
                    std::uint64_t most, const NameSink& sink) {
  return NameSearch(space, constraints, variety, most).run(sink);
}

Search search_texts(const Space& space, Var var, const std::vector<Constraint>& constraints,
                    bool every, std::uint64_t most, const TextSink& sink) {
  return TextSearch(space, var, constraints, every, most).run(sink);
}

bool matches(const Pattern& pattern, const std::string& text) {
  std::string subject = text;
  if (pattern.lowered) {
    for (char& c : subject) c = static_cast<char>(dns::to_lower(static_cast<std::uint8_t>(c)));
  }
  switch (pattern.kind) {
    case PatternKind::prefix:
      return subject.starts_with(pattern.text);
    case PatternKind::suffix:
      return subject.ends_with(pattern.text);
    case PatternKind::contains:
      return subject.find(pattern.text) != std::string::npos;
    default:
      return subject == pattern.text;
  }
}

bool matches(const Pattern& pattern, dns::NameView name) {
  if (pattern.kind != PatternKind::glob) return matches(pattern, dns::to_text(name));
  const auto automaton = glob_automaton(pattern.text);
  int state = automaton->start();
  for (int i = name.label_count() - 1; i >= 0; --i) {
    std::string label;
    for (std::uint8_t octet : name.parent(i).first_label()) label += presentation(octet);
    std::reverse(label.begin(), label.end());
    state = automaton->label_start(state);
    for (char c : label) state = automaton->step(state, static_cast<std::uint8_t>(c));
    state = automaton->label_end(state);
  }
  return automaton->accepts(state);
}

}  // namespace lapis::verify
