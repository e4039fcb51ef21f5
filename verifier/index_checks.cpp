// index-differs: the dispatch index and the ordered list choose the same program for every query.
//
// Lemma. Let candidates(q) be the programs in the leaves that the search reaches for query q. If
//   (1) every program whose match holds for q is in candidates(q), and
//   (2) the search tries all candidates that stand before the best match it has found,
// then the search ends with the first program of the list that matches q.
//
// (1) follows by induction along the tree from what is proved here for each node and each program P
// below it: P is below the node's `rest`, or match(P) implies that the class of the query, in the
// dimension the node asks for, lies in one of the blocks whose child has P below it. The search
// goes to the rest and to the child of every block that holds the class. At the root all programs
// must be below, or their match must be unsatisfiable. Each of these implications is a formula
// match(P) and not (dimension in classes), asked like any other question: most fold to false while
// they are built, because the match has the very test as a conjunct; the others are put to the
// cubes and the solver. (2) follows from the shape of the tree: programs ascend in a leaf, no
// node's `least` is above a program below it, nodes lead only to later nodes, and children of a
// level are ordered by block.
//
// The search does not evaluate the matches of *settled* programs. For each of them it is proved
// that the classes asked on the way to its leaves imply the match: with, per dimension, all classes
// that its blocks make up, "(all dimensions in their classes) and not match(P)" holds for no query;
// and every way to such a leaf goes by a block in each of these dimensions. To the client's
// classes those are added that the scope goes by.
//
// Classes are numbers here and values there. That the look-up gives a value the class its formula
// stands for is checked at both ends of every class, between which look-ups are monotone; for names
// and texts on the constants themselves and on one value that is none of them.
#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "checks.h"
#include "lapis/lang/semantics.h"

namespace lapis::verify {
namespace {

using program::ClassNumber;
using program::ClassRanges;
using program::Dimension;
using program::DispatchIndex;

constexpr std::uint32_t rank = 30;

/// Shape of the tree, and per node the programs below it.
class Shape {
 public:
  Shape(const DispatchIndex::Parts& parts, std::uint32_t programs)
      : parts_(parts), programs_(programs) {}

  /// What is wrong with the tree, in words; empty when nothing is.
  std::string check() {
    below_.resize(parts_.nodes.size());
    if (parts_.nodes.empty()) return "it has no root";
    if (parts_.client_needs.size() != programs_ || parts_.settled.size() != programs_) {
      return "it does not know all programs";
    }
    reached_.resize(parts_.nodes.size(), false);
    // Nodes lead to later nodes only, so the later ones are done first and there are no cycles.
    std::vector<int> depth(parts_.nodes.size(), 0);
    for (std::uint32_t n = static_cast<std::uint32_t>(parts_.nodes.size()); n-- > 0;) {
      if (std::string wrong = check_node(n, depth); !wrong.empty()) {
        return "node " + std::to_string(n) + " " + wrong;
      }
    }
    return {};
  }
  /// Sorted.
  const std::vector<std::uint32_t>& below(std::uint32_t node) const { return below_[node]; }

  /// Calls `at(program, dimensions)` for each place of a program in a leaf, with the dimensions by
  /// whose blocks the way leads there. REQUIRES: check() found nothing wrong.
  template <class At>
  void for_each_place(At at) const {
    std::vector<std::uint32_t> dimensions;
    walk(0, dimensions, at);
  }

 private:
  /// As deep as the tree, which has been checked.
  template <class At>
  void walk(std::uint32_t n, std::vector<std::uint32_t>& dimensions, At& at) const {
    const DispatchIndex::Node& node = parts_.nodes[n];
    if (node.dimension == DispatchIndex::none) {
      for (std::uint32_t i = 0; i < node.count; ++i) {
        at(parts_.programs[node.first + i], dimensions);
      }
      return;
    }
    if (node.rest != DispatchIndex::none) walk(node.rest, dimensions, at);
    dimensions.push_back(node.dimension);
    for (std::uint32_t i = 0; i < node.count; ++i) {
      const DispatchIndex::Level& level = parts_.levels[node.first + i];
      for (std::uint32_t k = 0; k < level.count; ++k) {
        const std::uint32_t child = parts_.children[level.first + k].node;
        if (child != DispatchIndex::none) walk(child, dimensions, at);
      }
    }
    dimensions.pop_back();
  }

