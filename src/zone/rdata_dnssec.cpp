// Fields of the DNSSEC types: times, algorithms, type lists, salts and hashes.

#include <algorithm>
#include <array>
#include <map>

#include "lapis/zone/rr_type.h"
#include "ldns.h"
#include "rdata_text.h"

namespace lapis::zone {
namespace {

bool all_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::int64_t digits_at(std::string_view text, std::size_t begin, std::size_t count) {
  std::int64_t value = 0;
  for (std::size_t i = begin; i < begin + count; ++i) value = value * 10 + (text[i] - '0');
  return value;
}

/// Days from 1970-01-01 in the proleptic Gregorian calendar.
std::int64_t days_from_epoch(std::int64_t year, std::int64_t month, std::int64_t day) {
  year -= month <= 2 ? 1 : 0;
  const std::int64_t era = year / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
         719468;
}

/// A small number, or one of the mnemonics of an ldns table.
bool read_mnemonic(FieldReader& in, ldns_lookup_table* table, std::uint64_t limit, const char* what,
                   std::uint64_t& value) {
  if (in.at_end())
    return in.fail_at_end(std::string("the record ends where ") + what + " is expected");
  const std::string name(in.peek());
  if (all_digits(name)) return in.number(limit, value, what);
  const Token* token = in.take(what);
  const ldns_lookup_table* found = ldns_lookup_by_name(table, name.c_str());
  if (found == nullptr) return in.fail(*token, std::string("expected ") + what);
  value = static_cast<std::uint64_t>(found->id);
  return true;
}

int base32hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'v') return c - 'a' + 10;
  if (c >= 'A' && c <= 'V') return c - 'A' + 10;
  return -1;
}

}  // namespace

bool read_time(FieldReader& in) {
  // RFC 4034 §3.2: YYYYMMDDHHmmSS, or seconds since 1970 when not 14 digits.
  constexpr const char* what = "a time: YYYYMMDDHHmmSS, or seconds since 1970";
  if (in.at_end() || in.peek().size() != 14 || !all_digits(in.peek())) return in.u32(what);
  const Token* token = in.take(what);
  const std::string_view t = in.chars(*token);
  const std::int64_t month = digits_at(t, 4, 2);
  const std::int64_t day = digits_at(t, 6, 2);
  const std::int64_t hour = digits_at(t, 8, 2);
  const std::int64_t minute = digits_at(t, 10, 2);
  const std::int64_t second = digits_at(t, 12, 2);
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) {
    return in.fail(*token, std::string("expected ") + what);
  }
  const std::int64_t seconds =
      days_from_epoch(digits_at(t, 0, 4), month, day) * 86400 + hour * 3600 + minute * 60 + second;
  in.put32(static_cast<std::uint64_t>(seconds) & 0xFFFFFFFF);  // serial arithmetic, RFC 1982
  return true;
}

bool read_algorithm(FieldReader& in) {
  std::uint64_t value = 0;
  if (!read_mnemonic(in, ldns_algorithms, 0xFF, "a DNSSEC algorithm number or mnemonic", value)) {
    return false;
  }
  in.put8(value);
  return true;
}

bool read_cert_type(FieldReader& in) {
  std::uint64_t value = 0;
  if (!read_mnemonic(in, ldns_cert_algorithms, 0xFFFF, "a certificate type number or mnemonic",
                     value)) {
    return false;
  }
  in.put16(value);
  return true;
}

bool read_type_number(FieldReader& in) {
  const Token* token = in.take("a record type");
  if (token == nullptr) return false;
  const auto type = type_from_text(in.chars(*token));
  if (!type) return in.fail(*token, "unknown record type");
  in.put16(*type);
  return true;
}

bool read_type_bitmap(FieldReader& in) {
  // RFC 4034 §4.1.2: windows of 256 types, each as long as its highest bit needs.
  std::map<std::uint8_t, std::array<std::uint8_t, 32>> windows;
  while (!in.at_end()) {
    const Token* token = in.take("a record type");
    const auto type = type_from_text(in.chars(*token));
    if (!type) return in.fail(*token, "unknown record type");
    auto& window = windows[static_cast<std::uint8_t>(*type >> 8)];
    window[(*type & 0xFF) / 8] |= static_cast<std::uint8_t>(0x80 >> (*type & 7));
  }
  for (const auto& [number, bits] : windows) {
    std::size_t size = bits.size();
    while (size > 0 && bits[size - 1] == 0) --size;
    in.put8(number);
    in.put8(size);
    in.out().insert(in.out().end(), bits.begin(), bits.begin() + static_cast<std::ptrdiff_t>(size));
  }
  return true;
}

bool read_nxt_bitmap(FieldReader& in) {
  // RFC 2535 §5.2: one bit for each type below 128.
  std::array<std::uint8_t, 16> bits{};
  std::size_t size = 0;
  while (!in.at_end()) {
    const Token* token = in.take("a record type");
    const auto type = type_from_text(in.chars(*token));
    if (!type || *type > 127) return in.fail(*token, "expected a record type below 128");
    bits[*type / 8] |= static_cast<std::uint8_t>(0x80 >> (*type & 7));
    size = std::max<std::size_t>(size, *type / 8 + std::size_t{1});
  }
  in.out().insert(in.out().end(), bits.begin(), bits.begin() + static_cast<std::ptrdiff_t>(size));
  return true;
}

bool read_salt(FieldReader& in) {
  const Token* token = in.take("a salt in hexadecimal, or -");
  if (token == nullptr) return false;
  const std::string_view hex = in.chars(*token);
  if (hex == "-") {
    in.put8(0);
    return true;
  }
  if (hex.size() > 510) return in.fail(*token, "salt of more than 255 octets");
  in.put8(hex.size() / 2);
  if (hex.empty() || !append_hex(hex, in.out())) {
    return in.fail(*token, "expected a salt in hexadecimal, or -");
  }
  return true;
}

bool read_hashed_owner(FieldReader& in) {
  const Token* token = in.take("a hashed name in base32hex");
  if (token == nullptr) return false;
  const std::string_view text = in.chars(*token);
  const std::size_t length_at = in.out().size();
  in.put8(0);
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const int value = base32hex_value(c);
    if (value < 0) return in.fail(*token, "expected a hashed name in base32hex without padding");
    bits = bits << 5 | static_cast<std::uint32_t>(value);
    count += 5;
    if (count >= 8) {
      count -= 8;
      in.put8(bits >> count & 0xFF);
    }
  }
  const std::size_t size = in.out().size() - length_at - 1;
  if (size == 0 || size > 255) return in.fail(*token, "hashed name of an impossible length");
  in.out()[length_at] = static_cast<std::uint8_t>(size);
  return true;
}

}  // namespace lapis::zone
