#include "words.h"

#include <algorithm>
#include <set>

#include "automaton.h"

namespace lapis::verify {
namespace {

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

/// Texts in which no constant of the variable is met whole (these are few and tried by themselves).
///
/// A state: where in the trie of constants, then the states of the patterns.
class TextLanguage final : public Language {
 public:
  TextLanguage(const Space& space, Var var, const std::vector<Constraint>& constraints) {
    const Dimension own = space.of_variable(var);
    if (own != UINT32_MAX) {
      texts_ = space.axis(own).texts;
      open_ = space.axis(own).open;
      allowed_ = space.axis(own).universe;
    }
    std::set<std::string> known;
    auto learn = [&](const std::string& text) {
      for (std::string& unit : characters(text)) {
        if (known.insert(unit).second) kinds_.push_back({std::move(unit)});
      }
    };
    for (const Constraint& c : constraints) {
      if (c.dimension == own) {
        allowed_ = allowed_.intersect(c.set);
        continue;
      }
      const bool wanted = c.set.contains(1);
      if (wanted && c.set.contains(0)) continue;
      const Pattern& p =
          space.terms().pattern_of(space.terms().node(space.axis(c.dimension).atom).a);
      tests_.push_back({&p, wanted, text_automaton(p.kind, p.text, p.lowered, false)});
      learn(p.text);
    }
    for (const std::string& text : texts_) learn(text);
    const bool folded =
        std::any_of(tests_.begin(), tests_.end(), [](const Test& t) { return t.pattern->lowered; });
    for (std::size_t i = 0; folded && i < kinds_.size(); ++i) {
      const std::string unit = kinds_[i].front();
      if (unit.size() != 1 || unit[0] < 'a' || unit[0] > 'z') continue;
      const std::string upper(1, static_cast<char>(unit[0] - 32));
      if (known.insert(upper).second) kinds_.push_back({upper});
    }
    // What no constant mentions is all alike.
    std::vector<std::string> others;
    const std::string plain = "abcdefghijklmnopqrstuvwxyz0123456789-_~";
    for (char c : plain) {
      std::string unit(1, c);
      const bool taken =
          known.count(unit) != 0 || (folded && c >= 'a' && c <= 'z' &&
                                     known.count(std::string(1, static_cast<char>(c - 32))) != 0);
      if (!taken) others.push_back(std::move(unit));
    }
    for (int c = 0x21; others.empty() && c < 0x250; ++c) {
      // Every plain letter is mentioned: the first character that is not.
      std::string unit;
      if (c < 0x80) {
        unit = std::string(1, static_cast<char>(c));
      } else {
        unit = {static_cast<char>(0xC0 | c >> 6), static_cast<char>(0x80 | (c & 0x3F))};
      }
      if (known.count(unit) == 0) others.push_back(std::move(unit));
    }
    other_ = static_cast<int>(kinds_.size());
    if (!others.empty()) kinds_.push_back(std::move(others));
    trie_ = std::make_unique<Trie>(texts_, false);
  }

  int start() override {
    StateTable::Values v{trie_->start()};
    for (const Test& t : tests_) v.push_back(t.automaton->start());
    return states_.put(v);
  }

  bool expand(int state, std::vector<Arc>& arcs) override {
    const StateTable::Values v = states_.at(state);
    bool ends = trie_->text_at(v[0]) < 0;
    for (std::size_t i = 0; i < tests_.size() && ends; ++i) {
      ends = tests_[i].automaton->accepts(v[1 + i]) == tests_[i].wanted;
    }
    for (std::size_t k = 0; k < kinds_.size(); ++k) {
      StateTable::Values next = v;
      const std::string& unit = kinds_[k].front();
      for (char c : unit) {
        const auto octet = static_cast<std::uint8_t>(c);
        next[0] = trie_->step(next[0], octet);
        for (std::size_t i = 0; i < tests_.size(); ++i) {
          next[1 + i] = tests_[i].automaton->step(next[1 + i], octet);
        }
      }
      bool possible = true;
      for (std::size_t i = 0; i < tests_.size() && possible; ++i) {
        const Sure sure = tests_[i].automaton->sure(next[1 + i]);
        possible = sure == Sure::no || (sure == Sure::accepted) == tests_[i].wanted;
      }
      if (!possible) continue;
      arcs.push_back({static_cast<int>(k), states_.put(next), static_cast<int>(unit.size())});
    }
    return ends;
  }

