#include "loader.h"

#include <algorithm>
#include <limits>

#include "lapis/zone/record_text.h"
#include "lapis/zone/rr_type.h"

namespace lapis::zone {
namespace {

char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
}

bool equals_upper(std::string_view text, std::string_view upper_word) {
  return text.size() == upper_word.size() &&
         std::equal(text.begin(), text.end(), upper_word.begin(),
                    [](char a, char b) { return upper(a) == b; });
}

bool starts_with_digit(std::string_view text) {
  return !text.empty() && text[0] >= '0' && text[0] <= '9';
}

enum class ClassWord : std::uint8_t { none, internet, other };

ClassWord class_word(std::string_view text) {
  if (equals_upper(text, "IN") || equals_upper(text, "CLASS1")) return ClassWord::internet;
  if (equals_upper(text, "CH") || equals_upper(text, "HS") || equals_upper(text, "CS") ||
      equals_upper(text, "ANY")) {
    return ClassWord::other;
  }
  const bool generic = text.size() > 5 && equals_upper(text.substr(0, 5), "CLASS") &&
                       starts_with_digit(text.substr(5));
  return generic ? ClassWord::other : ClassWord::none;
}

std::uint32_t big_endian(const std::uint8_t* p) {
  return std::uint32_t{p[0]} << 24 | std::uint32_t{p[1]} << 16 | std::uint32_t{p[2]} << 8 | p[3];
}

constexpr std::uint32_t max_ttl = 0x7FFFFFFF;  // RFC 2181 §8

}  // namespace

std::optional<std::uint32_t> parse_ttl(std::string_view text) {
  constexpr std::uint64_t limit = std::numeric_limits<std::uint32_t>::max();
  std::uint64_t total = 0;
  std::size_t i = 0;
  if (text.empty()) return std::nullopt;
  while (i < text.size()) {
    if (!starts_with_digit(text.substr(i))) return std::nullopt;
    std::uint64_t value = 0;
    for (; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) {
      value = value * 10 + static_cast<std::uint64_t>(text[i] - '0');
      if (value > limit) return std::nullopt;
    }
    if (i < text.size()) {
      switch (upper(text[i++])) {
        case 'W':
          value *= 604800;
          break;
        case 'D':
          value *= 86400;
          break;
        case 'H':
          value *= 3600;
          break;
        case 'M':
          value *= 60;
          break;
        case 'S':
          break;
        default:
          return std::nullopt;
      }
    }
    total += value;
    if (total > limit) return std::nullopt;
  }
  return static_cast<std::uint32_t>(total);
}

Loader::Loader(SourceMap& sources, const LoadOptions& options, const dns::Name& apex,
               LoadedZone& zone)
    : sources_(sources), options_(options), apex_(apex), zone_(zone) {}

void Loader::report(Diagnostic diagnostic) {
  if (zone_.diagnostics.size() < options_.max_diagnostics) {
    zone_.diagnostics.push_back(std::move(diagnostic));
  } else {
    ++dropped_diagnostics_;
  }
}

void Loader::error(Span span, const char* rule, std::string message, std::string help) {
  report(error_at(span, rule, std::move(message), std::move(help)));
}

void Loader::warning(Span span, const char* rule, std::string message, std::string help) {
  Diagnostic diagnostic = error_at(span, rule, std::move(message), std::move(help));
  diagnostic.severity = Severity::warning;
  report(std::move(diagnostic));
}

void Loader::miss_origin(Span span, const char* help) {
  // One defect, however many names it makes unreadable.
  if (names_without_origin_++ > 0) return;
  first_without_origin_ = zone_.diagnostics.size();
  error(span, "missing-origin", "a relative name, but the zone's name is not known here", help);
}

void Loader::finish() {
  if (names_without_origin_ > 1 && first_without_origin_ < zone_.diagnostics.size()) {
    zone_.diagnostics[first_without_origin_].message +=
        "; " + std::to_string(names_without_origin_ - 1) + " more like it";
  }
  if (dropped_diagnostics_ == 0) return;
  // Replaces nothing: the list is cut, so an error must stay visible even if only warnings fit.
  Diagnostic note =
      error_at(zone_.diagnostics.empty() ? Span{} : zone_.diagnostics.back().span, "syntax",
               std::to_string(dropped_diagnostics_) + " more findings are not shown");
  zone_.diagnostics.push_back(std::move(note));
}

