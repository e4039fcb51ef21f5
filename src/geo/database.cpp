#include "database.h"

#include <charconv>
#include <functional>
#include <span>
#include <unordered_map>

#include "lapis/base/stable_hash.h"
#include "lapis/base/utf8.h"
#include "mmdb.h"

namespace lapis::geo {
namespace {

constexpr std::size_t longest_text = 255;  // octets of any string a query brings
constexpr std::size_t most_keys_shown = 8;

using Path = std::vector<std::string_view>;
using Numbers = std::array<ValueNumber, field_count>;

/// Where the databases in use have a field: MaxMind's and DB-IP's own, then the flat layouts of
/// IPinfo and others. The first that a record has counts.
std::vector<Path> usual_paths(Field field) {
  switch (field) {
    case Field::country:
      return {{"country", "iso_code"}, {"country_code"}, {"country"}};
    case Field::continent:
      return {{"continent", "code"}, {"continent_code"}, {"continent"}};
    case Field::asn:
      break;
  }
  return {{"autonomous_system_number"}, {"asn"}};
}

Path path_of(std::string_view key) {
  Path path;
  for (std::size_t at = 0; at <= key.size();) {
    const std::size_t end = std::min(key.find('/', at), key.size());
    path.push_back(key.substr(at, end - at));
    at = end + 1;
  }
  return path;
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

/// "AS64496" or "64496".
bool read_asn(std::string_view text, std::uint32_t& out) {
  if (text.starts_with("AS")) text.remove_prefix(2);
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), out);
  return code == std::errc{} && end == text.data() + text.size();
}

/// Values of one field as they are met, numbered from 1.
class ColumnBuilder {
 public:
  ColumnBuilder(Field field, const Database::Wanted& wanted) : field_(field), wanted_(wanted) {
    if (wanted.key.empty()) {
      paths_ = usual_paths(field);
    } else {
      paths_.push_back(path_of(wanted.key));
    }
    column_.key = wanted.key;
    column_.texts.emplace_back();
    column_.numbers.push_back(0);
  }

  /// The value of the record at `offset`; false when the record can't be read.
  bool read(MmdbSection& data, std::size_t offset, ValueNumber& out) {
    out = 0;
    for (const Path& path : paths_) {
      MmdbValue value;
      if (!data.find(offset, path, value)) return false;
      if (take(value, out)) return true;
    }
    return true;
  }

  FieldTable::Builder& table() { return table_; }
  bool has_values() const { return values_ > 0; }
  Field field() const { return field_; }
  const Database::Wanted& wanted() const { return wanted_; }

  std::string places() const {
    std::string out;
    for (const Path& path : paths_) {
      out += out.empty() ? "" : ", ";
      for (std::size_t i = 0; i < path.size(); ++i)
        out += (i == 0 ? "" : "/") + std::string(path[i]);
    }
    return out;
  }

  Database::Column column() && {
    column_.table = std::move(table_).take();
    return std::move(column_);
  }

 private:
  bool take(const MmdbValue& value, ValueNumber& out) {
    if (field_ == Field::asn) {
      std::uint32_t number = 0;
      if (value.kind == MmdbValue::Kind::number && value.number <= UINT32_MAX) {
        number = static_cast<std::uint32_t>(value.number);
      } else if (value.kind != MmdbValue::Kind::text || !read_asn(value.text, number)) {
        return false;
      }
      return keep(number, numbers_, column_.numbers, out);
    }
    if (value.kind != MmdbValue::Kind::text || value.text.empty() ||
        value.text.size() > longest_text || first_invalid_utf8(value.text) != std::string::npos) {
      return false;
    }
    return keep(std::string(value.text), texts_, column_.texts, out);
  }

  template <class Value>
  bool keep(Value value, std::unordered_map<Value, ValueNumber>& known, std::vector<Value>& values,
            ValueNumber& out) {
    ++values_;
    if (value == Value{}) return true;  // 0 is no autonomous system
    const auto [at, fresh] = known.emplace(value, static_cast<ValueNumber>(values.size()));
    if (fresh) values.push_back(std::move(value));
    out = at->second;
    return true;
  }

