#include "lapis/program/necessary.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "lapis/base/side_by_side.h"
#include "lapis/dns/name.h"

namespace lapis::program {

using lang::Expr;
using lang::Kind;
using lang::ListConstant;
using lang::Op;

namespace {

/// Nodes looked at for one match. Tests of `if` are looked at twice and locals where they are used,
/// so a match can cost more than its size.
constexpr std::uint32_t most_nodes = 50'000;
constexpr std::uint32_t most_depth = 4 * lang::max_depth;

constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();

const IpAddress first_v6 = IpAddress::from_bits(Family::v6, 0, 0);
const IpAddress last_v6 = IpAddress::from_bits(Family::v6, ~std::uint64_t{0}, ~std::uint64_t{0});
const IpAddress first_v4 = IpAddress::v4(0);
const IpAddress last_v4 = IpAddress::v4(0xFFFFFFFFu);

std::optional<IpAddress> next(const IpAddress& a) {
  if (a == last_v6) return std::nullopt;
  if (a == last_v4) return first_v6;
  if (a.is_v4()) return IpAddress::v4(a.v4_value() + 1);
  return IpAddress::from_bits(Family::v6, a.high() + (a.low() == ~std::uint64_t{0} ? 1 : 0),
                              a.low() + 1);
}

std::optional<IpAddress> previous(const IpAddress& a) {
  if (a == first_v4) return std::nullopt;
  if (a == first_v6) return last_v4;
  if (a.is_v4()) return IpAddress::v4(a.v4_value() - 1);
  return IpAddress::from_bits(Family::v6, a.high() - (a.low() == 0 ? 1 : 0), a.low() - 1);
}

/// The name that all names matched by a text ending like `pattern` are under, by its whole labels
/// without special characters; empty when there is none.
std::optional<dns::Name> common_ancestor(std::string_view pattern, bool whole_first_label) {
  if (!pattern.ends_with('.')) return std::nullopt;
  std::size_t start = pattern.size() - 1;
  // Back over plain characters; the labels from the last complete one on count.
  std::size_t label = start;
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  while (start > 0) {
    const char c = pattern[start - 1];
    if (c == '.') {
      if (start >= 2 && pattern[start - 2] == '\\') return std::nullopt;
      // A text that ends like this may have a backslash before it: then the dot is part of a label.
      if (start == 1 && !whole_first_label) break;
      label = start;
    } else if (!plain(c)) {
      break;
    }
    --start;
  }
  if (start == 0 && whole_first_label) label = 0;
  if (label >= pattern.size() - 1) return std::nullopt;
  return dns::parse_name(pattern.substr(label));
}

}  // namespace

const ClassRanges* Necessary::find(std::uint32_t dimension) const {
  for (const Factor& factor : factors) {
    if (factor.dimension == dimension) return &factor.ranges;
  }
  return nullptr;
}

bool Necessary::meets(const Necessary& other) const {
  if (never || other.never) return false;
  auto b = other.factors.begin();
  for (const Factor& a : factors) {
    while (b != other.factors.end() && b->dimension < a.dimension) ++b;
    if (b == other.factors.end()) return true;
    if (b->dimension == a.dimension && !touch(a.ranges, b->ranges)) return false;
  }
  return true;
}

/// One walk over one match.
class NecessaryConditions::Walk {
 public:
  explicit Walk(NecessaryConditions& owner) : owner_(owner) {}

  /// First pass: every test below `e`, each once.
  void collect(const Expr& e, std::vector<std::vector<Test>>& out) {
    if (e.op == Op::let) {
      collect(*e.args[0], out);
      const Expr* outer = bind(e.index, e.args[0]);
      collect(*e.args[1], out);
      bind(e.index, outer);
      return;
    }
    if (e.type.kind == Kind::boolean) {
      if (std::optional<Test> found = test(e)) {
        if (out.size() <= found->dimension) out.resize(found->dimension + 1);
        out[found->dimension].push_back(std::move(*found));
      }
    }
    for (const Expr* arg : e.args) collect(*arg, out);
  }

  /// Second pass.
  Necessary need(const Expr& e, bool positive) {
    if (++nodes_ > most_nodes || depth_ > most_depth) {
      nodes_ = most_nodes;
      return {};
    }
    ++depth_;
    Necessary out = need_of(e, positive);
    --depth_;
    return out;
  }
  bool gave_up() const { return nodes_ >= most_nodes; }

