// The fields that most types are made of.
#include <arpa/inet.h>

#include <array>
#include <cstring>

#include "lapis/zone/load.h"
#include "rdata_text.h"

namespace lapis::zone {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

int base64_value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (is_digit(c)) return c - '0' + 52;
  if (c == '+') return 62;
  if (c == '/') return 63;
  return -1;
}

bool name_failed(dns::NameError what, TextError& error) {
  const bool too_long =
      what == dns::NameError::label_too_long || what == dns::NameError::name_too_long;
  error.rule = too_long ? "name-too-long" : "bad-name";
  error.message = dns::to_string(what);
  if (too_long) {
    error.help =
        "a label has at most 63 octets and a name with its origin at most 255 (RFC 1035 "
        "§2.3.4); is a final dot missing?";
  }
  return false;
}

/// The common case, without escapes. False means: let dns::parse_name look at it.
bool append_plain_name(std::string_view text, dns::NameView origin,
                       std::vector<std::uint8_t>& out) {
  if (text.empty() || text.size() >= dns::max_name_octets) return false;
  std::array<std::uint8_t, dns::max_name_octets + 1> wire;
  std::size_t label = 0;
  std::size_t length = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\') return false;
    if (c != '.') {
      wire[i + 1] = static_cast<std::uint8_t>(c);
      ++length;
      continue;
    }
    if (length == 0 || length > dns::max_label_octets) return false;
    wire[label] = static_cast<std::uint8_t>(length);
    label = i + 1;
    length = 0;
  }
  if (length > dns::max_label_octets) return false;
  wire[label] = static_cast<std::uint8_t>(length);  // 0, the root, after a final dot
  const bool absolute = length == 0;
  const std::size_t size = text.size() + (absolute ? 0 : 1);
  if (absolute) {
    // text.size() octets of labels and the root label at `label`.
    if (size + 1 > dns::max_name_octets) return false;
    out.insert(out.end(), wire.begin(), wire.begin() + static_cast<std::ptrdiff_t>(size + 1));
    return true;
  }
  if (size + origin.size() > dns::max_name_octets) return false;
  out.insert(out.end(), wire.begin(), wire.begin() + static_cast<std::ptrdiff_t>(size));
  out.insert(out.end(), origin.data(), origin.data() + origin.size());
  return true;
}

bool parse_dotted_quad(std::string_view text, std::array<std::uint8_t, 4>& out) {
  std::size_t i = 0;
  for (std::size_t part = 0; part < 4; ++part) {
    if (part > 0 && (i >= text.size() || text[i++] != '.')) return false;
    const std::size_t begin = i;
    unsigned value = 0;
    while (i < text.size() && is_digit(text[i]) && i - begin < 3) {
      value = value * 10 + static_cast<unsigned>(text[i++] - '0');
    }
    if (i == begin || value > 255 || (i - begin > 1 && text[begin] == '0')) return false;
    out[part] = static_cast<std::uint8_t>(value);
  }
  return i == text.size();
}

}  // namespace

bool append_hex(std::string_view hex, std::vector<std::uint8_t>& out) {
  if (hex.size() % 2 != 0) return false;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const int high = hex_value(hex[i]);
    const int low = hex_value(hex[i + 1]);
    if (high < 0 || low < 0) return false;
    out.push_back(static_cast<std::uint8_t>(high * 16 + low));
  }
  return true;
}

bool append_base64(std::string_view text, std::vector<std::uint8_t>& out) {
  if (text.size() % 4 != 0) return false;
  std::size_t digits = text.size();
  while (digits > 0 && text.size() - digits < 2 && text[digits - 1] == '=') --digits;
  std::uint32_t bits = 0;
  int count = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    const int value = base64_value(text[i]);
    if (value < 0) return false;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    count += 6;
    if (count >= 8) {
      count -= 8;
      out.push_back(static_cast<std::uint8_t>(bits >> count & 0xFF));
    }
  }
  return true;
}

bool append_name(std::string_view text, dns::NameView origin, std::vector<std::uint8_t>& out,
                 TextError& error) {
  if (text.size() == 1 && text[0] == '@') {
    out.insert(out.end(), origin.data(), origin.data() + origin.size());
    return true;
  }
  if (text.size() == 1 && text[0] == '.') {
    out.push_back(0);
    return true;
  }
  if (append_plain_name(text, origin, out)) return true;
  dns::NameError what{};
  const auto name = dns::parse_name(text, origin, what);
  if (!name) return name_failed(what, error);
  out.insert(out.end(), name->data(), name->data() + name->size());
  return true;
}

bool FieldReader::fail(const Token& first, const Token& last, std::string message,
                       std::string help) {
  error_.rule = "bad-rdata";
  error_.begin = first.quoted ? first.begin - 1 : first.begin;
  error_.end = last.quoted ? last.end + 1 : last.end;
  error_.message = std::move(message);
  error_.help = std::move(help);
  return false;
}

bool FieldReader::fail_at_end(std::string message) {
  return fail(tokens_.back(), std::move(message));
}

const Token* FieldReader::take(const char* what) {
  if (at_end()) {
    fail_at_end(std::string("the record ends where ") + what + " is expected");
    return nullptr;
  }
  return &tokens_[next_++];
}

