// The --geo option: the geo databases that a server's configuration names.
#pragma once

#include <memory>
#include <string>

#include "command.h"
#include "lapis/base/source.h"
#include "lapis/geo/places.h"

namespace lapis::cli {

/// Adds --geo, a configuration file, to `command`.
void add_geo_option(CLI::App& command, std::string& config);

/// The databases of the configuration at `config`; null when that is "", the option's default. What
/// is wrong, and what is to be warned of, goes into `findings`.
std::shared_ptr<const geo::Places> load_geo(const std::string& config, SourceMap& sources,
                                            Diagnostics& findings);

}  // namespace lapis::cli
