// What is true of every qname and its zone, as facts for the solver.
//
// The zone is the qname or one of its ancestors. Without that the solver would offer every pair of
// label counts, to have them refuted one by one: `(< (label-count qname) (label-count zone))` took
// 128 * 127 / 2 models to be seen as impossible.
#include <algorithm>

#include "encoding.h"
#include "ground.h"

namespace lapis::verify {

/// What formulas say about one of the two names.
struct Encoding::Side {
  std::uint32_t field = 0;
  const z3::expr* count = nullptr;   // of labels, when encoded
  const z3::expr* tree = nullptr;    // its class among the constant names, when encoded
  Dimension dimension = UINT32_MAX;  // of that
  std::vector<Bool> tests;           // under and is_name
  std::vector<Var> labels;           // whose dimensions are encoded
};

void Encoding::tie_names() {
  Side sides[2];
  sides[0].field = lang::field_qname;
  sides[1].field = lang::field_zone;
  for (Side& side : sides) {
    auto of_side = [&](Var var, VarKind kind) {
      const Variable& v = terms_.variable_of(var);
      return v.kind == kind && v.index == side.field;
    };
    for (const auto& [var, x] : related_) {
      if (of_side(var, VarKind::label_count)) side.count = &x;
    }
    side.dimension = space_.of_field(VarKind::name, side.field);
    if (const auto at = dimensions_.find(side.dimension); at != dimensions_.end()) {
      side.tree = &at->second;
    }
    for (Bool atom : atoms_) {
      const BoolNode& n = terms_.node(atom);
      const bool of_tree = n.op == BoolOp::under || n.op == BoolOp::is_name;
      if (of_tree && of_side(n.a, VarKind::name)) side.tests.push_back(atom);
    }
    for (const auto& [d, x] : dimensions_) {
      const Var var = space_.axis(d).var;
      if (var != UINT32_MAX && of_side(var, VarKind::label_text)) side.labels.push_back(var);
    }
    tie_count(side);
  }
  tie_zone(sides[0], sides[1]);
}

void Encoding::tie_count(const Side& side) {
  auto count_is = [&](auto compare, int labels) {
    return compare(*side.count, number_value(labels, side.count->get_sort().bv_size()));
  };
  auto equal = [](const z3::expr& x, const z3::expr& y) { return x == y; };
  auto least = [](const z3::expr& x, const z3::expr& y) { return z3::sge(x, y); };
  auto at_most = [](const z3::expr& x, const z3::expr& y) { return z3::sle(x, y); };
  for (Bool atom : side.tests) {
    const BoolNode& n = terms_.node(atom);
    const dns::NameView name = terms_.name(n.b).view();
    const int labels = name.label_count();
    const bool whole = n.op == BoolOp::is_name;
    const z3::expr holds = encode(atom);
    if (side.count != nullptr) {
      if (whole && labels == 0) {
        solver_.add(holds == count_is(equal, 0));
      } else {
        solver_.add(z3::implies(holds, whole ? count_is(equal, labels) : count_is(least, labels)));
      }
    }
    for (Var var : side.labels) {
      const auto position = terms_.variable_of(var).position;
      const bool known = static_cast<int>(position) < labels;
      if (!known && !whole) continue;
      const Dimension d = space_.of_variable(var);
      const ClassNumber c = space_.class_of_text(d, known ? label_text(name, position) : "");
      solver_.add(
          z3::implies(holds, member(dimensions_.at(d), ClassSet(c, c), space_.axis(d).classes)));
    }
  }
  if (side.count == nullptr) return;
  for (Var var : side.labels) {
    // A label is "" when the name has too few.
    const Dimension d = space_.of_variable(var);
    const Space::Axis& axis = space_.axis(d);
    const auto position = static_cast<int>(terms_.variable_of(var).position);
    for (ClassNumber c = 0; c < axis.texts.size(); ++c) {
      const z3::expr is = member(dimensions_.at(d), ClassSet(c, c), axis.classes);
      if (axis.texts[c].empty()) {
        solver_.add(is == count_is(at_most, position));
      } else {
        solver_.add(z3::implies(is, count_is(least, position + 1)));
      }
    }
  }
}

void Encoding::tie_zone(const Side& qname, const Side& zone) {
  const bool counts = qname.count != nullptr && zone.count != nullptr;
  const bool trees = qname.tree != nullptr && zone.tree != nullptr;
  if (counts) solver_.add(z3::sle(*zone.count, *qname.count));
  const ClassNumber classes = space_.names().classes();
  if (trees) {
    for (Bool atom : zone.tests) {
      const auto& node = space_.names().node(space_.names().find(terms_.name(terms_.node(atom).b)));
      const ClassNumber off = node.self + 1;  // below the constant, and below none below it
      for (const ClassSet& set : {ClassSet(node.self, node.end), ClassSet(off, off)}) {
        solver_.add(
            z3::implies(member(*zone.tree, set, classes), member(*qname.tree, set, classes)));
      }
    }
  }
  for (Var of_zone : zone.labels) {
    for (Var of_qname : qname.labels) {
      if (terms_.variable_of(of_zone).position != terms_.variable_of(of_qname).position) continue;
      const Dimension from = space_.of_variable(of_zone);
      const Dimension to = space_.of_variable(of_qname);
      const Space::Axis& axis = space_.axis(from);
      for (ClassNumber c = 0; c < axis.texts.size(); ++c) {
        if (axis.texts[c].empty()) continue;
        const ClassNumber same = space_.class_of_text(to, axis.texts[c]);
        solver_.add(
            z3::implies(member(dimensions_.at(from), ClassSet(c, c), axis.classes),
                        member(dimensions_.at(to), ClassSet(same, same), space_.axis(to).classes)));
      }
    }
  }
  for (Bool atom : atoms_) {
    if (terms_.node(atom).op != BoolOp::apex) continue;
    const z3::expr apex = encode(atom);
    if (counts) solver_.add(apex == (*zone.count == *qname.count));
    if (!trees) continue;
    solver_.add(z3::implies(apex, *zone.tree == *qname.tree));
    for (Bool test : zone.tests) {
      const BoolNode& n = terms_.node(test);
      const ClassNumber self = space_.names().node(space_.names().find(terms_.name(n.b))).self;
      const ClassSet set(self, self);
      solver_.add(
          z3::implies(member(*zone.tree, set, classes) && member(*qname.tree, set, classes), apex));
    }
  }
}

}  // namespace lapis::verify
