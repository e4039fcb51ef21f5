// When a run has to end. Searches look at it now and then; whoever asked for one that ended without
// an outcome looks whether this is why.
#pragma once

#include <chrono>
#include <cstdint>

namespace lapis::verify {

class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  Deadline() = default;  ///< never
  /// 0: never.
  static Deadline in_seconds(double seconds) {
    Deadline out;
    if (seconds > 0 && seconds < most_seconds) {
      out.at_ = Clock::now() +
                std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    }
    return out;
  }

  bool never() const { return at_ == Clock::time_point::max(); }
  bool passed() const { return !never() && Clock::now() >= at_; }
  /// For the inside of a loop: looks at the clock once in a thousand turns.
  bool passed_at(std::uint64_t turn) const { return turn % 1024 == 1023 && passed(); }
  Clock::duration left() const { return at_ - Clock::now(); }

 private:
  static constexpr double most_seconds = 1e9;  // what a clock can count is not much more
  Clock::time_point at_ = Clock::time_point::max();
};

}  // namespace lapis::verify
