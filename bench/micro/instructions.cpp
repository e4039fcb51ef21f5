// Plays every workload for callgrind: twice, the second time twice as long, each into a dump of its
// own named after it. bench/instructions runs this and subtracts.
//
//     bench_instructions [NAME…]
#include <valgrind/callgrind.h>

#include <algorithm>
#include <cstdio>
#include <deque>
#include <string>

#include "workloads.h"

namespace {

constexpr std::size_t queries = 4096;

void count(const lapis::bench::Recipe& recipe) {
  const lapis::bench::Workload workload = recipe.make();
  lapis::bench::Player player(workload);
  player.check();
  std::size_t octets = player.play(queries);
  CALLGRIND_START_INSTRUMENTATION;
  for (const std::size_t times : {std::size_t{1}, std::size_t{2}}) {
    // Read only when the dump is written, which is some time later.
    static std::deque<std::string> titles;
    titles.push_back(recipe.name + " " + std::to_string(times * queries));
    CALLGRIND_ZERO_STATS;
    octets += player.play(times * queries);
    CALLGRIND_DUMP_STATS_AT(titles.back().c_str());
  }
  CALLGRIND_STOP_INSTRUMENTATION;
  std::printf("%s: %zu octets of answers\n", recipe.name.c_str(), octets);
}

}  // namespace

int main(int argc, char** argv) {
  for (const lapis::bench::Recipe& recipe : lapis::bench::recipes()) {
    const bool wanted = argc == 1 || std::find(argv + 1, argv + argc, recipe.name) != argv + argc;
    if (wanted) count(recipe);
  }
}
