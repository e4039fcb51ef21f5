#include "mmdb.h"

#include <array>

namespace lapis::geo {
namespace {

constexpr std::string_view metadata_marker = "\xab\xcd\xefMaxMind.com";
constexpr std::size_t longest_metadata = 128U << 10U;  // with its marker
constexpr std::size_t separator = 16;                  // between tree and data
constexpr std::uint64_t least_budget = 1U << 16U;

std::uint64_t big_endian(std::string_view octets) {
  std::uint64_t value = 0;
  for (const char c : octets) value = value << 8U | static_cast<std::uint8_t>(c);
  return value;
}

}  // namespace

// ---- values

std::size_t MmdbSection::octets_of(const Header& header) {
  switch (header.type) {
    case Type::pointer:
    case Type::map:
    case Type::array:
    case Type::boolean:  // its size is its value
    case Type::end_marker:
      return 0;
    default:
      return header.size;
  }
}

bool MmdbSection::header(std::size_t at, Header& out) {
  if (budget_ == 0 || at >= octets_.size()) return false;
  --budget_;
  const auto control = static_cast<std::uint8_t>(octets_[at]);
  out.payload = at + 1;
  std::uint32_t type = control >> 5U;
  if (type == static_cast<std::uint32_t>(Type::pointer)) return pointer(control, out);
  if (type == 0) {  // extended: the type is in an octet of its own
    if (out.payload >= octets_.size()) return false;
    type = 7U + static_cast<std::uint8_t>(octets_[out.payload++]);
    if (type < 8 || type > static_cast<std::uint32_t>(Type::float32)) return false;
  }
  out.type = static_cast<Type>(type);
  out.size = control & 31U;
  if (out.size >= 29) {
    static constexpr std::array<std::uint32_t, 3> base{29, 285, 65821};
    const std::size_t more = out.size - 28;
    if (octets_.size() - out.payload < more) return false;
    out.size =
        base[more - 1] + static_cast<std::uint32_t>(big_endian(octets_.substr(out.payload, more)));
    out.payload += more;
  }
  return octets_.size() - out.payload >= octets_of(out);
}

bool MmdbSection::pointer(std::uint8_t control, Header& out) {
  static constexpr std::array<std::uint32_t, 4> base{0, 2048, 526336, 0};
  const std::uint32_t kind = control >> 3U & 3U;
  const std::size_t more = kind + 1;
  if (octets_.size() - out.payload < more) return false;
  const auto low = static_cast<std::uint32_t>(big_endian(octets_.substr(out.payload, more)));
  const std::uint32_t high = kind == 3 ? 0 : (control & 7U) << 8U * more;
  out.type = Type::pointer;
  out.size = base[kind] + (high | low);
  out.payload += more;
  return true;
}

bool MmdbSection::resolved(std::size_t at, Header& out) {
  if (!header(at, out)) return false;
  if (out.type != Type::pointer) return true;
  // Pointers do not point to pointers.
  return header(out.size, out) && out.type != Type::pointer;
}

bool MmdbSection::skip(std::size_t at, std::size_t& next) {
  std::uint64_t left = 1;
  for (next = at; left > 0; --left) {
    Header seen;
    if (!header(next, seen)) return false;
    if (seen.type == Type::map) left += 2 * std::uint64_t{seen.size};
    if (seen.type == Type::array) left += seen.size;
    next = seen.payload + octets_of(seen);
  }
  return true;
}

bool MmdbSection::key(std::size_t at, std::string_view& text, std::size_t& value) {
  Header seen;
  if (!header(at, seen)) return false;
  value = seen.payload + octets_of(seen);
  if (seen.type == Type::pointer && !resolved(at, seen)) return false;
  if (seen.type != Type::text) return false;
  text = octets_.substr(seen.payload, seen.size);
  return true;
}

bool MmdbSection::value(const Header& header, MmdbValue& out) const {
  using Kind = MmdbValue::Kind;
  out = {Kind::other, {}, 0};
  const std::string_view octets = octets_.substr(header.payload, octets_of(header));
  std::size_t widest = 0;
  switch (header.type) {
    case Type::text:
      out = {Kind::text, octets, 0};
      return true;
    case Type::map:
      out.kind = Kind::map;
      return true;
    case Type::uint16:
      widest = 2;
      break;
    case Type::uint32:
    case Type::int32:
      widest = 4;
      break;
    case Type::uint64:
      widest = 8;
      break;
    default:
      return true;
  }
  if (octets.size() > widest) return false;
  const bool negative = header.type == Type::int32 && octets.size() == 4 &&
                        (static_cast<std::uint8_t>(octets[0]) & 0x80U) != 0;
  if (!negative) out = {Kind::number, {}, big_endian(octets)};
  return true;
}

bool MmdbSection::find(std::size_t at, std::span<const std::string_view> path, MmdbValue& out) {
  out = {};
  Header seen;
  if (!resolved(at, seen)) return false;
  for (const std::string_view wanted : path) {
    if (seen.type != Type::map) return true;
    bool found = false;
    std::size_t next = seen.payload;
    for (std::uint32_t left = seen.size; left > 0 && !found; --left) {
      std::string_view text;
      std::size_t value = 0;
      if (!key(next, text, value)) return false;
      found = text == wanted;
      if (!(found ? resolved(value, seen) : skip(value, next))) return false;
    }
    if (!found) return true;
  }
  return value(seen, out);
}

std::vector<std::string> MmdbSection::keys(std::size_t at, std::size_t most) {
  std::vector<std::string> out;
  Header seen;
  if (!resolved(at, seen) || seen.type != Type::map) return out;
  std::size_t next = seen.payload;
  for (std::uint32_t left = seen.size; left > 0 && out.size() < most; --left) {
    std::string_view text;
    std::size_t value = 0;
    if (!key(next, text, value) || !skip(value, next)) break;
    out.emplace_back(text);
  }
  return out;
}

// ---- the file

std::optional<Mmdb> Mmdb::open(std::string_view file, std::string& error) {
  const std::size_t from = file.size() > longest_metadata ? file.size() - longest_metadata : 0;
  const std::size_t marker = file.substr(from).rfind(metadata_marker);
  if (marker == std::string_view::npos) {
    error = "is not a MaxMind DB file, or only the beginning of one";
    return std::nullopt;
  }
  const std::string_view body = file.substr(0, from + marker);
  Mmdb out;
  if (!out.read_metadata(file.substr(body.size() + metadata_marker.size()), error)) {
    return std::nullopt;
  }
  const std::uint64_t tree =
      std::uint64_t{out.metadata_.node_count} * out.metadata_.record_size / 4;
  if (tree + separator > body.size()) {
    error = "is damaged: its search tree does not fit into the file";
    return std::nullopt;
  }
  out.tree_ = body.substr(0, tree);
  const std::string_view data = body.substr(tree + separator);
  out.data_ = MmdbSection(data, least_budget + 16 * std::uint64_t{data.size()});
  return out;
}

bool Mmdb::read_metadata(std::string_view section, std::string& error) {
  MmdbSection values(section, least_budget);
  const auto find = [&](std::string_view key, MmdbValue::Kind kind, MmdbValue& out) {
    if (values.find(0, {&key, 1}, out) && out.kind == kind) return true;
    error = "is damaged: its metadata has no proper " + std::string(key);
    return false;
  };
  const auto number = [&](std::string_view key, auto& into, std::uint64_t low, std::uint64_t high) {
    MmdbValue value;
    if (!find(key, MmdbValue::Kind::number, value)) return false;
    into = static_cast<std::remove_reference_t<decltype(into)>>(value.number);
    if (value.number >= low && value.number <= high) return true;
    error = "is damaged, or not known to this version: " + std::string(key) + " is " +
            std::to_string(value.number);
    return false;
  };
  std::uint32_t version = 0;
  MmdbValue type;
  if (!number("binary_format_major_version", version, 2, 2) ||
      !number("node_count", metadata_.node_count, 1, UINT32_MAX) ||
      !number("record_size", metadata_.record_size, 24, 32) ||
      !number("ip_version", metadata_.ip_version, 4, 6) ||
      !number("build_epoch", metadata_.build_epoch, 0, INT64_MAX) ||
      !find("database_type", MmdbValue::Kind::text, type)) {
    return false;
  }
  if (metadata_.record_size % 4 != 0 || metadata_.ip_version == 5) {
    error = "is damaged: its metadata can't be";
    return false;
  }
  for (const char c : type.text.substr(0, 100)) {
    metadata_.database_type += c >= ' ' && c <= '~' ? c : '?';
  }
  return true;
}

std::uint32_t Mmdb::child(std::uint32_t node, unsigned bit) const {
  const std::size_t size = metadata_.record_size / 4;  // octets of a node
  const std::string_view octets = tree_.substr(node * size, size);
  if (metadata_.record_size == 28) {
    // The octet in the middle holds the highest four bits of both.
    const auto middle = static_cast<std::uint8_t>(octets[3]);
    const std::uint32_t high = bit == 0 ? middle >> 4U : middle & 15U;
    return high << 24U | static_cast<std::uint32_t>(big_endian(octets.substr(bit == 0 ? 0 : 4, 3)));
  }
  const std::size_t half = size / 2;
  return static_cast<std::uint32_t>(big_endian(octets.substr(bit * half, half)));
}

bool Mmdb::data_offset(std::uint32_t record, std::size_t& out) const {
  // Counted from the end of the tree; the separator lies between.
  const std::uint64_t behind = std::uint64_t{record} - metadata_.node_count;
  if (behind < separator || behind - separator >= data_.size()) return false;
  out = behind - separator;
  return true;
}

}  // namespace lapis::geo
