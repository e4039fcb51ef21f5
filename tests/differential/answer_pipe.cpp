// The answer path without sockets: zones from the command line (NAME=FILE), messages from standard
// input to standard output, each after its length in two octets as over TCP.

#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "lapis/answer/respond.h"
#include "lapis/answer/snapshot.h"
#include "lapis/base/source.h"
#include "lapis/zone/load.h"
#include "lapis/zone/servable.h"

namespace {

using namespace lapis;

bool read_all(std::uint8_t* at, std::size_t size) {
  return std::fread(at, 1, size, stdin) == size;
}

/// Each line of the list is "NAME FILE". Zones that can't be served are left out and named.
std::vector<answer::ZoneInput> load(const char* list, std::vector<dns::Name>& broken) {
  std::vector<answer::ZoneInput> zones;
  std::ifstream lines(list);
  std::string name, file;
  while (lines >> name >> file) {
    SourceMap sources;
    zone::LoadOptions options;
    options.origin = dns::parse_name(name);
    zone::LoadedZone loaded = zone::load_zone(file, sources, options);
    const Diagnostics errors = zone::serving_errors(loaded);
    if (errors.empty()) {
      zones.push_back({std::move(loaded.records), false, {}});
      continue;
    }
    broken.push_back(*options.origin);
    const Location at = sources.locate(errors[0].span);
    std::fprintf(stderr, "%s:%u: %s\n", at.path.c_str(), at.line, errors[0].message.c_str());
  }
  return zones;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: answer_pipe LIST-OF-ZONES\n");
    return 2;
  }
  answer::Settings settings;
  std::vector<answer::ZoneInput> zones = load(argv[1], settings.broken_zones);
  auto snapshot = answer::Snapshot::build(std::move(zones), nullptr, settings);
  if (!snapshot.ok()) {
    for (const Diagnostic& d : snapshot.errors()) std::fprintf(stderr, "%s\n", d.message.c_str());
    return 1;
  }
  answer::Scratch scratch;
  const answer::Client client{*IpAddress::parse("127.0.0.1"), 1, answer::Transport::tcp};
  std::vector<std::uint8_t> query(answer::max_message);
  std::vector<std::uint8_t> out(answer::max_message + 2);
  std::uint8_t length[2];
  while (read_all(length, 2)) {
    const std::size_t size = std::size_t{length[0]} << 8 | length[1];
    if (!read_all(query.data(), size)) return 1;
    const std::size_t written = answer::respond(**snapshot, client, {query.data(), size}, scratch,
                                                std::span(out).subspan(2));
    out[0] = static_cast<std::uint8_t>(written >> 8);
    out[1] = static_cast<std::uint8_t>(written);
    std::fwrite(out.data(), 1, written + 2, stdout);
    std::fflush(stdout);
  }
  return 0;
}
