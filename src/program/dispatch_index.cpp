#include "lapis/program/dispatch_index.h"

#include <algorithm>
#include <bit>

namespace lapis::program {
namespace {

using lang::ClientTrace;
using lang::Interpreter;
using lang::QueryFields;

/// Bits after which no client shares them with `client` and is at `edge`; 0 for another family.
std::uint8_t bits_apart(const IpAddress& client, const IpAddress& edge) {
  if (client.family() != edge.family()) return 0;
  return static_cast<std::uint8_t>(std::min(client.common_bits(edge) + 1, client.width()));
}

IpAddress before(const IpAddress& a) {
  if (a.is_v4()) return IpAddress::v4(a.v4_value() - 1);
  return IpAddress::from_bits(Family::v6, a.high() - (a.low() == 0 ? 1 : 0), a.low() - 1);
}

/// Bits after which every client that shares them is in the classes `range`, as `client` is.
std::uint8_t bits_within(const Dimension& dimension, const IpAddress& client,
                         const ClassRange& range) {
  const std::size_t next = range.second + std::size_t{1};
  if (client.is_v4() && range.first < dimension.ipv4.size()) {
    const std::uint32_t x = client.v4_value();
    const std::uint32_t start = dimension.ipv4[range.first];
    const int below = start == 0 ? 0 : std::countl_zero(x ^ (start - 1)) + 1;
    const int above =
        next >= dimension.ipv4.size() ? 0 : std::countl_zero(x ^ dimension.ipv4[next]) + 1;
    return static_cast<std::uint8_t>(std::max(below, above));
  }
  const IpAddress& first = dimension.addresses[range.first];
  const bool lowest = first.high() == 0 && first.low() == 0;
  const std::uint8_t below = lowest ? std::uint8_t{0} : bits_apart(client, before(first));
  if (next == dimension.addresses.size()) return below;
  return std::max(below, bits_apart(client, dimension.addresses[next]));
}

/// Bits that keep `client` apart from the classes `range`, which do not hold it.
std::uint8_t bits_apart(const Dimension& dimension, const IpAddress& client, ClassNumber own,
                        const ClassRange& range) {
  if (range.first > own) return bits_apart(client, dimension.addresses[range.first]);
  // The last address of the range; that of the last IPv4 class is found from the first IPv6 one.
  const IpAddress& after = dimension.addresses[range.second + std::size_t{1}];
  const bool last_v4 = !after.is_v4() && after.high() == 0 && after.low() == 0;
  return bits_apart(client, last_v4 ? IpAddress::v4(0xFFFFFFFFu) : before(after));
}

}  // namespace

void DispatchIndex::Search::prepare(const DispatchIndex& index) {
  classes_.assign(index.parts_.dimensions.size(), {});
  query_ = 0;
  registers_.prepare(index.code_);
}

DispatchIndex::DispatchIndex(const lang::Set& set, Parts parts)
    : set_(&set), parts_(std::move(parts)), code_(lang::Code::compile(set)) {
  for (const Dimension& dimension : parts_.dimensions) {
    about_.push_back(dimension.is_client()  ? About::client
                     : dimension.is_place() ? About::place
                                            : About::nothing);
  }
}

// ---- classes

ClassNumber DispatchIndex::find_class(const Dimension& dimension, const QueryFields& query,
                                      lang::Memory& memory, Search& search) const {
  // The value as the interpreter reads it, so that there is one meaning of fields.
  Interpreter interpreter(query, memory);
  switch (dimension.kind) {
    case Dimension::Kind::name:
      if (dimension.field == lang::field_qname) {
        if (query.hashed_qname != nullptr) return dimension.names.class_of(*query.hashed_qname);
        search.qname_.assign(query.qname);
        return dimension.names.class_of(search.qname_);
      }
      search.zone_.assign(query.zone);
      return dimension.names.class_of(search.zone_);
    case Dimension::Kind::address:
      return dimension.class_of(interpreter.address_field(dimension.field).ip);
    case Dimension::Kind::text:
      if (dimension.subject != nullptr) {
        return dimension.texts.class_of(
            lang::Semantics<Interpreter>(interpreter).text(*dimension.subject));
      }
      return dimension.texts.class_of(interpreter.text_field(dimension.field));
    case Dimension::Kind::number:
      break;
  }
  if (dimension.subject != nullptr) {
    return dimension.class_of(interpreter.number(*dimension.subject));
  }
  return dimension.class_of(interpreter.int_field(dimension.field));
}

ClassNumber DispatchIndex::class_of(std::uint32_t d, const QueryFields& query, lang::Memory& memory,
                                    Search& search) const {
  Search::Known& known = search.classes_[d];
  if (known.query != search.query_) {
    known = {search.query_, find_class(parts_.dimensions[d], query, memory, search)};
  }
  return known.number;
}

const DispatchIndex::Child* DispatchIndex::child(const Level& level, ClassNumber c) const {
  const ClassNumber block = c >> level.shift;
  const Child* children = parts_.children.data() + level.first;
  if (level.dense) {
    const ClassNumber at = block - level.base;  // wraps to a large number below the base
    return at < level.count && children[at].node != none ? children + at : nullptr;
  }
  const Child* found =
      std::lower_bound(children, children + level.count, block,
                       [](const Child& x, ClassNumber wanted) { return x.block < wanted; });
  return found != children + level.count && found->block == block ? found : nullptr;
}

// ---- the first match

template <bool note_asked, class Leaf>
void DispatchIndex::visit(const QueryFields& query, lang::Memory& memory, Search& search,
                          const std::uint32_t& limit, Leaf leaf) const {
  ++search.query_;
  search.traced_count_ = 0;
  search.asked_count_ = 0;
  std::array<std::uint32_t, most_waiting> waiting;
  std::size_t count = 0;
  waiting[count++] = 0;
  while (count > 0) {
    const std::uint32_t number = waiting[--count];
    const Node& node = parts_.nodes[number];
    if (node.least >= limit) continue;
    if (node.dimension == none) {
      leaf(node);
      continue;
    }
    if (note_asked && about_[node.dimension] != About::nothing) {
      if (search.asked_count_ < Search::most_asked) search.asked_[search.asked_count_] = number;
      ++search.asked_count_;
    }
    if (node.rest != none) waiting[count++] = node.rest;
    const ClassNumber c = class_of(node.dimension, query, memory, search);
    for (std::uint32_t i = 0; i < node.count; ++i) {
      const Child* next = child(parts_.levels[node.first + i], c);
      if (next != nullptr) waiting[count++] = next->node;
    }
  }
}

template <bool note_asked, class Matches>
std::uint32_t DispatchIndex::first_that(const QueryFields& query, lang::Memory& memory,
                                        Search& search, Matches matches) const {
  std::uint32_t best = none;
  visit<note_asked>(query, memory, search, best, [&](const Node& node) {
    for (std::uint32_t i = 0; i < node.count; ++i) {
      const std::uint32_t p = parts_.programs[node.first + i];
      if (p >= best) break;
      if (!matches(p)) continue;
      best = p;
      break;
    }
  });
  return best;
}

std::uint32_t DispatchIndex::first_match(const QueryFields& query, lang::Memory& memory,
                                         Search& search) const {
  Interpreter interpreter(query, memory);
  return first_that<false>(query, memory, search, [&](std::uint32_t p) {
    return parts_.settled[p] || code_.matches(p, interpreter, search.registers_);
  });
}

std::uint32_t DispatchIndex::first_match_traced(const QueryFields& query, lang::Memory& memory,
                                                Search& search) const {
  if (!parts_.matches_use_client) return first_match(query, memory, search);
  ClientTrace trace(query, memory);
  return first_that<true>(query, memory, search, [&](std::uint32_t p) {
    const lang::Truth truth = parts_.settled[p]
                                  ? lang::Truth{true, settled_bits(p, query, memory, search)}
                                  : code_.matches(p, trace, search.registers_);
    if (search.traced_count_ < Search::most_traced) {
      search.traced_[search.traced_count_] = {p, truth.bits};
    }
    ++search.traced_count_;
    return truth.value;
  });
}

void DispatchIndex::candidates(const QueryFields& query, lang::Memory& memory, Search& search,
                               std::vector<std::uint32_t>& out) const {
  out.clear();
  const std::uint32_t limit = none;
  visit<false>(query, memory, search, limit, [&](const Node& node) {
    out.insert(out.end(), parts_.programs.begin() + node.first,
               parts_.programs.begin() + node.first + node.count);
  });
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
}

// ---- the scope

std::uint8_t DispatchIndex::contribution(std::uint32_t p, std::uint8_t bits,
                                         const IpAddress& client) const {
  const ClientNeed& need = parts_.client_needs[p];
  if (bits == 0 || need.any) return bits;
  // Clients without the classes it needs don't match it whatever its tests look at one by one.
  const Dimension& dimension = parts_.dimensions[parts_.client_dimension];
  const ClassNumber own = dimension.class_of(client);
  const ClassRange* begin = parts_.client_ranges.data() + need.first;
  const ClassRange* end = begin + need.count;
  const ClassRange* after = std::upper_bound(
      begin, end, own, [](ClassNumber c, const ClassRange& range) { return c < range.first; });
  std::uint8_t apart = 0;
  if (after != begin) {
    if ((after - 1)->second >= own) return bits;
    apart = bits_apart(dimension, client, own, *(after - 1));
  }
  if (after != end) apart = std::max(apart, bits_apart(dimension, client, own, *after));
  return std::min(bits, apart);
}

std::uint8_t DispatchIndex::settled_bits(std::uint32_t p, const IpAddress& client,
                                         ClassNumber own) const {
  const ClientNeed& need = parts_.client_needs[p];
  const ClassRange* range = parts_.client_ranges.data() + need.first;
  // Few; the last one that begins at or before the client's class holds it.
  for (std::uint32_t i = 1; i < need.count && range[1].first <= own; ++i) ++range;
  return bits_within(parts_.dimensions[parts_.client_dimension], client, *range);
}

/// Looks for programs before the winner that could match for another client. Programs that the
/// query does not reach for a reason other than the client match for none and are not looked at;
/// of those filed under other clients the nearest come first, and what is farther away than the
/// scope found so far can't add to it. Recursion is as deep as the index.
class DispatchIndex::ScopeSearch {
 public:
  ScopeSearch(const DispatchIndex& index, const QueryFields& query, std::uint32_t winner,
              lang::Memory& memory, Search& search)
      : index_(index),
        query_(query),
        winner_(winner),
        memory_(memory),
        search_(search),
        trace_(query, memory) {}

