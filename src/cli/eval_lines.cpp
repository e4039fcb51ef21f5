#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include "answer.h"
#include "eval.h"
#include "lapis/base/write_all.h"
#include "lapis/program/query_reader.h"
#include "lapis/report/witness.h"

namespace lapis::cli {
namespace {

constexpr std::size_t chunk = std::size_t{1} << 18U;
constexpr std::size_t longest_line = std::size_t{1} << 24U;

/// Answers lines one after the other into an output text.
class LineAnswerer {
 public:
  LineAnswerer(const program::ProgramSet& set, const geo::Places* places)
      : reader_(set), answerer_(set) {
    reader_.use_places(places);
  }

  void answer(std::string_view line, std::string& out) {
    ++number_;
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    error_.clear();
    report::PlaceKeys given;
    if (report::read_witness(line, query_, error_, &given) &&
        reader_.read(query_, error_, fields(given))) {
      answerer_.answer(reader_.context(), answer_);
      answerer_.append_json(answer_, out);
    } else {
      failed_ = true;
      out += R"({"error":)";
      report::append_json_string(out, "line " + std::to_string(number_) + ": " + error_);
      out += '}';
    }
    out += '\n';
  }
  bool failed() const { return failed_; }

 private:
  static geo::Fields fields(const report::PlaceKeys& keys) {
    geo::Fields out = 0;
    if (keys.country) out |= geo::only(geo::Field::country);
    if (keys.continent) out |= geo::only(geo::Field::continent);
    if (keys.asn) out |= geo::only(geo::Field::asn);
    return out;
  }

  program::QueryReader reader_;
  Answerer answerer_;
  Witness query_;
  Answer answer_;
  std::string error_;
  std::size_t number_ = 0;
  bool failed_ = false;
};

/// Takes the complete lines off the front of `input`.
void answer_lines(std::string& input, LineAnswerer& answerer, std::string& out) {
  std::size_t at = 0;
  for (std::size_t end = input.find('\n'); end != std::string::npos; end = input.find('\n', at)) {
    answerer.answer(std::string_view(input).substr(at, end - at), out);
    at = end + 1;
  }
  input.erase(0, at);
}

Exit complain_about(const std::string& path) {
  std::fprintf(stderr, "lapis: %s: %s\n", path.c_str(), std::strerror(errno));
  return Exit::usage;
}

Exit answer_all(int descriptor, const std::string& path, LineAnswerer& answerer) {
  std::string input;
  std::string output;
  for (;;) {
    const std::size_t kept = input.size();
    if (kept > longest_line) {
      std::fprintf(stderr, "lapis: %s: a line is longer than 16 MiB\n", path.c_str());
      return Exit::usage;
    }
    input.resize(kept + chunk);
    const ssize_t got = read(descriptor, input.data() + kept, chunk);
    input.resize(kept + static_cast<std::size_t>(got > 0 ? got : 0));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return complain_about(path);
    if (got == 0) break;
    answer_lines(input, answerer, output);
    if (!write_all(STDOUT_FILENO, output)) return complain_about("standard output");
    output.clear();
  }
  if (!input.empty()) answerer.answer(input, output);
  if (!write_all(STDOUT_FILENO, output)) return complain_about("standard output");
  return answerer.failed() ? Exit::usage : Exit::fine;
}

}  // namespace

Exit eval_lines(const program::ProgramSet& set, const std::string& path,
                const geo::Places* places) {
  LineAnswerer answerer(set, places);
  if (path == "-") return answer_all(STDIN_FILENO, "standard input", answerer);
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return complain_about(path);
  const Exit status = answer_all(descriptor, path, answerer);
  close(descriptor);
  return status;
}

}  // namespace lapis::cli
