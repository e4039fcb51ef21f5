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
#include "lapis/base/write_all.h"
#include "lapis/program/program_set.h"
#include "lapis/repair/repair.h"
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

Json fix_json(const report::Fix& fix) {
  Json edits = Json::array();
  for (const TextEdit& edit : fix.edits) {
    edits.push_back({{"span", span_json(edit.at)}, {"text", edit.text}});
  }
  return {{"rule", fix.rule},       {"program", fix.program},
          {"message", fix.message}, {"span", span_json(fix.span)},
          {"title", fix.title},     {"same_answers", fix.same_answers},
          {"changes", fix.changes}, {"edits", std::move(edits)}};
}

report::Fix fix_of(const Json& json) {
  report::Fix fix;
  fix.rule = json["rule"].get<std::string>();
  fix.program = json["program"].get<std::string>();
  fix.message = json["message"].get<std::string>();
  fix.span = span_of(json["span"]);
  fix.title = json["title"].get<std::string>();
  fix.same_answers = json["same_answers"].get<bool>();
  fix.changes = json["changes"].get<std::vector<std::string>>();
  for (const Json& edit : json["edits"]) {
    fix.edits.push_back({span_of(edit["span"]), edit["text"].get<std::string>()});
  }
  return fix;
}

/// One line of what the child says.
void say(int output, const Json& json) {
  // Nobody is left to be told when it fails.
  write_all(output, json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
}

/// The child's whole life: first the findings, then what would remove them.
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
  say(output, findings);
  repair::Options how;
  how.verify = options;
  how.verify.limit_seconds = Proof::limit_fixes_seconds;
  how.limit_seconds = Proof::limit_fixes_seconds;
  Diagnostics all = checked.findings;
  all.insert(all.end(), report.findings.begin(), report.findings.end());
  std::vector<lang::SetFile> files;
  for (std::uint32_t file = 1; file <= checked.files.size(); ++file) files.push_back({file});
  Json fixes = Json::array();
  if (!all.empty()) {
    for (const report::Fix& fix : repair::suggest(checked.sources, files, all, how).fixes) {
      fixes.push_back(fix_json(fix));
    }
  }
  say(output, fixes);
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

std::optional<Diagnostics> Proof::findings() const {
  const std::size_t end = output_.find('\n');
  if (end == std::string::npos) return std::nullopt;  // or the child was stopped by its limits
  const Json json = Json::parse(output_.substr(0, end), nullptr, false);
  Diagnostics out;
  if (!json.is_array()) return out;
  for (const Json& one : json) out.push_back(from_json(one));
  return out;
}

std::vector<report::Fix> Proof::fixes() const {
  std::vector<report::Fix> out;
  const std::size_t end = output_.find('\n');
  if (end == std::string::npos) return out;
  const Json json = Json::parse(output_.substr(end + 1), nullptr, false);
  if (!json.is_array()) return out;
  for (const Json& one : json) out.push_back(fix_of(one));
  return out;
}

}  // namespace lapis::editor
