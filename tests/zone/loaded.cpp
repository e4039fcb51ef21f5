#include "loaded.h"

#include "lapis/zone/rr_type.h"

namespace lapis::zone::testing {

std::vector<std::string> Loaded::records() const {
  std::vector<std::string> out;
  for (const Record& record : zone.records.records) {
    std::string line = dns::to_text(zone.records.owner(record)) + " " + std::to_string(record.ttl) +
                       " " + type_to_text(record.type) + " ";
    for (const std::uint8_t octet : zone.records.rdata(record)) {
      line += "0123456789abcdef"[octet >> 4];
      line += "0123456789abcdef"[octet & 15];
    }
    out.push_back(line);
  }
  return out;
}

std::vector<std::string> Loaded::errors() const {
  std::vector<std::string> out;
  for (const Diagnostic& d : zone.diagnostics) {
    if (d.severity != Severity::error) continue;
    const Location at = sources.locate(d.span);
    const std::string_view chars =
        sources.text(d.span.file).substr(d.span.begin, d.span.end - d.span.begin);
    out.push_back(std::to_string(at.line) + ":" + std::to_string(at.column) + " " + d.rule + " «" +
                  std::string(chars) + "»");
  }
  return out;
}

Loaded load(std::string text, std::string_view origin, LoadOptions options) {
  Loaded loaded;
  const std::uint32_t file = loaded.sources.add("t.zone", std::move(text));
  if (!origin.empty()) options.origin = dns::parse_name(origin);
  loaded.zone = load_zone_text(file, loaded.sources, options);
  return loaded;
}

std::string head() {
  return "$TTL 300\n@ SOA ns h 1 2 3 4 5\n@ NS ns\n";
}

}  // namespace lapis::zone::testing