bool FieldReader::name() {
  const Token* token = take("a domain name");
  if (token == nullptr) return false;
  if (append_name(chars(*token), origin_, out_, error_)) return true;
  const char* rule = error_.rule;
  fail(*token, std::move(error_.message), std::move(error_.help));
  error_.rule = rule;
  return false;
}

bool FieldReader::number(std::uint64_t limit, std::uint64_t& value, const char* what) {
  const Token* token = take(what);
  if (token == nullptr) return false;
  const std::string_view digits = chars(*token);
  value = 0;
  for (const char c : digits) {
    if (!is_digit(c) || value > limit) {
      value = limit + 1;
      break;
    }
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  if (digits.empty() || value > limit) return fail(*token, std::string("expected ") + what);
  return true;
}

bool FieldReader::u8(const char* what) {
  std::uint64_t value = 0;
  if (!number(0xFF, value, what)) return false;
  put8(value);
  return true;
}

bool FieldReader::u16(const char* what) {
  std::uint64_t value = 0;
  if (!number(0xFFFF, value, what)) return false;
  put16(value);
  return true;
}

bool FieldReader::u32(const char* what) {
  std::uint64_t value = 0;
  if (!number(0xFFFFFFFF, value, what)) return false;
  put32(value);
  return true;
}

bool FieldReader::period() {
  const Token* token = take("a number of seconds");
  if (token == nullptr) return false;
  const auto seconds = parse_ttl(chars(*token));
  if (!seconds) {
    return fail(*token, "expected a number of seconds (or with units, such as 1h30m)");
  }
  put32(*seconds);
  return true;
}

bool FieldReader::ipv4() {
  const Token* token = take("an IPv4 address");
  if (token == nullptr) return false;
  std::array<std::uint8_t, 4> address{};
  if (!parse_dotted_quad(chars(*token), address)) {
    return fail(*token,
                "expected an IPv4 address: four numbers from 0 to 255 without leading "
                "zeros, with dots between");
  }
  out_.insert(out_.end(), address.begin(), address.end());
  return true;
}

bool FieldReader::ipv6() {
  const Token* token = take("an IPv6 address");
  if (token == nullptr) return false;
  const std::string_view digits = chars(*token);
  std::array<char, INET6_ADDRSTRLEN> copy{};
  std::array<std::uint8_t, 16> address{};
  bool good = digits.size() < copy.size();
  if (good) {
    std::memcpy(copy.data(), digits.data(), digits.size());
    good = inet_pton(AF_INET6, copy.data(), address.data()) == 1;
  }
  if (!good) return fail(*token, "expected an IPv6 address");
  out_.insert(out_.end(), address.begin(), address.end());
  return true;
}

bool FieldReader::character_string() {
  const Token* token = take("a character string");
  if (token == nullptr) return false;
  const std::string_view raw = chars(*token);
  const std::size_t length_at = out_.size();
  out_.push_back(0);
  if (raw.size() <= 255 && raw.find('\\') == std::string_view::npos) {
    out_.insert(out_.end(), raw.begin(), raw.end());
  } else {
    for (std::size_t i = 0; i < raw.size();) {
      std::uint8_t c = 0;
      if (!dns::read_escaped(raw, i, c)) {
        return fail(*token, "bad escape in string: \\DDD needs three digits up to 255");
      }
      out_.push_back(c);
    }
  }
  const std::size_t size = out_.size() - length_at - 1;
  if (size > 255) {
    return fail(*token, "string of " + std::to_string(size) + " octets, 255 is the most",
                "split it into several quoted strings; readers of TXT join them");
  }
  out_[length_at] = static_cast<std::uint8_t>(size);
  return true;
}

bool FieldReader::character_strings() {
  do {
    if (!character_string()) return false;
  } while (!at_end());
  return true;
}

bool FieldReader::long_text() {
  const Token* token = take("a string");
  if (token == nullptr) return false;
  const std::string_view raw = chars(*token);
  for (std::size_t i = 0; i < raw.size();) {
    std::uint8_t c = 0;
    if (!dns::read_escaped(raw, i, c)) {
      return fail(*token, "bad escape in string: \\DDD needs three digits up to 255");
    }
    out_.push_back(c);
  }
  return true;
}

template <class Decode>
bool FieldReader::encoded_rest(bool may_be_empty, const char* what, Decode decode) {
  if (at_end()) return may_be_empty || take(what) != nullptr;
  const Token first = tokens_[next_];
  std::string joined;
  std::string_view digits = chars(first);
  if (remaining() > 1) {
    for (std::size_t i = next_; i < tokens_.size(); ++i) joined += chars(tokens_[i]);
    digits = joined;
  }
  next_ = tokens_.size();
  if (decode(digits, out_)) return true;
  return fail(first, tokens_.back(), std::string("expected ") + what);
}

bool FieldReader::hex_rest(bool may_be_empty) {
  return encoded_rest(may_be_empty, "hexadecimal digits, two for each octet", append_hex);
}

bool FieldReader::base64_rest(bool may_be_empty) {
  return encoded_rest(may_be_empty, "base64 text", append_base64);
}

bool FieldReader::finished() {
  if (at_end()) return true;
  return fail(tokens_[next_], tokens_.back(), "text after the end of the record data");
}

}  // namespace lapis::zone
