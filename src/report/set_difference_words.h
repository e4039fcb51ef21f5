// The words for a difference of two sets, which all its formats share.
#pragma once

#include <string>

#include "lapis/report/set_difference.h"

namespace lapis::report {

/// "no program" when there is none.
std::string program_words(const SideAnswer& side);
/// Addresses and TTL.
std::string answer_words(const SideAnswer& side);
/// A query on one line.
std::string witness_words(const ChangeEntry& change);
/// The whole in one line, without a full stop.
std::string difference_summary(const SetDifference& difference);
std::string difference_weights(const QueryWeights& weights);

}  // namespace lapis::report