 private:
  Necessary need_of(const Expr& e, bool positive) {
    switch (e.op) {
      case Op::constant:
        return {{}, std::get<bool>(e.value) != positive, true};
      case Op::local:
        return need(resolve(e), positive);
      case Op::let: {
        const Expr* outer = bind(e.index, e.args[0]);
        Necessary out = need(*e.args[1], positive);
        bind(e.index, outer);
        return out;
      }
      case Op::not_:
        return need(*e.args[0], !positive);
      case Op::and_:
      case Op::or_:
        return combined(e, positive);
      case Op::implies: {
        Necessary premise = need(*e.args[0], !positive);
        Necessary conclusion = need(*e.args[1], positive);
        return positive ? any(std::move(premise), std::move(conclusion))
                        : all(std::move(premise), conclusion);
      }
      case Op::if_: {
        Necessary taken = all(need(*e.args[0], true), need(*e.args[1], positive));
        return any(std::move(taken), all(need(*e.args[0], false), need(*e.args[2], positive)));
      }
      case Op::eq:
      case Op::ne:
        if (e.args[0]->type.kind == Kind::boolean) {
          if (e.op == Op::ne) positive = !positive;
          if (e.args[1]->is_constant()) {
            return need(*e.args[0], std::get<bool>(e.args[1]->value) == positive);
          }
          if (e.args[0]->is_constant()) {
            return need(*e.args[1], std::get<bool>(e.args[0]->value) == positive);
          }
          return {};
        }
        return from_test(e, (e.op == Op::eq) == positive);
      default:
        return from_test(e, positive);
    }
  }

  Necessary combined(const Expr& e, bool positive) {
    if ((e.op == Op::and_) == positive) {
      Necessary out;
      out.exact = true;
      for (const Expr* arg : e.args) {
        out = all(std::move(out), need(*arg, positive));
        if (out.never) break;
      }
      return out;
    }
    std::vector<Necessary> parts;
    for (const Expr* arg : e.args) {
      parts.push_back(need(*arg, positive));
      if (!parts.back().never && parts.back().factors.empty()) return {};
    }
    return any(std::move(parts));
  }

  Necessary from_test(const Expr& e, bool positive) {
    const std::optional<Test> found = test(e);
    if (!found || (!positive && !found->exact)) return {};
    Necessary out;
    out.exact = found->exact;
    ClassRanges ranges = owner_.ranges_of(*found);
    const ClassNumber classes = owner_.dimensions_[found->dimension].classes();
    if (!positive) ranges = complement(ranges, classes);
    if (size_of(ranges) < classes) out.factors.push_back({found->dimension, std::move(ranges)});
    return out;
  }

  static Necessary all(Necessary a, const Necessary& b) {
    a.never = a.never || b.never;
    a.exact = a.exact && b.exact;
    for (const Necessary::Factor& factor : b.factors) {
      const auto at = std::lower_bound(
          a.factors.begin(), a.factors.end(), factor.dimension,
          [](const Necessary::Factor& f, std::uint32_t d) { return f.dimension < d; });
      if (at == a.factors.end() || at->dimension != factor.dimension) {
        a.factors.insert(at, factor);
        continue;
      }
      at->ranges = intersect(at->ranges, factor.ranges);
    }
    return a;
  }

  /// A dimension stays when every part has a condition on it. A part without any classes left in
  /// some dimension counts as well: that it can't hold is not what its evaluation goes by, and so
  /// must not shorten the scope (see DispatchIndex::scope).
  Necessary any(std::vector<Necessary> parts) const {
    std::erase_if(parts, [](const Necessary& part) { return part.never; });
    Necessary out;
    out.never = parts.empty();
    if (parts.empty()) return out;
    // The union of parts is known exactly when they speak of one dimension alone.
    out.exact = std::all_of(parts.begin(), parts.end(), [&](const Necessary& part) {
      return part.exact &&
             (parts.size() == 1 || (part.factors.size() == 1 &&
                                    part.factors[0].dimension == parts[0].factors[0].dimension));
    });
    for (const Necessary::Factor& first : parts[0].factors) {
      ClassRanges ranges;
      const bool everywhere = std::all_of(parts.begin(), parts.end(), [&](const Necessary& part) {
        const ClassRanges* other = part.find(first.dimension);
        if (other != nullptr) ranges.insert(ranges.end(), other->begin(), other->end());
        return other != nullptr;
      });
      if (!everywhere) continue;
      ranges = tidy(std::move(ranges));
      if (size_of(ranges) == owner_.dimensions_[first.dimension].classes()) continue;
      out.factors.push_back({first.dimension, std::move(ranges)});
    }
    return out;
  }
  Necessary any(Necessary a, Necessary b) const {
    std::vector<Necessary> parts;
    parts.push_back(std::move(a));
    parts.push_back(std::move(b));
    return any(std::move(parts));
  }

