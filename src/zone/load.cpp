#include "lapis/zone/load.h"

#include <algorithm>

#include "lapis/zone/rr_type.h"
#include "loader.h"

namespace lapis::zone {
namespace {

/// The zone named by a file called "example.com.zone", "example.com.db" or "db.example.com".
std::optional<dns::Name> apex_from_path(const std::string& path) {
  std::string_view name = path;
  if (const auto slash = name.rfind('/'); slash != std::string_view::npos) {
    name.remove_prefix(slash + 1);
  }
  bool marked = false;
  if (name.starts_with("db.")) {
    name.remove_prefix(3);
    marked = true;
  }
  for (const std::string_view ending : {".zone", ".db", ".signed", ".txt", ".dns", ".hosts"}) {
    if (!marked && name.ends_with(ending)) {
      name.remove_suffix(ending.size());
      marked = true;
    }
  }
  if (name.empty() || name == "-") return std::nullopt;
  // Without a known ending only what has a dot inside looks like a zone's name.
  if (!marked && name.find('.') == std::string_view::npos) return std::nullopt;
  return dns::parse_name(name);
}

/// What a zone is called when nobody says it: the owner of its first SOA record; else the first
/// $ORIGIN; else the file's name, unless owners written with a final dot contradict it; else what
/// these owners have in common.
class ApexFinder {
 public:
  ApexFinder(std::string_view text, std::optional<dns::Name> fallback)
      : text_(text), fallback_(std::move(fallback)) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text_.starts_with(byte_order_mark)) start_ = byte_order_mark.size();
  }

  std::optional<dns::Name> find() {
    weigh_fallback();
    Scanner scanner(text_, start_);
    Entry entry;
    while (scanner.next(entry)) {
      if (entry.tokens.empty()) continue;
      if (!entry.leading_blank && is_word(entry.tokens[0], "$ORIGIN")) {
        if (entry.tokens.size() > 1) origin(chars(entry.tokens[1]));
        continue;
      }
      if (!entry.leading_blank) owner_ = chars(entry.tokens[0]);
      // A first record without an owner has none that the zone could be called after.
      const bool ownerless = owner_.empty() && !origin_;
      if (is_soa(entry) && !ownerless) return owner_name();
    }
    if (first_origin_) return first_origin_;
    return fallback_ ? fallback_ : guess();
  }

  /// find() went by what owners have in common: enough to say what belongs to the zone, not enough
  /// to complete relative names.
  bool guessed() const { return guessed_; }

 private:
  /// Compares the file's name with the absolute owners at the start of the file.
  void weigh_fallback() {
    constexpr int enough = 1000;
    Scanner scanner(text_, start_);
    Entry entry;
    std::optional<dns::Name> common;
    bool contradicted = false;
    for (int i = 0; i < enough && scanner.next(entry); ++i) {
      if (entry.tokens.empty() || entry.leading_blank) continue;
      const std::string_view word = chars(entry.tokens[0]);
      if (word.starts_with('$') || !word.ends_with('.')) continue;
      const auto name = dns::parse_name(word);
      if (!name) continue;
      if (!fallback_ || !dns::is_under(*name, *fallback_)) contradicted = true;
      if (!common) {
        common = name;
      } else {
        const int shared = dns::common_labels(*common, *name);
        common = dns::Name(common->view().parent(common->view().label_count() - shared));
      }
    }
    if (!contradicted) return;
    fallback_.reset();
    if (common && !common->view().is_root()) common_ = common;
  }

  std::string_view chars(const Token& token) const {
    return text_.substr(token.begin, token.end - token.begin);
  }

  bool is_word(const Token& token, std::string_view word) const {
    const std::string_view text = chars(token);
    return !token.quoted && text.size() == word.size() &&
           std::equal(text.begin(), text.end(), word.begin(), [](char a, char b) {
             return (a >= 'a' && a <= 'z' ? static_cast<char>(a - 32) : a) == b;
           });
  }

  /// SOA after at most a TTL and a class, with enough words behind it to be one.
  bool is_soa(const Entry& entry) const {
    const std::size_t first = entry.leading_blank ? 0 : 1;
    for (std::size_t i = first; i < std::min(first + 3, entry.tokens.size()); ++i) {
      if (is_word(entry.tokens[i], "SOA")) return true;
      const bool skippable = is_word(entry.tokens[i], "IN") || is_word(entry.tokens[i], "CLASS1") ||
                             parse_ttl(chars(entry.tokens[i]));
      if (!skippable) return false;
    }
    return false;
  }

  std::optional<dns::Name> absolute(std::string_view name) const {
    dns::NameError failure{};
    const std::optional<dns::Name> base = origin_ ? origin_ : fallback_;
    if (!base && !name.ends_with('.')) return std::nullopt;
    return dns::parse_name(name, base ? base->view() : dns::NameView(), failure);
  }

  void origin(std::string_view name) {
    const auto parsed = absolute(name);
    if (!parsed) return;
    origin_ = parsed;
    if (!first_origin_) first_origin_ = parsed;
  }

  std::optional<dns::Name> owner_name() {
    const auto name = owner_.empty() ? (origin_ ? origin_ : fallback_) : absolute(owner_);
    return name ? name : guess();
  }

  std::optional<dns::Name> guess() {
    guessed_ = true;
    return common_;
  }

  std::string_view text_;
  std::size_t start_ = 0;
  std::optional<dns::Name> fallback_;
  std::optional<dns::Name> common_;
  bool guessed_ = false;
  std::optional<dns::Name> origin_;
  std::optional<dns::Name> first_origin_;
  std::string_view owner_;
};

}  // namespace

LoadedZone load_zone_text(std::uint32_t file, SourceMap& sources, const LoadOptions& options) {
  LoadedZone zone;
  std::optional<dns::Name> apex = options.origin;
  // Without a given origin, names before the first $ORIGIN complete with the zone's own name, if
  // that is known other than from owners alone.
  std::optional<dns::Name> start = options.origin;
  if (!apex) {
    ApexFinder finder(sources.text(file), apex_from_path(sources.path(file)));
    apex = finder.find();
    if (!finder.guessed()) start = apex;
  }
  zone.records.origin = apex.value_or(dns::Name());
  const std::string_view text = sources.text(file);
  // Most lines of large zones are one record of some 40 characters.
  zone.records.records.reserve(text.size() / 48);
  zone.records.octets.reserve(text.size() / 2);
  Loader loader(sources, options, zone.records.origin, zone);
  loader.read(file, start.value_or(dns::Name()), start.has_value());
  loader.finish();
  return zone;
}

LoadedZone load_zone(const std::string& path, SourceMap& sources, const LoadOptions& options) {
  std::string text;
  std::string failure;
  if (!read_file(path, text, failure)) {
    LoadedZone zone;
    zone.diagnostics.push_back(error_at({}, "unreadable-file", path + ": " + failure));
    return zone;
  }
  return load_zone_text(sources.add(path, std::move(text)), sources, options);
}

}  // namespace lapis::zone
