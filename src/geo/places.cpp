#include "lapis/geo/places.h"

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <utility>

#include "database.h"

namespace lapis::geo {
namespace {

constexpr std::int64_t day = 86400;

std::string date_of(std::uint64_t epoch) {
  const auto seconds = static_cast<std::time_t>(epoch);
  std::tm parts{};
  char text[32];
  if (gmtime_r(&seconds, &parts) == nullptr) return "at an unknown time";
  return {text, std::strftime(text, sizeof text, "%Y-%m-%d", &parts)};
}

std::string named(const DatabaseInfo& database) {
  return std::filesystem::path(database.path).filename().string() + " (" + database.type +
         ", built " + date_of(database.build_epoch);
}

std::int64_t age_in_days(const DatabaseInfo& database, std::int64_t now) {
  return std::max<std::int64_t>(0, now - static_cast<std::int64_t>(database.build_epoch)) / day;
}

/// The files that are asked for, each once, and what is wanted of them.
std::vector<std::pair<std::string, Database::AllWanted>> by_file(const Choices& choices) {
  std::vector<std::pair<std::string, Database::AllWanted>> out;
  const auto want = [&](std::size_t field, const Choice& choice, bool optional) {
    auto at = std::find_if(out.begin(), out.end(),
                           [&](const auto& entry) { return entry.first == choice.path; });
    if (at == out.end()) at = out.insert(out.end(), {choice.path, {}});
    at->second[field] = {true, optional, optional ? "" : choice.key, choice.span};
  };
  for (std::size_t i = 0; i < field_count; ++i) {
    if (choices.fields[i]) want(i, *choices.fields[i], false);
  }
  const auto& country = choices.fields[static_cast<std::size_t>(Field::country)];
  const auto continent = static_cast<std::size_t>(Field::continent);
  if (!choices.fields[continent] && country) want(continent, *country, true);
  return out;
}

}  // namespace

const char* to_string(Field field) {
  static constexpr std::array<const char*, field_count> names{"country", "continent", "asn"};
  return names[static_cast<std::size_t>(field)];
}

Places::Places(std::vector<std::shared_ptr<const Database>> databases)
    : databases_(std::move(databases)) {
  for (const auto& database : databases_) {
    for (std::size_t i = 0; i < field_count; ++i) {
      if (database->column(static_cast<Field>(i)) != nullptr) of_field_[i] = database.get();
    }
  }
}

Result<std::shared_ptr<const Places>> Places::load(const Choices& choices, std::int64_t now,
                                                   const Places* previous, Diagnostics& warnings) {
  Diagnostics errors;
  std::vector<std::shared_ptr<const Database>> databases;
  for (const auto& entry : by_file(choices)) {
    const std::string& path = entry.first;
    const Database::AllWanted& wanted = entry.second;
    const Span span = std::find_if(wanted.begin(), wanted.end(), [](const Database::Wanted& w) {
                        return w.wanted;
                      })->span;
    std::string file;
    std::string error;
    if (!read_file(path, file, error)) {
      errors.push_back(error_at(span, "unreadable-file", path + ": " + error,
                                "name a MaxMind DB file (.mmdb), such as geoipupdate fetches"));
      continue;
    }
    std::shared_ptr<const Database> database;
    if (previous != nullptr) {
      const std::uint64_t digest = Database::digest_of(file);
      const auto same =
          std::find_if(previous->databases_.begin(), previous->databases_.end(),
                       [&](const auto& old) { return old->made_from(path, digest, wanted); });
      if (same != previous->databases_.end()) database = *same;
    }
    if (database == nullptr) {
      std::optional<Database> fresh = Database::build(path, file, wanted, errors);
      if (!fresh) continue;
      database = std::make_shared<const Database>(std::move(*fresh));
    }
    const std::int64_t age = age_in_days(database->info(), now);
    if (choices.max_age_days != 0 && age > choices.max_age_days) {
      Diagnostic old = error_at(span, "geo-database-old",
                                path + " was built " + std::to_string(age) + " days ago, on " +
                                    date_of(database->info().build_epoch),
                                "see why it is not updated, or raise max-age");
      old.severity = Severity::warning;
      warnings.push_back(std::move(old));
    }
    databases.push_back(std::move(database));
  }
  if (!errors.empty()) return errors;
  return std::make_shared<const Places>(std::move(databases));
}

Place Places::find(const IpAddress& address, Fields fields) const {
  Place place;
  for (std::size_t i = 0; i < field_count; ++i) {
    const auto field = static_cast<Field>(i);
    if ((fields & only(field)) == 0 || of_field_[i] == nullptr) continue;
    const Database::Column& column = *of_field_[i]->column(field);
    const FieldTable::Hit hit = column.table.find(address);
    place.bits[i] = hit.bits;
    if (field == Field::asn) {
      place.asn = column.numbers[hit.value];
    } else {
      (field == Field::country ? place.country : place.continent) = column.texts[hit.value];
    }
  }
  return place;
}

std::string Places::origin(const IpAddress& address, Field field) const {
  const auto i = static_cast<std::size_t>(field);
  if (of_field_[i] == nullptr) return "no database has it";
  const std::uint8_t bits = find(address, only(field)).bits[i];
  return Prefix{address.masked(bits), bits}.to_string() + " in " + named(of_field_[i]->info()) +
         ")";
}

std::vector<DatabaseInfo> Places::databases() const {
  std::vector<DatabaseInfo> out;
  for (const auto& database : databases_) out.push_back(database->info());
  return out;
}

std::string to_string(const DatabaseInfo& database, std::int64_t now) {
  std::string fields;
  for (std::size_t i = 0; i < field_count; ++i) {
    const auto field = static_cast<Field>(i);
    if ((database.fields & only(field)) == 0) continue;
    fields += std::string(fields.empty() ? "" : " and ") + to_string(field);
  }
  return named(database) + ", " + std::to_string(age_in_days(database, now)) +
         " days old): " + fields + ", " + std::to_string(database.ranges) + " ranges of addresses";
}

}  // namespace lapis::geo