  // ---- tests

  /// Returns what was bound before: slots are used again, inside values too.
  const Expr* bind(std::uint32_t slot, const Expr* value) {
    if (bound_.size() <= slot) bound_.resize(slot + std::size_t{1}, nullptr);
    return std::exchange(bound_[slot], value);
  }
  const Expr& resolve(const Expr& e) const {
    const Expr* at = &e;
    while (at->op == Op::local) at = bound_[at->index];
    return *at;
  }

  /// The expression as a test of one dimension against constants.
  std::optional<Test> test(const Expr& e) {
    Test out;
    switch (e.op) {
      case Op::field:
        if (!numbers_of(e, out)) return std::nullopt;
        out.numbers = {{1, 1}};
        return out;
      case Op::eq:
      case Op::ne: {
        const bool second = resolve(*e.args[1]).is_constant();
        const Expr& x = resolve(*e.args[second ? 0 : 1]);
        const Expr& c = resolve(*e.args[second ? 1 : 0]);
        // Of both the equality; the walk turns it round for `ne`.
        if (!c.is_constant() || !equality(x, c, out)) return std::nullopt;
        return out;
      }
      case Op::lt:
      case Op::le:
      case Op::gt:
      case Op::ge:
        if (!order(e, out)) return std::nullopt;
        return out;
      case Op::in:
        if (!membership(resolve(*e.args[0]), lang::list_in(e.args[1]->value), out)) {
          return std::nullopt;
        }
        return out;
      case Op::in_prefix:
        if (!addresses_of(resolve(*e.args[0]), out)) return std::nullopt;
        for (const Prefix& p : lang::list_in(e.args[1]->value).prefixes) {
          out.addresses.emplace_back(p.base, p.last());
        }
        return out;
      case Op::under:
      case Op::strictly_under: {
        const Expr& ancestor = resolve(*e.args[1]);
        if (!ancestor.is_constant() || !names_of(resolve(*e.args[0]), out)) return std::nullopt;
        out.names.push_back({e.op == Op::under ? NamePiece::Kind::subtree : NamePiece::Kind::below,
                             std::get<lang::WireName>(ancestor.value)});
        return out;
      }
      case Op::glob:
      case Op::has_suffix: {
        const Expr& x = resolve(*e.args[0]);
        if (x.type.kind != Kind::name || !names_of(x, out)) return std::nullopt;
        const auto name =
            common_ancestor(std::get<std::string>(e.args[1]->value), e.op == Op::glob);
        if (!name) return std::nullopt;
        out.exact = false;
        out.names.push_back({NamePiece::Kind::subtree, lang::WireName(*name)});
        return out;
      }
      default:
        return std::nullopt;
    }
  }

  bool equality(const Expr& x, const Expr& c, Test& out) {
    switch (x.type.kind) {
      case Kind::integer:
      case Kind::ttl: {
        const std::int64_t value = std::get<std::int64_t>(c.value);
        out.numbers = {{value, value}};
        return numbers_of(x, out);
      }
      case Kind::text:
        return texts(x, {std::get<std::string>(c.value)}, out);
      case Kind::name:
        out.names = {{NamePiece::Kind::itself, std::get<lang::WireName>(c.value)}};
        return names_of(x, out);
      case Kind::ipv4:
      case Kind::ipv6:
      case Kind::address: {
        const IpAddress& value = std::get<IpAddress>(c.value);
        out.addresses = {{value, value}};
        return addresses_of(x, out);
      }
      default:
        return false;
    }
  }

  bool membership(const Expr& x, const ListConstant& list, Test& out) {
    switch (x.type.kind) {
      case Kind::integer:
      case Kind::ttl:
        for (std::int64_t value : list.numbers) out.numbers.emplace_back(value, value);
        return numbers_of(x, out);
      case Kind::text:
        return texts(x, list.texts, out);
      case Kind::name:
        for (const lang::WireName& name : list.names) {
          out.names.push_back({NamePiece::Kind::itself, name});
        }
        return names_of(x, out);
      case Kind::ipv4:
      case Kind::ipv6:
      case Kind::address:
        for (const IpAddress& ip : list.addresses) out.addresses.emplace_back(ip, ip);
        return addresses_of(x, out);
      default:
        return false;
    }
  }

