// The immutable whole that is being served: zones, programs and the server's own settings.
//
// Built beside the running one by the loader, handed to all workers as shared_ptr<const Snapshot>,
// dropped when the last worker has moved on. No member changes after build().
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lapis/base/ip.h"
#include "lapis/base/result.h"
#include "lapis/dns/name.h"
#include "lapis/geo/places.h"
#include "lapis/program/attributes.h"
#include "lapis/program/program_set.h"
#include "lapis/zone/records.h"

namespace lapis::answer {

/// Whose EDNS client-subnet option (RFC 7871) is believed.
struct ClientSubnetTrust {
  enum class Mode : std::uint8_t { all, none, prefixes } mode = Mode::all;
  std::vector<Prefix> resolvers;  ///< for Mode::prefixes
  bool trusts(const IpAddress& resolver) const;
};

/// A zone to be served.
struct ZoneInput {
  zone::ZoneRecords records;
  bool addressing = false;             ///< programs decide A and AAAA here
  program::AttributeTable attributes;  ///< of the names in this zone
};

/// The server's own settings that show in answers.
struct Settings {
  std::string site;
  std::string region;
  ClientSubnetTrust client_subnet;
  std::shared_ptr<const geo::Places> places;  ///< null: of no client is known where it is
  std::uint16_t udp_payload = 1232;           ///< largest UDP answer, and what our OPT offers
  bool minimal_responses = false;             ///< leave out optional additional records
  /// Name the program that chose an answer in an Extended DNS Error 0, "program NAME" (RFC 8914).
  bool name_programs = false;
  std::string version;   ///< CH TXT version.bind; empty: REFUSED
  std::string identity;  ///< CH TXT id.server / hostname.bind and NSID; empty: none
  /// Secrets of DNS cookies (RFC 9018): the first signs, all are accepted; empty: no cookies.
  /// Servers behind one anycast address share them.
  std::vector<std::array<std::uint8_t, 16>> cookie_secrets;
  bool require_cookies = false;  ///< UDP without a valid server cookie gets BADCOOKIE
  /// Idle time we grant in the EDNS TCP keepalive option (RFC 7828), in units of 100 ms.
  std::uint16_t tcp_idle_deciseconds = 100;
  /// Zones we are meant to serve but can't: their names get SERVFAIL and an Extended DNS Error.
  std::vector<dns::Name> broken_zones;
};

class Snapshot {
 public:
  /// Builds the snapshot; fails with a diagnostic for a zone that can't be served (no SOA at the
  /// apex, two zones of one name, …). `programs` may be null when no zone has addressing.
  static Result<std::shared_ptr<const Snapshot>> build(
      std::vector<ZoneInput> zones, std::shared_ptr<const program::ProgramSet> programs,
      Settings settings);
  ~Snapshot();

  const Settings& settings() const;
  const program::ProgramSet* programs() const;
  std::size_t zone_count() const;

  /// The zone that answers for a name. Borrowed from this snapshot.
  struct ZoneOfName {
    dns::NameView apex;
    bool addressing = false;
    const program::AttributeTable* attributes = nullptr;  ///< null for a broken zone
  };
  /// Nothing when no zone here holds `name`. For traces: it looks at every zone.
  std::optional<ZoneOfName> zone_of(dns::NameView name) const;

  struct State;
  const State& state() const { return *state_; }

 private:
  explicit Snapshot(std::unique_ptr<const State> state);
  std::unique_ptr<const State> state_;
};

}  // namespace lapis::answer