  std::uint8_t run() {
    if (search_.traced_count_ > Search::most_traced || search_.asked_count_ > Search::most_asked) {
      if (winner_ != none) {
        scope_ = index_.parts_.settled[winner_]
                     ? index_.settled_bits(winner_, query_, memory_, search_)
                     : bits_of(winner_);
      }
      visit(0, false);
      return scope_;
    }
    // The search for the winner has evaluated all programs before it that the query reaches, and
    // has met all nodes that lead other clients to others.
    for (std::size_t i = 0; i < search_.traced_count_; ++i) {
      const auto& [p, bits] = search_.traced_[i];
      if (p > winner_ || bits <= scope_) continue;
      scope_ = std::max(scope_, p == winner_ ? bits : index_.contribution(p, bits, query_.client));
    }
    for (std::size_t i = 0; i < search_.asked_count_; ++i) {
      const Node& node = index_.parts_.nodes[search_.asked_[i]];
      if (node.least >= winner_ || scope_ >= query_.client.width()) continue;
      other_clients(node);
    }
    return scope_;
  }

 private:
  /// Client bits that the value of a program's match rests on.
  std::uint8_t bits_of(std::uint32_t p) {
    const std::size_t count = std::min(search_.traced_count_, Search::most_traced);
    for (std::size_t i = 0; i < count; ++i) {
      if (search_.traced_[i].program == p) return search_.traced_[i].bits;
    }
    return index_.code_.matches(p, trace_, search_.registers_).bits;
  }