  std::string check_node(std::uint32_t n, std::vector<int>& depth) {
    const DispatchIndex::Node& node = parts_.nodes[n];
    std::vector<std::uint32_t>& programs = below_[n];
    if (node.dimension == DispatchIndex::none) {
      if (std::size_t{node.first} + node.count > parts_.programs.size()) return "ends nowhere";
      programs.assign(parts_.programs.begin() + node.first,
                      parts_.programs.begin() + node.first + node.count);
      if (!std::is_sorted(programs.begin(), programs.end())) return "lists programs out of order";
      if (!programs.empty() && programs.back() >= programs_) return "lists a program too many";
    } else {
      if (node.dimension >= parts_.dimensions.size()) return "asks for no dimension";
      std::vector<std::uint32_t> next;
      if (node.rest != DispatchIndex::none) next.push_back(node.rest);
      if (std::string wrong = check_levels(node, next); !wrong.empty()) return wrong;
      for (std::uint32_t child : next) {
        if (child <= n || child >= parts_.nodes.size()) return "leads back";
        if (reached_[child]) return "shares a child";
        reached_[child] = true;
        depth[n] = std::max(depth[n], depth[child] + 1);
        programs.insert(programs.end(), below_[child].begin(), below_[child].end());
      }
      if (depth[n] > DispatchIndex::most_depth) return "is too high";
      std::sort(programs.begin(), programs.end());
      programs.erase(std::unique(programs.begin(), programs.end()), programs.end());
    }
    if (!programs.empty() && node.least > programs.front()) return "hides its first program";
    return {};
  }

  std::string check_levels(const DispatchIndex::Node& node, std::vector<std::uint32_t>& next) {
    if (std::size_t{node.first} + node.count > parts_.levels.size()) return "has no levels";
    std::set<int> shifts;
    for (std::uint32_t i = 0; i < node.count; ++i) {
      const DispatchIndex::Level& level = parts_.levels[node.first + i];
      if (level.shift > 31 || !shifts.insert(level.shift).second) return "repeats a level";
      if (std::size_t{level.first} + level.count > parts_.children.size()) return "has no children";
      for (std::uint32_t k = 0; k < level.count; ++k) {
        const DispatchIndex::Child& child = parts_.children[level.first + k];
        if (level.dense ? child.block != level.base + k
                        : k > 0 && child.block <= parts_.children[level.first + k - 1].block) {
          return "has children out of order";
        }
        if (child.node != DispatchIndex::none) next.push_back(child.node);
      }
    }
    return {};
  }

  const DispatchIndex::Parts& parts_;
  const std::uint32_t programs_;
  std::vector<std::vector<std::uint32_t>> below_;
  std::vector<bool> reached_;
};

/// Look-ups of the values at the ends of each class give that class.
class Lookups {
 public:
  explicit Lookups(const Dimension& d) : d_(d) {}

  bool right() const {
    switch (d_.kind) {
      case Dimension::Kind::name:
        return names_right();
      case Dimension::Kind::text:
        return texts_right();
      case Dimension::Kind::number:
        return !d_.numbers.empty() && d_.numbers[0] == std::numeric_limits<std::int64_t>::min() &&
               ascending(d_.numbers) &&
               ends_right(d_.numbers, [](std::int64_t x) { return x - 1; });
      case Dimension::Kind::address:
        break;
    }
    return !d_.addresses.empty() && d_.addresses[0] == first_address(Family::v4) &&
           ascending(d_.addresses) && ends_right(d_.addresses, previous_address);
  }

