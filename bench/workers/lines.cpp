// Reads a trace of valgrind's lackey and says which cache lines were used in which phases.
//
//     lines PHASE_ADDRESS < trace
//
// A store to PHASE_ADDRESS (hexadecimal) begins or ends a phase, in turns; the first phase, and
// every second after it, is one of worker A, the others are of worker B. What lies between is
// passed over. Prints the number of phases of A and of B; then, for each cache line of 64 octets
// that was used, its address, phases of A that read it, that wrote it, phases of B that read it,
// that wrote it.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <unordered_map>

namespace {

struct Line {
  std::uint32_t used[2][2] = {};  // by worker: phases that read it, phases that wrote it
  std::uint32_t last[2][2] = {};  // the phase counted last
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const std::uint64_t mark = std::strtoull(argv[1], nullptr, 16);
  std::unordered_map<std::uint64_t, Line> lines;
  std::uint32_t marks = 0;
  char text[256];
  while (std::fgets(text, sizeof text, stdin) != nullptr) {
    const bool store = text[0] == ' ' && text[1] == 'S', load = text[0] == ' ' && text[1] == 'L',
               both = text[0] == ' ' && text[1] == 'M';
    if (!store && !load && !both) continue;
    char* end = nullptr;
    const std::uint64_t at = std::strtoull(text + 3, &end, 16);
    if (at == mark && store) {
      ++marks;
      continue;
    }
    if (marks % 2 == 0) continue;  // between phases
    const std::uint32_t phase = marks / 2 + 1;
    const unsigned worker = (phase + 1) % 2;
    const std::uint64_t size = std::strtoull(end + 1, nullptr, 10);
    for (std::uint64_t n = at / 64; n <= (at + size - 1) / 64; ++n) {
      Line& line = lines[n];
      for (const unsigned kind : {0U, 1U}) {
        if (kind == 0 ? store : load) continue;
        if (line.last[worker][kind] == phase) continue;
        line.last[worker][kind] = phase;
        ++line.used[worker][kind];
      }
    }
  }
  const std::uint32_t phases = marks / 2;
  std::printf("%u %u\n", (phases + 1) / 2, phases / 2);
  for (const auto& [n, line] : lines) {
    std::printf("%llx %u %u %u %u\n", static_cast<unsigned long long>(n * 64), line.used[0][0],
                line.used[0][1], line.used[1][0], line.used[1][1]);
  }
}
