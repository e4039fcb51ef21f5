#include "lapis/dns/name.h"

#include "lapis/dns/hashed_name.h"

#include <xxhash.h>

#include <algorithm>

namespace lapis::dns {
namespace {

/// Offsets of the label length octets, leftmost first, without the root. At most 127.
struct LabelStarts {
  std::array<std::uint8_t, 128> at;
  int count = 0;

  explicit LabelStarts(NameView name) {
    std::size_t i = 0;
    while (name.data()[i] != 0) {
      at[static_cast<std::size_t>(count++)] = static_cast<std::uint8_t>(i);
      i += name.data()[i] + std::size_t{1};
    }
  }
};

bool equal_folded(const std::uint8_t* a, const std::uint8_t* b, std::size_t n) {
  // Label length octets are below 64 and so are never changed by folding.
  std::size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    const std::uint64_t x = detail::load64(a + i);
    const std::uint64_t y = detail::load64(b + i);
    if (x != y && detail::lower8(x) != detail::lower8(y)) return false;
  }
  for (; i < n; ++i) {
    if (to_lower(a[i]) != to_lower(b[i])) return false;
  }
  return true;
}

}  // namespace

int NameView::label_count() const {
  int count = 0;
  for (std::size_t i = 0; data_[i] != 0; i += data_[i] + std::size_t{1}) ++count;
  return count;
}

NameView NameView::parent(int n) const {
  std::size_t i = 0;
  for (; n > 0; --n) i += data_[i] + std::size_t{1};
  return {data_ + i, size_ - i};
}

bool equal(NameView a, NameView b) {
  return a.size() == b.size() && equal_folded(a.data(), b.data(), a.size());
}

bool is_under(NameView name, NameView ancestor) {
  if (name.size() < ancestor.size()) return false;
  const std::size_t start = name.size() - ancestor.size();
  std::size_t i = 0;
  while (i < start) i += name.data()[i] + std::size_t{1};
  return i == start && equal_folded(name.data() + start, ancestor.data(), ancestor.size());
}

int canonical_compare(NameView a, NameView b) {
  const LabelStarts la(a);
  const LabelStarts lb(b);
  for (int k = 1; k <= std::min(la.count, lb.count); ++k) {
    const std::uint8_t* pa = a.data() + la.at[static_cast<std::size_t>(la.count - k)];
    const std::uint8_t* pb = b.data() + lb.at[static_cast<std::size_t>(lb.count - k)];
    const std::size_t n = std::min(*pa, *pb);
    for (std::size_t i = 1; i <= n; ++i) {
      const int difference = to_lower(pa[i]) - to_lower(pb[i]);
      if (difference != 0) return difference;
    }
    if (*pa != *pb) return *pa - *pb;
  }
  return la.count - lb.count;
}

std::string canonical_key(NameView name) {
  const LabelStarts labels(name);
  std::string key;
  key.reserve(name.size() + static_cast<std::size_t>(labels.count));
  for (int k = labels.count; k-- > 0;) {
    const std::uint8_t* label = name.data() + labels.at[static_cast<std::size_t>(k)];
    for (std::size_t i = 1; i <= *label; ++i) {
      const auto octet = static_cast<char>(to_lower(label[i]));
      key.push_back(octet);
      // The end of a label comes before all octets, 0 among them.
      if (octet == 0) key.push_back(1);
    }
    key.append(2, '\0');
  }
  return key;
}

int common_labels(NameView a, NameView b) {
  const LabelStarts la(a);
  const LabelStarts lb(b);
  int common = 0;
  for (int k = 1; k <= std::min(la.count, lb.count); ++k) {
    const std::uint8_t* pa = a.data() + la.at[static_cast<std::size_t>(la.count - k)];
    const std::uint8_t* pb = b.data() + lb.at[static_cast<std::size_t>(lb.count - k)];
    if (*pa != *pb || !equal_folded(pa + 1, pb + 1, *pa)) break;
    ++common;
  }
  return common;
}

std::string to_text(NameView name) {
  if (name.is_root()) return ".";
  std::string out;
  out.reserve(name.size());
  for (std::size_t i = 0; name.data()[i] != 0; i += name.data()[i] + std::size_t{1}) {
    for (std::size_t k = 1; k <= name.data()[i]; ++k) {
      const std::uint8_t c = name.data()[i + k];
      if (c == '.' || c == '\\' || c == '"' || c == '(' || c == ')' || c == ';' || c == '@' ||
          c == '$') {
        out += '\\';
        out += static_cast<char>(c);
      } else if (c <= 0x20 || c >= 0x7F) {
        out += '\\';
        out += static_cast<char>('0' + c / 100);
        out += static_cast<char>('0' + c / 10 % 10);
        out += static_cast<char>('0' + c % 10);
      } else {
        out += static_cast<char>(c);
      }
    }
    out += '.';
  }
  return out;
}

