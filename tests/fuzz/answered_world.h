// A small world of zones for the packet fuzzers: every kind of answer can be had from it, from
// programs and in signed zones too. The signatures are made up; serving them needs no keys.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "lapis/answer/respond.h"
#include "lapis/answer/snapshot.h"

namespace lapis::fuzz {

/// Built once; aborts when it can't be.
const answer::Snapshot& answered_world();

/// Asks over `transport` and aborts when the answer breaks what respond() promises: silence or a
/// well-formed response to this query, within the size that was offered, its counts right, an OPT
/// record exactly when the query had one. Returns the answer's octets.
std::span<const std::uint8_t> ask_world(std::span<const std::uint8_t> query,
                                        answer::Transport transport);

/// Aborts unless `response` is a well-formed answer to `query`. Returns whether it has an OPT.
bool check_answer(std::span<const std::uint8_t> query, std::span<const std::uint8_t> response);

}  // namespace lapis::fuzz
