// Names that a witness shows where more than one would do.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "words.h"

namespace lapis::verify {

/// The zone a witness shows when no program looks at it: a constant above the name, as customers'
/// zones are, else its last two labels.
dns::Name natural_zone(const ConstantNames& names, dns::NameView qname);
/// The t-th name of a class; nothing when there is none.
std::optional<dns::Name> name_of_class(const ConstantNames& names, ClassNumber c, std::uint64_t t);
/// A constraint is about the zone, so that a witness can't show just any.
bool speaks_of_zone(const Space& space, const std::vector<Constraint>& on);

}  // namespace lapis::verify
