#include "log.h"

#include <spdlog/formatter.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <string>

#include "lapis/report/report.h"
#include "lapis/report/witness.h"

namespace lapis::server {
namespace {

constexpr std::size_t most_findings = 100;
constexpr const char* time_pattern = "%Y-%m-%dT%H:%M:%S.%e%z";

/// {"time":…,"level":…,"message":…}
class JsonFormatter final : public spdlog::formatter {
 public:
  JsonFormatter() : time_(time_pattern, spdlog::pattern_time_type::local, "") {}

  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    spdlog::memory_buf_t time;
    time_.format(message, time);
    const auto level = spdlog::level::to_string_view(message.level);
    std::string line = "{\"time\":";
    report::append_json_string(line, {time.data(), time.size()});
    line += ",\"level\":";
    report::append_json_string(line, {level.data(), level.size()});
    line += ",\"message\":";
    report::append_json_string(line, {message.payload.data(), message.payload.size()});
    line += "}\n";
    out.append(line.data(), line.data() + line.size());
  }
  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<JsonFormatter>();
  }

 private:
  spdlog::pattern_formatter time_;
};

spdlog::level::level_enum level_of(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

spdlog::level::level_enum level_of(Severity severity) {
  switch (severity) {
    case Severity::error:
      return spdlog::level::err;
    case Severity::warning:
      return spdlog::level::warn;
    case Severity::note:
      return spdlog::level::debug;
  }
  return spdlog::level::err;
}

}  // namespace

void set_up_log(LogLevel level, LogFormat format) {
  if (spdlog::get("lapis") == nullptr) {
    spdlog::set_default_logger(spdlog::stderr_logger_mt("lapis"));
  }
  spdlog::set_level(level_of(level));
  if (format == LogFormat::json) {
    spdlog::set_formatter(std::make_unique<JsonFormatter>());
  } else {
    spdlog::set_pattern(std::string(time_pattern) + " %l: %v");
  }
}

void log_findings(const Diagnostics& findings, const SourceMap& sources,
                  const std::vector<std::string>& programs) {
  // Errors first: they must not drown in what is merely worth knowing.
  std::size_t logged = 0;
  for (const Severity severity : {Severity::error, Severity::warning, Severity::note}) {
    for (const Diagnostic& finding : findings) {
      if (finding.severity != severity) continue;
      if (++logged > most_findings) continue;
      std::string line = report::render_line(finding, sources);
      while (!line.empty() && line.back() == '\n') line.pop_back();
      if (!finding.help.empty()) line += " (" + finding.help + ")";
      if (finding.witness) line += "; see: " + report::eval_command(*finding.witness, programs);
      spdlog::log(level_of(severity), "{}", line);
    }
  }
  if (logged > most_findings) {
    spdlog::warn("{} findings more; lapis check shows them all", logged - most_findings);
  }
}

}  // namespace lapis::server
