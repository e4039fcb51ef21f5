// A witness as a JSON value, for the renderers that embed it.
#pragma once

#include <nlohmann/json.hpp>

#include "lapis/base/diagnostic.h"

namespace lapis::report {

nlohmann::ordered_json witness_value(const Witness& witness);

}  // namespace lapis::report
