// DNS cookies: interoperable server cookies (RFC 7873, RFC 9018).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "lapis/base/ip.h"

namespace lapis::answer {

using CookieSecret = std::array<std::uint8_t, 16>;
using ServerCookie = std::array<std::uint8_t, 16>;

/// RFC 9018 §4: version 1, the time, and SipHash-2-4 over client cookie, version, time and address.
/// REQUIRES: client_cookie has 8 octets
ServerCookie make_server_cookie(std::span<const std::uint8_t> client_cookie,
                                const IpAddress& client, std::uint32_t now,
                                const CookieSecret& secret);

/// `cookie` (client and server part together) holds a server cookie that one of `secrets` made
/// for this client, at most an hour ago and at most five minutes ahead (RFC 9018 §4.3).
bool is_valid_cookie(std::span<const std::uint8_t> cookie, const IpAddress& client,
                     std::uint32_t now, const std::vector<CookieSecret>& secrets);

}  // namespace lapis::answer
