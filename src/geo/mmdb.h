// The MaxMind DB file format, version 2 (https://maxmind.github.io/MaxMind-DB/): metadata, search
// tree and data section of a file that lies in memory.
//
// The file comes from outside and may be cut off, damaged or made to harm, so nothing in it is
// trusted: every offset is checked, nothing recurses, and what reading values may cost in all is
// bounded by the size of the file. libmaxminddb 1.7.1 gives none of these promises: it computes the
// size of the tree in 32 bits and walks nested values by recursion, so that a damaged file can end
// the process. The tests compare the two on files that both can read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lapis::geo {

/// A value of the data section, as far as anyone here asks.
struct MmdbValue {
  enum class Kind : std::uint8_t { none, text, number, map, other };
  Kind kind = Kind::none;  ///< none: there is no such value
  std::string_view text;   ///< borrowed from the file
  std::uint64_t number = 0;
};

/// Values packed one after the other, with pointers among them.
class MmdbSection {
 public:
  MmdbSection() = default;
  /// `octets` is borrowed. Reading more than `budget` values in all counts as damage.
  MmdbSection(std::string_view octets, std::uint64_t budget) : octets_(octets), budget_(budget) {}

  std::size_t size() const { return octets_.size(); }
  /// The value under a path of map keys that begins at offset `at`; false when what lies on the way
  /// can't be read.
  bool find(std::size_t at, std::span<const std::string_view> path, MmdbValue& out);
  /// The first keys of the map at offset `at`, for messages.
  std::vector<std::string> keys(std::size_t at, std::size_t most);

 private:
  enum class Type : std::uint8_t {
    pointer = 1,
    text,
    float64,
    bytes,
    uint16,
    uint32,
    map,
    int32,
    uint64,
    uint128,
    array,
    container,
    end_marker,
    boolean,
    float32
  };
  struct Header {
    Type type = Type::map;
    std::uint32_t size = 0;   ///< octets, entries, or the target of a pointer
    std::size_t payload = 0;  ///< offset behind the control octets
  };

  bool header(std::size_t at, Header& out);
  bool pointer(std::uint8_t control, Header& out);
  /// The same, and what a pointer points to in its place.
  bool resolved(std::size_t at, Header& out);
  bool skip(std::size_t at, std::size_t& next);
  /// A key of a map, and the offset of its value.
  bool key(std::size_t at, std::string_view& text, std::size_t& value);
  bool value(const Header& header, MmdbValue& out) const;
  static std::size_t octets_of(const Header& header);

  std::string_view octets_;
  std::uint64_t budget_ = 0;
};

class Mmdb {
 public:
  struct Metadata {
    std::uint32_t node_count = 0;
    std::uint32_t record_size = 0;  ///< bits: 24, 28 or 32
    std::uint32_t ip_version = 0;   ///< 4 or 6
    std::uint64_t build_epoch = 0;  ///< Unix time
    std::string database_type;
  };

  /// Nothing, with words in `error`, when `file` (borrowed) is no such database.
  static std::optional<Mmdb> open(std::string_view file, std::string& error);

  const Metadata& metadata() const { return metadata_; }
  /// What follows a node on bit `bit`: a node below node_count, nothing at node_count, data above.
  /// REQUIRES: node < node_count
  std::uint32_t child(std::uint32_t node, unsigned bit) const;
  /// Offset in data() of a record over node_count; false when it lies outside.
  bool data_offset(std::uint32_t record, std::size_t& out) const;
  MmdbSection& data() { return data_; }

 private:
  bool read_metadata(std::string_view section, std::string& error);

  std::string_view tree_;
  MmdbSection data_;
  Metadata metadata_;
};

}  // namespace lapis::geo
