// Listen addresses in the two spellings people bring along: NSD's `addr@port` and `addr:port`.
#include <charconv>

#include "lapis/server/config.h"

namespace lapis::server {
namespace {

std::optional<std::uint16_t> parse_port(std::string_view text, std::string& error) {
  std::uint32_t value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status != std::errc() || end != text.data() + text.size() || value == 0 || value > 65535) {
    error = "'" + std::string(text) + "' is not a port (1 to 65535)";
    return std::nullopt;
  }
  return static_cast<std::uint16_t>(value);
}

struct Parts {
  std::string_view host;
  std::optional<std::string_view> port;
};

std::optional<Parts> split(std::string_view text, std::string& error) {
  if (!text.empty() && text[0] == '[') {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) {
      error = "no ']' after the address";
      return std::nullopt;
    }
    Parts parts{text.substr(1, close - 1), std::nullopt};
    const std::string_view rest = text.substr(close + 1);
    if (rest.empty()) return parts;
    if (rest[0] != ':' && rest[0] != '@') {
      error = "only a port may follow ']'";
      return std::nullopt;
    }
    parts.port = rest.substr(1);
    return parts;
  }
  if (const std::size_t at = text.find('@'); at != std::string_view::npos) {
    return Parts{text.substr(0, at), text.substr(at + 1)};
  }
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return Parts{text, std::nullopt};
  if (text.find(':', colon + 1) != std::string_view::npos) {
    error = "an IPv6 address is written [address]:port or address@port";
    return std::nullopt;
  }
  return Parts{text.substr(0, colon), text.substr(colon + 1)};
}

}  // namespace

std::string ListenAddress::to_string() const {
  const std::string host = address.is_v4() ? address.to_string() : "[" + address.to_string() + "]";
  return host + ":" + std::to_string(port);
}

std::optional<ListenAddress> parse_listen_address(std::string_view text, std::string& error) {
  const std::optional<Parts> parts = split(text, error);
  if (!parts) return std::nullopt;
  const std::optional<IpAddress> address = IpAddress::parse(parts->host);
  if (!address) {
    error = "'" + std::string(parts->host) + "' is not an IP address";
    return std::nullopt;
  }
  ListenAddress listen;
  listen.address = *address;
  if (parts->port) {
    const std::optional<std::uint16_t> port = parse_port(*parts->port, error);
    if (!port) return std::nullopt;
    listen.port = *port;
  }
  return listen;
}

}  // namespace lapis::server
