// Names of a set: what a name in the text stands for, and where else it stands.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "workspace.h"

namespace lapis::editor {

/// A declaration and the file it is in.
struct Found {
  const lang::Symbol* symbol = nullptr;
  std::uint32_t file = 0;
  bool known() const { return symbol != nullptr; }
};

/// The name at or right before an offset; null when there is none.
const lang::NameUse* use_at(const CheckedSet& set, std::uint32_t file, std::uint32_t offset);

/// What `use` names: the innermost scope that holds it, else the set's declarations.
Found resolve(const CheckedSet& set, std::uint32_t file, const lang::NameUse& use);

/// Declarations that a name at the offset could mean.
std::vector<Found> visible_at(const CheckedSet& set, std::uint32_t file, std::uint32_t offset);

/// Every place of a name, its declaration included.
std::vector<Span> places_of(const CheckedSet& set, const Found& found);

/// Something is declared under this name, wherever.
bool is_taken(const CheckedSet& set, const std::string& name);

/// The type of the smallest typed expression around an offset; nothing when the set has errors.
std::optional<lang::Type> type_at(const CheckedSet& set, std::uint32_t file, Span word);

/// The values that a field or attribute can have, when they are known.
std::vector<std::string> values_of(const CheckedSet& set, const std::string& name);

}  // namespace lapis::editor