std::uint64_t hash(NameView name) {
  std::array<std::uint8_t, max_name_octets> folded;
  std::transform(name.data(), name.data() + name.size(), folded.begin(), to_lower);
  return XXH3_64bits(folded.data(), name.size());
}

const char* to_string(NameError error) {
  switch (error) {
    case NameError::none:
      return "no error";
    case NameError::empty:
      return "empty name";
    case NameError::empty_label:
      return "empty label (two dots in a row or a leading dot)";
    case NameError::label_too_long:
      return "label longer than 63 octets";
    case NameError::name_too_long:
      return "name longer than 255 octets";
    case NameError::bad_escape:
      return "bad escape: \\DDD needs three digits up to 255";
  }
  return "bad name";
}

Name Name::lowered() const {
  Name out;
  out.size_ = size_;
  std::transform(octets_.begin(), octets_.begin() + size_, out.octets_.begin(), to_lower);
  return out;
}

bool Name::prepend(std::span<const std::uint8_t> label) {
  if (label.empty() || label.size() > max_label_octets) return false;
  if (size_ + label.size() + 1 > max_name_octets) return false;
  std::memmove(octets_.data() + label.size() + 1, octets_.data(), size_);
  octets_[0] = static_cast<std::uint8_t>(label.size());
  std::memcpy(octets_.data() + 1, label.data(), label.size());
  size_ = static_cast<std::uint8_t>(size_ + label.size() + 1);
  return true;
}

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

bool read_escaped(std::string_view text, std::size_t& i, std::uint8_t& out) {
  if (text[i] != '\\') {
    out = static_cast<std::uint8_t>(text[i++]);
    return true;
  }
  if (i + 1 >= text.size()) return false;
  if (!is_digit(text[i + 1])) {
    out = static_cast<std::uint8_t>(text[i + 1]);
    i += 2;
    return true;
  }
  if (i + 3 >= text.size() || !is_digit(text[i + 2]) || !is_digit(text[i + 3])) return false;
  const int value = (text[i + 1] - '0') * 100 + (text[i + 2] - '0') * 10 + (text[i + 3] - '0');
  if (value > 255) return false;
  out = static_cast<std::uint8_t>(value);
  i += 4;
  return true;
}

std::optional<Name> parse_name(std::string_view text, NameView origin, NameError& error,
                               std::size_t* error_at) {
  error = NameError::none;
  auto fail = [&](NameError what, std::size_t at) -> std::optional<Name> {
    error = what;
    if (error_at != nullptr) *error_at = at;
    return std::nullopt;
  };
  if (text.empty()) return fail(NameError::empty, 0);
  if (text == "@") return Name(origin);
  if (text == ".") return Name();

  std::array<std::uint8_t, max_name_octets> wire;
  std::size_t size = 1;   // octets written, the open label's length octet included
  std::size_t label = 0;  // where the open label's length octet lies
  std::size_t length = 0;
  bool absolute = false;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t at = i;
    if (text[i] == '.') {
      if (length == 0) return fail(NameError::empty_label, at);
      wire[label] = static_cast<std::uint8_t>(length);
      if (size >= max_name_octets) return fail(NameError::name_too_long, at);
      label = size++;
      length = 0;
      ++i;
      absolute = i == text.size();
      continue;
    }
    std::uint8_t c = 0;
    if (!read_escaped(text, i, c)) return fail(NameError::bad_escape, at);
    if (++length > max_label_octets) return fail(NameError::label_too_long, at);
    if (size >= max_name_octets) return fail(NameError::name_too_long, at);
    wire[size++] = c;
  }
  if (absolute) {
    wire[label] = 0;
    return Name(NameView(wire.data(), size));
  }
  wire[label] = static_cast<std::uint8_t>(length);
  if (size + origin.size() > max_name_octets) return fail(NameError::name_too_long, text.size());
  std::memcpy(wire.data() + size, origin.data(), origin.size());
  return Name(NameView(wire.data(), size + origin.size()));
}

std::optional<Name> parse_name(std::string_view text) {
  NameError error{};
  return parse_name(text, NameView(), error);
}

}  // namespace lapis::dns
