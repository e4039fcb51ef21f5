// Repairs of zone text that need no judgement: a final dot, one TTL for an RRset, a record that is
// there twice, and the serial that a changed zone needs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lapis/base/diagnostic.h"
#include "lapis/base/source.h"
#include "lapis/lint/lint.h"
#include "lapis/zone/load.h"

namespace lapis::lint {

/// A file as it becomes.
struct FixedFile {
  std::uint32_t file = 0;  ///< its number in the SourceMap
  std::string text;
};

/// What repairing made of the files of one zone.
struct Fixes {
  std::vector<FixedFile> files;  ///< only those that change
  std::size_t repaired = 0;      ///< findings that are gone
  std::uint32_t serial = 0;      ///< the new serial, or 0 when it stays
};

/// Repairs the findings that lint_zone reported for `zone` and that are mechanical:
///  - missing-final-dot: the dot;
///  - duplicate-record: the later record goes, if no other record takes its owner from it, or the
///    next line does, which then gets the owner;
///  - rrset-ttl-mismatch: the lowest TTL of the RRset for all its records (RFC 2181 §5.2);
///  - serial-not-increased, and any change of the above: a higher serial (RFC 1982), in the form
///    YYYYMMDDnn when it has that form, `today` being the date of the first, e.g. 20260131.
/// Every other character stays.
Fixes fix_zone(const zone::LoadedZone& zone, const SourceMap& sources, const Diagnostics& findings,
               std::uint32_t today, const LintOptions& options = {});

}  // namespace lapis::lint
