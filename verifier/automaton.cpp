#include "automaton.h"

#include "lapis/dns/name.h"

namespace lapis::verify {
namespace {

/// Prefix and equality: states count the octets matched, -1 is failure.
class Straight final : public Automaton {
 public:
  Straight(std::string text, bool whole, bool lowered)
      : text_(std::move(text)), whole_(whole), lowered_(lowered) {}
  int step(int state, std::uint8_t c) override {
    if (state < 0) return state;
    const auto at = static_cast<std::size_t>(state);
    if (at == text_.size()) return whole_ ? -1 : state;
    if (lowered_) c = dns::to_lower(c);
    return static_cast<std::uint8_t>(text_[at]) == c ? state + 1 : -1;
  }
  bool accepts(int state) override { return state == static_cast<int>(text_.size()); }
  Sure sure(int state) override {
    if (state < 0) return Sure::rejected;
    return accepts(state) && !whole_ ? Sure::accepted : Sure::no;
  }

 private:
  std::string text_;
  bool whole_;
  bool lowered_;
};

/// Suffix and containment by the failure function of Knuth, Morris and Pratt.
class Sliding final : public Automaton {
 public:
  Sliding(std::string text, bool anywhere, bool lowered)
      : text_(std::move(text)), anywhere_(anywhere), lowered_(lowered), failure_(text_.size() + 1) {
    failure_[0] = -1;
    int k = -1;
    for (std::size_t i = 0; i < text_.size(); ++i) {
      while (k >= 0 && text_[static_cast<std::size_t>(k)] != text_[i]) {
        k = failure_[static_cast<std::size_t>(k)];
      }
      failure_[i + 1] = ++k;
    }
  }
  int step(int state, std::uint8_t c) override {
    const int whole = static_cast<int>(text_.size());
    if (state == whole) {
      if (anywhere_) return state;
      state = failure_[text_.size()];
    }
    if (lowered_) c = dns::to_lower(c);
    while (state >= 0 && static_cast<std::uint8_t>(text_[static_cast<std::size_t>(state)]) != c) {
      state = failure_[static_cast<std::size_t>(state)];
    }
    return state + 1;
  }
  bool accepts(int state) override { return state == static_cast<int>(text_.size()); }
  Sure sure(int state) override { return anywhere_ && accepts(state) ? Sure::accepted : Sure::no; }

 private:
  std::string text_;
  bool anywhere_;
  bool lowered_;
  std::vector<int> failure_;
};

/// Subset construction on the fly. Positions: `boundary(i)` between labels with part i next,
/// `inside(i, j)` in a label after j octets of part i, `swallowed(i)` in a label taken by `**`.
class Glob final : public Automaton {
 public:
  explicit Glob(const std::string& pattern) {
    std::string part;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      if (pattern[i] == '.') {
        parts_.push_back(part);
        part.clear();
      } else {
        part += pattern[i];
        if (pattern[i] == '\\' && i + 1 < pattern.size()) part += pattern[++i];
      }
    }
    if (!part.empty()) parts_.push_back(part);
    std::reverse(parts_.begin(), parts_.end());
    for (std::string& p : parts_) std::reverse(p.begin(), p.end());
    Positions start;
    add_boundary(start, 0);
    start_ = put(std::move(start));
  }
  int start() override { return start_; }
  bool accepts(int state) override {
    for (const Position& p : states_[static_cast<std::size_t>(state)]) {
      if (p.kind == Kind::boundary && p.part == parts_.size()) return true;
    }
    return false;
  }
  Sure sure(int state) override {
    return states_[static_cast<std::size_t>(state)].empty() ? Sure::rejected : Sure::no;
  }
  int label_start(int state) override {
    return memo(state, 256, [&](const Positions& from) {
      Positions to;
      for (const Position& p : from) {
        if (p.kind != Kind::boundary || p.part == parts_.size()) continue;
        if (parts_[p.part] == "**") {
          to.push_back({Kind::swallowed, p.part, 0});
        } else {
          add_inside(to, p.part, 0);
        }
      }
      return to;
    });
  }
  int label_end(int state) override {
    return memo(state, 257, [&](const Positions& from) {
      Positions to;
      for (const Position& p : from) {
        if (p.kind == Kind::swallowed) add_boundary(to, p.part);
        if (p.kind == Kind::inside && p.at == parts_[p.part].size()) add_boundary(to, p.part + 1);
      }
      return to;
    });
  }
  int step(int state, std::uint8_t c) override {
    return memo(state, c, [&](const Positions& from) {
      Positions to;
      for (const Position& p : from) {
        if (p.kind == Kind::swallowed) to.push_back(p);
        if (p.kind != Kind::inside || p.at == parts_[p.part].size()) {
          continue;
        }
        const char wanted = parts_[p.part][p.at];
        if (wanted == '*') {
          add_inside(to, p.part, p.at);
        } else if (static_cast<std::uint8_t>(wanted) == c) {
          add_inside(to, p.part, p.at + 1);
        }
      }
      return to;
    });
  }

