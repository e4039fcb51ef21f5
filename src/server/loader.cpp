#include "loader.h"

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <iterator>
#include <utility>

#include "lapis/program/places.h"
#include "lapis/zone/load.h"
#include "lapis/zone/servable.h"

namespace lapis::server {
namespace {

void append(Diagnostics& to, Diagnostics from) {
  std::move(from.begin(), from.end(), std::back_inserter(to));
}

/// What is found without a place of its own (a file that can't be opened, a zone as a whole) is
/// placed where the configuration asks for it.
void place(Diagnostics& findings, Span span) {
  for (Diagnostic& d : findings) {
    if (!d.span.known()) d.span = span;
  }
}

Diagnostic warning_at(Span span, std::string rule, std::string message, std::string help = {}) {
  Diagnostic d = error_at(span, std::move(rule), std::move(message), std::move(help));
  d.severity = Severity::warning;
  return d;
}

std::string joined(const std::vector<std::string>& words) {
  std::string all;
  for (const std::string& word : words) all += (all.empty() ? "" : ", ") + word;
  return all;
}

}  // namespace

Loader::Loader(const Config& config, const CookieSecret& own_secret, SourceMap& sources,
               const std::atomic<bool>& cancelled)
    : config_(config), own_secret_(own_secret), sources_(sources), cancelled_(cancelled) {}

void Loader::load_programs() {
  if (config_.programs.empty()) return;
  // Of a set that loads, the verifier reports the warnings as well, and once is enough.
  Diagnostics warnings;
  auto set = program::load_program_set(config_.programs, sources_, warnings);
  if (!set) {
    place(set.errors(), config_.program_spans.front());
    append(findings_, std::move(set.errors()));
    refused_ = true;
    return;
  }
  programs_ = std::move(set).value();
  check_own_fields(*programs_);
  const bool asked = std::any_of(config_.zones.begin(), config_.zones.end(),
                                 [](const ZoneConfig& zone) { return zone.addressing; });
  if (!asked) {
    findings_.push_back(warning_at(config_.program_spans.front(), "config-no-addressing",
                                   "no zone has 'addressing: true', so no program is ever asked"));
  }
}

/// The proofs speak of the sites and regions that the set lists, and of no others.
void Loader::check_own_fields(const program::ProgramSet& set) {
  for (const lang::ClosedField& field : set.definition().closed_fields) {
    const bool is_site = field.field == lang::field_site;
    const char* name = is_site ? "site" : "region";
    const std::string& own = is_site ? config_.server.site : config_.server.region;
    const Span span = is_site ? config_.server.site_span : config_.server.region_span;
    if (std::find(field.values.begin(), field.values.end(), own) != field.values.end()) continue;
    const std::string near = did_you_mean(own, field.values);
    std::string message = span.known()
                              ? std::string("the program set knows no ") + name + " '" + own + "'"
                              : std::string("the configuration gives no ") + name +
                                    ", and the program set lists those it is made for";
    Diagnostic d = error_at(
        span.known() ? span : field.span, "config-site", std::move(message),
        near.empty() ? "it lists " + joined(field.values) : "did you mean '" + near + "'?");
    d.related.push_back({"", "listed here", field.span});
    findings_.push_back(std::move(d));
    refused_ = true;
  }
}

/// Null when there are none, or when they can't be used.
std::shared_ptr<const geo::Places> Loader::load_places() {
  geo::Fields known = 0;
  std::shared_ptr<const geo::Places> places;
  if (config_.geo.any()) {
    auto loaded =
        geo::Places::load(config_.geo, std::time(nullptr), running_places_.get(), findings_);
    if (!loaded) {
      append(findings_, std::move(loaded.errors()));
      refused_ = true;
      return nullptr;
    }
    places = std::move(loaded).value();
    for (const geo::DatabaseInfo& database : places->databases()) known |= database.fields;
  }
  const geo::Fields used = programs_ == nullptr ? 0 : program::places_used(programs_->definition());
  for (const geo::Field field : {geo::Field::country, geo::Field::continent, geo::Field::asn}) {
    if ((used & geo::only(field) & ~known) == 0) continue;
    const std::string name = geo::to_string(field);
    findings_.push_back(warning_at(config_.program_spans.front(), "config-no-geo",
                                   "programs look at '" + name + "', but no database has it",
                                   "name one under geo: {" + name + ": FILE.mmdb}"));
  }
  return places;
}

void Loader::load_zones() {
  answer::Settings settings = this->settings();
  settings.places = load_places();
  std::vector<answer::ZoneInput> zones;
  zones.reserve(config_.zones.size());
  for (const ZoneConfig& zone : config_.zones) {
    if (cancelled_.load(std::memory_order_relaxed)) return;
    Diagnostics findings;
    std::optional<answer::ZoneInput> input = load_zone(zone, findings);
    if (input) {
      records_ += input->records.records.size();
      zones.push_back(std::move(*input));
      append(findings_, std::move(findings));
    } else {
      settle_zone(zone, std::move(findings), settings);
    }
  }
  if (!refused_) build(std::move(zones), std::move(settings));
}

/// What becomes of a zone that can't be served.
void Loader::settle_zone(const ZoneConfig& zone, Diagnostics findings, answer::Settings& settings) {
  if (config_.server.on_zone_error == OnZoneError::refuse) {
    refused_ = true;
    append(findings_, std::move(findings));
    return;
  }
  // As asked, no reason to refuse the change: what is wrong is said, and the zone left out.
  for (Diagnostic& d : findings) {
    if (d.severity == Severity::error) d.severity = Severity::warning;
  }
  append(findings_, std::move(findings));
  findings_.push_back(warning_at(
      zone.name_span, "zone-skipped",
      "zone " + dns::to_text(zone.name) + " has errors; its names are answered SERVFAIL"));
  settings.broken_zones.push_back(zone.name);
  ++broken_zones_;
}

std::optional<answer::ZoneInput> Loader::load_zone(const ZoneConfig& zone, Diagnostics& findings) {
  zone::LoadOptions options;
  options.origin = zone.name;
  options.include_root = config_.server.include_root;
  options.include_directory = std::filesystem::path(config_.path).parent_path().string();
  answer::ZoneInput input;
  input.addressing = zone.addressing && programs_ != nullptr;
  const std::size_t files = sources_.size();
  zone::LoadedZone loaded = zone::load_zone(zone.file, sources_, options);
  Diagnostics errors = zone::serving_errors(loaded);
  bool good = errors.empty();
  if (good && loaded.diagnostics.empty()) {
    // Nothing of it will be shown: with many zones the texts would be most of the memory.
    sources_.keep_first(files);
  } else {
    std::copy_if(loaded.diagnostics.begin(), loaded.diagnostics.end(), std::back_inserter(findings),
                 [](const Diagnostic& d) { return d.severity != Severity::error; });
    append(findings, std::move(errors));
    place(findings, zone.file_span);
  }
  input.records = std::move(loaded.records);
  if (programs_ != nullptr) {
    const std::size_t before = findings.size();
    input.attributes = load_attributes(zone, findings);
    good = good && findings.size() == before;
  }
  if (!good) return std::nullopt;
  return input;
}

program::AttributeTable Loader::load_attributes(const ZoneConfig& zone, Diagnostics& findings) {
  if (zone.attributes.empty() && zone.attributes_file.empty()) return {};
  std::uint32_t file = 0;
  if (!zone.attributes_file.empty()) {
    std::string text;
    std::string error;
    if (!read_file(zone.attributes_file, text, error)) {
      findings.push_back(error_at(zone.attributes_file_span, "unreadable-file",
                                  zone.attributes_file + ": " + error));
      return {};
    }
    file = sources_.add(zone.attributes_file, std::move(text));
  }
  auto table =
      program::AttributeTable::build(*programs_, zone.name, zone.attributes, sources_, file);
  if (table) return std::move(table).value();
  append(findings, std::move(table.errors()));
  return {};
}

answer::Settings Loader::settings() {
  const ServerConfig& server = config_.server;
  answer::Settings settings;
  settings.site = server.site;
  settings.region = server.region;
  settings.client_subnet = server.client_subnet;
  settings.udp_payload = server.udp_payload;
  settings.minimal_responses = server.minimal_responses;
  settings.name_programs = server.name_programs;
  settings.version = server.version;
  settings.identity = server.identity;
  settings.require_cookies = server.require_cookies;
  settings.tcp_idle_deciseconds = static_cast<std::uint16_t>(server.tcp.idle_seconds * 10);
  settings.cookie_secrets = {own_secret_};
  if (server.cookie_secret_file.empty()) return settings;
  auto secrets = read_cookie_secrets(server, findings_);
  if (secrets) {
    settings.cookie_secrets = std::move(secrets).value();
  } else {
    append(findings_, std::move(secrets.errors()));
    refused_ = true;
  }
  return settings;
}

void Loader::build(std::vector<answer::ZoneInput> zones, answer::Settings settings) {
  auto built = answer::Snapshot::build(std::move(zones), programs_, settings);
  if (built) {
    snapshot_ = std::move(built).value();
  } else {
    find_unservable(std::move(settings));
  }
}

/// Some zone reads well but can't be served (it is signed and has addressing, it is too large, …).
/// Rare, so it may cost a second reading: each zone is tried alone to see which, and why.
void Loader::find_unservable(answer::Settings settings) {
  std::vector<answer::ZoneInput> servable;
  for (const ZoneConfig& zone : config_.zones) {
    if (cancelled_.load(std::memory_order_relaxed)) return;
    const auto& broken = settings.broken_zones;
    if (std::find(broken.begin(), broken.end(), zone.name) != broken.end()) continue;
    Diagnostics findings;
    Diagnostics known;  // was found, and kept, the first time
    std::optional<answer::ZoneInput> alone = load_zone(zone, known);
    if (alone) {
      std::vector<answer::ZoneInput> one;
      one.push_back(std::move(*alone));
      answer::Settings plain = settings;
      plain.broken_zones.clear();
      auto built = answer::Snapshot::build(std::move(one), programs_, std::move(plain));
      if (!built) {
        // The text may be gone, and with it the places of records.
        for (Diagnostic& d : built.errors()) d.span = zone.name_span;
        append(findings, std::move(built.errors()));
        alone.reset();
      }
    }
    if (!alone) {
      settle_zone(zone, std::move(findings), settings);
    } else if (std::optional<answer::ZoneInput> again = load_zone(zone, known)) {
      servable.push_back(std::move(*again));
    }
  }
  if (refused_) return;
  auto built = answer::Snapshot::build(std::move(servable), programs_, std::move(settings));
  if (built) {
    snapshot_ = std::move(built).value();
  } else {
    append(findings_, std::move(built.errors()));
    refused_ = true;
  }
}

}  // namespace lapis::server
