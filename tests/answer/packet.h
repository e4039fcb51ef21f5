// Messages as tests see them: built octet by octet, read back with ldns, so that no code under test
// judges itself.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lapis::answer::testing {

using Octets = std::vector<std::uint8_t>;

/// An EDNS option: code and data.
struct Option {
  std::uint16_t code = 0;
  Octets data;
};

/// A request. The defaults make an ordinary query without EDNS.
struct Request {
  std::string name = ".";
  std::string type = "A";
  std::uint16_t qclass = 1;
  std::uint16_t id = 0x1234;
  std::uint16_t flags = 0;
  bool edns = false;
  bool dnssec = false;
  std::uint16_t payload = 4096;
  std::uint8_t version = 0;
  std::vector<Option> options;

  Octets wire() const;
};

Octets name_wire(std::string_view name);
void append16(Octets& out, std::size_t value);
/// A client-subnet option (RFC 7871 §6) for "192.0.2.0/24".
Option subnet_option(std::string_view prefix);

/// A response in pieces. Records are presentation lines of ldns with single blanks.
struct Reply {
  bool silent = true;
  std::size_t size = 0;
  std::uint16_t id = 0;
  std::uint16_t flags = 0;
  std::uint16_t rcode = 0;  ///< with the upper bits of the OPT record
  std::vector<std::string> question;
  std::vector<std::string> answer;
  std::vector<std::string> authority;
  std::vector<std::string> additional;  ///< without the OPT record
  bool edns = false;
  bool dnssec_ok = false;
  std::uint16_t payload = 0;
  std::vector<Option> options;
  Octets wire;

  bool aa() const { return (flags & 0x0400) != 0; }
  bool tc() const { return (flags & 0x0200) != 0; }
  const Option* option(std::uint16_t code) const;
  /// "NOERROR aa tc", then the sections that are not empty, each under its name; RRSIGs show what
  /// they cover and by which owner labels, and no more.
  std::string text() const;
};

/// Reads a response; a malformed one is a test failure.
Reply read_reply(std::span<const std::uint8_t> wire);

}  // namespace lapis::answer::testing