  Field field_;
  const Database::Wanted& wanted_;
  std::vector<Path> paths_;
  FieldTable::Builder table_;
  Database::Column column_;
  std::unordered_map<std::string, ValueNumber> texts_;
  std::unordered_map<std::uint32_t, ValueNumber> numbers_;
  std::size_t values_ = 0;  ///< records that had one
};

/// Goes through a search tree in the order of addresses.
class TreeWalk {
 public:
  TreeWalk(Mmdb& file, std::vector<ColumnBuilder>& columns) : file_(file), columns_(columns) {
    known_.emplace(file.metadata().node_count, Numbers{});
  }

  /// False, with words in `error`.
  bool run(std::string& error) {
    const Mmdb::Metadata& about = file_.metadata();
    if (about.ip_version == 4) {
      return walk(
          0, 32, [this](const Network& n) { add4(n); }, error);
    }
    // IPv4 addresses are those of ::/96.
    std::uint32_t v4_root = 0;
    int depth = 0;
    for (; depth < 96 && v4_root < about.node_count; ++depth) v4_root = file_.child(v4_root, 0);
    if (!walk(
            v4_root, 32, [this](const Network& n) { add4(n); }, error))
      return false;
    if (v4_root < about.node_count) v4_root_ = v4_root;
    return walk(
        0, 128, [this](const Network& n) { add6(n); }, error);
  }

  /// A record of the data section, for messages; false when there is none.
  bool sample(std::size_t& offset) const {
    for (const auto& [record, numbers] : known_) {
      if (record != file_.metadata().node_count) return file_.data_offset(record, offset);
    }
    return false;
  }
  std::size_t records() const { return known_.size() - 1; }

 private:
  struct Network {
    std::uint32_t record = 0;
    int depth = 0;
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    bool embeds_v4 = false;
    const Numbers* numbers = nullptr;
  };

  template <class Add>
  bool walk(std::uint32_t root, int width, Add add, std::string& error) {
    const std::uint32_t nodes = file_.metadata().node_count;
    std::array<Network, 130> waiting;  // one child of every node on the way down
    std::size_t count = 0;
    waiting[count++] = {root, 0, 0, 0, false, nullptr};
    while (count > 0) {
      Network at = waiting[--count];
      if (at.record >= nodes) {
        if (!look_up(at)) {
          error = "is damaged: the record of a network can't be read";
          return false;
        }
        add(at);
        continue;
      }
      if (width == 128 && at.record == v4_root_ && at.depth > 0 && at.depth <= 96) {
        at.embeds_v4 = true;
        add(at);
        continue;
      }
      // A tree has each node once. Twice would do no harm, but damage makes it millions of times.
      if (at.depth == width || ++visits_ > most_visits()) {
        error = "is damaged: its search tree is none";
        return false;
      }
      Network right{file_.child(at.record, 1), at.depth + 1, at.high, at.low, false, nullptr};
      std::uint64_t& half = at.depth < 64 ? right.high : right.low;
      half |= std::uint64_t{1} << (63U - static_cast<unsigned>(at.depth) % 64U);
      waiting[count++] = right;
      waiting[count++] = {file_.child(at.record, 0), at.depth + 1, at.high, at.low, false, nullptr};
    }
    return true;
  }

  std::uint64_t most_visits() const {
    return 65536 + 4 * std::uint64_t{file_.metadata().node_count};
  }

  /// The values of a record, read the first time it is met.
  bool look_up(Network& network) {
    auto at = known_.find(network.record);
    const bool seen = at != known_.end();
    if (!seen) at = known_.emplace(network.record, Numbers{}).first;
    network.numbers = &at->second;
    if (seen) return true;
    std::size_t offset = 0;
    if (!file_.data_offset(network.record, offset)) return false;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (!columns_[i].read(file_.data(), offset, at->second[i])) return false;
    }
    return true;
  }

