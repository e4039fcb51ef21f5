// Which cubes of a list touch which: all pairs, without looking at all pairs.
#pragma once

#include <cstdint>
#include <vector>

#include "classes.h"
#include "space.h"

namespace lapis::verify {

/// A cube and the program it belongs to.
struct Owned {
  static constexpr std::uint32_t no_question = UINT32_MAX;
  std::uint32_t program = 0;
  const Cube* cube = nullptr;
  std::uint32_t question = no_question;  ///< a cube of a question about the program
};

/// For each program the earlier programs that have a cube touching one of its own, ascending.
/// `compared` counts the pairs of cubes looked at.
std::vector<std::vector<std::uint32_t>> touching_earlier(const Space& space,
                                                         const std::vector<Owned>& cubes,
                                                         std::size_t programs,
                                                         std::uint64_t& compared);

/// For each question the programs before its own whose cubes touch one of the question's.
std::vector<std::vector<std::uint32_t>> touching_questions(const Space& space,
                                                           const std::vector<Owned>& cubes,
                                                           std::size_t questions,
                                                           std::uint64_t& compared);

}  // namespace lapis::verify
