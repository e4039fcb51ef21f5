// The one zone-file loader of server, checker and linter: master-file text (RFC 1035 §5 with
// RFC 2308 §4 and RFC 3597 §5) to records, with every error and its exact place.
//
// Loading never stops at the first error: what is wrong is reported and the loader goes on with
// the next record, so `diagnostics` holds all of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lapis/base/diagnostic.h"
#include "lapis/base/source.h"
#include "lapis/dns/name.h"
#include "lapis/zone/records.h"

namespace lapis::zone {

struct LoadOptions {
  /// The zone's apex. Without it the loader derives one: the owner of the first SOA record, else
  /// the first absolute $ORIGIN, else the file's name ("example.com.zone", "db.example.com"). A
  /// zone may consist of $INCLUDE alone: included files are looked into.
  std::optional<dns::Name> origin;
  /// When not empty, $INCLUDE reads only files inside this directory (links resolved).
  std::string include_root;
  /// Directory against which a relative $INCLUDE is tried when the file is not found beside the
  /// including one. Empty: the current directory.
  std::string include_directory;
  std::uint32_t max_include_depth = 16;
  /// Files read by $INCLUDE in all, so that a file including another twice can't double forever.
  std::uint32_t max_includes = 1000;
  /// Records made by $GENERATE in all.
  std::uint32_t max_generated = 4'000'000;
  /// Later diagnostics are counted but not kept.
  std::size_t max_diagnostics = 10'000;
};

struct LoadedZone {
  ZoneRecords records;
  /// Errors and warnings of the text, in the order found. A zone with an error is not served.
  Diagnostics diagnostics;
  /// Records whose rdata was refused: owner and type are known and rdata is empty. They let later
  /// checks keep quiet about what is only missing because its text was wrong.
  std::vector<Record> rejected;

  bool ok() const { return !has_errors(diagnostics); }
};

/// Reads the file at `path` into `sources` and loads it. A file that can't be read is one
/// diagnostic with rule "unreadable-file".
LoadedZone load_zone(const std::string& path, SourceMap& sources, const LoadOptions& options = {});

/// Loads text that is already file number `file` of `sources` (standard input, tests, editors).
LoadedZone load_zone_text(std::uint32_t file, SourceMap& sources, const LoadOptions& options = {});

/// Reads a TTL: seconds, or numbers with the units w d h m s (BIND's "1h30m"). Nothing when it is
/// not one or exceeds 2^32-1.
std::optional<std::uint32_t> parse_ttl(std::string_view text);

/// Why the TTL `text`, which parse_ttl reads, is probably a mistake of unit ("3600h"); empty when
/// nothing is odd about it.
std::string ttl_doubt(std::string_view text);

}  // namespace lapis::zone
