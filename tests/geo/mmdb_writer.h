// Writes MaxMind DB files for tests, from the format's description alone: it shares no code with
// the reader.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "lapis/base/ip.h"

namespace lapis::geo {

class MmdbWriter {
 public:
  /// Metadata; tests may change or add keys before octets().
  nlohmann::json metadata;
  /// Keys and texts that were written before become pointers, as in databases out in the world.
  bool pointers = true;

  explicit MmdbWriter(int ip_version = 6, int record_size = 24, const std::string& type = "Test");

  /// Gives every address of the prefix this value; a later call wins over an earlier one. An IPv4
  /// prefix lies below ::/96 of an IPv6 database. `null` takes a network out.
  void insert(const std::string& prefix, const nlohmann::json& value);
  /// Makes an IPv6 prefix lead to where the IPv4 addresses are.
  void alias(const std::string& prefix);

  std::string octets() const;

 private:
  struct Link {
    enum class Kind : std::uint8_t { empty, node, value } kind = Kind::empty;
    std::uint32_t number = 0;
  };
  using Node = std::array<Link, 2>;

  static std::vector<bool> bits_of(const Prefix& prefix, int ip_version);
  /// The link at the end of `bits`; nodes on the way are made.
  Link& link_at(const std::vector<bool>& bits);

  std::vector<Node> nodes_{Node{}};
  std::vector<nlohmann::json> values_;
};

class Places;

/// Places as a server has them: written to files and loaded. Null leaves the field out.
std::shared_ptr<const Places> loaded(const MmdbWriter* country, const MmdbWriter* asn);

/// The value as the format has it, without pointers.
std::string encoded(const nlohmann::json& value);

}  // namespace lapis::geo