 private:
  enum class Kind : std::uint8_t { boundary, inside, swallowed };
  struct Position {
    Kind kind = Kind::boundary;
    std::size_t part = 0;
    std::size_t at = 0;
    friend auto operator<=>(const Position&, const Position&) = default;
  };
  using Positions = std::vector<Position>;

  void add_boundary(Positions& to, std::size_t part) const {
    for (;; ++part) {
      to.push_back({Kind::boundary, part, 0});
      if (part == parts_.size() || parts_[part] != "**") return;
    }
  }
  void add_inside(Positions& to, std::size_t part, std::size_t at) const {
    for (;; ++at) {
      to.push_back({Kind::inside, part, at});
      if (at == parts_[part].size() || parts_[part][at] != '*') return;
    }
  }
  int put(Positions positions) {
    std::sort(positions.begin(), positions.end());
    positions.erase(std::unique(positions.begin(), positions.end()), positions.end());
    const auto [at, fresh] = numbers_.emplace(positions, static_cast<int>(states_.size()));
    if (fresh) states_.push_back(std::move(positions));
    return at->second;
  }
  template <class Move>
  int memo(int state, int symbol, Move move) {
    const auto key = std::make_pair(state, symbol);
    if (const auto at = moves_.find(key); at != moves_.end()) return at->second;
    const int to = put(move(Positions(states_[static_cast<std::size_t>(state)])));
    moves_.emplace(key, to);
    return to;
  }

  std::vector<std::string> parts_;  // from the right, each reversed
  std::vector<Positions> states_;
  std::map<Positions, int> numbers_;
  std::map<std::pair<int, int>, int> moves_;
  int start_ = 0;
};

}  // namespace

std::unique_ptr<Automaton> text_automaton(PatternKind kind, std::string text, bool lowered,
                                          bool reversed) {
  if (reversed) {
    std::reverse(text.begin(), text.end());
    if (kind == PatternKind::prefix) {
      kind = PatternKind::suffix;
    } else if (kind == PatternKind::suffix) {
      kind = PatternKind::prefix;
    }
  }
  switch (kind) {
    case PatternKind::prefix:
      return std::make_unique<Straight>(std::move(text), false, lowered);
    case PatternKind::equal:
      return std::make_unique<Straight>(std::move(text), true, lowered);
    case PatternKind::suffix:
      return std::make_unique<Sliding>(std::move(text), false, lowered);
    default:
      return std::make_unique<Sliding>(std::move(text), true, lowered);
  }
}

std::unique_ptr<Automaton> glob_automaton(const std::string& pattern) {
  return std::make_unique<Glob>(pattern);
}

Trie::Trie(const std::vector<std::string>& texts, bool reversed) : nodes_(1) {
  for (std::size_t i = 0; i < texts.size(); ++i) {
    std::string text = texts[i];
    if (reversed) std::reverse(text.begin(), text.end());
    std::size_t at = 0;
    for (char c : text) {
      const auto octet = static_cast<std::uint8_t>(c);
      auto& next = nodes_[at].next;
      auto found = next.find(octet);
      if (found == next.end()) {
        found = next.emplace(octet, static_cast<int>(nodes_.size())).first;
        at = nodes_.size();
        nodes_.emplace_back();
      } else {
        at = static_cast<std::size_t>(found->second);
      }
    }
    nodes_[at].text = static_cast<int>(i);
  }
}

int Trie::step(int state, std::uint8_t octet) const {
  if (state < 0) return -1;
  const auto& next = nodes_[static_cast<std::size_t>(state)].next;
  const auto at = next.find(octet);
  return at == next.end() ? -1 : at->second;
}

}  // namespace lapis::verify
