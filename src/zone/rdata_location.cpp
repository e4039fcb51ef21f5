// LOC (RFC 1876): "d1 [m1 [s1]] N|S d2 [m2 [s2]] E|W alt [size [horizontal [vertical]]]", the last
// four in metres, with or without an "m" after them.
#include <cstdint>

#include "rdata_text.h"

namespace lapis::zone {
namespace {

constexpr std::uint64_t most_fraction_digits = 3;

/// "12.345" as a number of thousandths or hundredths (`places` digits after the point).
bool parse_decimal(std::string_view text, std::size_t places, std::uint64_t limit,
                   std::uint64_t& value) {
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view part = point == std::string_view::npos ? "" : text.substr(point + 1);
  if (whole.empty() || whole.size() > 9 || part.size() > places) return false;
  if (point != std::string_view::npos && part.empty()) return false;
  value = 0;
  for (const std::string_view digits : {whole, part}) {
    for (const char c : digits) {
      if (c < '0' || c > '9') return false;
      value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
  }
  for (std::size_t i = part.size(); i < places; ++i) value *= 10;
  return value <= limit;
}

/// One angle in thousandths of a second, 2^31 being the equator or the prime meridian (§2).
bool read_angle(FieldReader& in, std::uint64_t most_degrees, const char* hemispheres) {
  constexpr std::uint64_t second = 1000;
  const std::uint64_t limits[] = {most_degrees, 59, 59 * second + 999};
  const std::uint64_t units[] = {3600 * second, 60 * second, 1};
  const std::string what = std::string("an angle: degrees, minutes and seconds, then ") +
                           hemispheres[0] + " or " + hemispheres[1];
  std::uint64_t angle = 0;
  for (std::size_t i = 0; i <= 3; ++i) {
    const Token* token = in.take(what.c_str());
    if (token == nullptr) return false;
    const std::string_view text = in.chars(*token);
    const char letter = text.size() == 1 ? static_cast<char>(text[0] & ~0x20) : '\0';
    if (i > 0 && (letter == hemispheres[0] || letter == hemispheres[1])) {
      constexpr std::uint64_t origin = std::uint64_t{1} << 31U;
      if (angle > most_degrees * units[0]) {
        return in.fail(*token, "an angle of at most " + std::to_string(most_degrees) + " degrees");
      }
      in.put32(letter == hemispheres[0] ? origin + angle : origin - angle);
      return true;
    }
    std::uint64_t value = 0;
    if (i == 3 || !parse_decimal(text, i == 2 ? most_fraction_digits : 0, limits[i], value)) {
      return in.fail(*token, "expected " + what);
    }
    angle += value * units[i];
  }
  return false;
}

bool parse_metres(std::string_view text, std::uint64_t limit, std::uint64_t& centimetres) {
  if (!text.empty() && (text.back() == 'm' || text.back() == 'M')) text.remove_suffix(1);
  return parse_decimal(text, 2, limit, centimetres);
}

/// §2: a mantissa and a power of ten, four bits each, in centimetres.
std::uint8_t encode_size(std::uint64_t centimetres) {
  std::uint8_t exponent = 0;
  for (; centimetres > 9; centimetres /= 10) ++exponent;
  return static_cast<std::uint8_t>(centimetres << 4U | exponent);
}

}  // namespace

bool read_loc(FieldReader& in) {
  const std::size_t begin = in.out().size();
  // Version 0; 1 m, 10 km and 10 m unless given (§3).
  for (const std::uint8_t octet : {0x00, 0x12, 0x16, 0x13}) in.put8(octet);
  if (!read_angle(in, 90, "NS") || !read_angle(in, 180, "EW")) return false;

  const Token* token = in.take("an altitude in metres");
  if (token == nullptr) return false;
  constexpr std::uint64_t base = 100'000 * 100;  // the reference lies 100 km below the ellipsoid
  std::string_view text = in.chars(*token);
  const bool below = text.starts_with('-');
  if (below) text.remove_prefix(1);
  std::uint64_t altitude = 0;
  if (!parse_metres(text, below ? base : 0xFFFFFFFF - base, altitude)) {
    return in.fail(*token, "expected an altitude from -100000.00m to 42849672.95m");
  }
  in.put32(below ? base - altitude : base + altitude);

  constexpr std::uint64_t largest = 9'000'000'000;
  for (std::size_t i = 1; i <= 3 && !in.at_end(); ++i) {
    token = in.take("a size in metres");
    std::uint64_t size = 0;
    if (!parse_metres(in.chars(*token), largest, size)) {
      return in.fail(*token, "expected a size in metres, at most 90000000.00m");
    }
    in.out()[begin + i] = encode_size(size);
  }
  return true;
}

}  // namespace lapis::zone