  std::uint32_t letters(int symbol) const override {
    return static_cast<std::uint32_t>(kinds_[static_cast<std::size_t>(symbol)].size());
  }
  std::uint32_t plain_letters(int symbol) const override { return letters(symbol); }
  int octets_at_start() const override { return 0; }
  int most_octets() const override { return max_text_octets; }
  int longest_run() const override { return max_text_octets; }

  std::string spell(const Word& word) const {
    std::string text;
    for (const Letter& l : word) text += kinds_[static_cast<std::size_t>(l.symbol)][l.letter];
    return text;
  }

  /// The constants that meet the constraints.
  std::vector<std::string> constants() const {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      if (!allowed_.contains(static_cast<ClassNumber>(i))) continue;
      const bool good = std::all_of(tests_.begin(), tests_.end(), [&](const Test& t) {
        return matches(*t.pattern, texts_[i]) == t.wanted;
      });
      if (good) out.push_back(texts_[i]);
    }
    return out;
  }
  /// Other texts than the constants are allowed.
  bool others() const {
    return open_ && allowed_.contains(static_cast<ClassNumber>(texts_.size()));
  }
  /// A class of which not all letters are listed.
  bool unlisted(int symbol) const { return symbol == other_; }

 private:
  static constexpr int max_text_octets = 255;
  struct Test {
    const Pattern* pattern = nullptr;
    bool wanted = true;
    std::unique_ptr<Automaton> automaton;
  };

  std::vector<std::string> texts_;
  bool open_ = true;
  ClassSet allowed_{0, 0};
  std::vector<Test> tests_;
  std::unique_ptr<Trie> trie_;
  std::vector<std::vector<std::string>> kinds_;  // characters, all alike
  int other_ = -1;
  StateTable states_;
};

}  // namespace

Search find_text(const Space& space, Var var, const std::vector<Constraint>& constraints,
                 const WalkLimit& limit, std::string& out) {
  TextLanguage texts(space, var, constraints);
  const std::vector<std::string> constants = texts.constants();
  if (!constants.empty()) {
    out = constants.front();
    return Search::stopped;
  }
  if (!texts.others()) return Search::exhausted;
  Word word;
  const Search search = WordGraph(texts).shortest(limit, word);
  if (search == Search::stopped) out = texts.spell(word);
  return search;
}

struct TextSource::Impl {
  Impl(const Space& space, Var var, const std::vector<Constraint>& constraints)
      : language(space, var, constraints), graph(language) {}
  TextLanguage language;
  WordGraph graph;
  bool endless = false;
};

TextSource::TextSource(const Space& space, Var var, const std::vector<Constraint>& constraints,
                       const WalkLimit& limit)
    : impl_(std::make_unique<Impl>(space, var, constraints)) {
  listed_ = impl_->language.constants();
  complete_ = true;
  if (!impl_->language.others()) return;
  const bool whole = impl_->graph.explore(limit);
  if (!impl_->graph.any()) {
    complete_ = whole;
    return;
  }
  constexpr std::size_t most_listed = 20'000;
  constexpr std::uint64_t most_steps = 1'000'000;
  const Search search = impl_->graph.each(true, most_steps, [&](const Word& word) {
    listed_.push_back(impl_->language.spell(word));
    return listed_.size() >= most_listed;
  });
  impl_->endless = search != Search::exhausted;
  complete_ = whole && search == Search::exhausted &&
              !impl_->graph.uses([&](int symbol) { return impl_->language.unlisted(symbol); });
}

TextSource::~TextSource() = default;

std::uint64_t TextSource::count() const {
  return impl_->endless ? UINT64_MAX : listed_.size();
}

std::string TextSource::get(std::uint64_t number) const {
  if (number < listed_.size()) return listed_[number];
  Word word;
  for (std::uint64_t again = 0; again < 64; ++again) {
    if (impl_->graph.random(number + (again << 40), word)) return impl_->language.spell(word);
  }
  return listed_.empty() ? std::string() : listed_[number % listed_.size()];
}

}  // namespace lapis::verify