  void add4(const Network& n) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      columns_[i].table().add4(static_cast<std::uint32_t>(n.high >> 32U), (*n.numbers)[i]);
    }
  }
  void add6(const Network& n) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (n.embeds_v4) {
        columns_[i].table().embed4(n.high, n.low, static_cast<unsigned>(n.depth));
      } else {
        columns_[i].table().add6(n.high, n.low, (*n.numbers)[i]);
      }
    }
  }

  Mmdb& file_;
  std::vector<ColumnBuilder>& columns_;
  std::unordered_map<std::uint32_t, Numbers> known_;  ///< by record
  std::optional<std::uint32_t> v4_root_;
  std::uint64_t visits_ = 0;
};

}  // namespace

std::uint64_t Database::digest_of(std::string_view file) {
  return stable_hash({reinterpret_cast<const std::uint8_t*>(file.data()), file.size()}, 0);
}

std::optional<Database> Database::build(const std::string& path, std::string_view file,
                                        const AllWanted& wanted, Diagnostics& errors) {
  Span place;
  std::vector<ColumnBuilder> columns;
  for (std::size_t i = 0; i < field_count; ++i) {
    if (!wanted[i].wanted) continue;
    columns.emplace_back(static_cast<Field>(i), wanted[i]);
    if (!place.known()) place = wanted[i].span;
  }
  const auto refuse = [&](const std::string& words) {
    errors.push_back(error_at(place, "geo-database", path + " " + words,
                              "fetch the database again, into a new file that is then renamed"));
    return std::nullopt;
  };
  std::string error;
  std::optional<Mmdb> opened = Mmdb::open(file, error);
  if (!opened) return refuse(error);
  TreeWalk walk(*opened, columns);
  if (!walk.run(error)) return refuse(error);

  Database out;
  out.path_ = path;
  out.type_ = opened->metadata().database_type;
  out.build_epoch_ = opened->metadata().build_epoch;
  out.digest_ = digest_of(file);
  bool good = true;
  for (ColumnBuilder& column : columns) {
    const auto i = static_cast<std::size_t>(column.field());
    if (column.has_values()) {
      out.columns_[i] = std::move(column).column();
      continue;
    }
    out.left_out_[i] = true;
    if (column.wanted().optional) continue;
    good = false;
    std::size_t offset = 0;
    std::vector<std::string> keys;
    if (walk.sample(offset)) keys = opened->data().keys(offset, most_keys_shown);
    errors.push_back(
        error_at(column.wanted().span, "geo-database",
                 path + ", a database of type " + out.type_ + ", has no " +
                     to_string(column.field()) + ": none of its " + std::to_string(walk.records()) +
                     " records has a value at " + column.places(),
                 "name a database that has it, or say where: {file: PATH, key: KEY/KEY}" +
                     (keys.empty() ? "" : "; a record has the keys " + joined(keys))));
  }
  if (!good) return std::nullopt;
  return out;
}

bool Database::made_from(const std::string& path, std::uint64_t digest,
                         const AllWanted& wanted) const {
  if (path != path_ || digest != digest_) return false;
  for (std::size_t i = 0; i < field_count; ++i) {
    if (wanted[i].wanted != (columns_[i].has_value() || left_out_[i])) return false;
    if (columns_[i] && columns_[i]->key != wanted[i].key) return false;
    if (left_out_[i] && !wanted[i].optional) return false;
  }
  return true;
}

DatabaseInfo Database::info() const {
  DatabaseInfo out{path_, type_, build_epoch_, 0, 0};
  for (std::size_t i = 0; i < field_count; ++i) {
    if (!columns_[i]) continue;
    out.fields |= only(static_cast<Field>(i));
    out.ranges += columns_[i]->table.ranges();
  }
  return out;
}

}  // namespace lapis::geo
