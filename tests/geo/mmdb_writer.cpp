#include "mmdb_writer.h"

#include <stdexcept>

#include "lapis/geo/places.h"
#include "server/temporary_folder.h"

namespace lapis::geo {
namespace {

using Json = nlohmann::json;

std::string big_endian(std::uint64_t value, std::size_t octets) {
  std::string out;
  for (std::size_t i = octets; i-- > 0;) out += static_cast<char>(value >> 8 * i);
  return out;
}

/// Control octets of a type and a size.
std::string control(unsigned type, std::size_t size) {
  std::string more;
  unsigned low = static_cast<unsigned>(size);
  if (size >= 65821) {
    low = 31;
    more = big_endian(size - 65821, 3);
  } else if (size >= 285) {
    low = 30;
    more = big_endian(size - 285, 2);
  } else if (size >= 29) {
    low = 29;
    more = big_endian(size - 29, 1);
  }
  const unsigned high = type > 7 ? 0 : type;
  std::string out(1, static_cast<char>(high << 5 | low));
  if (type > 7) out += static_cast<char>(type - 7);
  return out + more;
}

std::string pointer(std::size_t target) {
  const auto head = [](unsigned kind, std::uint64_t high) {
    return std::string(1, static_cast<char>(1U << 5 | kind << 3 | high));
  };
  if (target < 2048) return head(0, target >> 8) + big_endian(target, 1);
  if (target < 526336) return head(1, (target - 2048) >> 16) + big_endian(target - 2048, 2);
  if (target < 134744064) return head(2, (target - 526336) >> 24) + big_endian(target - 526336, 3);
  return head(3, 0) + big_endian(target, 4);
}

std::string number(unsigned type, std::uint64_t value) {
  std::size_t octets = 0;
  while (octets < 8 && value >> 8 * octets != 0) ++octets;
  return control(type, octets) + big_endian(value, octets);
}

/// One section: values one after the other, texts pointed at when they are there already.
class Section {
 public:
  explicit Section(bool pointers) : pointers_(pointers) {}

  void add(const Json& value) {
    if (value.is_string()) {
      text(value.get<std::string>());
    } else if (value.is_object()) {
      out += control(7, value.size());
      for (const auto& [key, inner] : value.items()) {
        text(key);
        // Readers want these in the types that the format names.
        const bool wide = key == "node_count" || key == "build_epoch";
        if (wide && inner.is_number_integer()) {
          out += number(key == "node_count" ? 6 : 9, inner.get<std::uint64_t>());
        } else {
          add(inner);
        }
      }
    } else if (value.is_array()) {
      out += control(11, value.size());
      for (const Json& inner : value) add(inner);
    } else if (value.is_boolean()) {
      out += control(14, value.get<bool>() ? 1 : 0);
    } else if (value.is_number_float()) {
      out += control(3, 8) + std::string(8, '\0');
    } else if (value.is_number_integer() && value.get<std::int64_t>() < 0) {
      out += control(8, 4) + big_endian(static_cast<std::uint64_t>(value.get<std::int64_t>()), 4);
    } else if (value.is_number()) {
      const auto n = value.get<std::uint64_t>();
      out += number(n >> 32 != 0 ? 9 : n >> 16 != 0 ? 6 : 5, n);
    } else {
      throw std::invalid_argument("a value that the writer has no type for");
    }
  }

  std::string out;

 private:
  void text(const std::string& text) {
    const auto at = texts_.find(text);
    if (pointers_ && text.size() > 2 && at != texts_.end()) {
      out += pointer(at->second);
      return;
    }
    texts_.emplace(text, out.size());
    out += control(2, text.size()) + text;
  }

