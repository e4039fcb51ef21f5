// What is tried for keys: the tests that keys are to meet, and the values that each variable of
// keys can take under its constraints.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "address_source.h"
#include "keys.h"
#include "mirror.h"
#include "name_choice.h"
#include "symbolic.h"

namespace lapis::verify {

/// One thing asked of keys: a bucket, a choice, or a relation.
struct KeyTest {
  std::size_t constraint = 0;
  std::vector<const KeyTerm*> keys;  // one; of a relation any number
  std::vector<std::uint64_t> bases;  // names: 0; text and address fields: field + 1
  bool counts_labels = false;        // a relation reads how many labels the names have
  Bool atom = bool_false;            // of a relation
  std::optional<Mirror> mirror;      // of equal addresses
  bool relation() const { return atom != bool_false; }
  bool bucket = false;
  std::uint64_t seed = 0;
  std::uint64_t buckets = 0;
  RankedElement x, y;
};

/// Some part of the test's keys is such.
template <class Predicate>
bool any_part(const KeyTest& t, Predicate predicate) {
  return std::any_of(t.keys.begin(), t.keys.end(), [&](const KeyTerm* key) {
    return std::any_of(key->parts.begin(), key->parts.end(), predicate);
  });
}

/// Of candidates that have no end.
constexpr std::uint64_t unbounded_count = UINT64_MAX;

/// The values a variable can take under its constraints, numbered.
struct KeyCandidates {
  std::uint64_t count = unbounded_count;  ///< how many there are to try
  bool complete = false;                  ///< these are all
  std::function<void(std::uint64_t, ConcreteQuery&)> put;
  /// Instead of `put` where not all are tried: some value from anywhere.
  std::function<void(std::uint64_t, ConcreteQuery&)> sample;
  /// What no key reads, once a value is settled on; may be empty.
  std::function<void(ConcreteQuery&)> finish;
  /// Names in front of which a long label may be put.
  std::vector<dns::Name> bases;
  /// The name's octets alone, valid until the next call; empty when names are not made so.
  std::function<std::span<const std::uint8_t>(std::uint64_t)> octets;
};

/// Makes candidates. Borrows all that it is made of.
class KeyCandidateSource {
 public:
  KeyCandidateSource(const lang::Set& set, const Space& space,
                     const std::vector<Constraint>& constraints, const ConstraintGroups& groups,
                     const Deadline& deadline)
      : set_(set), space_(space), constraints_(constraints), groups_(groups), deadline_(deadline) {}

  KeyCandidates names(const std::vector<const KeyTest*>& tests) const;
  KeyCandidates texts(std::uint32_t field) const;
  KeyCandidates addresses(std::uint32_t field, const std::vector<const KeyTest*>& tests,
                          const std::vector<Mirrored>& mirrors) const;
  /// The equal addresses among the tests, each with what it is copied from.
  std::vector<Mirrored> mirrored(const std::vector<const KeyTest*>& tests) const;
  /// The constraints on a text or address field, by the number its base has in a test; or null.
  const std::vector<std::size_t>* group_of(std::uint64_t base) const;

 private:
  std::vector<Constraint> on(const std::vector<std::size_t>& indices) const;
  /// More values of the part than that are met soon; each costs `list_part` a search.
  bool has_many_values(const NamePart& part, std::size_t most) const;
  /// What the constraints on an address field leave.
  AddressRanges ranges_of(std::uint32_t field) const;

  const lang::Set& set_;
  const Space& space_;
  const std::vector<Constraint>& constraints_;
  const ConstraintGroups& groups_;
  const Deadline& deadline_;
};

}  // namespace lapis::verify
