// Of two sets the programs that can have to do with what changed between them.
//
// A program that is in both sets with the same trees, and that kept its place among such programs,
// is unchanged. Let q be a query that matches no changed program. The programs of either set that q
// matches are then unchanged ones, the same in both sets and in the same order, so the first of
// them is the same, and q is answered alike. So only queries that match a changed program matter,
// and for these only programs that share a query with one. Programs that share none by their
// necessary conditions (program/necessary.h) are left out: what is left of either set does with
// every query that matches a changed program what the whole set does with it, and every query that
// the two smaller sets answer differently matches a changed program, by the same argument.
#pragma once

#include <optional>

#include "lapis/lang/set.h"

namespace lapis::verify {

struct RestrictedSets {
  lang::Set before;
  lang::Set after;
};

/// Nothing where leaving out programs is not worth it, or where attributes or closed fields differ,
/// so that equal trees could mean different things. Trees are shared with the sets given; reading
/// order, names and spans of the programs stay as they are. Definitions, pools and invariants are
/// not taken over.
std::optional<RestrictedSets> restricted(const lang::Set& before, const lang::Set& after);

}  // namespace lapis::verify
