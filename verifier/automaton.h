// Deterministic automata over octets, for the regular properties of names and texts.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "term.h"

namespace lapis::verify {

/// What is already sure about a word of which only the beginning is known.
enum class Sure : std::uint8_t { no, accepted, rejected };

class Automaton {
 public:
  virtual ~Automaton() = default;
  virtual int start() { return 0; }
  virtual int step(int state, std::uint8_t octet) = 0;
  virtual bool accepts(int state) = 0;
  virtual Sure sure(int) { return Sure::no; }
  /// Borders of labels, for automata that care.
  virtual int label_start(int state) { return state; }
  virtual int label_end(int state) { return state; }
};

/// Automaton of a prefix, suffix, contains or equal test; `reversed` for words read backwards.
std::unique_ptr<Automaton> text_automaton(PatternKind kind, std::string text, bool lowered,
                                          bool reversed);

/// Automaton of a glob on names read backwards: parts from the right.
std::unique_ptr<Automaton> glob_automaton(const std::string& pattern);

/// Which of a list of texts a word is: the state says (-1: none of them).
class Trie {
 public:
  Trie(const std::vector<std::string>& texts, bool reversed);
  int start() const { return 0; }
  int step(int state, std::uint8_t octet) const;
  /// Number of the text, or -1.
  int text_at(int state) const {
    return state < 0 ? -1 : nodes_[static_cast<std::size_t>(state)].text;
  }

 private:
  struct Node {
    std::map<std::uint8_t, int> next;
    int text = -1;
  };
  std::vector<Node> nodes_;
};

}  // namespace lapis::verify
