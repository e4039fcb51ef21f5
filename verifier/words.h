// Names and texts with given regular properties: a shortest one, or as many as are wanted.
//
// A name is built from the root downwards, octet by octet, with an automaton for each property in
// step; since every state is a finite thing and length is bounded (RFC 1035 §2.3.4), "none" is a
// proof.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lapis/dns/name.h"
#include "space.h"
#include "word_graph.h"

namespace lapis::verify {

/// "The dimension's class is in the set", or more sharply what its value is. For a dimension of one
/// test: {1} holds, {0} does not.
struct Constraint {
  Dimension dimension = 0;
  ClassSet set;
  std::optional<std::pair<std::int64_t, std::int64_t>> numbers;  ///< from … to, instead of `set`
  std::optional<IpAddress> address;                              ///< the same
};

/// A qname and the zone at or above it.
struct NamePair {
  dns::Name qname;
  dns::Name zone;
};

/// Finds a short pair that meets all constraints, which are on dimensions of names, labels and
/// label counts and on patterns of names. `exhausted` is a proof that there is none.
Search find_name(const Space& space, const std::vector<Constraint>& constraints,
                 const WalkLimit& limit, NamePair& out);

/// What a key reads of a name: all of the zone, or one label.
struct NamePart {
  bool of_zone = false;
  std::optional<std::uint32_t> label;  ///< position from the right; none: the whole zone
  friend bool operator==(const NamePart&, const NamePart&) = default;
};

/// Lists pairs, one for each value that the part can take. `exhausted` is a proof that these are
/// all values; `stopped` when there are more than `most`.
Search list_part(const Space& space, const std::vector<Constraint>& constraints,
                 const NamePart& part, std::size_t most, const WalkLimit& limit,
                 std::vector<NamePair>& out);

/// Finds a text of at most 255 octets that meets the constraints, all of which are on the dimension
/// of one text variable or on patterns of it.
Search find_text(const Space& space, Var var, const std::vector<Constraint>& constraints,
                 const WalkLimit& limit, std::string& out);

/// Many names that meet constraints, by number: those listed first, then ones made up at random.
class NameSource {
 public:
  /// `zones`: zones matter, so that one qname counts once for each of them.
  NameSource(const Space& space, const std::vector<Constraint>& constraints, bool zones,
             const WalkLimit& limit);
  ~NameSource();
  NameSource(const NameSource&) = delete;
  NameSource& operator=(const NameSource&) = delete;

  /// Numbers there are; UINT64_MAX: any number.
  std::uint64_t count() const;
  /// Proved: there are no others.
  bool complete() const { return complete_; }
  /// REQUIRES: number < count().
  NamePair get(std::uint64_t number) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  std::vector<NamePair> listed_;
  bool complete_ = false;
};

/// Many texts that meet constraints.
class TextSource {
 public:
  TextSource(const Space& space, Var var, const std::vector<Constraint>& constraints,
             const WalkLimit& limit);
  ~TextSource();
  TextSource(const TextSource&) = delete;
  TextSource& operator=(const TextSource&) = delete;

  std::uint64_t count() const;
  bool complete() const { return complete_; }
  /// REQUIRES: number < count().
  std::string get(std::uint64_t number) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  std::vector<std::string> listed_;
  bool complete_ = false;
};

/// A label octet as it stands in presentation form, the same text as dns::to_text gives.
std::string presentation(std::uint8_t octet);
/// The pattern of a text holds.
bool matches(const Pattern& pattern, const std::string& text);
/// The pattern of a (lower-case) name holds; globs included.
bool matches(const Pattern& pattern, dns::NameView name);

}  // namespace lapis::verify
