// The difference between two versions of a zone: by RRset, and by the answers that change.
//
// One record can change answers for names that are nowhere in the zone: a wildcard answers for
// them, a new name takes them from it, a delegation hides what is below. So both versions are put
// behind the code that answers queries, and asked. Names fall into finitely many classes that a
// zone can't tell apart: each name of either version (empty non-terminals too), and, for each of
// these, all other names below it. One query for each class and type decides for all of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lapis/base/result.h"
#include "lapis/base/source.h"
#include "lapis/zone/load.h"

namespace lapis::lint {

/// An RRset that is not the same in both versions. Record data is in presentation form, names in it
/// absolute.
struct RRsetChange {
  std::string owner;
  std::string type;
  std::vector<std::string> removed;
  std::vector<std::string> added;
  std::uint32_t ttl_before = 0;  ///< seconds; only where it was there before
  std::uint32_t ttl_after = 0;
  bool existed = false;
  bool exists = false;
};

/// Which names an answer change is about.
enum class Scope : std::uint8_t {
  name,            ///< the name itself
  below,           ///< every name below it that the zone does not have
  name_and_below,  ///< both
};

/// A class of queries that is answered differently.
struct AnswerChange {
  std::string name;
  Scope scope = Scope::name;
  std::vector<std::string> types;
  bool other_types = false;  ///< and every type that no change of the same names lists
  bool every_type = false;   ///< all alike; `types` is empty then
  std::string before;        ///< the answer, in a few words
  std::string after;
  std::string reason;  ///< what decides about these names, before and now
  std::string query;   ///< "name type": one query that shows it
};

struct ZoneDiff {
  std::string origin;
  std::uint32_t serial_before = 0;
  std::uint32_t serial_after = 0;
  std::vector<RRsetChange> rrsets;
  std::vector<AnswerChange> answers;

  bool empty() const { return rrsets.empty() && answers.empty(); }
};

/// Compares two zones of one name that can be served; errors otherwise. That only the SOA's serial
/// differs in a negative answer is no change of that answer.
Result<ZoneDiff> diff_zones(const zone::LoadedZone& before, const zone::LoadedZone& after,
                            const SourceMap& sources);

}  // namespace lapis::lint
