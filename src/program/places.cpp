#include "lapis/program/places.h"

namespace lapis::program {

geo::Fields places_used(const lang::Set& set) {
  geo::Fields used = 0;
  std::vector<const lang::Expr*> open;
  for (const lang::Program& program : set.programs) {
    open.assign({program.match, program.ipv4, program.ipv6, program.ttl});
    while (!open.empty()) {
      const lang::Expr* e = open.back();
      open.pop_back();
      if (e->op == lang::Op::field) {
        if (e->index == lang::field_country) used |= geo::only(geo::Field::country);
        if (e->index == lang::field_continent) used |= geo::only(geo::Field::continent);
        if (e->index == lang::field_asn) used |= geo::only(geo::Field::asn);
      }
      open.insert(open.end(), e->args.begin(), e->args.end());
    }
  }
  return used;
}

}  // namespace lapis::program
