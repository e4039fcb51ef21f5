#include "answers.h"

#include <algorithm>

namespace lapis::verify {
namespace {

std::vector<IpAddress> as_set(std::span<const IpAddress> list) {
  std::vector<IpAddress> out(list.begin(), list.end());
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace

Answered fixed_answer(const Model& model, std::size_t program) {
  const ProgramModel& item = model.items()[program];
  Answered out;
  out.constant = model.terms().is_constant(item.ttl);
  for (const auto* list : {&item.ipv4, &item.ipv6}) {
    for (const auto& element : list->elements) {
      out.constant = out.constant && element.present == bool_true;
      (list == &item.ipv4 ? out.ipv4 : out.ipv6).push_back(element.address.constant);
    }
  }
  out.ipv4 = as_set(out.ipv4);
  out.ipv6 = as_set(out.ipv6);
  if (out.constant) out.ttl = model.terms().number_node(item.ttl).value;
  return out;
}

bool differs(const Answered& a, const Answered& b) {
  return a.ipv4 != b.ipv4 || a.ipv6 != b.ipv6 || a.ttl != b.ttl;
}

Answered evaluated(const lang::Program& p, const lang::QueryFields& q, lang::Memory& memory) {
  lang::Interpreter interpreter(q, memory);
  Answered out;
  lang::AddressList list = interpreter.list(*p.ipv4);
  out.ipv4 = as_set({list.data, list.count});
  list = interpreter.list(*p.ipv6);
  out.ipv6 = as_set({list.data, list.count});
  out.ttl = interpreter.number(*p.ttl);
  return out;
}

Bool differ_formula(Model& model, const ProgramPair& pair) {
  Terms& terms = model.terms();
  Symbolic& algebra = model.algebra();
  const ProgramModel& a = model.items()[pair.earlier];
  const ProgramModel& b = model.items()[pair.later];
  std::vector<Bool> same{terms.equal(a.ttl, b.ttl)};
  for (const auto& [x, y] : {std::pair(&a.ipv4, &b.ipv4), std::pair(&a.ipv6, &b.ipv6)}) {
    same.push_back(algebra.subset(*x, *y));
    same.push_back(algebra.subset(*y, *x));
  }
  return terms.negate(terms.all(std::move(same)));
}

Cover common_cubes(const Model& model, const ProgramPair& pair, std::size_t most) {
  Cover out;
  out.exact = false;
  for (const Cube& x : model.items()[pair.earlier].cover.cubes) {
    for (const Cube& y : model.items()[pair.later].cover.cubes) {
      Cube shared;
      if (!x.intersect(y, shared)) continue;
      if (out.cubes.size() == most) {
        out.whole = false;
        return out;
      }
      out.cubes.push_back(std::move(shared));
    }
  }
  return out;
}

}  // namespace lapis::verify