  bool order(const Expr& e, Test& out) {
    const bool second = resolve(*e.args[1]).is_constant();
    const Expr& x = resolve(*e.args[second ? 0 : 1]);
    const Expr& c = resolve(*e.args[second ? 1 : 0]);
    if (!c.is_constant() || x.is_constant()) return false;
    // `c op x` is `x op' c` with the order turned.
    const bool less = second ? e.op == Op::lt || e.op == Op::le : e.op == Op::gt || e.op == Op::ge;
    const bool strict = e.op == Op::lt || e.op == Op::gt;
    if (x.type.is_number()) {
      const std::int64_t bound = std::get<std::int64_t>(c.value);
      if (less) {
        if (!strict) {
          out.numbers.emplace_back(lowest, bound);
        } else if (bound > lowest) {
          out.numbers.emplace_back(lowest, bound - 1);
        }
      } else if (!strict) {
        out.numbers.emplace_back(bound, highest);
      } else if (bound < highest) {
        out.numbers.emplace_back(bound + 1, highest);
      }
      return numbers_of(x, out);
    }
    const IpAddress& bound = std::get<IpAddress>(c.value);
    const std::optional<IpAddress> edge =
        !strict ? std::optional(bound) : (less ? previous(bound) : next(bound));
    if (edge) out.addresses.emplace_back(less ? first_v4 : *edge, less ? *edge : last_v6);
    return addresses_of(x, out);
  }

  // ---- subjects

  bool names_of(const Expr& x, Test& out) {
    if (x.op != Op::field) return false;
    return owner_.dimension_of(Dimension::Kind::name, x.index, nullptr, out.dimension);
  }
  bool addresses_of(const Expr& x, Test& out) {
    if (x.op != Op::field) return false;
    return owner_.dimension_of(Dimension::Kind::address, x.index, nullptr, out.dimension);
  }
  bool numbers_of(const Expr& x, Test& out) { return quantity(Dimension::Kind::number, x, out); }
  bool texts(const Expr& x, std::vector<std::string> values, Test& out) {
    if (x.op == Op::family) {
      // A test of the address itself.
      for (const std::string& value : values) {
        if (value == "ipv4") out.addresses.emplace_back(first_v4, last_v4);
        if (value == "ipv6") out.addresses.emplace_back(first_v6, last_v6);
      }
      return addresses_of(resolve(*x.args[0]), out);
    }
    out.texts = std::move(values);
    return quantity(Dimension::Kind::text, x, out);
  }
  bool quantity(Dimension::Kind kind, const Expr& x, Test& out) {
    if (x.op == Op::field) return owner_.dimension_of(kind, x.index, nullptr, out.dimension);
    if (x.depth > 8 || !of_query_alone(x)) return false;
    return owner_.dimension_of(kind, Dimension::no_field, &x, out.dimension);
  }
  /// Reads fields and constants only, and none that depends on the client.
  static bool of_query_alone(const Expr& x) {
    switch (x.op) {
      case Op::local:
      case Op::let:
        return false;
      case Op::field:
        return x.index != lang::field_client && x.index != lang::field_country &&
               x.index != lang::field_continent && x.index != lang::field_asn;
      default:
        return std::all_of(x.args.begin(), x.args.end(),
                           [](const Expr* arg) { return of_query_alone(*arg); });
    }
  }

