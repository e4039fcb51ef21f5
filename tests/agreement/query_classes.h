// Which class a query has in each dimension of a space.
#pragma once

#include <vector>

#include "concrete_query.h"
#include "model.h"
#include "words.h"

namespace lapis::agreement {

verify::ClassNumber class_of(const verify::Model& model, verify::Dimension dimension,
                             const verify::ConcreteQuery& query);

/// Dimensions that the matches speak about, comparisons of two variables left out.
std::vector<verify::Dimension> dimensions_of(const verify::Model& model);
/// The match compares two variables, which is not a matter of classes.
bool compares(const verify::Model& model, verify::Bool match);

/// The classes of a query, as constraints.
std::vector<verify::Constraint> point_of(const verify::Model& model,
                                         const std::vector<verify::Dimension>& dimensions,
                                         const verify::ConcreteQuery& query);

}  // namespace lapis::agreement
