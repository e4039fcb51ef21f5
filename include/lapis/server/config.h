// The daemon's configuration: what `lapis.yaml` says, read and checked, nothing opened but the
// file itself.
//
// Made by `load_config`; read by the loader (zones, programs) and by `serve` (sockets, limits).
// Plain values without behaviour; paths are already relative to the configuration file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lapis/answer/snapshot.h"
#include "lapis/base/diagnostic.h"
#include "lapis/base/ip.h"
#include "lapis/base/result.h"
#include "lapis/base/source.h"
#include "lapis/dns/name.h"
#include "lapis/geo/places.h"
#include "lapis/program/attributes.h"

namespace lapis::server {

/// One `addr@port`, `addr:port` or `[v6]:port`; UDP and TCP are both served there.
struct ListenAddress {
  IpAddress address;
  std::uint16_t port = 53;
  Span span;

  std::string to_string() const;
  friend bool operator==(const ListenAddress& a, const ListenAddress& b) {
    return a.address == b.address && a.port == b.port;
  }
};

/// Reads one listen address; nothing when malformed, and `error` says why.
std::optional<ListenAddress> parse_listen_address(std::string_view text, std::string& error);

/// Bounds of TCP service (RFC 7766 §6, RFC 9210 §4).
struct TcpLimits {
  std::uint32_t connections = 10000;            ///< in all, over all workers
  std::uint32_t connections_per_client = 2000;  ///< from one address
  std::uint32_t idle_seconds = 30;              ///< without a complete query
  std::uint32_t write_seconds = 10;             ///< a reader that takes less than 64 KiB in it
};

/// Bounds of the child process that verifies a program set.
struct VerifyLimits {
  std::uint32_t seconds = 120;
  std::uint32_t memory_mib = 4096;  ///< address space
  std::string cache;                ///< directory of proofs from earlier loads; empty: none
};

enum class LogLevel : std::uint8_t { debug, info, warning, error };
enum class LogFormat : std::uint8_t { text, json };

/// What becomes of a change when one zone can't be served.
enum class OnZoneError : std::uint8_t { refuse, skip };

struct ServerConfig {
  std::vector<ListenAddress> listen;  ///< never empty
  std::uint32_t workers = 1;
  std::string site;
  std::string region;
  Span site_span;  ///< of the value; unknown when not given
  Span region_span;
  answer::ClientSubnetTrust client_subnet;
  OnZoneError on_zone_error = OnZoneError::refuse;
  std::string include_root;  ///< $INCLUDE reads nothing outside; empty: no such limit
  std::string identity;
  std::string version;
  std::uint16_t udp_payload = 1232;
  bool minimal_responses = false;
  bool name_programs = false;
  std::string cookie_secret_file;  ///< empty: a secret of this process's own
  Span cookie_secret_span;
  bool require_cookies = false;
  TcpLimits tcp;
  VerifyLimits verify;
  std::uint32_t drain_seconds = 5;
  std::string control;  ///< Unix socket for the operator's questions; empty: none
  Span control_span;
  LogLevel log_level = LogLevel::info;
  LogFormat log_format = LogFormat::text;
};

struct ZoneConfig {
  dns::Name name;
  Span name_span;
  std::string file;
  Span file_span;
  bool addressing = false;
  std::vector<program::AttributeTable::ZoneWide> attributes;
  std::string attributes_file;  ///< empty: none
  Span attributes_file_span;
};

struct Config {
  std::string path;
  ServerConfig server;
  geo::Choices geo;
  std::vector<ZoneConfig> zones;
  std::vector<std::string> programs;  ///< empty: none
  std::vector<Span> program_spans;    ///< one for each path
  Diagnostics warnings;
};

/// Reads and checks `path`, adding its text to `sources`. All errors, not the first: syntax,
/// unknown and duplicate keys, wrong types, values out of range.
Result<Config> load_config(const std::string& path, SourceMap& sources);

/// The same for text already in `sources`.
Result<Config> read_config(std::uint32_t file, const SourceMap& sources);

}  // namespace lapis::server
