// Which elements of a list kept their order when the list was changed.
#pragma once

#include <cstdint>
#include <vector>

namespace lapis::verify {

/// `old_places[k]`: where element k of the new list stood in the old one; UINT32_MAX: nowhere. The
/// elements of a longest sequence that stood in the same order before, ascending.
std::vector<std::uint32_t> kept_order(const std::vector<std::uint32_t>& old_places);

}  // namespace lapis::verify