 private:
  template <class T>
  static bool ascending(const std::vector<T>& v) {
    return std::adjacent_find(v.begin(), v.end(), std::greater_equal<T>()) == v.end();
  }
  template <class T, class Before>
  bool ends_right(const std::vector<T>& starts, Before before) const {
    for (ClassNumber c = 0; c < starts.size(); ++c) {
      if (d_.class_of(starts[c]) != c) return false;
      if (c > 0 && d_.class_of(before(starts[c])) != c - 1) return false;
    }
    return true;
  }
  bool names_right() const {
    const auto& names = d_.names.names();
    if (names.empty() || !names[0].view().is_root()) return false;
    std::set<std::string> constants;
    for (const lang::WireName& name : names) constants.insert(name.octets);
    dns::HashedName hashed;
    for (std::uint32_t n = 0; n < names.size(); ++n) {
      hashed.assign(names[n].view());
      if (d_.names.class_of(hashed) != 2 * n) return false;
      // Some name below it that is no constant: of 256 labels and the constants one is left.
      dns::Name child;
      bool found = false;
      for (int octet = 0; octet < 256 && !found; ++octet) {
        child = dns::Name(names[n].view());
        const auto c = static_cast<std::uint8_t>(octet);
        if (c != dns::to_lower(c) || !child.prepend({&c, 1})) continue;
        found = constants.count(lang::WireName(child).octets) == 0;
      }
      hashed.assign(child);
      if (found && d_.names.class_of(hashed) != 2 * n + 1) return false;
    }
    return true;
  }
  bool texts_right() const {
    const auto& texts = d_.texts.texts();
    for (ClassNumber c = 0; c < texts.size(); ++c) {
      if (d_.texts.class_of(texts[c]) != c) return false;
    }
    // Longer than each, so none of them.
    std::string other = "x";
    for (const std::string& text : texts)
      other.resize(std::max(other.size(), text.size() + 1), 'x');
    return d_.texts.class_of(other) == texts.size() && d_.classes() == texts.size() + 1;
  }

  const Dimension& d_;
};

/// "The dimension's value lies in these classes", as a formula.
class Formulas {
 public:
  Formulas(Model& model, const DispatchIndex::Parts& parts)
      : terms_(model.terms()), algebra_(model.algebra()), parts_(parts), set_(model.set()) {}

  Bool in(std::uint32_t dimension, const ClassRanges& ranges) {
    const Dimension& d = parts_.dimensions[dimension];
    switch (d.kind) {
      case Dimension::Kind::name:
        return names(d, ranges);
      case Dimension::Kind::text:
        return texts(d, ranges);
      case Dimension::Kind::number:
        return numbers(d, ranges);
      case Dimension::Kind::address:
        break;
    }
    AddressRanges values;
    for (const auto& [low, high] : ranges) {
      values.emplace_back(d.addresses[low], high + std::size_t{1} == d.addresses.size()
                                                ? last_address(Family::v6)
                                                : previous_address(d.addresses[high + 1]));
    }
    return terms_.in_addresses(algebra_.address_var(d.field), std::move(values));
  }

 private:
  Bool names(const Dimension& d, const ClassRanges& ranges) {
    const Var var = algebra_.name_var(d.field);
    std::vector<Bool> parts;
    for (const auto& [low, high] : ranges) {
      for (ClassNumber c = low; c <= high;) {
        const std::uint32_t n = c / 2;
        const lang::WireName& name = d.names.names()[n];
        const auto [self, end] = d.names.subtree(n);
        if (c == self && end <= high) {
          parts.push_back(terms_.under(var, name));
          c = end + 1;
        } else if (c == self) {
          parts.push_back(terms_.is_name(var, name));
          ++c;
        } else {
          parts.push_back(below_alone(d, n, var));
          ++c;
        }
      }
    }
    return terms_.any(std::move(parts));
  }

  /// Below name n, but not at or below a constant below it.
  Bool below_alone(const Dimension& d, std::uint32_t n, Var var) {
    std::vector<Bool> parts{terms_.under(var, d.names.names()[n]),
                            terms_.negate(terms_.is_name(var, d.names.names()[n]))};
    const ClassNumber end = d.names.subtree(n).second;
    for (ClassNumber c = 2 * n + 2; c <= end; c = d.names.subtree(c / 2).second + 1) {
      parts.push_back(terms_.negate(terms_.under(var, d.names.names()[c / 2])));
    }
    return terms_.all(std::move(parts));
  }

  Bool texts(const Dimension& d, const ClassRanges& ranges) {
    const SymText text = d.subject != nullptr ? lang::Semantics<Symbolic>(algebra_).text(*d.subject)
                                              : algebra_.text_field(d.field);
    const auto other = static_cast<ClassNumber>(d.texts.texts().size());
    // With the class of all other texts it is the complement that has a list.
    const bool open = program::contains(ranges, other);
    const ClassRanges& listed = open ? program::complement(ranges, d.classes()) : ranges;
    lang::ListConstant list;
    list.element = lang::Kind::text;
    for (const auto& [low, high] : listed) {
      for (ClassNumber c = low; c <= high; ++c) list.texts.push_back(d.texts.texts()[c]);
    }
    const Bool in = algebra_.in_texts(text, list).term;
    return open ? terms_.negate(in) : in;
  }

