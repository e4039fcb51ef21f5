// From a configuration to the snapshot that would be served: programs, zones, attributes, secrets.
//
// Nothing here is proved, and nothing here touches what is running. Runs on a thread of its own
// while the control thread goes on listening to signals; `cancelled` ends it between two files.
// Every finding is kept, so that one look shows all that is wrong.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "cookie_secret.h"
#include "lapis/answer/snapshot.h"
#include "lapis/base/source.h"
#include "lapis/geo/places.h"
#include "lapis/program/program_set.h"
#include "lapis/server/config.h"

namespace lapis::server {

class Loader {
 public:
  /// `config`, `sources` and `cancelled` must outlive the loader; findings have positions in
  /// `sources`. `own_secret` signs cookies when the configuration names no file of secrets.
  Loader(const Config& config, const CookieSecret& own_secret, SourceMap& sources,
         const std::atomic<bool>& cancelled);

  /// Databases of what is running: files that have not changed are not read into tables again.
  void take_over(std::shared_ptr<const geo::Places> places) { running_places_ = std::move(places); }

  /// First: the program set, checked but not proved. No programs in the configuration is fine.
  void load_programs();
  /// Then: everything else, and the snapshot.
  void load_zones();

  /// Null when there are none or they have errors.
  const std::shared_ptr<const program::ProgramSet>& programs() const { return programs_; }
  /// Null when anything was refused, or when cancelled.
  const std::shared_ptr<const answer::Snapshot>& snapshot() const { return snapshot_; }
  Diagnostics take_findings() { return std::move(findings_); }
  /// Zones that `on-zone-error: skip` leaves out.
  std::size_t broken_zones() const { return broken_zones_; }
  std::size_t records() const { return records_; }

 private:
  void check_own_fields(const program::ProgramSet& set);
  std::shared_ptr<const geo::Places> load_places();
  std::optional<answer::ZoneInput> load_zone(const ZoneConfig& zone, Diagnostics& findings);
  program::AttributeTable load_attributes(const ZoneConfig& zone, Diagnostics& findings);
  answer::Settings settings();
  void build(std::vector<answer::ZoneInput> zones, answer::Settings settings);
  void find_unservable(answer::Settings settings);
  void settle_zone(const ZoneConfig& zone, Diagnostics findings, answer::Settings& settings);

  const Config& config_;
  const CookieSecret own_secret_;
  SourceMap& sources_;
  const std::atomic<bool>& cancelled_;
  Diagnostics findings_;
  bool refused_ = false;
  std::shared_ptr<const program::ProgramSet> programs_;
  std::shared_ptr<const geo::Places> running_places_;
  std::shared_ptr<const answer::Snapshot> snapshot_;
  std::size_t broken_zones_ = 0;
  std::size_t records_ = 0;
};

}  // namespace lapis::server
