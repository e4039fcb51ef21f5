// Cubes in words: what queries have in common.
#pragma once

#include <string>
#include <vector>

#include "space.h"

namespace lapis::verify {

/// One condition for each dimension, in the words of the language, e.g.
/// `(under? qname "example.com.")`, `(in-prefix? client "192.0.2.0/24")`, `(= plan "free")`.
std::vector<std::string> describe(const Space& space, const Cube& cube);

}  // namespace lapis::verify
