// When a worker rests between two turns of its loop, so that peers need not wake it.
//
// A worker that has answered all connections sleeps until the next query. With many connections
// busy that is a few microseconds later, so worker and peers wake each other all the time, and
// each works on sockets whose cache lines the other is still writing. Network cards have the same
// trouble with interrupts, and the same remedy: under load a worker looks again only after a short
// rest that nothing interrupts, and then finds the queries of many connections at once. Measured,
// this takes a quarter off the processor time of an answer, and answers come sooner, because peers
// gain as well. Nothing rests while few connections are busy.
#pragma once

#include <algorithm>
#include <chrono>

namespace lapis::server {

/// Decides; the worker does the resting. Used by one thread.
class Moderation {
 public:
  /// Connections answered in one turn from which on a worker rests: so many queries within two
  /// rests do not happen by chance on a server with little to do.
  static constexpr unsigned busy = 4;
  /// Long enough for some queries to come together, short beside what they wait for anyway.
  static constexpr std::chrono::nanoseconds rest{20'000};
  /// A rest as long as this says that others want the processor, or that the system's timers are
  /// coarse. Then a rest costs time that nobody gains.
  static constexpr std::chrono::nanoseconds overslept{1'000'000};
  /// Turns without rest after one such rest; twice as many after each further one in a row.
  static constexpr unsigned least_awake = 64;
  static constexpr unsigned most_awake = least_awake << 10U;

  /// Whether to rest after a turn in which queries of so many `connections` were answered.
  bool due(unsigned connections) {
    if (awake_ != 0) {
      --awake_;
      return false;
    }
    return connections >= busy;
  }
  /// What a rest has come to.
  void rested(std::chrono::nanoseconds time) {
    if (time < overslept) {
      next_awake_ = least_awake;
      return;
    }
    awake_ = next_awake_;
    next_awake_ = std::min(2 * next_awake_, most_awake);
  }

 private:
  unsigned awake_ = 0;  // turns still to come without rest
  unsigned next_awake_ = least_awake;
};

}  // namespace lapis::server
