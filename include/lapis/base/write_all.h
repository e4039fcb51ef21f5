// Writing a text to a descriptor, whole.
#pragma once

#include <string_view>

namespace lapis {

/// Writes until everything is out; false, with the reason in errno, when that can't be done.
bool write_all(int descriptor, std::string_view text);

}  // namespace lapis
