// Any text as a configuration: read without a crash, and every complaint can be shown at its place.
#include <cstdlib>
#include <string>

#include "lapis/base/source.h"
#include "lapis/report/report.h"
#include "lapis/server/config.h"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void check(const lapis::Diagnostics& findings, const lapis::SourceMap& sources) {
  for (const lapis::Diagnostic& finding : findings) {
    require(!finding.rule.empty() && !finding.message.empty());
    require(finding.span.known() && finding.span.begin <= finding.span.end);
    require(finding.span.end <= sources.text(finding.span.file).size());
    require(!lapis::report::render_finding(finding, sources).empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  lapis::SourceMap sources;
  const std::uint32_t file =
      sources.add("lapis.yaml", std::string(reinterpret_cast<const char*>(data), size));
  const auto config = lapis::server::read_config(file, sources);
  if (!config) {
    require(!config.errors().empty());
    check(config.errors(), sources);
    return 0;
  }
  require(!config->server.listen.empty());
  require(config->server.workers >= 1 && config->server.udp_payload >= 512);
  require(config->programs.size() == config->program_spans.size());
  check(config->warnings, sources);
  return 0;
}
