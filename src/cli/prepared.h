// What `serve` and `check` say of a configuration beside its findings.
#pragma once

#include "command.h"
#include "lapis/server/serve.h"

namespace lapis::cli {

/// The exit code of a prepared configuration; what no finding says (undecided, a failure of the
/// verifier) goes to standard error.
Exit explain_refusal(const server::Prepared& prepared);

}  // namespace lapis::cli