  Bool numbers(const Dimension& d, const ClassRanges& ranges) {
    NumberRanges values;
    for (const auto& [low, high] : ranges) {
      values.emplace_back(d.numbers[low], high + std::size_t{1} == d.numbers.size()
                                              ? std::numeric_limits<std::int64_t>::max()
                                              : d.numbers[high + 1] - 1);
    }
    if (d.subject == nullptr && set_.field_type(d.field).kind == lang::Kind::boolean) {
      const Bool flag = algebra_.bool_field(d.field).term;
      const auto has = [&](std::int64_t value) {
        return terms_.constant(std::any_of(values.begin(), values.end(), [&](const auto& range) {
          return range.first <= value && value <= range.second;
        }));
      };
      return terms_.choose(flag, has(1), has(0));
    }
    const Number value =
        d.subject != nullptr ? algebra_.number(*d.subject) : algebra_.int_field(d.field).term;
    const NumberNode& node = terms_.number_node(value);
    NumberRanges possible;
    for (const auto& [low, high] : values) {
      if (high < node.low || low > node.high) continue;
      possible.emplace_back(std::max(low, node.low), std::min(high, node.high));
    }
    return terms_.in_ranges(value, possible);
  }

  Terms& terms_;
  Symbolic& algebra_;
  const DispatchIndex::Parts& parts_;
  const lang::Set& set_;
};

Diagnostic differs(const Run& run, std::uint32_t i, std::string message) {
  Diagnostic d = run.finding("index-differs", Severity::error, i, std::move(message),
                             i < run.model.items().size() ? run.program(i).name_span : Span{});
  d.help = "this is a defect of Lapis, not of the set; please report it with the set";
  return d;
}

}  // namespace

IndexQuestions make_index_questions(Run& run) {
  const DispatchIndex::Parts& parts = run.model.programs().index().parts();
  const auto count = static_cast<std::uint32_t>(run.model.items().size());
  IndexQuestions out;
  Shape shape(parts, count);
  out.broken = shape.check();
  if (!out.broken.empty()) return out;
  for (std::size_t d = 0; d < parts.dimensions.size(); ++d) {
    if (!Lookups(parts.dimensions[d]).right()) {
      out.broken = "look-ups in dimension " + std::to_string(d) + " go wrong";
      return out;
    }
  }
  Terms& terms = run.model.terms();
  Formulas formulas(run.model, parts);
  std::set<std::tuple<std::uint32_t, std::uint32_t, ClassRanges>> asked;
  const auto ask = [&](std::uint32_t p, std::uint32_t dimension, ClassRanges ranges,
                       bool scope = false) {
    const auto [at, fresh] = asked.emplace(p, dimension, std::move(ranges));
    if (!fresh) return;
    const Bool inside =
        dimension == DispatchIndex::none ? bool_false : formulas.in(dimension, std::get<2>(*at));
    const Bool missed = terms.both(run.model.items()[p].match, terms.negate(inside));
    ++out.implications;
    if (missed != bool_false) out.open.push_back({p, missed, scope});
  };
  // Of settled programs: the classes of their blocks.
  std::vector<std::map<std::uint32_t, ClassRanges>> regions(count);
  for (std::uint32_t n = 0; n < parts.nodes.size(); ++n) {
    const DispatchIndex::Node& node = parts.nodes[n];
    if (node.dimension == DispatchIndex::none) continue;
    std::map<std::uint32_t, ClassRanges> filed;
    for (std::uint32_t i = 0; i < node.count; ++i) {
      const DispatchIndex::Level& level = parts.levels[node.first + i];
      for (std::uint32_t k = 0; k < level.count; ++k) {
        const DispatchIndex::Child& child = parts.children[level.first + k];
        if (child.node == DispatchIndex::none) continue;
        const std::uint64_t low = std::uint64_t{child.block} << level.shift;
        const std::uint64_t high = low + (std::uint64_t{1} << level.shift) - 1;
        const ClassNumber last = parts.dimensions[node.dimension].classes() - 1;
        if (low > last) continue;
        for (std::uint32_t p : shape.below(child.node)) {
          filed[p].emplace_back(static_cast<ClassNumber>(low),
                                static_cast<ClassNumber>(std::min<std::uint64_t>(high, last)));
        }
      }
    }
    std::vector<std::uint32_t> rest;
    if (node.rest != DispatchIndex::none) rest = shape.below(node.rest);
    for (auto& [p, ranges] : filed) {
      if (parts.settled[p]) {
        ClassRanges& region = regions[p][node.dimension];
        region.insert(region.end(), ranges.begin(), ranges.end());
      }
      if (std::binary_search(rest.begin(), rest.end(), p)) continue;
      ask(p, node.dimension, program::tidy(std::move(ranges)));
    }
  }
  shape.for_each_place([&](std::uint32_t p, const std::vector<std::uint32_t>& dimensions) {
    if (!parts.settled[p]) return;
    for (const auto& [d, ranges] : regions[p]) {
      if (std::find(dimensions.begin(), dimensions.end(), d) == dimensions.end()) {
        out.broken = "a way to a settled program leaves out a dimension";
      }
    }
  });
  const std::vector<std::uint32_t>& all = shape.below(0);
  for (std::uint32_t p = 0; p < count; ++p) {
    if (!parts.settled[p] || !std::binary_search(all.begin(), all.end(), p)) continue;
    std::vector<Bool> region;
    const DispatchIndex::ClientNeed& need = parts.client_needs[p];
    for (auto& [d, ranges] : regions[p]) {
      const program::Dimension& dimension = parts.dimensions[d];
      if (dimension.is_place()) out.broken = "a settled program goes by a place";
      if (dimension.is_client()) {
        if (need.any) out.broken = "the scope of a settled program leaves out the client";
        const auto begin = parts.client_ranges.begin() + need.first;
        ranges.insert(ranges.end(), begin, begin + need.count);
      }
      ranges = program::tidy(std::move(ranges));
      region.push_back(formulas.in(d, ranges));
    }
    const Bool wrong =
        terms.both(terms.all(std::move(region)), terms.negate(run.model.items()[p].match));
    ++out.implications;
    if (wrong != bool_false) out.open.push_back({p, wrong, false, true});
  }
  for (std::uint32_t p = 0; p < count; ++p) {
    if (!std::binary_search(all.begin(), all.end(), p)) ask(p, DispatchIndex::none, {});
    // The scope of client-subnet answers goes by these.
    const DispatchIndex::ClientNeed& need = parts.client_needs[p];
    if (need.any) continue;
    const auto begin = parts.client_ranges.begin() + need.first;
    ask(p, parts.client_dimension, ClassRanges(begin, begin + need.count), true);
  }
  return out;
}

void check_index(Run& run, const IndexQuestions& questions) {
  const auto after_all = static_cast<std::uint32_t>(run.model.items().size());
  if (!questions.broken.empty()) {
    run.add({after_all, rank, 0,
             differs(run, after_all, "the dispatch index is broken: " + questions.broken)});
    return;
  }
  const program::ProgramSet& set = run.model.programs();
  run.for_each(questions.open.size(), [&](std::size_t k, Finder& finder) {
    const auto& [p, missed, scope, settled] = questions.open[k];
    const Cover cover = run.model.space().cover(missed);
    Question question{
        {missed}, &cover, {}, nullptr, "index: " + run.program(p).name, Question::Quiet::none};
    // A query that the index answers otherwise says most; one whose candidates lack a program that
    // an earlier one hides is as much a defect.
    question.excluded = run.model.items()[p].earlier;
    Found found = finder.find(question);
    if (found.none() && !question.excluded.empty()) {
      question.excluded = {};
      found = finder.find(question);
    }
    if (found.none()) return;
    if (!found.found()) {
      run.undecided(question.name, found.reason);
      return;
    }
    DispatchIndex::Search search;
    search.prepare(set.index());
    std::vector<std::uint32_t> candidates;
    set.index().candidates(found.query.fields(), finder.memory(), search, candidates);
    if (!scope && !settled && std::binary_search(candidates.begin(), candidates.end(), p)) {
      run.undecided(question.name, "the index does not do what its formula says");
      return;
    }
    const std::string name = "'" + run.program(p).name + "'";
    Diagnostic d = differs(
        run, p,
        settled ? "the dispatch index takes it that program " + name + " matches the query"
        : scope ? "the client-subnet scope takes it that program " + name + " can't match the query"
                : "the dispatch index passes by program " + name + ", which matches the query");
    d.witness = found.query.witness(run.model.set());
    run.add({p, rank, 0, std::move(d)});
  });
}

}  // namespace lapis::verify
