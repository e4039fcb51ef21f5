#include "proof.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <nlohmann/json.hpp>

#include "lapis/base/memory_limit.h"
#include "lapis/program/program_set.h"
#include "lapis/report/witness.h"
#include "lapis/verify/verify.h"

namespace lapis::editor {
namespace {

using Json = nlohmann::json;

Json span_json(Span span) {
  return {span.file, span.begin, span.end};
}

Span span_of(const Json& json) {
  return {json[0].get<std::uint32_t>(), json[1].get<std::uint32_t>(), json[2].get<std::uint32_t>()};
}

Json to_json(const Diagnostic& d) {
  Json related = Json::array();
  for (const Related& r : d.related) {
    related.push_back({{"name", r.name}, {"message", r.message}, {"span", span_json(r.span)}});
  }
  return {{"rule", d.rule},
          {"severity", static_cast<int>(d.severity)},
          {"message", d.message},
          {"span", span_json(d.span)},
          {"help", d.help},
          {"program", d.program},
          {"related", std::move(related)},
          {"witness", d.witness ? report::witness_json(*d.witness) : ""}};
}

Diagnostic from_json(const Json& json) {
  Diagnostic d = error_at(span_of(json["span"]), json["rule"].get<std::string>(),
                          json["message"].get<std::string>(), json["help"].get<std::string>());
  d.severity = static_cast<Severity>(json["severity"].get<int>());
  d.program = json["program"].get<std::string>();
  for (const Json& r : json["related"]) {
    d.related.push_back(
        {r["name"].get<std::string>(), r["message"].get<std::string>(), span_of(r["span"])});
  }
  Witness witness;
  std::string error;
  if (report::read_witness(json["witness"].get<std::string>(), witness, error)) d.witness = witness;
  return d;
}

/// The child's whole life.
[[noreturn]] void prove(const CheckedSet& checked, const std::string& cache, int output) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  setpriority(PRIO_PROCESS, 0, 10);  // the editor goes first
  limit_address_space(Proof::limit_memory_mib);
  const program::ProgramSet set(*checked.set);
  verify::Options options;
  options.limit_seconds = Proof::limit_seconds;
  options.cache_directory = cache;
  const verify::Report report = verify::verify(set, checked.sources, options);
  Json findings = Json::array();
  for (const Diagnostic& d : report.findings) findings.push_back(to_json(d));
  const std::string text = findings.dump(-1, ' ', false, Json::error_handler_t::replace);
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t written = write(output, text.data() + at, text.size() - at);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) break;
    at += static_cast<std::size_t>(written);
  }
  _exit(0);
}

}  // namespace

std::unique_ptr<Proof> Proof::start(const std::string& set, const CheckedSet& checked,
                                    const std::string& cache) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return nullptr;
  // This process has one thread, so the child may do anything.
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    prove(checked, cache, ends[1]);
  }
  close(ends[1]);
  if (child < 0) {
    close(ends[0]);
    return nullptr;
  }
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return std::unique_ptr<Proof>(new Proof(set, checked.generation, child, ends[0]));
}

Proof::~Proof() {
  close(descriptor_);
  kill(child_, SIGKILL);
  while (waitpid(child_, nullptr, 0) < 0 && errno == EINTR) continue;
}

bool Proof::read() {
  char buffer[65536];
  for (;;) {
    const ssize_t got = ::read(descriptor_, buffer, sizeof buffer);
    if (got > 0) {
      output_.append(buffer, static_cast<std::size_t>(got));
    } else if (got < 0 && errno == EINTR) {
      continue;
    } else {
      return got == 0;
    }
  }
}

Diagnostics Proof::findings() const {
  Diagnostics out;
  const Json json = Json::parse(output_, nullptr, false);
  if (!json.is_array()) return out;  // the child was stopped by its limits
  for (const Json& one : json) out.push_back(from_json(one));
  return out;
}

}  // namespace lapis::editor
