// Class CH: what the server says about itself (RFC 4892).
#pragma once

#include "lapis/dns/query.h"
#include "response.h"
#include "snapshot_state.h"

namespace lapis::answer {

/// Answers version.bind, version.server, id.server and hostname.bind; REFUSED for what is not
/// configured and for all other names.
void answer_chaos(const Settings& settings, const dns::Query& query, const dns::HashedName& name,
                  Response& response);

}  // namespace lapis::answer