bool Loader::needs_origin(std::string_view name) const {
  return !origin_known_ && !is_absolute_text(name);
}

dns::NameView Loader::last_owner() const {
  return {zone_.records.octets.data() + owner_at_, owner_size_};
}

namespace {

/// What a file is that some editors and shells write in place of plain text; nullptr for others.
/// Every octet of it would be an error of its own.
const char* other_encoding(std::string_view text) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) return "UTF-16 text";
  return text.starts_with("\x1F\x8B") ? "a gzip file" : nullptr;
}

}  // namespace

void Loader::read(std::uint32_t file, const dns::Name& origin, bool origin_known) {
  origin_ = origin;
  origin_known_ = origin_known;
  ++origin_serial_;
  Source source;
  source.text = sources_.text(file);
  source.file = file;
  if (const char* kind = other_encoding(source.text)) {
    return error(source.span(0, 2), "syntax", std::string("this is ") + kind + ", not a zone file",
                 "a zone file is ASCII or UTF-8 text");
  }
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (source.text.starts_with(byte_order_mark)) {
    warning(source.span(0, 3), "suspicious-text",
            "a byte order mark starts the file; it is skipped",
            "save the file without it: other nameservers take it as part of the first name");
  }
  const bool marked = source.text.starts_with(byte_order_mark);
  const std::size_t start = marked ? byte_order_mark.size() : 0;
  source.odd = has_odd_characters(source.text.substr(start));
  Scanner scanner(source.text, start);
  Entry next;
  while (!full_ && scanner.next(next)) entry(source, next);
}

void Loader::scan_error(const Source& source, const Entry& entry) {
  const Span place = source.span(entry.error_begin, entry.error_end);
  switch (entry.error) {
    case ScanError::unclosed_parenthesis:
      return error(place, "syntax", "this parenthesis is never closed");
    case ScanError::stray_parenthesis:
      return error(place, "syntax", "closing parenthesis without an opening one");
    case ScanError::unclosed_quote:
      return error(place, "syntax", "this string has no closing quote on its line");
    case ScanError::none:
      return;
  }
}

void Loader::entry(const Source& source, const Entry& entry) {
  if (source.odd) return entry_with_odd_characters(source, entry);
  ordinary_entry(source, entry);
}

void Loader::ordinary_entry(const Source& source, const Entry& entry) {
  const bool is_directive = !entry.leading_blank && !entry.tokens.empty() &&
                            !entry.tokens[0].quoted &&
                            source.chars(entry.tokens[0]).starts_with('$');
  if (entry.error != ScanError::none) {
    scan_error(source, entry);
    // Later records that leave out their owner still mean this one, where it stands before the
    // error.
    const bool has_owner = !is_directive && !entry.leading_blank && !entry.tokens.empty();
    if (has_owner && entry.tokens[0].begin < entry.error_begin) owner(source, entry);
    return;
  }
  if (is_directive) return directive(source, entry);
  record(source, entry);
}

bool Loader::owner(const Source& source, const Entry& entry) {
  const Token& token = entry.tokens[0];
  if (entry.leading_blank) {
    if (owner_state_ != OwnerState::none) return owner_state_ == OwnerState::good;
    error(source.span(token), "missing-owner",
          "the first record has no owner name: the line starts with a blank");
    owner_state_ = OwnerState::bad;
    return false;
  }
  const std::string_view text = source.chars(token);
  if (owner_state_ == OwnerState::good && owner_origin_serial_ == origin_serial_ && !source.fixed &&
      text == owner_text_) {
    return true;
  }
  owner_state_ = OwnerState::bad;
  owner_text_ = {};
  if (needs_origin(text)) {
    miss_origin(source.span(token), "give --origin NAME, or start the file with $ORIGIN");
    return false;
  }
  std::vector<std::uint8_t>& octets = zone_.records.octets;
  const std::size_t begin = octets.size();
  TextError problem;
  if (!append_name(text, origin_, octets, problem)) {
    error(source.span(token), problem.rule, std::move(problem.message), std::move(problem.help));
    return false;
  }
  const std::size_t size = octets.size() - begin;
  if (size == owner_size_ && std::equal(octets.begin() + static_cast<std::ptrdiff_t>(begin),
                                        octets.end(), octets.begin() + owner_at_)) {
    octets.resize(begin);
  } else {
    owner_at_ = static_cast<std::uint32_t>(begin);
    owner_size_ = static_cast<std::uint32_t>(size);
    owner_in_zone_ = dns::is_under(last_owner(), apex_);
  }
  owner_state_ = OwnerState::good;
  owner_text_ = source.fixed ? std::string_view() : text;
  owner_origin_serial_ = origin_serial_;
  return true;
}

