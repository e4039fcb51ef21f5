#include "lapis/answer/snapshot.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "lapis/program/places.h"
#include "snapshot_state.h"

namespace lapis::answer {
namespace {

std::uint64_t next_serial() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

Diagnostic several_zones(dns::NameView apex) {
  return error_at({}, "zone-repeated", "there are two zones with the name " + dns::to_text(apex));
}

}  // namespace

bool ClientSubnetTrust::trusts(const IpAddress& resolver) const {
  switch (mode) {
    case Mode::all:
      return true;
    case Mode::none:
      return false;
    case Mode::prefixes:
      break;
  }
  return std::any_of(resolvers.begin(), resolvers.end(),
                     [&](const Prefix& prefix) { return prefix.contains(resolver); });
}

Snapshot::Snapshot(std::unique_ptr<const State> state) : state_(std::move(state)) {}
Snapshot::~Snapshot() = default;

Result<std::shared_ptr<const Snapshot>> Snapshot::build(
    std::vector<ZoneInput> zones, std::shared_ptr<const program::ProgramSet> programs,
    Settings settings) {
  auto state = std::make_unique<State>(zones.size() + settings.broken_zones.size());
  Diagnostics errors;
  state->zones.reserve(zones.size());
  for (ZoneInput& input : zones) {
    Result<ServedZone> zone = ServedZone::build(input.records);
    if (!zone.ok()) {
      errors.insert(errors.end(), zone.errors().begin(), zone.errors().end());
      continue;
    }
    zone->addressing = input.addressing;
    zone->attributes = std::move(input.attributes);
    const auto number = static_cast<std::int32_t>(state->zones.size());
    if (!state->index.add(input.records.origin, number)) {
      errors.push_back(several_zones(input.records.origin));
    }
    if (zone->addressing && zone->is_signed()) {
      errors.push_back(error_at({}, "zone-signed-addressing",
                                "the zone " + dns::to_text(input.records.origin) +
                                    " is signed, so programs can't decide its addresses",
                                "take away addressing, or serve it unsigned"));
    }
    state->zones.push_back(std::move(zone).value());
    input.records = {};  // the text form is the larger one; not two of them for all zones at once
  }
  for (const dns::Name& name : settings.broken_zones) {
    if (!state->index.add(name, State::broken)) errors.push_back(several_zones(name));
  }
  if (!errors.empty()) return errors;
  state->programs = std::move(programs);
  if (state->programs) state->hot_lines.build(state->programs->index());
  state->settings = std::move(settings);
  if (state->programs && state->settings.places) {
    state->places_used = program::places_used(state->programs->definition());
  }
  state->serial = next_serial();
  return std::shared_ptr<const Snapshot>(new Snapshot(std::move(state)));
}

const Settings& Snapshot::settings() const {
  return state_->settings;
}
std::optional<Snapshot::ZoneOfName> Snapshot::zone_of(dns::NameView name) const {
  std::optional<ZoneOfName> best;
  const auto consider = [&](const ZoneOfName& zone) {
    if (dns::is_under(name, zone.apex) && (!best || best->apex.size() < zone.apex.size())) {
      best = zone;
    }
  };
  for (const ServedZone& zone : state_->zones) {
    consider({zone.apex(), zone.addressing, &zone.attributes});
  }
  for (const dns::Name& apex : state_->settings.broken_zones) consider({apex, false, nullptr});
  return best;
}

const program::ProgramSet* Snapshot::programs() const {
  return state_->programs.get();
}
std::size_t Snapshot::zone_count() const {
  return state_->zones.size();
}

}  // namespace lapis::answer