  /// `elsewhere`: reached for other clients only.
  void visit(std::uint32_t number, bool elsewhere) {
    const Node& node = index_.parts_.nodes[number];
    if (node.least >= winner_ || scope_ >= query_.client.width()) return;
    if (elsewhere && spent()) return;
    if (node.dimension == none) {
      for (std::uint32_t i = 0; i < node.count; ++i) {
        const std::uint32_t p = index_.parts_.programs[node.first + i];
        if (p >= winner_) break;
        if (elsewhere) {
          if (spent()) return;
          work_ += test_work;
        }
        scope_ = std::max(scope_, index_.contribution(p, bits_of(p), query_.client));
      }
      return;
    }
    const ClassNumber c = index_.class_of(node.dimension, query_, memory_, search_);
    for (std::uint32_t i = 0; i < node.count; ++i) {
      const Child* next = index_.child(index_.parts_.levels[node.first + i], c);
      if (next != nullptr) visit(next->node, elsewhere);
    }
    if (node.rest != none) visit(node.rest, elsewhere);
    if (index_.about_[node.dimension] != About::nothing) other_clients(node);
  }

  /// Children of a node that asks about the client, for clients other than the query's.
  void other_clients(const Node& node) {
    const bool client = index_.about_[node.dimension] == About::client;
    const Dimension& dimension = index_.parts_.dimensions[node.dimension];
    const ClassNumber c = index_.class_of(node.dimension, query_, memory_, search_);
    // Clients who share the scope found so far all have this class: none of them goes elsewhere.
    if (scope_ >= (client ? bits_within(dimension, query_.client, {c, c})
                          : query_.bits_of_place(dimension.field)))
      return;
    for (std::uint32_t i = 0; i < node.count; ++i) {
      const Level& level = index_.parts_.levels[node.first + i];
      if (client) {
        neighbours(dimension, level, c);
      } else {
        other_places(dimension, level, c);
      }
    }
  }

