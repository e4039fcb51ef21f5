// Compares the rendered diagnostics of broken program texts with the expected texts beside them.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "lapis/lang/set.h"
#include "lapis/report/report.h"

namespace {

namespace fs = std::filesystem;

std::string contents(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string said_of(const fs::path& path) {
  lapis::SourceMap sources;
  lapis::Diagnostics findings;
  const std::uint32_t file = sources.add(path.filename().string(), contents(path));
  const auto set = lapis::lang::check_set({{file}}, sources, findings);
  if (!set.ok()) findings = set.errors();
  std::string out;
  for (const lapis::Diagnostic& finding : findings) {
    out += lapis::report::render_finding(finding, sources);
  }
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  const bool update = argc > 1 && std::string(argv[1]) == "--update";
  const fs::path folder = argc > 1 ? argv[argc - 1] : ".";
  std::vector<fs::path> inputs;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const fs::path& path = entry.path();
    if (path.extension() == ".lisp" || path.extension() == ".yaml") inputs.push_back(path);
  }
  std::sort(inputs.begin(), inputs.end());
  int failures = inputs.empty() ? 1 : 0;
  for (const fs::path& input : inputs) {
    const std::string said = said_of(input);
    const fs::path beside = fs::path(input).replace_extension(".expected");
    if (update) {
      std::ofstream(beside, std::ios::binary) << said;
    } else if (contents(beside) != said) {
      ++failures;
      std::printf("%s differs from %s; it is now:\n%s\n", input.c_str(), beside.c_str(),
                  said.c_str());
    }
  }
  std::printf("%zu texts, %d differ\n", inputs.size(), failures);
  return failures == 0 ? 0 : 1;
}
