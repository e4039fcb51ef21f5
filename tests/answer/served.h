// Zones and programs given as text, served in the test's own process.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lapis/answer/respond.h"
#include "lapis/answer/snapshot.h"
#include "lapis/base/source.h"
#include "packet.h"

namespace lapis::answer::testing {

/// Text of a zone with $ORIGIN, $TTL 3600, a SOA (MINIMUM 300) and an NS record in front.
std::string zone_text(std::string_view origin, std::string_view records);

class Served {
 public:
  Settings settings;
  Client client{*IpAddress::parse("198.51.100.1"), 5353, Transport::udp};

  /// Adds zone_text(origin, records).
  Served& zone(std::string_view origin, std::string_view records, bool addressing = false);
  /// Adds a zone whose whole text is given.
  Served& plain_zone(std::string_view origin, std::string text, bool addressing = false);
  Served& programs(std::string text);

  /// Diagnostics of building the snapshot; empty when it was built.
  Diagnostics build();

  Reply ask(const Request& request);
  Reply ask(std::string_view name, std::string_view type);
  /// With EDNS and DO.
  Reply ask_signed(std::string_view name, std::string_view type);
  Reply send(std::span<const std::uint8_t> message);
  /// As TCP, where nothing is truncated.
  Served& over_tcp() {
    client.transport = Transport::tcp;
    return *this;
  }
  const Outcome& outcome() const { return scratch_.outcome; }
  Scratch& scratch() { return scratch_; }
  const Snapshot& snapshot();

 private:
  SourceMap sources_;
  std::vector<ZoneInput> zones_;
  std::shared_ptr<const program::ProgramSet> programs_;
  std::shared_ptr<const Snapshot> snapshot_;
  Scratch scratch_;
  Octets out_ = Octets(max_message);
};

/// Compares text() with `expected`, whose lines may be indented in any way.
void expect_reply(const Reply& reply, std::string_view expected, const char* file, int line);
#define EXPECT_REPLY(reply, expected) \
  ::lapis::answer::testing::expect_reply(reply, expected, __FILE__, __LINE__)

}  // namespace lapis::answer::testing
