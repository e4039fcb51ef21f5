#include "lapis/zone/load.h"

#include "apex_finder.h"
#include "loader.h"

namespace lapis::zone {

LoadedZone load_zone_text(std::uint32_t file, SourceMap& sources, const LoadOptions& options) {
  LoadedZone zone;
  std::optional<dns::Name> apex = options.origin;
  // Without a given origin, names before the first $ORIGIN complete with the zone's own name, if
  // that is known other than from owners alone.
  std::optional<dns::Name> start = options.origin;
  if (!apex) {
    const FoundApex found = find_apex(sources.text(file), sources.path(file), options);
    apex = found.name;
    if (!found.guessed) start = apex;
  }
  zone.records.origin = apex.value_or(dns::Name());
  const std::string_view text = sources.text(file);
  // Most lines of large zones are one record of some 40 characters.
  zone.records.records.reserve(text.size() / 48);
  zone.records.octets.reserve(text.size() / 2);
  Loader loader(sources, options, zone.records.origin, zone);
  loader.read(file, start.value_or(dns::Name()), start.has_value());
  loader.finish();
  return zone;
}

LoadedZone load_zone(const std::string& path, SourceMap& sources, const LoadOptions& options) {
  std::string text;
  std::string failure;
  if (!read_file(path, text, failure)) {
    LoadedZone zone;
    zone.diagnostics.push_back(error_at({}, "unreadable-file", path + ": " + failure));
    return zone;
  }
  return load_zone_text(sources.add(path, std::move(text)), sources, options);
}

}  // namespace lapis::zone