  NecessaryConditions& owner_;
  std::vector<const Expr*> bound_;
  std::uint32_t nodes_ = 0;
  std::uint32_t depth_ = 0;
};

namespace {

/// The same text for the same quantity: the tree as written, with the seeds of buckets.
void write_key(const Expr& e, std::string& out) {
  out += '(';
  out += lang::to_string(e.op);
  if (e.is_constant()) out += lang::to_string(e.value);
  for (const std::int64_t number :
       {std::int64_t{e.index}, e.number, e.number6, static_cast<std::int64_t>(e.seed)}) {
    out += ' ';
    out += std::to_string(number);
  }
  for (const Expr* arg : e.args) write_key(*arg, out);
  out += ')';
}

}  // namespace

std::vector<const lang::Program*> programs_of(const lang::Set& set) {
  std::vector<const lang::Program*> out;
  out.reserve(set.programs.size());
  for (const lang::Program& program : set.programs) out.push_back(&program);
  return out;
}

NecessaryConditions::NecessaryConditions(const std::vector<const lang::Program*>& programs) {
  std::vector<std::vector<Test>> tests;
  for (const lang::Program* program : programs) Walk(*this).collect(*program->match, tests);
  tests.resize(dimensions_.size());
  for (std::uint32_t d = 0; d < dimensions_.size(); ++d) cut(d, tests[d]);
  cut_ = true;
}

bool NecessaryConditions::dimension_of(Dimension::Kind kind, std::uint32_t field,
                                       const Expr* subject, std::uint32_t& out) {
  std::string key;
  if (subject != nullptr) write_key(*subject, key);
  std::pair wanted(field, std::move(key));
  const auto found = known_.find(wanted);
  if (found != known_.end()) {
    out = found->second;
    return true;
  }
  if (cut_) return false;
  out = static_cast<std::uint32_t>(dimensions_.size());
  known_.emplace(std::move(wanted), out);
  Dimension& dimension = dimensions_.emplace_back();
  dimension.kind = kind;
  dimension.field = field;
  dimension.subject = subject;
  return true;
}

void NecessaryConditions::cut(std::uint32_t d, const std::vector<Test>& tests) {
  Dimension& dimension = dimensions_[d];
  std::vector<lang::WireName> names;
  std::vector<std::string> texts;
  dimension.numbers = {lowest};
  dimension.addresses = {first_v4, first_v6};
  for (const Test& test : tests) {
    for (const NamePiece& piece : test.names) names.push_back(piece.name);
    texts.insert(texts.end(), test.texts.begin(), test.texts.end());
    for (const auto& [low, high] : test.numbers) {
      dimension.numbers.push_back(low);
      if (high < highest) dimension.numbers.push_back(high + 1);
    }
    for (const auto& [low, high] : test.addresses) {
      dimension.addresses.push_back(low);
      if (const auto after = next(high)) dimension.addresses.push_back(*after);
    }
  }
  const auto sort_unique = [](auto& v) {
    std::sort(v.begin(), v.end());
    v.erase(std::unique(v.begin(), v.end()), v.end());
    v.shrink_to_fit();
  };
  sort_unique(dimension.numbers);
  sort_unique(dimension.addresses);
  for (const IpAddress& address : dimension.addresses) {
    if (address.is_v4()) dimension.ipv4.push_back(address.v4_value());
  }
  if (dimension.kind == Dimension::Kind::name) dimension.names.build(std::move(names));
  if (dimension.kind == Dimension::Kind::text) dimension.texts.build(std::move(texts));
}

ClassRanges NecessaryConditions::ranges_of(const Test& test) const {
  const Dimension& dimension = dimensions_[test.dimension];
  ClassRanges out;
  for (const NamePiece& piece : test.names) {
    ClassRange range = dimension.names.subtree(piece.name);
    if (piece.kind == NamePiece::Kind::itself) range.second = range.first;
    if (piece.kind == NamePiece::Kind::below) ++range.first;
    out.push_back(range);
  }
  for (const std::string& text : test.texts) {
    const ClassNumber c = dimension.texts.class_of(text);
    out.emplace_back(c, c);
  }
  for (const auto& [low, high] : test.numbers) {
    out.emplace_back(dimension.class_of(low), dimension.class_of(high));
  }
  for (const auto& [low, high] : test.addresses) {
    out.emplace_back(dimension.class_of(low), dimension.class_of(high));
  }
  return tidy(std::move(out));
}

std::vector<Necessary> NecessaryConditions::of_each(
    const std::vector<const lang::Program*>& programs) {
  std::vector<Necessary> out(programs.size());
  constexpr std::size_t worthwhile = 1000;
  // The classes are made, so that a walk only looks them up.
  in_parts(programs.size(), worthwhile, [&](std::size_t begin, std::size_t end) {
    for (std::size_t p = begin; p < end; ++p) out[p] = of(*programs[p]);
  });
  return out;
}

Necessary NecessaryConditions::of(const lang::Program& program) {
  Walk walk(*this);
  Necessary out = walk.need(*program.match, true);
  // What was cut short has no conditions from there on, which is sound; but of a match that costs
  // so much they would be of little use.
  if (walk.gave_up()) return {};
  return out;
}

}  // namespace lapis::program
