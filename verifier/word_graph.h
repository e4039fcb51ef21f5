// Words of a regular language given by an automaton that is built while it is walked: a shortest
// one, all of them, or any number of them at random.
//
// Walking blindly meets far more beginnings that no word has than words. So the graph of states is
// explored first, each state once, and then walked only where an end is within reach: the work is
// proportional to the words that come out.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "deadline.h"

namespace lapis::verify {

enum class Search : std::uint8_t {
  stopped,    ///< the caller has what it wants
  exhausted,  ///< there are no more
  gave_up,    ///< the bound on work was reached
};

/// What a walk may cost: beyond it, it gives up.
struct WalkLimit {
  std::size_t states = 0;
  Deadline deadline;
};

/// States by what they are made of, numbered from 0.
class StateTable {
 public:
  using Values = std::vector<int>;
  int put(const Values& values);
  const Values& at(int state) const { return states_[static_cast<std::size_t>(state)]; }
  std::size_t size() const { return states_.size(); }

 private:
  std::unordered_map<std::string, int> numbers_;
  std::vector<Values> states_;
};

struct Arc {
  int symbol = 0;  ///< a class of letters, or negative: a border, which is no letter
  int to = 0;      ///< state
  int cost = 0;    ///< octets it adds
};

/// What is walked.
class Language {
 public:
  Language() = default;
  Language(const Language&) = delete;
  Language& operator=(const Language&) = delete;
  virtual ~Language() = default;
  virtual int start() = 0;
  /// Appends the arcs of a state; true when a word may end here.
  virtual bool expand(int state, std::vector<Arc>& arcs) = 0;
  /// Letters of a class, all alike for the language; those people like to read first.
  virtual std::uint32_t letters(int symbol) const = 0;
  /// How many of them are likeable: at least 1.
  virtual std::uint32_t plain_letters(int symbol) const = 0;
  virtual int octets_at_start() const = 0;
  virtual int most_octets() const = 0;
  /// Letters between two borders.
  virtual int longest_run() const = 0;
};

/// A word as it was walked: the symbol and which letter of its class.
struct Letter {
  int symbol = 0;
  std::uint32_t letter = 0;
};
using Word = std::vector<Letter>;
/// Called with each word; true stops the search.
using WordSink = std::function<bool(const Word&)>;

class WordGraph {
 public:
  explicit WordGraph(Language& language) : language_(language) {}

  /// The shortest word, letters of runs not counted. Explores only as far as needed.
  Search shortest(const WalkLimit& limit, Word& out);

  /// Explores up to the limit of states and finds how far each state is from an end. True when the
  /// whole graph was seen.
  bool explore(const WalkLimit& limit);
  /// After explore: the language has a word within the octets, letters of runs not counted.
  bool any() const;
  /// After explore: some word has a letter of this class.
  bool uses(const std::function<bool(int symbol)>& symbol) const;
  /// After explore: words, shortest first, of likeable letters only or of all.
  Search each(bool plain, std::uint64_t most_steps, const WordSink& sink) const;
  /// After explore: a word made from the number; false when the walk ended badly.
  bool random(std::uint64_t number, Word& out) const;

 private:
  struct Node {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
    bool accepts = false;
    bool expanded = false;
  };
  struct Walk;

  bool expand(int state);
  Node& node(int state) {
    if (static_cast<std::size_t>(state) >= nodes_.size()) {
      nodes_.resize(static_cast<std::size_t>(state) + 1);
    }
    return nodes_[static_cast<std::size_t>(state)];
  }
  bool walk(Walk& w, int state, int octets, int run) const;

  Language& language_;
  std::vector<Node> nodes_;
  std::vector<Arc> arcs_;
  std::vector<int> distance_;  // octets to the nearest end
};

}  // namespace lapis::verify
