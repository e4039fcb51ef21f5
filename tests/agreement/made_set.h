// Checked random sets and their queries in the verifier's form.
#pragma once

#include <memory>
#include <string>

#include "concrete_query.h"
#include "generator.h"
#include "lapis/base/source.h"
#include "lapis/program/program_set.h"

namespace lapis::agreement {

struct Checked {
  SourceMap sources;
  std::string text;
  std::unique_ptr<program::ProgramSet> set;
};

/// The set of a seed, or null when the generator made one that the checker refuses.
std::unique_ptr<Checked> make_set(std::uint64_t seed, const Size& size);

/// The set of a text, or null when the checker refuses it.
std::unique_ptr<Checked> check_text(std::string text);

verify::ConcreteQuery concrete(const RandomQuery& query);

}  // namespace lapis::agreement
