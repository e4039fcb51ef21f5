// The symbolic algebra of lists: which elements are there, and in which order.
#include <algorithm>

#include "symbolic.h"

namespace lapis::verify {

verify::Bool Symbolic::before(const List& list, std::size_t i, std::size_t j) {
  if (list.order.empty()) return i < j ? bool_true : bool_false;
  return list.order[i * list.elements.size() + j];
}

void Symbolic::list_add(List& list, const Address& address) {
  // The cases exclude one another, so their places in the list do not matter.
  for (const auto& [guard, base] : address.cases) list.elements.push_back({guard, base});
}

void Symbolic::list_append(List& list, const List& part) {
  const std::size_t m = list.elements.size();
  const std::size_t n = part.elements.size();
  std::vector<verify::Bool> order;
  if (!list.order.empty() || !part.order.empty()) {
    order.resize((m + n) * (m + n), bool_false);
    for (std::size_t i = 0; i < m + n; ++i) {
      for (std::size_t j = 0; j < m + n; ++j) {
        verify::Bool& at = order[i * (m + n) + j];
        if (i < m && j < m) {
          at = before(list, i, j);
        } else if (i >= m && j >= m) {
          at = before(part, i - m, j - m);
        } else {
          at = i < j ? bool_true : bool_false;
        }
      }
    }
  }
  list.elements.insert(list.elements.end(), part.elements.begin(), part.elements.end());
  list.order = std::move(order);
}

SymList Symbolic::merge(verify::Bool test, const List& x, const List& y) {
  if (test == bool_true) return x;
  if (test == bool_false) return y;
  // Elements of the two sides are never there together: one after the other is right for both.
  auto guarded = [&](List list, verify::Bool guard) {
    for (auto& element : list.elements) element.present = terms_.both(guard, element.present);
    return list;
  };
  List out = guarded(x, test);
  list_append(out, guarded(y, terms_.negate(test)));
  return out;
}

Number Symbolic::count(const List& list) {
  std::int64_t sure = 0;
  Number sum = terms_.number(0);
  for (const auto& element : list.elements) {
    if (element.present == bool_true) {
      ++sure;
    } else if (element.present != bool_false) {
      sum = terms_.add(sum,
                       terms_.choose_number(element.present, terms_.number(1), terms_.number(0)));
    }
  }
  return terms_.add(sum, terms_.number(sure));
}

verify::Bool Symbolic::not_empty(const List& list) {
  std::vector<verify::Bool> present;
  for (const auto& element : list.elements) present.push_back(element.present);
  return terms_.any(std::move(present));
}

SymInt Symbolic::length(const List& list) {
  return {count(list)};
}

SymList Symbolic::take(const Int& limit, const List& list) {
  List out = list;
  const std::size_t n = list.elements.size();
  for (std::size_t i = 0; i < n; ++i) {
    List ahead;
    for (std::size_t j = 0; j < n; ++j) {
      if (j == i) continue;
      const verify::Bool there = terms_.both(list.elements[j].present, before(list, j, i));
      if (there != bool_false) ahead.elements.push_back({there, {}});
    }
    out.elements[i].present =
        terms_.both(list.elements[i].present, terms_.less(count(ahead), limit.term));
  }
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < n; ++i) {
    if (out.elements[i].present != bool_false) kept.push_back(i);
  }
  if (kept.size() == n) return out;
  List small;
  for (std::size_t i : kept) {
    small.elements.push_back(out.elements[i]);
    if (list.order.empty()) continue;
    for (std::size_t j : kept) small.order.push_back(before(list, i, j));
  }
  return small;
}

SymList Symbolic::unique(const List& list, const lang::Expr&) {
  List out = list;
  const std::size_t n = list.elements.size();
  for (std::size_t i = 0; i < n; ++i) {
    std::vector<verify::Bool> repeats;
    for (std::size_t j = 0; j < n; ++j) {
      if (j == i) continue;
      repeats.push_back(
          terms_.all({list.elements[j].present, before(list, j, i),
                      same_address(list.elements[i].address, list.elements[j].address)}));
    }
    out.elements[i].present =
        terms_.both(list.elements[i].present, terms_.negate(terms_.any(std::move(repeats))));
  }
  return out;
}

