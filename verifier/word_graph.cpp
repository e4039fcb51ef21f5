#include "word_graph.h"

#include <algorithm>

#include "scramble.h"

namespace lapis::verify {
namespace {

constexpr int unreachable = 1 << 20;

}  // namespace

int StateTable::put(const Values& values) {
  std::string key(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(int));
  const auto [at, fresh] = numbers_.emplace(std::move(key), static_cast<int>(states_.size()));
  if (fresh) states_.push_back(values);
  return at->second;
}

bool WordGraph::expand(int state) {
  if (node(state).expanded) return node(state).accepts;
  const auto first = static_cast<std::uint32_t>(arcs_.size());
  const bool accepts = language_.expand(state, arcs_);
  Node& n = node(state);
  n.first = first;
  n.count = static_cast<std::uint32_t>(arcs_.size()) - first;
  n.accepts = accepts;
  n.expanded = true;
  return accepts;
}

Search WordGraph::shortest(const WalkLimit& limit, Word& out) {
  struct Step {
    int state;
    int previous;
    int symbol;
  };
  std::vector<Step> steps;
  const auto most = static_cast<std::size_t>(language_.most_octets());
  std::vector<std::vector<int>> by_octets(most + 1);
  std::vector<bool> reached;
  std::uint64_t turn = 0;
  steps.push_back({language_.start(), -1, 0});
  by_octets[static_cast<std::size_t>(language_.octets_at_start())].push_back(0);
  for (std::size_t octets = 0; octets <= most; ++octets) {
    for (std::size_t i = 0; i < by_octets[octets].size(); ++i) {
      const int at = by_octets[octets][i];
      const int state = steps[static_cast<std::size_t>(at)].state;
      if (static_cast<std::size_t>(state) >= reached.size()) {
        reached.resize(static_cast<std::size_t>(state) * 2 + 64);
      }
      if (reached[static_cast<std::size_t>(state)]) continue;
      reached[static_cast<std::size_t>(state)] = true;
      if (steps.size() > limit.states * 16 || nodes_.size() > limit.states) return Search::gave_up;
      if (limit.deadline.passed_at(++turn)) return Search::gave_up;
      if (expand(state)) {
        out.clear();
        for (int s = at; steps[static_cast<std::size_t>(s)].previous >= 0;
             s = steps[static_cast<std::size_t>(s)].previous) {
          out.push_back({steps[static_cast<std::size_t>(s)].symbol, 0});
        }
        std::reverse(out.begin(), out.end());
        return Search::stopped;
      }
      const Node n = node(state);
      for (std::uint32_t k = n.first; k < n.first + n.count; ++k) {
        const std::size_t then = octets + static_cast<std::size_t>(arcs_[k].cost);
        const auto to = static_cast<std::size_t>(arcs_[k].to);
        if (then > most || (to < reached.size() && reached[to])) continue;
        steps.push_back({arcs_[k].to, at, arcs_[k].symbol});
        by_octets[then].push_back(static_cast<int>(steps.size()) - 1);
      }
    }
    std::vector<int>().swap(by_octets[octets]);
  }
  return Search::exhausted;
}

bool WordGraph::explore(const WalkLimit& limit) {
  bool whole = true;
  std::vector<int> queue{language_.start()};
  std::vector<bool> queued;
  auto enqueue = [&](int state) {
    const auto at = static_cast<std::size_t>(state);
    if (at >= queued.size()) queued.resize(at * 2 + 64);
    if (queued[at]) return;
    queued[at] = true;
    queue.push_back(state);
  };
  queued.resize(static_cast<std::size_t>(language_.start()) + 64);
  queued[static_cast<std::size_t>(language_.start())] = true;
  std::size_t head = 0;
  for (; head < queue.size(); ++head) {
    if (head >= limit.states || limit.deadline.passed_at(head)) {
      whole = false;
      break;
    }
    expand(queue[head]);
    const Node n = node(queue[head]);
    for (std::uint32_t k = n.first; k < n.first + n.count; ++k) enqueue(arcs_[k].to);
  }
  // Distances to an end, backwards from the ends in order of octets.
  std::vector<std::vector<std::pair<int, int>>> into(std::max(nodes_.size(), queued.size()));
  distance_.assign(into.size(), unreachable);
  const auto most = static_cast<std::size_t>(language_.most_octets());
  std::vector<std::vector<int>> by_octets(most + 1);
  for (std::size_t i = 0; i < head; ++i) {
    const Node& n = nodes_[static_cast<std::size_t>(queue[i])];
    for (std::uint32_t k = n.first; k < n.first + n.count; ++k) {
      into[static_cast<std::size_t>(arcs_[k].to)].emplace_back(queue[i], arcs_[k].cost);
    }
    if (n.accepts) by_octets[0].push_back(queue[i]);
  }
  for (std::size_t octets = 0; octets <= most; ++octets) {
    for (std::size_t i = 0; i < by_octets[octets].size(); ++i) {
      const auto state = static_cast<std::size_t>(by_octets[octets][i]);
      if (distance_[state] != unreachable) continue;
      distance_[state] = static_cast<int>(octets);
      for (const auto& [from, cost] : into[state]) {
        const std::size_t then = octets + static_cast<std::size_t>(cost);
        if (then <= most && distance_[static_cast<std::size_t>(from)] == unreachable) {
          by_octets[then].push_back(from);
        }
      }
    }
  }
  return whole;
}

bool WordGraph::any() const {
  const int distance = distance_[static_cast<std::size_t>(language_.start())];
  return language_.octets_at_start() + distance <= language_.most_octets();
}

bool WordGraph::uses(const std::function<bool(int symbol)>& symbol) const {
  for (std::size_t state = 0; state < nodes_.size(); ++state) {
    const Node& n = nodes_[state];
    if (!n.expanded || distance_[state] == unreachable) continue;
    for (std::uint32_t k = n.first; k < n.first + n.count; ++k) {
      if (distance_[static_cast<std::size_t>(arcs_[k].to)] != unreachable &&
          symbol(arcs_[k].symbol)) {
        return true;
      }
    }
  }
  return false;
}

struct WordGraph::Walk {
  bool plain = false;
  int octets = 0;  // of the words wanted now
  std::uint64_t steps_left = 0;
  const WordSink* sink = nullptr;
  Word word;
  bool stopped = false;
};

/// False to end the walk: stopped, or no steps left. Depth is bounded by the octets of a word.
bool WordGraph::walk(Walk& w, int state, int octets, int run) const {
  if (w.steps_left == 0) return false;
  --w.steps_left;
  const Node& n = nodes_[static_cast<std::size_t>(state)];
  if (n.accepts && octets == w.octets && (*w.sink)(w.word)) {
    w.stopped = true;
    return false;
  }
  for (std::uint32_t k = n.first; k < n.first + n.count; ++k) {
    const Arc& arc = arcs_[k];
    const int then = octets + arc.cost;
    if (then + distance_[static_cast<std::size_t>(arc.to)] > w.octets) continue;
    if (arc.symbol >= 0 && run >= language_.longest_run()) continue;
    const std::uint32_t letters = arc.symbol < 0 ? 1
                                  : w.plain      ? language_.plain_letters(arc.symbol)
                                                 : language_.letters(arc.symbol);
    for (std::uint32_t letter = 0; letter < letters; ++letter) {
      w.word.push_back({arc.symbol, letter});
      const bool on = walk(w, arc.to, then, arc.symbol < 0 ? 0 : run + 1);
      w.word.pop_back();
      if (!on) return false;
    }
  }
  return true;
}

Search WordGraph::each(bool plain, std::uint64_t most_steps, const WordSink& sink) const {
  Walk w;
  w.plain = plain;
  w.steps_left = most_steps;
  w.sink = &sink;
  const int start = language_.start();
  const int begin = language_.octets_at_start();
  for (w.octets = begin + distance_[static_cast<std::size_t>(start)];
       w.octets <= language_.most_octets(); ++w.octets) {
    if (!walk(w, start, begin, 0)) return w.stopped ? Search::stopped : Search::gave_up;
  }
  return Search::exhausted;
}

bool WordGraph::random(std::uint64_t number, Word& out) const {
  out.clear();
  int state = language_.start();
  int octets = language_.octets_at_start();
  int run = 0;
  std::uint64_t dice = number;
  const int most = language_.most_octets();
  const int least = octets + distance_[static_cast<std::size_t>(state)];
  const int wanted = std::min(most, least + 6 + static_cast<int>(next_random(dice) % 24));
  for (;;) {
    const Node& n = nodes_[static_cast<std::size_t>(state)];
    if (n.accepts && (octets >= wanted || next_random(dice) % 16 == 0)) return true;
    // Beyond the length wanted the shortest way out is taken.
    const int limit = std::max(wanted, octets + distance_[static_cast<std::size_t>(state)]);
    std::uint32_t choices = 0;
    std::uint32_t chosen = 0;
    for (std::uint32_t k = n.first; k < n.first + n.count; ++k) {
      const Arc& arc = arcs_[k];
      const int end = octets + arc.cost + distance_[static_cast<std::size_t>(arc.to)];
      if (end > limit || end > most) continue;
      if (arc.symbol >= 0 && run >= language_.longest_run()) continue;
      if (next_random(dice) % ++choices == 0) chosen = k;
    }
    if (choices == 0) return n.accepts;
    const Arc& arc = arcs_[chosen];
    const std::uint32_t letter =
        arc.symbol < 0
            ? 0
            : static_cast<std::uint32_t>(next_random(dice) % language_.plain_letters(arc.symbol));
    out.push_back({arc.symbol, letter});
    octets += arc.cost;
    run = arc.symbol < 0 ? 0 : run + 1;
    state = arc.to;
  }
}

}  // namespace lapis::verify
