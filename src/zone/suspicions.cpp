// Text that is read, but probably not as meant: characters that look like others, TTLs with the
// wrong unit, blanks at the start of a line that make a record continue the owner before it.
#include <algorithm>
#include <array>

#include "lapis/zone/characters.h"
#include "lapis/zone/rr_type.h"
#include "loader.h"

namespace lapis::zone {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

/// Octets that no zone file needs outside of comments: controls and everything above ASCII.
bool is_odd(char c) {
  const auto octet = static_cast<unsigned char>(c);
  return octet >= 0x7F || (octet < 0x20 && c != '\t' && c != '\r' && c != '\n');
}

/// Numbers of seconds that people know by heart.
bool is_usual_seconds(std::uint64_t n) {
  constexpr auto usual = std::to_array<std::uint64_t>(
      {300,   600,   900,    1200,   1800,   3600,   7200,   10800,   14400,   21600,  28800,
       43200, 86400, 172800, 259200, 345600, 432000, 604800, 1209600, 2419200, 3600000});
  return std::find(usual.begin(), usual.end(), n) != usual.end();
}

bool is_doubtful_amount(std::uint64_t n, char unit) {
  switch (unit) {
    case 'm':
      return n >= 3600;
    case 'h':
      return n >= 8784 || is_usual_seconds(n);
    case 'd':
      return n >= 7320 || is_usual_seconds(n);
    case 'w':
      return n >= 1040 || is_usual_seconds(n);
    default:
      return false;
  }
}

}  // namespace

