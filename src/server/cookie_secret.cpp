#include "cookie_secret.h"

#include <sys/random.h>
#include <sys/stat.h>

#include <optional>
#include <string_view>

namespace lapis::server {
namespace {

/// RFC 9018 §5 rolls one secret over at a time; more than this is a wrong file.
constexpr std::size_t most_secrets = 16;

std::optional<std::uint8_t> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<std::uint8_t>(c - 'A' + 10);
  return std::nullopt;
}

std::optional<CookieSecret> parse_secret(std::string_view digits) {
  CookieSecret secret{};
  if (digits.size() != 2 * secret.size()) return std::nullopt;
  for (std::size_t i = 0; i < secret.size(); ++i) {
    const auto high = hex_digit(digits[2 * i]);
    const auto low = hex_digit(digits[2 * i + 1]);
    if (!high || !low) return std::nullopt;
    secret[i] = static_cast<std::uint8_t>(*high << 4U | *low);
  }
  return secret;
}

std::string_view trimmed(std::string_view line) {
  line = line.substr(0, line.find('#'));
  const std::size_t begin = line.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(" \t\r") - begin + 1);
}

}  // namespace

CookieSecret random_cookie_secret() {
  CookieSecret secret{};
  std::size_t filled = 0;
  while (filled < secret.size()) {
    const ssize_t n = getrandom(secret.data() + filled, secret.size() - filled, 0);
    if (n > 0) filled += static_cast<std::size_t>(n);
  }
  return secret;
}

Result<std::vector<CookieSecret>> read_cookie_secrets(const ServerConfig& config,
                                                      Diagnostics& warnings) {
  const auto refuse = [&](const char* rule, const std::string& words) {
    return error_at(config.cookie_secret_span, rule, config.cookie_secret_file + ": " + words,
                    "one secret of 32 hex digits a line, the one that signs first");
  };
  std::string text;
  std::string error;
  if (!read_file(config.cookie_secret_file, text, error)) {
    return refuse("unreadable-file", error);
  }
  struct stat info {};
  if (stat(config.cookie_secret_file.c_str(), &info) == 0 && (info.st_mode & S_IROTH) != 0) {
    Diagnostic open = error_at(config.cookie_secret_span, "cookie-secret-open",
                               config.cookie_secret_file + " can be read by everybody",
                               "chmod o= " + config.cookie_secret_file);
    open.severity = Severity::warning;
    warnings.push_back(std::move(open));
  }
  std::vector<CookieSecret> secrets;
  std::string_view rest = text;
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = trimmed(rest.substr(0, end));
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    if (line.empty()) continue;
    const std::optional<CookieSecret> secret = parse_secret(line);
    if (!secret) {
      return refuse("cookie-secret", "line " + std::to_string(number) + " is not a secret");
    }
    secrets.push_back(*secret);
  }
  if (secrets.empty()) return refuse("cookie-secret", "there is no secret in it");
  if (secrets.size() > most_secrets) return refuse("cookie-secret", "too many secrets");
  return secrets;
}

}  // namespace lapis::server
