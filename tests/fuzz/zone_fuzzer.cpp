// Any text as a zone file. Loading ends, every complaint has its place in the text, and what is
// called servable is built and answers questions for its own names with well-formed messages. The
// first octet chooses whether the apex is given.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

#include "answered_world.h"
#include "lapis/base/source.h"
#include "lapis/dns/rdata.h"
#include "lapis/dns/types.h"
#include "lapis/zone/load.h"
#include "lapis/zone/servable.h"

namespace {

using namespace lapis;

constexpr std::size_t most_octets = 8192;
constexpr std::size_t most_questions = 24;

void require(bool condition) {
  if (!condition) std::abort();
}

zone::LoadOptions options(bool with_origin) {
  zone::LoadOptions options;
  if (with_origin) options.origin = dns::parse_name("z.");
  // No $INCLUDE of this text reads a file of this machine.
  options.include_root = "/nonexistent";
  options.include_directory = "/nonexistent";
  options.max_generated = 2000;
  options.max_diagnostics = 200;
  return options;
}

void check_places(const Diagnostics& diagnostics, const SourceMap& sources) {
  for (const Diagnostic& d : diagnostics) {
    require(!d.rule.empty() && !d.message.empty());
    if (!d.span.known()) continue;  // a zone without a single record
    require(d.span.begin <= d.span.end && d.span.end <= sources.text(d.span.file).size());
    for (const auto& related : d.related) {
      require(!related.span.known() || related.span.end <= sources.text(related.span.file).size());
    }
  }
}

void check_records(const zone::ZoneRecords& records, const SourceMap& sources) {
  for (const zone::Record& record : records.records) {
    require(dns::name_size(records.owner(record).octets()) == records.owner(record).size());
    require(dns::is_well_formed(record.type, records.rdata(record)));
    require(record.span.known() && record.span.begin < record.span.end);
    require(record.span.end <= sources.text(record.span.file).size());
  }
}

/// With EDNS and DO.
std::vector<std::uint8_t> question(dns::NameView name, std::uint16_t type) {
  constexpr std::array<std::uint8_t, 12> header{0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1};
  const std::array<std::uint8_t, 15> rest{static_cast<std::uint8_t>(type >> 8),
                                          static_cast<std::uint8_t>(type & 0xFF),
                                          0,
                                          1,
                                          0,
                                          0,
                                          41,
                                          16,
                                          0,
                                          0,
                                          0,
                                          0x80};
  std::vector<std::uint8_t> query(header.size() + name.size() + rest.size());
  auto at = std::copy(header.begin(), header.end(), query.begin());
  at = std::copy(name.data(), name.data() + name.size(), at);
  std::copy(rest.begin(), rest.end(), at);
  return query;
}

void ask_for_names(zone::ZoneRecords records) {
  std::vector<std::vector<std::uint8_t>> queries;
  for (const zone::Record& record : records.records) {
    if (queries.size() >= most_questions) break;
    queries.push_back(question(records.owner(record), record.type));
    queries.push_back(question(records.owner(record), dns::type::any));
    const dns::NameView owner = records.owner(record);
    std::vector<std::uint8_t> below{1, 'x'};
    for (const std::uint8_t octet : owner.octets()) below.push_back(octet);
    if (below.size() > dns::max_name_octets) continue;
    queries.push_back(question({below.data(), below.size()}, dns::type::a));
    queries.push_back(question({below.data(), below.size()}, dns::type::ds));
  }
  std::vector<answer::ZoneInput> zones;
  zones.push_back({std::move(records), false, {}});
  const auto snapshot = answer::Snapshot::build(std::move(zones), nullptr, {});
  if (!snapshot.ok()) {
    require(!snapshot.errors().empty());
    return;
  }
  static answer::Scratch scratch;
  static std::vector<std::uint8_t> out(answer::max_message);
  for (const auto transport : {answer::Transport::udp, answer::Transport::tcp}) {
    const answer::Client client{*IpAddress::parse("198.51.100.1"), 53, transport};
    for (const auto& query : queries) {
      const std::size_t size = answer::respond(**snapshot, client, query, scratch, out);
      require(size != 0);
      fuzz::check_answer(query, {out.data(), size});
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > most_octets) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  SourceMap sources;
  const std::uint32_t file = sources.add("fuzzed.zone", text);
  zone::LoadedZone zone = zone::load_zone_text(file, sources, options(data[0] % 2 == 0));
  check_places(zone.diagnostics, sources);
  check_records(zone.records, sources);
  const Diagnostics errors = zone::serving_errors(zone);
  check_places(errors, sources);
  require(zone.ok() || !errors.empty());
  if (errors.empty()) ask_for_names(std::move(zone.records));
  return 0;
}