bool Loader::ttl_or_class(const Source& source, const Token& token, Header& header,
                          bool& class_seen, bool& failed) {
  if (token.quoted) return false;
  const std::string_view text = source.chars(token);
  if (!header.ttl && starts_with_digit(text)) {
    const auto ttl = parse_ttl(text);
    if (!ttl) {
      error(source.span(token), "bad-ttl", "expected a TTL, a class or a record type",
            "a TTL is a number of seconds up to 2147483647, or has units, such as 1h30m");
      failed = true;
      return false;
    }
    header.ttl = checked_ttl(*ttl, source.span(token));
    // Six digits without a unit, the usual case, leave no doubt.
    if (text.size() > 6 ||
        !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) {
      doubt_ttl(text, source.span(token));
    }
    return true;
  }
  if (class_seen) return false;
  switch (class_word(text)) {
    case ClassWord::none:
      return false;
    case ClassWord::internet:
      class_seen = true;
      return true;
    case ClassWord::other:
      error(source.span(token), "bad-class", "only class IN is served, not " + std::string(text));
      failed = true;
      return false;
  }
  return false;
}

bool Loader::header(const Source& source, const Entry& entry, std::size_t at, Header& header) {
  bool class_seen = false;
  bool failed = false;
  const auto& tokens = entry.tokens;
  while (at < tokens.size() && ttl_or_class(source, tokens[at], header, class_seen, failed)) ++at;
  if (failed) return false;
  if (at == tokens.size()) {
    error(source.span(tokens.back()), "syntax", "the record ends where its type is expected");
    return false;
  }
  const std::string_view word = source.chars(tokens[at]);
  const auto type = tokens[at].quoted ? std::nullopt : type_from_text(word);
  if (!type && at == 0 && is_owner_after_blank(source, entry)) {
    error(source.span(tokens[0]), "leading-blank",
          "the line starts with a blank, so " + std::string(word) + " is read as a record type",
          "remove the blank: the word is the owner");
    return false;
  }
  if (!type) {
    std::string upper_word(word.substr(0, 64));
    std::transform(upper_word.begin(), upper_word.end(), upper_word.begin(), upper);
    const std::string near = did_you_mean(upper_word, type_mnemonics());
    error(
        source.span(tokens[at]), "unknown-type", "unknown record type",
        upper_word.starts_with("[AGE:")
            ? "this is the age of a record in Microsoft's DNS, which others do not read: remove it"
        : near.empty() ? "an unknown type is written TYPEnnn (RFC 3597)"
                       : "did you mean " + near + "?");
    return false;
  }
  if (is_meta_type(*type)) {
    error(source.span(tokens[at]), "unknown-type",
          type_to_text(*type) + " is a query or meta type and has no records in a zone");
    return false;
  }
  header.type = *type;
  header.rdata_at = at + 1;
  return true;
}

std::uint32_t Loader::checked_ttl(std::uint32_t ttl, Span place) {
  if (ttl <= max_ttl) return ttl;
  // RFC 2181 §8: a TTL with the highest bit set is taken as zero.
  warning(place, "bad-ttl", "a TTL above 2147483647 is taken as 0");
  return 0;
}

