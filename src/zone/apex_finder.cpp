// What a zone is called when nobody says it.
#include "apex_finder.h"

#include <algorithm>
#include <deque>

#include "lapis/base/source.h"
#include "lapis/zone/record_text.h"
#include "loader.h"
#include "scanner.h"

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

/// The owner of the first SOA record; else the first $ORIGIN; else the file's name, unless owners
/// written with a final dot contradict it; else what these owners have in common. Looks into the
/// files that are included, too: a zone's own file may do nothing but that.
class ApexFinder {
 public:
  ApexFinder(const LoadOptions& options, std::optional<dns::Name> fallback)
      : options_(options), fallback_(std::move(fallback)) {}

  FoundApex find(std::string_view text, const std::string& path) {
    weigh_fallback(text, path);
    includes_ = 0;
    std::optional<dns::Name> of_soa;
    const bool has_soa = walk(text, path, 0, [&](std::string_view chars, const Entry& entry) {
      if (!entry.leading_blank && is_word(chars, entry.tokens[0], "$ORIGIN")) {
        if (entry.tokens.size() > 1) set_origin(word(chars, entry.tokens[1]));
        return false;
      }
      if (!entry.leading_blank) owner_ = word(chars, entry.tokens[0]);
      // A first record without an owner has none that the zone could be called after.
      const bool ownerless = owner_.empty() && !origin_;
      if (!is_soa(chars, entry) || ownerless) return false;
      of_soa = owner_.empty() ? (origin_ ? origin_ : fallback_) : absolute(owner_);
      return true;
    });
    if (of_soa) return {of_soa, false};
    // A SOA record whose owner lacks its final dot, as the other owners show.
    if (has_soa && common_ && lacks_final_dot(owner_, *common_)) return {common_, false};
    if (!has_soa && first_origin_) return {first_origin_, false};
    if (!has_soa && fallback_) return {fallback_, false};
    return {common_, true};
  }

 private:
  /// Calls `visit` for each entry, in the order in which the loader reads them, until it returns
  /// true. What is wrong with an inclusion the loader will say.
  template <class Visit>
  bool walk(std::string_view text, const std::string& path, std::uint32_t depth,
            const Visit& visit) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    Scanner scanner(text, text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0);
    Entry entry;
    while (scanner.next(entry)) {
      if (entry.tokens.empty()) continue;
      const bool includes = !entry.leading_blank && entry.tokens.size() > 1 &&
                            is_word(text, entry.tokens[0], "$INCLUDE");
      if (includes ? walk_included(text, path, entry, depth + 1, visit) : visit(text, entry)) {
        return true;
      }
    }
    return false;
  }

  template <class Visit>
  bool walk_included(std::string_view text, const std::string& path, const Entry& entry,
                     std::uint32_t depth, const Visit& visit) {
    constexpr std::uint32_t most = 100;  // of more the first ones must do
    const std::string file = included_path(path, unescaped(word(text, entry.tokens[1])), options_);
    if (file.empty() || depth > options_.max_include_depth || ++includes_ > most) return false;
    std::string read;
    std::string failure;
    if (!read_file(file, read, failure)) return false;
    texts_.push_back(std::move(read));
    // As the loader does: origin and owner are those of before when the file ends.
    const std::optional<dns::Name> origin = origin_;
    const std::string_view owner = owner_;
    if (entry.tokens.size() > 2) {
      if (const auto given = absolute(word(text, entry.tokens[2]))) origin_ = given;
    }
    const bool stopped = walk(texts_.back(), file, depth, visit);
    origin_ = origin;
    owner_ = owner;
    return stopped;
  }

  /// Compares the file's name with the absolute owners at the start of the zone.
  void weigh_fallback(std::string_view text, const std::string& path) {
    constexpr int enough = 1000;
    int seen = 0;
    std::optional<dns::Name> common;
    bool contradicted = false;
    walk(text, path, 0, [&](std::string_view chars, const Entry& entry) {
      if (++seen > enough) return true;
      if (entry.leading_blank) return false;
      const std::string_view owner = word(chars, entry.tokens[0]);
      if (owner.starts_with('$') || !owner.ends_with('.')) return false;
      const auto name = dns::parse_name(owner);
      if (!name) return false;
      if (!fallback_ || !dns::is_under(*name, *fallback_)) contradicted = true;
      if (!common) {
        common = name;
      } else {
        const int shared = dns::common_labels(*common, *name);
        common = dns::Name(common->view().parent(common->view().label_count() - shared));
      }
      return false;
    });
    if (!contradicted) return;
    fallback_.reset();
    if (common && !common->view().is_root()) common_ = common;
  }

  static std::string_view word(std::string_view text, const Token& token) {
    return text.substr(token.begin, token.end - token.begin);
  }

  static bool is_word(std::string_view text, const Token& token, std::string_view upper) {
    const std::string_view chars = word(text, token);
    return !token.quoted && chars.size() == upper.size() &&
           std::equal(chars.begin(), chars.end(), upper.begin(), [](char a, char b) {
             return (a >= 'a' && a <= 'z' ? static_cast<char>(a - 32) : a) == b;
           });
  }

  /// SOA after at most a TTL and a class, with enough words behind it to be one.
  static bool is_soa(std::string_view text, const Entry& entry) {
    const std::size_t first = entry.leading_blank ? 0 : 1;
    for (std::size_t i = first; i < std::min(first + 3, entry.tokens.size()); ++i) {
      if (is_word(text, entry.tokens[i], "SOA")) return true;
      const bool skippable = is_word(text, entry.tokens[i], "IN") ||
                             is_word(text, entry.tokens[i], "CLASS1") ||
                             parse_ttl(word(text, entry.tokens[i]));
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

  void set_origin(std::string_view name) {
    const auto parsed = absolute(name);
    if (!parsed) return;
    origin_ = parsed;
    if (!first_origin_) first_origin_ = parsed;
  }

  const LoadOptions& options_;
  std::deque<std::string> texts_;  // of included files: owner_ may point into them
  std::uint32_t includes_ = 0;
  std::optional<dns::Name> fallback_;
  std::optional<dns::Name> common_;
  std::optional<dns::Name> origin_;
  std::optional<dns::Name> first_origin_;
  std::string_view owner_;
};

}  // namespace

FoundApex find_apex(std::string_view text, const std::string& path, const LoadOptions& options) {
  return ApexFinder(options, apex_from_path(path)).find(text, path);
}

}  // namespace lapis::zone
