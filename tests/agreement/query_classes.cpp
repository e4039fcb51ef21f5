#include "query_classes.h"

#include <algorithm>

#include "ground.h"

namespace lapis::agreement {
namespace {

bool comparison(verify::BoolOp op) {
  return op == verify::BoolOp::number_less || op == verify::BoolOp::number_equal ||
         op == verify::BoolOp::address_less || op == verify::BoolOp::address_equal;
}

std::vector<verify::Bool> atoms_of(const verify::Model& model, verify::Bool match) {
  std::vector<verify::Bool> atoms;
  std::vector<bool> seen;
  model.terms().atoms(match, atoms, seen);
  return atoms;
}

}  // namespace

verify::ClassNumber class_of(const verify::Model& model, verify::Dimension dimension,
                             const verify::ConcreteQuery& query) {
  const verify::Space& space = model.space();
  const verify::Ground ground(model.terms(), query);
  const auto& axis = space.axis(dimension);
  if (axis.var == UINT32_MAX) return ground.evaluate(axis.atom) ? 1 : 0;
  const auto& v = model.terms().variable_of(axis.var);
  const dns::Name& name = v.index == lang::field_qname ? query.qname : query.zone;
  switch (v.kind) {
    case verify::VarKind::flag:
      return verify::number_of_field(query, v.index) != 0 ? 1 : 0;
    case verify::VarKind::name:
      return space.names().class_of(name);
    case verify::VarKind::address:
      return space.class_of_address(dimension,
                                    v.index == lang::field_client ? query.client : query.resolver);
    case verify::VarKind::text:
      return space.class_of_text(dimension, verify::text_of_field(query, v.index));
    case verify::VarKind::label_text:
      return space.class_of_text(dimension, verify::label_text(name, v.position));
    default:
      return space.class_of_number(dimension, ground.value_of(axis.var));
  }
}

bool compares(const verify::Model& model, verify::Bool match) {
  const auto atoms = atoms_of(model, match);
  return std::any_of(atoms.begin(), atoms.end(),
                     [&](verify::Bool atom) { return comparison(model.terms().node(atom).op); });
}

std::vector<verify::Dimension> dimensions_of(const verify::Model& model) {
  std::vector<verify::Dimension> out;
  for (const auto& item : model.items()) {
    for (verify::Bool atom : atoms_of(model, item.match)) {
      if (!comparison(model.terms().node(atom).op)) {
        out.push_back(model.space().test(atom).dimension);
      }
    }
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::vector<verify::Constraint> point_of(const verify::Model& model,
                                         const std::vector<verify::Dimension>& dimensions,
                                         const verify::ConcreteQuery& query) {
  std::vector<verify::Constraint> point;
  for (verify::Dimension d : dimensions) {
    const verify::ClassNumber c = class_of(model, d, query);
    point.push_back({d, verify::ClassSet(c, c), std::nullopt, std::nullopt});
  }
  return point;
}

}  // namespace lapis::agreement