std::string ttl_doubt(std::string_view text) {
  constexpr std::string_view order = "wdhms";
  std::size_t last = 0;  // 1 + place in `order`
  for (std::size_t i = 0; i < text.size();) {
    std::uint64_t n = 0;
    for (; i < text.size() && is_digit(text[i]); ++i) {
      n = n * 10 + static_cast<std::uint64_t>(text[i] - '0');
      if (n > 0xFFFFFFFF) return {};
    }
    if (i == text.size()) {
      if (last != 0) return "the last number has no unit, so it counts seconds";
      // A multiple of a minute in milliseconds, and more than a hundred days as seconds.
      if (n >= 10'000'000 && n % 60'000 == 0) return "this looks like milliseconds";
      return {};
    }
    const char unit = static_cast<char>(dns::to_lower(static_cast<std::uint8_t>(text[i++])));
    const std::size_t place = order.find(unit);
    if (place == std::string_view::npos) return {};
    if (place + 1 <= last) return "the units are repeated or out of order";
    last = place + 1;
    if (is_doubtful_amount(n, unit)) {
      return "the number looks like seconds, but its unit is " + std::string(1, unit);
    }
  }
  return {};
}

bool has_odd_characters(std::string_view text) {
  // Eight octets at a time would be faster still; compilers vectorise this already.
  bool odd = false;
  for (std::size_t i = 0; i < text.size() && !odd;) {
    const std::size_t end = std::min(text.size(), i + 4096);
    unsigned any = 0;
    for (; i < end; ++i) any |= static_cast<unsigned>(is_odd(text[i]));
    odd = any != 0;
  }
  return odd;
}

void Loader::doubt_ttl(std::string_view text, Span place) {
  std::string doubt = ttl_doubt(text);
  if (!doubt.empty()) warning(place, "ttl-unit", std::move(doubt));
}

std::optional<Loader::OddCharacter> Loader::odd_character(const Source& source, const Entry& entry,
                                                          bool letters) const {
  for (const Token& token : entry.tokens) {
    const std::string_view text = source.chars(token);
    for (std::size_t at = 0; at < text.size();) {
      if (!is_odd(text[at])) {
        ++at;
        continue;
      }
      const std::size_t begin = at;
      const auto c = next_code_point(text, at);
      const Span place = source.span(token.begin + static_cast<std::uint32_t>(begin),
                                     token.begin + static_cast<std::uint32_t>(at));
      if (!c) continue;  // other encodings are the business of who reads the text
      if (*c < 0x80) {
        return OddCharacter{place, "unprintable-character",
                            "a control character (octet " + std::to_string(*c) + ")"};
      }
      const LookAlike looks = look_alike(*c);
      const std::string name = code_point_text(*c);
      constexpr char32_t zero_width_non_joiner = 0x200C;
      constexpr char32_t zero_width_joiner = 0x200D;
      switch (looks.looks) {
        case Looks::fine:
          break;
        case Looks::blank:
          return OddCharacter{place, "look-alike-character",
                              name + " looks like a blank, but separates nothing"};
        case Looks::invisible:
          if (token.quoted && (*c == zero_width_joiner || *c == zero_width_non_joiner)) break;
          return OddCharacter{place, "look-alike-character", name + " is invisible"};
        case Looks::symbol:
          if (token.quoted) break;
          return OddCharacter{place, "look-alike-character",
                              looks.ascii == 0
                                  ? name + " looks like an ASCII character"
                                  : name + " looks like " + std::string(1, looks.ascii)};
        case Looks::letter:
          if (!letters || token.quoted) break;
          return OddCharacter{place, "look-alike-character",
                              name + " looks like the letter " + std::string(1, looks.ascii)};
      }
    }
  }
  return std::nullopt;
}

void Loader::entry_with_odd_characters(const Source& source, const Entry& entry) {
  const std::size_t before = zone_.diagnostics.size();
  ordinary_entry(source, entry);
  const bool failed = std::any_of(
      zone_.diagnostics.begin() + static_cast<std::ptrdiff_t>(before), zone_.diagnostics.end(),
      [](const Diagnostic& d) { return d.severity == Severity::error; });
  auto odd = odd_character(source, entry, failed);
  if (!odd) return;
  // The character is the cause of what else went wrong in this record.
  if (failed) zone_.diagnostics.resize(before);
  Diagnostic finding = error_at(odd->place, odd->rule, std::move(odd->message),
                                "write the ASCII character, or \\DDD if this one is meant");
  if (!failed) finding.severity = Severity::warning;
  report(std::move(finding));
}

bool Loader::is_owner_after_blank(const Source& source, const Entry& entry) const {
  // "  www A 192.0.2.1": behind the first word stands what begins a record.
  const auto& tokens = entry.tokens;
  if (!entry.leading_blank || tokens.size() < 3 || tokens[0].quoted) return false;
  for (std::size_t i = 1; i < std::min<std::size_t>(tokens.size() - 1, 4); ++i) {
    const std::string_view word = source.chars(tokens[i]);
    if (tokens[i].quoted) return false;
    if (const auto type = type_from_text(word)) {
      std::vector<std::uint8_t> scratch;
      TextError problem;
      return !is_meta_type(*type) &&
             append_rdata(*type, source.text, tokens, i + 1, origin_, scratch, problem);
    }
    const bool is_class = word == "IN" || word == "in" || word == "In";
    if (!is_class && !parse_ttl(word)) return false;
  }
  return false;
}

void Loader::doubt_owner(const Source& source, const Entry& entry, const Header& head) {
  const bool after_origin = origin_changed_;
  origin_changed_ = false;
  if (!entry.leading_blank || owner_state_ != OwnerState::good) return;
  const Span place = source.span(entry.tokens[0]);
  if (after_origin && !dns::equal(last_owner(), origin_)) {
    return warning(place, "leading-blank",
                   "this continues " + dns::to_text(last_owner()) +
                       ", the owner from before the $ORIGIN above",
                   "write the owner; @ is the new origin");
  }
  // In a reverse zone the number of a host reads as a TTL once a blank stands before it.
  const auto label = last_owner().first_label();
  const bool numbered =
      std::all_of(label.begin(), label.end(), [](std::uint8_t c) { return c >= '0' && c <= '9'; });
  if (head.type == rr::ptr && head.ttl && *head.ttl <= 255 && numbered &&
      is_number(source.chars(entry.tokens[0]))) {
    warning(place, "leading-blank",
            "the line starts with a blank, so " + std::string(source.chars(entry.tokens[0])) +
                " is a TTL and this continues " + dns::to_text(last_owner()),
            "remove the blank if the number is the owner");
  }
}

}  // namespace lapis::zone