std::uint32_t Loader::choose_ttl(const Source& source, const Entry& entry, const Header& header,
                                 std::uint32_t rdata) {
  if (header.ttl) {
    previous_ttl_ = header.ttl;
    return *header.ttl;
  }
  if (default_ttl_) return *default_ttl_;    // RFC 2308 §4
  if (previous_ttl_) return *previous_ttl_;  // RFC 1035 §5.1
  const Span place = source.span(entry.tokens.front(), entry.tokens.back());
  const auto& octets = zone_.records.octets;
  if (header.type == rr::soa && octets.size() - rdata >= 20) {
    const std::uint32_t minimum = std::min(big_endian(octets.data() + octets.size() - 4), max_ttl);
    previous_ttl_ = minimum;
    if (missing_ttl_told_) return minimum;
    warning(place, "missing-ttl", "no TTL is given; the SOA minimum is used instead",
            "put a $TTL directive before the first record (RFC 2308 section 4)");
    return minimum;
  }
  if (!missing_ttl_told_) {
    error(place, "missing-ttl", "no TTL is given, and there is no $TTL and no record before",
          "put a $TTL directive before the first record (RFC 2308 section 4)");
  }
  missing_ttl_told_ = true;
  constexpr std::uint32_t an_hour = 3600;
  return an_hour;
}

bool Loader::in_zone(const Source& source, const Entry& entry) {
  if (owner_in_zone_) return true;
  error(source.span(entry.tokens.front(), entry.tokens.back()), "out-of-zone",
        dns::to_text(last_owner()) + " is not in the zone " + dns::to_text(apex_));
  return false;
}

void Loader::reject_at_apex(Record record) {
  std::vector<std::uint8_t>& octets = zone_.records.octets;
  record.owner = static_cast<std::uint32_t>(octets.size());
  octets.insert(octets.end(), apex_.data(), apex_.data() + apex_.size());
  zone_.rejected.push_back(record);
}

void Loader::record(const Source& source, const Entry& entry) {
  const bool owner_good = owner(source, entry);
  const std::size_t first = entry.leading_blank ? 0 : 1;
  if (first == 1 && entry.tokens.size() == 1) {
    return error(source.span(entry.tokens[0]), "syntax",
                 "the line ends after the owner name: a type and its data are expected");
  }
  Header head;
  if (!header(source, entry, first, head)) return;
  if (entry.leading_blank || origin_changed_) doubt_owner(source, entry, head);

  std::vector<std::uint8_t>& octets = zone_.records.octets;
  const auto rdata = static_cast<std::uint32_t>(octets.size());
  Record record;
  record.owner = owner_at_;
  record.rdata = rdata;
  record.type = head.type;
  record.span = source.span(entry.tokens.front(), entry.tokens.back());
  if (octets.size() > std::numeric_limits<std::uint32_t>::max() - 0x20000) {
    full_ = true;
    return error(record.span, "syntax", "the zone is larger than 4 GiB");
  }
  TextError problem;
  const bool read =
      append_rdata(head.type, source.text, entry.tokens, head.rdata_at, origin_, octets, problem);
  const bool blank_first = head.rdata_at == 1 && is_owner_after_blank(source, entry);
  if (blank_first) {
    // The first word is the mnemonic of a type and was meant as a name.
    Diagnostic finding =
        error_at(source.span(entry.tokens[0]), "leading-blank",
                 "the line starts with a blank, so " + std::string(source.chars(entry.tokens[0])) +
                     " is read as a record type",
                 "remove the blank if the word is the owner");
    if (read) finding.severity = Severity::warning;
    report(std::move(finding));
  } else if (!read) {
    error(source.span(problem.begin, problem.end), problem.rule, std::move(problem.message),
          std::move(problem.help));
  }
  const std::uint32_t ttl = read ? choose_ttl(source, entry, head, rdata) : 0;
  if (!owner_good) {
    octets.resize(rdata);
    // An SOA record whose owner could not be read was most likely that of the apex.
    if (head.type == rr::soa) reject_at_apex(record);
    return;
  }
  if (!in_zone(source, entry)) {
    octets.resize(rdata);
    return;
  }
  if (!read) return zone_.rejected.push_back(record);
  record.ttl = ttl;
  record.rdata_size = static_cast<std::uint16_t>(octets.size() - rdata);
  zone_.records.records.push_back(record);
}

}  // namespace lapis::zone