  bool pointers_;
  std::map<std::string, std::size_t> texts_;
};

}  // namespace

std::string encoded(const Json& value) {
  Section section(false);
  section.add(value);
  return section.out;
}

std::shared_ptr<const Places> loaded(const MmdbWriter* country, const MmdbWriter* asn) {
  server::TemporaryFolder folder;
  Choices choices;
  const auto choose = [&](Field field, const MmdbWriter* writer) {
    if (writer == nullptr) return;
    const std::string name = to_string(field);
    folder.write(name, writer->octets());
    choices.fields[static_cast<std::size_t>(field)] = Choice{folder.path(name), "", {}};
  };
  choose(Field::country, country);
  choose(Field::asn, asn);
  Diagnostics warnings;
  auto places = Places::load(choices, 0, nullptr, warnings);
  if (!places.ok()) throw std::runtime_error(places.errors()[0].message);
  return *places;
}

MmdbWriter::MmdbWriter(int ip_version, int record_size, const std::string& type)
    : metadata{{"binary_format_major_version", 2},
               {"binary_format_minor_version", 0},
               {"build_epoch", 1767225600},
               {"database_type", type},
               {"description", Json::object({{"en", "for tests"}})},
               {"ip_version", ip_version},
               {"languages", Json::array({"en"})},
               {"record_size", record_size}} {}

std::vector<bool> MmdbWriter::bits_of(const Prefix& prefix, int ip_version) {
  std::vector<bool> bits;
  if (ip_version == 6 && prefix.base.is_v4()) bits.assign(96, false);
  for (unsigned i = 0; i < prefix.length; ++i) {
    const std::uint64_t half = i < 64 ? prefix.base.high() : prefix.base.low();
    bits.push_back((half >> (63 - i % 64) & 1) != 0);
  }
  return bits;
}

MmdbWriter::Link& MmdbWriter::link_at(const std::vector<bool>& bits) {
  std::uint32_t node = 0;
  for (std::size_t i = 0; i + 1 < bits.size(); ++i) {
    Link& link = nodes_[node][bits[i] ? 1 : 0];
    if (link.kind == Link::Kind::node) {
      node = link.number;
      continue;
    }
    const Link both = link;
    node = static_cast<std::uint32_t>(nodes_.size());
    link = {Link::Kind::node, node};
    nodes_.push_back({both, both});
  }
  return nodes_[node][bits.back() ? 1 : 0];
}

void MmdbWriter::insert(const std::string& text, const Json& value) {
  std::string error;
  const auto prefix = Prefix::parse(text, &error);
  if (!prefix) throw std::invalid_argument(text + ": " + error);
  const std::vector<bool> bits = bits_of(*prefix, metadata["ip_version"].get<int>());
  Link link;
  if (!value.is_null()) {
    link = {Link::Kind::value, static_cast<std::uint32_t>(values_.size())};
    values_.push_back(value);
  }
  if (bits.empty()) {
    nodes_ = {{link, link}};
  } else {
    link_at(bits) = link;
  }
}

void MmdbWriter::alias(const std::string& text) {
  const Link v4 = link_at(std::vector<bool>(96, false));
  if (v4.kind != Link::Kind::node) throw std::invalid_argument("there are no IPv4 networks yet");
  link_at(bits_of(*Prefix::parse(text), 6)) = v4;
}

std::string MmdbWriter::octets() const {
  Section data(pointers);
  std::map<std::string, std::size_t> known;
  std::vector<std::size_t> offsets;
  for (const Json& value : values_) {
    const auto [at, fresh] =
        known.emplace(value.dump(-1, ' ', false, Json::error_handler_t::replace), data.out.size());
    if (fresh) data.add(value);
    offsets.push_back(at->second);
  }
  const auto record = [&](const Link& link) {
    switch (link.kind) {
      case Link::Kind::node:
        return std::uint64_t{link.number};
      case Link::Kind::value:
        return nodes_.size() + 16 + offsets[link.number];
      case Link::Kind::empty:
        break;
    }
    return std::uint64_t{nodes_.size()};
  };
  std::string out;
  const int size = metadata["record_size"].get<int>();
  for (const Node& node : nodes_) {
    const std::uint64_t left = record(node[0]);
    const std::uint64_t right = record(node[1]);
    if (size == 28) {
      out += big_endian(left, 3) + static_cast<char>((left >> 24 & 15) << 4 | (right >> 24 & 15)) +
             big_endian(right, 3);
    } else {
      out += big_endian(left, static_cast<std::size_t>(size) / 8) +
             big_endian(right, static_cast<std::size_t>(size) / 8);
    }
  }
  Json about = metadata;
  if (!about.contains("node_count")) about["node_count"] = nodes_.size();
  Section section(pointers);
  section.add(about);
  return out + std::string(16, '\0') + data.out + "\xab\xcd\xefMaxMind.com" + section.out;
}

}  // namespace lapis::geo
