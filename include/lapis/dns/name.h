// Domain names in wire form (RFC 1035 §3.1): length-prefixed labels ending with the root label.
//
// `NameView` borrows; `Name` owns 255 octets inline, so that no name ever allocates. Comparison is
// case-insensitive for ASCII letters only (RFC 4343). Views handed to these functions must hold a
// well-formed uncompressed name; `parse_name` and the message parser are the places that check.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace lapis::dns {

inline constexpr std::size_t max_name_octets = 255;  // RFC 1035 §2.3.4
inline constexpr std::size_t max_label_octets = 63;

inline constexpr std::uint8_t to_lower(std::uint8_t c) {
  return c >= 'A' && c <= 'Z' ? static_cast<std::uint8_t>(c + 32) : c;
}

class Name;

/// Borrowed well-formed name, at most 255 octets including the root label.
class NameView {
 public:
  constexpr NameView() : data_(root_), size_(1) {}
  constexpr NameView(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}

  const std::uint8_t* data() const { return data_; }
  std::size_t size() const { return size_; }
  std::span<const std::uint8_t> octets() const { return {data_, size_}; }
  bool is_root() const { return size_ == 1; }
  /// Number of labels, not counting the root.
  int label_count() const;
  /// The name without its first `n` labels. REQUIRES: n <= label_count().
  NameView parent(int n = 1) const;
  /// First (leftmost) label's octets. Empty for the root.
  std::span<const std::uint8_t> first_label() const { return {data_ + 1, data_[0]}; }
  bool is_wildcard() const { return size_ > 2 && data_[0] == 1 && data_[1] == '*'; }

 private:
  static constexpr std::uint8_t root_[1] = {0};
  const std::uint8_t* data_;
  std::size_t size_;
};

/// Equality ignoring ASCII case.
bool equal(NameView a, NameView b);
/// `name` equals `ancestor` or is below it, ignoring case.
bool is_under(NameView name, NameView ancestor);
/// Canonical DNS order (RFC 4034 §6.1): by labels from the right, case folded.
int canonical_compare(NameView a, NameView b);
/// Octets whose plain order is the canonical order of the names: made once for each name where many
/// are sorted.
std::string canonical_key(NameView name);
/// Number of labels (from the right, without the root) that both names share.
int common_labels(NameView a, NameView b);
/// Presentation form with \DDD escapes and a final dot.
std::string to_text(NameView name);
/// 64-bit hash of the lower-cased octets; for tables inside one process only.
std::uint64_t hash(NameView name);

enum class NameError : std::uint8_t {
  none,
  empty,
  empty_label,
  label_too_long,
  name_too_long,
  bad_escape,
};
const char* to_string(NameError error);

/// Owned name.
class Name {
 public:
  Name() { octets_[0] = 0; }
  explicit Name(NameView view) : size_(static_cast<std::uint8_t>(view.size())) {
    std::memcpy(octets_.data(), view.data(), view.size());
  }
  NameView view() const { return {octets_.data(), size_}; }
  operator NameView() const { return view(); }
  std::size_t size() const { return size_; }
  const std::uint8_t* data() const { return octets_.data(); }

  /// ASCII letters folded to lower case.
  Name lowered() const;
  /// Puts a label in front. False (and no change) when the label is empty or over 63 octets, or
  /// the name would pass 255.
  bool prepend(std::span<const std::uint8_t> label);

  friend bool operator==(const Name& a, const Name& b) { return equal(a, b); }
  friend bool operator<(const Name& a, const Name& b) { return canonical_compare(a, b) < 0; }

 private:
  std::uint8_t size_ = 1;
  std::array<std::uint8_t, max_name_octets> octets_;
};

/// Reads one character of presentation form, perhaps escaped as `\DDD` or `\X` (RFC 1035 §5.1), and
/// moves `i` past it; false, with `i` where it was, when the escape is broken.
/// REQUIRES: i < text.size()
bool read_escaped(std::string_view text, std::size_t& i, std::uint8_t& out);

/// Reads presentation form: labels separated by dots, `\DDD` and `\X` escapes (RFC 1035 §5.1).
/// A name without final dot is completed with `origin`; "@" alone is the origin. `error_at`, when
/// given, receives the byte offset of what is wrong.
std::optional<Name> parse_name(std::string_view text, NameView origin, NameError& error,
                               std::size_t* error_at = nullptr);
/// The same, with the root as origin.
std::optional<Name> parse_name(std::string_view text);

}  // namespace lapis::dns
