#include "cookies.h"

#include <algorithm>

#include "lapis/dns/query.h"
#include "lapis/dns/siphash.h"

namespace lapis::answer {

ServerCookie make_server_cookie(std::span<const std::uint8_t> client_cookie,
                                const IpAddress& client, std::uint32_t now,
                                const CookieSecret& secret) {
  ServerCookie cookie{1, 0, 0, 0};
  dns::write32(cookie.data() + 4, now);
  std::array<std::uint8_t, 32> input;
  std::copy_n(client_cookie.begin(), 8, input.begin());
  std::copy_n(cookie.begin(), 8, input.begin() + 8);
  const std::array<std::uint8_t, 16> address = client.octets();
  std::copy_n(address.begin(), client.octet_count(), input.begin() + 16);
  std::uint64_t hash = dns::siphash24(secret, {input.data(), 16 + client.octet_count()});
  for (std::size_t i = 8; i < 16; ++i, hash >>= 8) cookie[i] = static_cast<std::uint8_t>(hash);
  return cookie;
}

bool is_valid_cookie(std::span<const std::uint8_t> cookie, const IpAddress& client,
                     std::uint32_t now, const std::vector<CookieSecret>& secrets) {
  if (cookie.size() != 24 || cookie[8] != 1) return false;
  const std::uint32_t made = dns::read32(cookie.data() + 12);
  // Serial number arithmetic (RFC 1982), so that 2106 is an ordinary year.
  const auto age = static_cast<std::int32_t>(now - made);
  if (age > 3600 || age < -300) return false;
  const std::span<const std::uint8_t> given = cookie.subspan(8);
  return std::any_of(secrets.begin(), secrets.end(), [&](const CookieSecret& secret) {
    const ServerCookie own = make_server_cookie(cookie.first(8), client, made, secret);
    return std::equal(own.begin(), own.end(), given.begin());
  });
}

}  // namespace lapis::answer