namespace {

/// Keeps of `ranked` elements, each with its condition, the `most` that come first for `key`.
SymList choose_ranked(Terms& terms, Symbolic& algebra,
                      const std::vector<std::pair<verify::Bool, RankedElement>>& ranked,
                      const SymKey& key, std::int64_t most) {
  const std::size_t n = ranked.size();
  std::vector<verify::Bool> order(n * n, bool_false);
  for (const auto& [guard, base] : key.cases) {
    std::string octets_of_constant;
    const bool constant = is_constant(base);
    std::uint64_t hash = 0;
    if (constant) {
      octets_of_constant = constant_octets(base);
      hash = stable_hash(octets(octets_of_constant), 0);
    }
    const std::uint32_t id = terms.key(base);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        if (i == j) continue;
        verify::Bool first = bool_false;
        if (constant) {
          first = terms.constant(comes_first(ranked[i].second, ranked[j].second, hash));
        } else {
          first = terms.before(ranked[i].second, ranked[j].second, id);
        }
        order[i * n + j] = terms.either(order[i * n + j], terms.both(guard, first));
      }
    }
  }
  SymList out;
  for (std::size_t i = 0; i < n; ++i) {
    SymList better;
    for (std::size_t j = 0; j < n; ++j) {
      const verify::Bool there = terms.both(ranked[j].first, order[j * n + i]);
      if (j != i && there != bool_false) better.elements.push_back({there, {}});
    }
    const verify::Bool kept =
        terms.both(ranked[i].first, terms.less(algebra.count(better), terms.number(most)));
    out.elements.push_back({kept, {}});
    out.elements.back().address.constant = ranked[i].second.address;
  }
  out.order = std::move(order);
  return out;
}

}  // namespace

bool comes_first(const RankedElement& x, const RankedElement& y, std::uint64_t key_hash) {
  if (x.weight == 0) {
    const std::uint64_t a = lang::rendezvous_rank(x.address, key_hash);
    const std::uint64_t b = lang::rendezvous_rank(y.address, key_hash);
    return a > b || (a == b && x.address < y.address);
  }
  const auto a = lang::weighted_cost(x.address, key_hash, x.weight);
  const auto b = lang::weighted_cost(y.address, key_hash, y.weight);
  return a < b || (!(b < a) && x.address < y.address);
}

SymList Symbolic::pick(const List& list, const Key& key, const lang::Expr& e) {
  // One element for each distinct address, wherever in the list it stands.
  std::vector<std::pair<verify::Bool, RankedElement>> ranked;
  for (const auto& element : list.elements) {
    const auto known = std::find_if(ranked.begin(), ranked.end(), [&](const auto& r) {
      return r.second.address == element.address.constant;
    });
    if (known != ranked.end()) {
      known->first = terms_.either(known->first, element.present);
    } else {
      ranked.emplace_back(element.present, RankedElement{element.address.constant, 0});
    }
  }
  return choose_ranked(terms_, *this, ranked, key, e.number);
}

SymList Symbolic::pick_weighted(const Key& key, const lang::Expr& e) {
  const auto& from = lang::list_in(e.args[0]->value).addresses;
  const auto& weights = lang::list_in(e.args[1]->value).numbers;
  std::vector<std::pair<verify::Bool, RankedElement>> ranked;
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (weights[i] > 0) ranked.emplace_back(bool_true, RankedElement{from[i], weights[i]});
  }
  return choose_ranked(terms_, *this, ranked, key, e.number);
}

SymList Symbolic::rotate(const List& list, const Key& key, const lang::Expr&) {
  const std::size_t n = list.elements.size();
  if (n < 2) return list;
  // Position of each element, and for every length the list can have the element it starts with.
  std::vector<Number> position(n);
  for (std::size_t i = 0; i < n; ++i) {
    List ahead;
    for (std::size_t j = 0; j < n; ++j) {
      if (j == i) continue;
      ahead.elements.push_back({terms_.both(list.elements[j].present, before(list, j, i)), {}});
    }
    position[i] = count(ahead);
  }
  const Number size = count(list);
  Number start = terms_.number(0);
  const auto least = std::max<std::int64_t>(terms_.number_node(size).low, 2);
  for (std::int64_t length = least; length <= terms_.number_node(size).high; ++length) {
    lang::Expr as_bucket;
    as_bucket.number = length;
    as_bucket.seed = 0;
    start = terms_.choose_number(terms_.equal(size, terms_.number(length)),
                                 bucket(key, as_bucket).term, start);
  }
  List out = list;
  out.order.assign(n * n, bool_false);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      if (i == j) continue;
      // Both on the same side of the start keep their order, else the one at or after it leads.
      const verify::Bool i_leads = terms_.negate(terms_.less(position[i], start));
      const verify::Bool j_leads = terms_.negate(terms_.less(position[j], start));
      out.order[i * n + j] =
          terms_.choose(terms_.same(i_leads, j_leads), before(list, i, j), i_leads);
    }
  }
  return out;
}

verify::Bool Symbolic::disjoint(const List& a, const List& b) {
  std::vector<verify::Bool> shared;
  for (const auto& x : a.elements) {
    for (const auto& y : b.elements) {
      shared.push_back(terms_.all({x.present, y.present, same_address(x.address, y.address)}));
    }
  }
  return terms_.negate(terms_.any(std::move(shared)));
}

verify::Bool Symbolic::subset(const List& a, const List& b) {
  std::vector<verify::Bool> all;
  for (const auto& x : a.elements) {
    std::vector<verify::Bool> found;
    for (const auto& y : b.elements) {
      found.push_back(terms_.both(y.present, same_address(x.address, y.address)));
    }
    all.push_back(terms_.either(terms_.negate(x.present), terms_.any(std::move(found))));
  }
  return terms_.all(std::move(all));
}

}  // namespace lapis::verify
