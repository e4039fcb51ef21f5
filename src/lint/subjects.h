// Which zone and which owner name a finding is about.
#pragma once

#include "lapis/base/diagnostic.h"
#include "lapis/zone/load.h"

namespace lapis::lint {

/// Sets Diagnostic::zone of every finding, and Diagnostic::owner of those placed on a record.
void name_subjects(const zone::LoadedZone& zone, Diagnostics& findings);

}  // namespace lapis::lint
