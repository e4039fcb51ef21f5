// Runs a fuzz target over its seeds, whole, cut short and with octets changed, always the same way.
// A crash or a sanitizer report fails the test, and so does a folder without seeds.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr int mutations_per_seed = 200;
constexpr std::size_t most_cuts = 200;

/// SplitMix64: small, and the same everywhere.
std::uint64_t next(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9E3779B97F4A7C15ULL);
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31U);
}

void run(const std::string& input) {
  // A copy of the exact size, so that a sanitizer sees a read past the end.
  const std::vector<std::uint8_t> octets(input.begin(), input.end());
  LLVMFuzzerTestOneInput(octets.data(), octets.size());
}

void run_mutations(const std::string& seed, std::uint64_t& state) {
  const std::size_t step = std::max<std::size_t>(1, seed.size() / most_cuts);
  for (std::size_t cut = 0; cut < seed.size(); cut += step) run(seed.substr(0, cut));
  for (int i = 0; i < mutations_per_seed && !seed.empty(); ++i) {
    std::string mutated = seed;
    for (std::uint64_t changes = 1 + next(state) % 4; changes > 0; --changes) {
      const std::size_t at = next(state) % mutated.size();
      switch (next(state) % 3) {
        case 0:
          mutated[at] = static_cast<char>(next(state));
          break;
        case 1:
          mutated.insert(at, 1, static_cast<char>(next(state)));
          break;
        default:
          mutated[at] = static_cast<char>(mutated[at] ^ (1 << next(state) % 8));
          break;
      }
    }
    run(mutated);
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t state = 1;
  int seeds = 0;
  run("");
  for (int i = 1; i < argc; ++i) {
    std::error_code error;
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(argv[i], error)) {
      if (entry.is_regular_file()) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    for (const auto& path : files) {
      std::ifstream stream(path, std::ios::binary);
      const std::string seed{std::istreambuf_iterator<char>(stream), {}};
      run(seed);
      run_mutations(seed, state);
      ++seeds;
    }
  }
  std::printf("%d seeds replayed\n", seeds);
  return seeds > 0 ? 0 : 1;
}
