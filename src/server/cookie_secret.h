// The secrets of DNS cookies (RFC 7873, RFC 9018): a shared file, or one of this process's own.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "lapis/base/result.h"
#include "lapis/server/config.h"

namespace lapis::server {

using CookieSecret = std::array<std::uint8_t, 16>;

/// A secret nobody else knows. Good for one server: servers that answer at one anycast address
/// must share a file instead (RFC 9018 §5).
CookieSecret random_cookie_secret();

/// Reads `server.cookie-secret-file`: one secret of 32 hex digits a line, the first one signs, all
/// are accepted; '#' begins a comment. Diagnostics stand at the configuration's value and never
/// show what is in the file.
Result<std::vector<CookieSecret>> read_cookie_secrets(const ServerConfig& config,
                                                      Diagnostics& warnings);

}  // namespace lapis::server
