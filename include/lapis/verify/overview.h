// Relations between the programs of a set, and a picture of its query space.
#pragma once

#include "lapis/program/program_set.h"
#include "lapis/report/overview.h"

namespace lapis::verify {

struct OverviewOptions {
  unsigned jobs = 0;                ///< threads; 0: one per core
  double limit_seconds = 0;         ///< for the whole; 0: none
  std::size_t most_pairs = 20'000;  ///< pairs that are looked at
  std::size_t most_rows = 400;      ///< names in the picture
  std::size_t most_columns = 16;
};

/// Looks at `set`. Pairs are exact up to `pairs_left_out`; the picture shows answers that were
/// found and replayed, not a proof that there are no others.
report::Overview overview(const program::ProgramSet& set, const OverviewOptions& options);

}  // namespace lapis::verify
