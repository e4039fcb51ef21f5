// Names and texts with given regular properties: the shortest one, or one after the other.
//
// A name is built from the root downwards, octet by octet, with an automaton for each property in
// step; since every state is a finite thing and length is bounded (RFC 1035 §2.3.4), "none" is a
// proof.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lapis/dns/name.h"
#include "space.h"

namespace lapis::verify {

/// "The dimension's class is in the set", or more sharply what its value is. For a dimension of one
/// test: {1} holds, {0} does not.
struct Constraint {
  Dimension dimension = 0;
  ClassSet set;
  std::optional<std::int64_t> number;
  std::optional<IpAddress> address;
};

enum class Search : std::uint8_t {
  stopped,    ///< the caller has what it wants
  exhausted,  ///< there are no more
  gave_up,    ///< the bound on work was reached
};

/// How many words of one kind are wanted: one, some (a few letters stand for all others), or every
/// one there is.
enum class Variety : std::uint8_t { one, some, all };

/// Called with each name (and the zone it lies in) found; true stops the search.
using NameSink = std::function<bool(const dns::Name& qname, const dns::Name& zone)>;
using TextSink = std::function<bool(const std::string& text)>;

/// Calls `sink` with pairs of qname and zone (qname at or below zone) that meet all constraints on
/// name, label and label-count dimensions and on patterns of names, shortest first.
/// `most` bounds the states visited. `exhausted` is a proof with Variety::one (there is none) and
/// Variety::all (there are no others).
Search search_names(const Space& space, const std::vector<Constraint>& constraints, Variety variety,
                    std::uint64_t most, const NameSink& sink);

/// Calls `sink` with texts of at most 255 octets that meet the constraints, all of which are on
/// the dimension of one text variable or on patterns of it.
Search search_texts(const Space& space, Var var, const std::vector<Constraint>& constraints,
                    bool every, std::uint64_t most, const TextSink& sink);

/// The pattern of a text holds.
bool matches(const Pattern& pattern, const std::string& text);
/// The pattern of a (lower-case) name holds; globs included.
bool matches(const Pattern& pattern, dns::NameView name);

}  // namespace lapis::verify
