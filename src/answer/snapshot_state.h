// What a Snapshot holds, for the files of this folder.
#pragma once

#include <memory>
#include <vector>

#include "lapis/answer/snapshot.h"
#include "lapis/program/hot_lines.h"
#include "served_zone.h"
#include "zone_index.h"

namespace lapis::answer {

struct Snapshot::State {
  explicit State(std::size_t names) : index(names) {}

  /// Number from this on in the index: a zone that is broken.
  static constexpr std::int32_t broken = 1 << 30;

  std::vector<ServedZone> zones;
  ZoneIndex index;
  std::shared_ptr<const program::ProgramSet> programs;
  program::HotLines hot_lines;  ///< of `programs`; empty without
  Settings settings;
  /// What programs look at of what `settings.places` knows; 0 without.
  geo::Fields places_used = 0;
  /// Different for every snapshot of this process: tells a worker to size its Scratch anew.
  std::uint64_t serial = 0;
};

}  // namespace lapis::answer
