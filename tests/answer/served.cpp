#include "served.h"

#include <gtest/gtest.h>

#include <utility>

#include "lapis/lang/set.h"
#include "lapis/program/program_set.h"
#include "lapis/zone/load.h"

namespace lapis::answer::testing {
namespace {

std::string messages(const Diagnostics& diagnostics) {
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics) out += diagnostic.message + "\n";
  return out;
}

/// Lines without blanks around them, empty ones left out.
std::string trimmed_lines(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    while (!line.empty() && line.front() == ' ') line.remove_prefix(1);
    while (!line.empty() && line.back() == ' ') line.remove_suffix(1);
    if (!line.empty()) out += std::string(line) + "\n";
  }
  return out;
}

}  // namespace

std::string zone_text(std::string_view origin, std::string_view records) {
  return "$ORIGIN " + std::string(origin) +
         "\n$TTL 3600\n"
         "@ SOA ns hostmaster 1 7200 900 1209600 300\n"
         "@ NS ns\n"
         "ns A 192.0.2.53\n" +
         std::string(records) + "\n";
}

Served& Served::zone(std::string_view origin, std::string_view records, bool addressing) {
  return plain_zone(origin, zone_text(origin, records), addressing);
}

Served& Served::plain_zone(std::string_view origin, std::string text, bool addressing) {
  const std::uint32_t file = sources_.add(std::string(origin) + "zone", std::move(text));
  zone::LoadOptions options;
  options.origin = dns::parse_name(origin);
  zone::LoadedZone loaded = zone::load_zone_text(file, sources_, options);
  EXPECT_TRUE(loaded.ok()) << messages(loaded.diagnostics);
  ZoneInput input;
  input.records = std::move(loaded.records);
  input.addressing = addressing;
  zones_.push_back(std::move(input));
  return *this;
}

Served& Served::programs(std::string text) {
  Diagnostics warnings;
  auto set =
      lang::check_set({{sources_.add("programs.lisp", std::move(text))}}, sources_, warnings);
  EXPECT_TRUE(set.ok()) << (set.ok() ? "" : messages(set.errors()));
  if (set.ok()) programs_ = std::make_shared<program::ProgramSet>(std::move(set).value());
  return *this;
}

Diagnostics Served::build() {
  auto built = Snapshot::build(std::move(zones_), programs_, settings);
  if (!built.ok()) return built.errors();
  snapshot_ = *built;
  return {};
}

const Snapshot& Served::snapshot() {
  if (!snapshot_) {
    const Diagnostics errors = build();
    EXPECT_TRUE(errors.empty()) << messages(errors);
  }
  return *snapshot_;
}

Reply Served::send(std::span<const std::uint8_t> message) {
  const std::size_t size = respond(snapshot(), client, message, scratch_, out_);
  return read_reply({out_.data(), size});
}

Reply Served::ask(const Request& request) {
  return send(request.wire());
}

Reply Served::ask(std::string_view name, std::string_view type) {
  Request request;
  request.name = name;
  request.type = type;
  return ask(request);
}

Reply Served::ask_signed(std::string_view name, std::string_view type) {
  Request request;
  request.name = name;
  request.type = type;
  request.edns = request.dnssec = true;
  return ask(request);
}

void expect_reply(const Reply& reply, std::string_view expected, const char* file, int line) {
  const ::testing::ScopedTrace trace(file, line, "reply");
  EXPECT_EQ(trimmed_lines(reply.text()), trimmed_lines(expected));
}

}  // namespace lapis::answer::testing
