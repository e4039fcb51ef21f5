#include "geo.h"

#include <ctime>
#include <iterator>
#include <utility>

#include "lapis/server/config.h"

namespace lapis::cli {

void add_geo_option(CLI::App& command, std::string& config) {
  command
      .add_option("--geo", config,
                  "Look up country, continent and asn, where not given, in the geo databases that "
                  "this lapis.yaml names")
      ->type_name("CONFIG");
}

std::shared_ptr<const geo::Places> load_geo(const std::string& config, SourceMap& sources,
                                            Diagnostics& findings) {
  if (config.empty()) return nullptr;
  const auto refuse = [&](Diagnostics errors) {
    std::move(errors.begin(), errors.end(), std::back_inserter(findings));
    return nullptr;
  };
  auto loaded = server::load_config(config, sources);
  if (!loaded) return refuse(std::move(loaded.errors()));
  if (!loaded->geo.any()) {
    return refuse({error_at({}, "geo-database", config + " names no geo database",
                            "add geo: {country: FILE.mmdb}, or leave out --geo")});
  }
  auto places = geo::Places::load(loaded->geo, std::time(nullptr), nullptr, findings);
  if (!places) return refuse(std::move(places.errors()));
  return std::move(places).value();
}

}  // namespace lapis::cli
