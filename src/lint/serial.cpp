// serial-not-increased: the zone against the one that is published now (RFC 1982).
#include <algorithm>

#include "canonical.h"
#include "lapis/base/stable_hash.h"

namespace lapis::lint {
namespace {

std::uint32_t serial_of(const zone::ZoneRecords& records, const zone::Record& soa) {
  const auto rdata = records.rdata(soa);
  return read32(rdata, rdata.size() - 20);
}

const zone::Record* find_soa(const zone::ZoneRecords& records) {
  for (const zone::Record& record : records.records) {
    if (record.type == rr::soa && dns::equal(records.owner(record), records.origin)) return &record;
  }
  return nullptr;
}

using Fingerprint = std::pair<std::uint64_t, std::uint64_t>;

/// What the zone says, whatever the order and case of its text, the serial left out.
std::vector<Fingerprint> content(const zone::ZoneRecords& records) {
  std::vector<Fingerprint> all;
  all.reserve(records.records.size());
  Octets octets;
  for (const zone::Record& record : records.records) {
    octets.clear();
    append_canonical_name(records.owner(record), octets);
    append16(octets, record.type);
    append32(octets, record.ttl);
    append_canonical_rdata(record.type, records.rdata(record), octets);
    if (record.type == rr::soa) {
      std::fill_n(octets.end() - 20, 4, std::uint8_t{0});
    }
    all.emplace_back(stable_hash(octets, 0), stable_hash(octets, 1));
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

}  // namespace

void check_serial(Context& context) {
  const zone::LoadedZone* previous = context.options.previous;
  const zone::Record* soa = context.first_of(0, rr::soa);
  if (previous == nullptr || soa == nullptr) return;
  const zone::Record* old_soa = find_soa(previous->records);
  if (old_soa == nullptr || !dns::equal(previous->records.origin, context.records.origin)) return;
  const std::uint32_t now = serial_of(context.records, *soa);
  const std::uint32_t before = serial_of(previous->records, *old_soa);
  // RFC 1982 §3.2: now > before when it lies less than 2^31 ahead.
  const std::uint32_t ahead = now - before;
  if (ahead != 0 && ahead < 0x80000000) return;
  const bool changed = content(context.records) != content(previous->records);
  if (!changed && ahead == 0) return;
  const std::string serials = "serial " + std::to_string(now) + " after " + std::to_string(before);
  std::string message;
  if (ahead == 0) {
    message = "the zone has changed and its serial " + std::to_string(now) + " has not";
  } else if (ahead == 0x80000000) {
    message = serials + ": exactly 2147483648 apart, so neither is the newer one";
  } else {
    message = serials + " is a step back: secondaries keep what they have";
  }
  Diagnostic& finding = context.add("serial-not-increased", *soa, std::move(message));
  finding.help = "the next serial is " + std::to_string(before + 1 == 0 ? 1 : before + 1);
}

}  // namespace lapis::lint