  /// Children of other clients, from the client's own class outwards on both sides.
  void neighbours(const Dimension& dimension, const Level& level, ClassNumber c) {
    const Child* begin = index_.parts_.children.data() + level.first;
    const Child* end = begin + level.count;
    const ClassNumber own = c >> level.shift;
    const Child* from = std::lower_bound(
        begin, end, own, [](const Child& x, ClassNumber wanted) { return x.block < wanted; });
    for (const Child* at = from; at != end; ++at) {
      if (at->block != own && !other_client(dimension, level, c, *at)) break;
    }
    for (const Child* at = from; at != begin; --at) {
      if (!other_client(dimension, level, c, *(at - 1))) break;
    }
  }

  /// False when this and all farther children can't add to the scope.
  bool other_client(const Dimension& dimension, const Level& level, ClassNumber c,
                    const Child& child) {
    const ClassNumber low = child.block << level.shift;
    const ClassNumber high = low + ((ClassNumber{1} << level.shift) - 1);
    const std::uint8_t apart = bits_apart(dimension, query_.client, c, {low, high});
    if (apart <= scope_) return false;
    ++work_;
    if (child.node != none) visit(child.node, true);
    if (!spent()) return true;
    scope_ = std::max(scope_, apart);  // not all of it was looked at
    return false;
  }

  void other_places(const Dimension& dimension, const Level& level, ClassNumber c) {
    const std::uint8_t reach = query_.bits_of_place(dimension.field);
    for (std::uint32_t i = 0; i < level.count && scope_ < reach; ++i) {
      const Child& child = index_.parts_.children[level.first + i];
      if (child.node == none || child.block == c >> level.shift) continue;
      ++work_;
      visit(child.node, true);
      if (spent()) scope_ = std::max(scope_, reach);
    }
  }

  bool spent() const { return work_ >= most_scope_work; }

  /// Work of one match, where passing a child by is 1.
  static constexpr int test_work = 8;

  const DispatchIndex& index_;
  const QueryFields& query_;
  const std::uint32_t winner_;
  lang::Memory& memory_;
  Search& search_;
  ClientTrace trace_;
  std::uint8_t scope_ = 0;
  int work_ = 0;  ///< on what other clients reach
};

std::uint8_t DispatchIndex::scope(const QueryFields& query, std::uint32_t winner,
                                  lang::Memory& memory, Search& search) const {
  if (!parts_.matches_use_client) return 0;
  return ScopeSearch(*this, query, winner, memory, search).run();
}

std::uint8_t DispatchIndex::scope_in_order(const QueryFields& query, std::uint32_t winner,
                                           lang::Memory& memory) const {
  ClientTrace trace(query, memory);
  const auto count = static_cast<std::uint32_t>(set_->programs.size());
  std::uint8_t scope = 0;
  for (std::uint32_t p = 0; p < std::min(winner, count); ++p) {
    const std::uint8_t bits = trace.evaluate(*set_->programs[p].match).bits;
    scope = std::max(scope, contribution(p, bits, query.client));
  }
  if (winner == none) return scope;
  const bool classes = parts_.settled[winner];
  const bool any = parts_.client_needs[winner].any;
  const std::uint8_t bits =
      !classes ? trace.evaluate(*set_->programs[winner].match).bits
      : any    ? std::uint8_t{0}
               : settled_bits(winner, query.client,
                              parts_.dimensions[parts_.client_dimension].class_of(query.client));
  return std::max(scope, bits);
}

}  // namespace lapis::program
