// Every question the solver is asked can be written down, and another solver says the same of it.
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "made_set.h"
#include "model.h"
#include "realise.h"
#include "solver.h"

namespace lapis {
namespace {

namespace fs = std::filesystem;
using agreement::make_set;

/// Writes the questions about pairs of programs of some random sets to `folder`.
void export_questions(const fs::path& folder, std::uint64_t sets) {
  for (std::uint64_t seed = 400'001; seed <= 400'000 + sets; ++seed) {
    const auto checked = make_set(seed, {4, 4, 4, 4, 1});
    if (!checked) continue;
    verify::Model model(*checked->set, false);
    std::uint64_t compared = 0;
    model.finish({}, compared);
    const verify::Realiser realiser(checked->set->definition(), model.space(), {});
    const fs::path own = folder / std::to_string(seed);
    fs::create_directories(own);
    verify::SolverLimits limits;
    limits.smt2_directory = own.string();
    verify::Solver solver(model.space(), realiser, limits);
    const auto& items = model.items();
    for (std::size_t p = 0; p < items.size(); ++p) {
      solver.check({items[p].match}, {}, "alone", false);
      for (std::size_t q = 0; q < items.size(); ++q) {
        if (p == q) continue;
        if (p < q) solver.check({items[p].match, items[q].match}, {}, "both", false);
        solver.check({items[p].match}, {items[q].match}, "one without the other", false);
      }
    }
  }
}

std::string status_of(const fs::path& file) {
  std::ifstream in(file);
  const std::string start = "(set-info :status ";
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(start)) return line.substr(start.size(), line.size() - start.size() - 1);
  }
  return "none";
}

std::string answer_of(const fs::path& file) {
  const std::string command = "cvc5 --lang=smt2 '" + file.string() + "' 2>&1";
  std::FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return "cannot be run";
  std::string out;
  std::array<char, 256> buffer{};
  while (std::fgets(buffer.data(), static_cast<int>(buffer.size()), pipe) != nullptr) {
    out += buffer.data();
  }
  pclose(pipe);
  return out.substr(0, out.find('\n'));
}

TEST(SecondSolver, SaysTheSame) {
  const fs::path folder =
      fs::temp_directory_path() / ("lapis-smt2-" + std::to_string(std::rand()) + "-" +
                                   std::to_string(static_cast<long>(getpid())));
  export_questions(folder, 30);
  int sat = 0;
  int unsat = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".smt2") continue;
    const std::string expected = status_of(entry.path());
    ASSERT_EQ(answer_of(entry.path()), expected) << entry.path();
    (expected == "sat" ? sat : unsat) += 1;
  }
  std::printf("%d satisfiable, %d unsatisfiable\n", sat, unsat);
  EXPECT_GT(sat, 50);
  EXPECT_GT(unsat, 20);
  fs::remove_all(folder);
}

}  // namespace
}  // namespace lapis
