#include "solver.h"

#include <z3++.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <unordered_map>

#include "implicant.h"

namespace lapis::verify {

struct Solver::Context {
  z3::context z3;
};

Solver::Solver(const Space& space, const Realiser& realiser, SolverLimits& limits)
    : space_(space), realiser_(realiser), limits_(limits) {}
Solver::~Solver() = default;

namespace {

unsigned bits_for(std::uint64_t values) {  // to number 0 … values - 1
  unsigned bits = 1;
  while (bits < 64 && (std::uint64_t{1} << bits) < values) ++bits;
  return bits;
}

/// Bits of two's complement that hold all of low … high.
unsigned signed_bits(std::int64_t low, std::int64_t high) {
  unsigned bits = 1;
  while (bits < 64 &&
         (low < -(std::int64_t{1} << (bits - 1)) || high > (std::int64_t{1} << (bits - 1)) - 1)) {
    ++bits;
  }
  return bits;
}

constexpr unsigned address_bits = 129;  // family, then the left-aligned address

}  // namespace

/// One question: its variables, its encoding, and the loop of model and refinement.
class Solver::Query {
 public:
  Query(Solver& owner, z3::context& z3, const std::vector<Bool>& required,
        const std::vector<Bool>& excluded)
      : owner_(owner),
        space_(owner.space_),
        terms_(owner.space_.terms()),
        z3_(z3),
        solver_(z3_, "QF_FD"),
        required_(required),
        excluded_(excluded) {
    std::vector<bool> seen;
    for (Bool x : required) terms_.atoms(x, atoms_, seen);
    for (Bool x : excluded_) terms_.atoms(x, atoms_, seen);
    std::sort(atoms_.begin(), atoms_.end());
    find_related();
    add_ranks();
    for (Bool x : required) solver_.add(encode(x));
    for (std::size_t i = 0; i < excluded_.size(); ++i) {
      const z3::expr needed = z3_.bool_const(("needed" + std::to_string(i)).c_str());
      solver_.add(z3::implies(needed, !encode(excluded_[i])));
      assumptions_.push_back(needed);
    }
    for (Bool atom : atoms_) tie_pattern(atom);
  }

  SolverAnswer run(const std::string& name) {
    SolverAnswer answer;
    for (std::size_t round = 0; round < owner_.limits_.refinements; ++round) {
      if (owner_.limits_.expired()) {
        answer.reason = "the time limit was reached";
        return answer;
      }
      set_timeout();
      z3::expr_vector assumptions(z3_);
      for (const z3::expr& e : assumptions_) assumptions.push_back(e);
      const z3::check_result result = solver_.check(assumptions);
      const std::uint64_t number = owner_.limits_.queries.fetch_add(1);
      if (!owner_.limits_.smt2_directory.empty()) write(name, number, result);
      if (result == z3::unsat) {
        answer.kind = SolverAnswer::Kind::unsatisfiable;
        const z3::expr_vector core = solver_.unsat_core();
        for (unsigned i = 0; i < core.size(); ++i) {
          const std::string needed = core[static_cast<int>(i)].decl().name().str();
          answer.core.push_back(std::stoul(needed.substr(6)));
        }
        std::sort(answer.core.begin(), answer.core.end());
        return answer;
      }
      if (result == z3::unknown) {
        answer.reason = owner_.limits_.expired()
                            ? "the time limit was reached"
                            : "the solver gave up: " + solver_.reason_unknown();
        return answer;
      }
      read_model(solver_.get_model());
      std::vector<std::size_t> culprits;
      switch (owner_.realiser_.realise(constraints_, owner_.limits_.key_tries, answer.query,
                                       culprits)) {
        case Realiser::Outcome::found:
          answer.kind = SolverAnswer::Kind::satisfiable;
          return answer;
        case Realiser::Outcome::gave_up:
          answer.reason =
              "no query was found for a combination of names, patterns and buckets "
              "that could not be excluded either";
          return answer;
        case Realiser::Outcome::impossible:
          exclude(culprits);
          break;
      }
    }
    answer.reason = "too many combinations of names, patterns and buckets had to be excluded";
    return answer;
  }

 private:
  // ---- variables

  void find_related() {
    for (Bool atom : atoms_) {
      const BoolNode& n = terms_.node(atom);
      if (n.op == BoolOp::number_less || n.op == BoolOp::number_equal) {
        std::vector<Var> vars;
        terms_.variables(n.a, vars);
        terms_.variables(n.b, vars);
        for (Var var : vars) related_.emplace(var, number_constant(var));
      } else if (n.op == BoolOp::address_equal || n.op == BoolOp::address_less) {
        address_value(terms_.masked(n.a).field);
        address_value(terms_.masked(n.b).field);
      }
    }
    // Tests of a related variable are tests of its value.
    for (Bool atom : atoms_) {
      const BoolNode& n = terms_.node(atom);
      if (n.op != BoolOp::in_addresses) continue;
      const auto at = addresses_.find(terms_.variable_of(n.a).index);
      if (at != addresses_.end()) related_.emplace(n.a, at->second);
    }
  }

  z3::expr number_constant(Var var) {
    const Variable& v = terms_.variable_of(var);
    const z3::expr x =
        z3_.bv_const(("v" + std::to_string(var)).c_str(), signed_bits(v.low, v.high));
    solver_.add(z3::sge(x, number_value(v.low, x.get_sort().bv_size())));
    solver_.add(z3::sle(x, number_value(v.high, x.get_sort().bv_size())));
    return x;
  }

  z3::expr number_value(std::int64_t value, unsigned bits) { return z3_.bv_val(value, bits); }

  z3::expr address_value(const IpAddress& address) {
    const z3::expr family = z3_.bv_val(address.is_v4() ? 0U : 1U, 1);
    return z3::concat(
        z3::concat(family, z3_.bv_val(static_cast<std::uint64_t>(address.high()), 64)),
        z3_.bv_val(static_cast<std::uint64_t>(address.low()), 64));
  }

  z3::expr address_value(std::uint32_t field) {
    const auto at = addresses_.find(field);
    if (at != addresses_.end()) return at->second;
    const z3::expr x = z3_.bv_const(("a" + std::to_string(field)).c_str(), address_bits);
    solver_.add(z3::implies(x.extract(128, 128) == z3_.bv_val(0U, 1),
                            x.extract(95, 0) == z3_.bv_val(0, 96)));
    // No IPv4-mapped addresses (RFC 4291 §2.5.5.2).
    solver_.add(!(x.extract(128, 128) == z3_.bv_val(1U, 1) &&
                  x.extract(127, 32) == z3_.bv_val(0xFFFF, 96)));
    addresses_.emplace(field, x);
    return x;
  }

  z3::expr masked(const MaskedAddress& m) {
    const z3::expr x = address_value(m.field);
    if (m.bits4 == 32 && m.bits6 == 128) return x;
    auto cut = [&](unsigned bits) {
      if (bits == 128) return x;
      const unsigned kept = 1 + bits;  // with the family
      return z3::concat(x.extract(128, address_bits - kept), z3_.bv_val(0, address_bits - kept));
    };
    return z3::ite(x.extract(128, 128) == z3_.bv_val(0U, 1), cut(m.bits4), cut(m.bits6));
  }

  z3::expr dimension(Dimension d) {
    const auto at = dimensions_.find(d);
    if (at != dimensions_.end()) return at->second;
    const Space::Axis& axis = space_.axis(d);
    const bool boolean = axis.classes == 2 && axis.universe == ClassSet(0, 1);
    const std::string name = "d" + std::to_string(d);
    const z3::expr x =
        boolean ? z3_.bool_const(name.c_str()) : z3_.bv_const(name.c_str(), bits_for(axis.classes));
    dimensions_.emplace(d, x);
    if (!boolean) solver_.add(member(x, axis.universe, axis.classes));
    return x;
  }

  z3::expr member(const z3::expr& x, const ClassSet& set, ClassNumber classes) {
    if (x.is_bool()) {
      if (set.empty()) return z3_.bool_val(false);
      if (set.count() == 2) return z3_.bool_val(true);
      return set.contains(1) ? x : !x;
    }
    const unsigned bits = x.get_sort().bv_size();
    z3::expr_vector ranges(z3_);
    for (const auto& [low, high] : set.ranges()) {
      if (low == high) {
        ranges.push_back(x == z3_.bv_val(low, bits));
        continue;
      }
      z3::expr_vector ends(z3_);
      if (low > 0) ends.push_back(z3::uge(x, z3_.bv_val(low, bits)));
      if (high < (std::uint64_t{1} << bits) - 1) {
        ends.push_back(z3::ule(x, z3_.bv_val(std::min(high, classes - 1), bits)));
      }
      ranges.push_back(z3::mk_and(ends));
    }
    return z3::mk_or(ranges);
  }

  // ---- formulas

  z3::expr encode(Bool x) {
    const auto at = encoded_.find(x);
    if (at != encoded_.end()) return at->second;
    const BoolNode& n = terms_.node(x);
    z3::expr out(z3_);
    switch (n.op) {
      case BoolOp::constant:
        out = z3_.bool_val(x == bool_true);
        break;
      case BoolOp::not_:
        out = !encode(terms_.arguments(x)[0]);
        break;
      case BoolOp::and_:
      case BoolOp::or_: {
        z3::expr_vector parts(z3_);
        for (Bool arg : terms_.arguments(x)) parts.push_back(encode(arg));
        out = n.op == BoolOp::and_ ? z3::mk_and(parts) : z3::mk_or(parts);
        break;
      }
      default:
        out = encode_atom(x, n);
        break;
    }
    encoded_.emplace(x, out);
    return out;
  }

  z3::expr encode_atom(Bool x, const BoolNode& n) {
    switch (n.op) {
      case BoolOp::in_numbers:
        if (const auto at = related_.find(n.a); at != related_.end()) {
          const unsigned bits = at->second.get_sort().bv_size();
          z3::expr_vector ranges(z3_);
          for (const auto& [low, high] : terms_.number_ranges(n.b)) {
            ranges.push_back(z3::sge(at->second, number_value(low, bits)) &&
                             z3::sle(at->second, number_value(high, bits)));
          }
          return z3::mk_or(ranges);
        }
        break;
      case BoolOp::in_addresses:
        if (const auto at = related_.find(n.a); at != related_.end()) {
          z3::expr_vector ranges(z3_);
          for (const auto& [low, high] : terms_.address_ranges(n.b)) {
            ranges.push_back(z3::uge(at->second, address_value(low)) &&
                             z3::ule(at->second, address_value(high)));
          }
          return z3::mk_or(ranges);
        }
        break;
      case BoolOp::address_equal:
        return masked(terms_.masked(n.a)) == masked(terms_.masked(n.b));
      case BoolOp::address_less:
        return z3::ult(masked(terms_.masked(n.a)), masked(terms_.masked(n.b)));
      case BoolOp::number_less:
      case BoolOp::number_equal: {
        const unsigned bits = std::max(width(n.a), width(n.b)) + 1;
        const z3::expr a = number(n.a, bits);
        const z3::expr b = number(n.b, bits);
        return n.op == BoolOp::number_less ? z3::slt(a, b) : a == b;
      }
      case BoolOp::before: {
        const z3::expr first = ranks_.at({n.c, n.a});
        const z3::expr second = ranks_.at({n.c, n.b});
        return z3::ult(first, second);
      }
      default:
        break;
    }
    const Space::Test& test = space_.test(x);
    return member(dimension(test.dimension), test.set, space_.axis(test.dimension).classes);
  }

  /// Bits that hold the number and everything on the way to it.
  unsigned width(Number x) {
    const NumberNode& n = terms_.number_node(x);
    unsigned bits = signed_bits(n.low, n.high);
    switch (n.op) {
      case NumberOp::add:
        return std::max({bits, width(n.a), width(n.b)});
      case NumberOp::scale:
        return std::max({bits, width(n.a), signed_bits(n.value, n.value)});
      case NumberOp::mod:
        return std::max({bits, width(n.a), signed_bits(0, n.value)});
      case NumberOp::choose:
        return std::max({bits, width(n.b), width(n.c)});
      default:
        return bits;
    }
  }

  z3::expr number(Number x, unsigned bits) {
    const NumberNode& n = terms_.number_node(x);
    switch (n.op) {
      case NumberOp::constant:
        return number_value(n.value, bits);
      case NumberOp::variable: {
        const z3::expr v = related_.at(n.a);
        return z3::sext(v, bits - v.get_sort().bv_size());
      }
      case NumberOp::add:
        return number(n.a, bits) + number(n.b, bits);
      case NumberOp::scale:
        return number(n.a, bits) * number_value(n.value, bits);
      case NumberOp::mod:
        return z3::smod(number(n.a, bits), number_value(n.value, bits));
      case NumberOp::choose:
        return z3::ite(encode(n.a), number(n.b, bits), number(n.c, bits));
    }
    return number_value(0, bits);
  }

  /// Elements of choices by the same key have an order: a rank each, all different.
  void add_ranks() {
    std::map<std::pair<std::uint32_t, bool>, std::vector<std::uint32_t>> elements;
    for (Bool atom : atoms_) {
      const BoolNode& n = terms_.node(atom);
      if (n.op != BoolOp::before) continue;
      auto& of_key = elements[{n.c, terms_.element(n.a).weight > 0}];
      for (std::uint32_t e : {n.a, n.b}) {
        if (std::find(of_key.begin(), of_key.end(), e) == of_key.end()) of_key.push_back(e);
      }
    }
    for (const auto& [key, of_key] : elements) {
      z3::expr_vector all(z3_);
      for (std::uint32_t e : of_key) {
        const std::string name = "r" + std::to_string(key.first) + "_" + std::to_string(e);
        const z3::expr rank = z3_.bv_const(name.c_str(), bits_for(of_key.size()));
        ranks_.emplace(std::make_pair(key.first, e), rank);
        all.push_back(rank);
      }
      if (all.size() > 1) solver_.add(z3::distinct(all));
    }
  }

  /// The value of a pattern on the constants of its text variable is known.
  void tie_pattern(Bool atom) {
    const BoolNode& n = terms_.node(atom);
    if (n.op != BoolOp::pattern) return;
    const Pattern& p = terms_.pattern_of(n.a);
    if (terms_.variable_of(p.var).kind != VarKind::text) return;
    const Dimension d = space_.of_variable(p.var);
    const Space::Axis& axis = space_.axis(d);
    const z3::expr x = encode(atom);
    const auto in_use = dimensions_.find(d);
    if (in_use == dimensions_.end()) return;
    std::vector<ClassSet::Range> yes;
    for (ClassNumber c = 0; c < axis.texts.size(); ++c) {
      if (matches(p, axis.texts[c])) yes.emplace_back(c, c);
    }
    const ClassSet holds = ClassSet::of(yes);
    const ClassSet other(static_cast<ClassNumber>(axis.texts.size()),
                         static_cast<ClassNumber>(axis.texts.size()));
    solver_.add(z3::implies(x, member(in_use->second, holds.unite(other), axis.classes)));
    if (!holds.empty()) {
      solver_.add(z3::implies(member(in_use->second, holds, axis.classes), x));
    }
  }

  // ---- models

  /// What of the model the formulas need, as constraints on a query.
  void read_model(const z3::model& model) {
    constraints_.clear();
    literals_.clear();
    Implicant needed(terms_, [&](Bool atom) { return model.eval(encode(atom), true).is_true(); });
    for (Bool x : required_) needed.keep(x);
    for (Bool x : excluded_) needed.keep(x);
    needed.settle();
    const std::vector<Var>& numbers = needed.numbers();
    std::vector<std::uint32_t> fields;  // of addresses that are compared
    for (Bool atom : needed.atoms()) {
      const BoolNode& n = terms_.node(atom);
      if (n.op == BoolOp::number_less || n.op == BoolOp::number_equal) {
        continue;  // met by the exact values below
      }
      if (n.op == BoolOp::address_equal || n.op == BoolOp::address_less) {
        fields.push_back(terms_.masked(n.a).field);
        fields.push_back(terms_.masked(n.b).field);
        continue;
      }
      const bool holds = needed.value(atom);
      const Space::Test& test = space_.test(atom);
      const ClassSet& universe = space_.axis(test.dimension).universe;
      constraints_.push_back({test.dimension, holds ? test.set : universe.without(test.set),
                              std::nullopt, std::nullopt});
      literals_.push_back(holds ? encode(atom) : !encode(atom));
    }
    for (Var var : numbers) {
      const z3::expr& x = related_.at(var);
      const z3::expr value = model.eval(x, true);
      Constraint c;
      c.dimension = space_.of_variable(var);
      std::uint64_t raw = value.get_numeral_uint64();
      const unsigned bits = x.get_sort().bv_size();
      if (bits < 64 && (raw >> (bits - 1) & 1U) != 0) raw |= ~std::uint64_t{0} << bits;
      c.number = static_cast<std::int64_t>(raw);
      c.set = space_.axis(c.dimension).universe;
      constraints_.push_back(std::move(c));
      literals_.push_back(x == value);
    }
    std::sort(fields.begin(), fields.end());
    fields.erase(std::unique(fields.begin(), fields.end()), fields.end());
    for (std::uint32_t field : fields) {
      const z3::expr& x = addresses_.at(field);
      const z3::expr value = model.eval(x, true);
      auto part = [&](unsigned high, unsigned low) {
        return model.eval(x.extract(high, low), true).get_numeral_uint64();
      };
      const Family family = part(128, 128) == 0 ? Family::v4 : Family::v6;
      Constraint c;
      c.address = IpAddress::from_bits(family, part(127, 64), part(63, 0));
      c.dimension = space_.of_field(VarKind::address, field);
      c.set = space_.axis(c.dimension).universe;
      constraints_.push_back(std::move(c));
      literals_.push_back(x == value);
    }
  }

  /// Excludes the culprits, after dropping those that are not needed.
  void exclude(std::vector<std::size_t> culprits) {
    std::sort(culprits.begin(), culprits.end());
    culprits.erase(std::unique(culprits.begin(), culprits.end()), culprits.end());
    constexpr std::size_t worthwhile = 64;
    for (std::size_t i = 0; i < culprits.size() && culprits.size() <= worthwhile;) {
      std::vector<Constraint> fewer;
      for (std::size_t j = 0; j < culprits.size(); ++j) {
        if (j != i) fewer.push_back(constraints_[culprits[j]]);
      }
      ConcreteQuery unused;
      std::vector<std::size_t> ignored;
      constexpr std::uint64_t few_tries = 4096;
      if (owner_.realiser_.realise(fewer, few_tries, unused, ignored) ==
          Realiser::Outcome::impossible) {
        culprits.erase(culprits.begin() + static_cast<std::ptrdiff_t>(i));
      } else {
        ++i;
      }
    }
    z3::expr_vector some_not(z3_);
    for (std::size_t i : culprits) some_not.push_back(!literals_[i]);
    solver_.add(z3::mk_or(some_not));
  }

  void set_timeout() {
    const auto left = owner_.limits_.deadline - std::chrono::steady_clock::now();
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(left).count();
    if (owner_.limits_.deadline == std::chrono::steady_clock::time_point::max()) return;
    solver_.set("timeout", static_cast<unsigned>(std::clamp<std::int64_t>(ms, 1, 1 << 30)));
  }

  void write(const std::string& name, std::uint64_t number, z3::check_result result) {
    z3::solver copy(z3_, z3::solver::simple());
    for (const z3::expr& e : solver_.assertions()) copy.add(e);
    for (const z3::expr& e : assumptions_) copy.add(e);
    std::string file = std::to_string(number);
    file = std::string(file.size() < 6 ? 6 - file.size() : 0, '0') + file;
    std::ofstream out(owner_.limits_.smt2_directory + "/" + file + ".smt2");
    const char* status = result == z3::sat ? "sat" : result == z3::unsat ? "unsat" : "unknown";
    out << "; " << name << "\n(set-logic QF_BV)\n(set-info :status " << status << ")\n";
    // The text of Z3 brings a status of its own, which is of no check made here.
    std::string text = copy.to_smt2(status);
    const std::string info = "(set-info :status";
    for (std::size_t at = text.find(info); at != std::string::npos; at = text.find(info)) {
      text.erase(at, text.find('\n', at) - at + 1);
    }
    out << text;
  }

  Solver& owner_;
  const Space& space_;
  const Terms& terms_;
  z3::context& z3_;
  z3::solver solver_;
  const std::vector<Bool>& required_;
  const std::vector<Bool>& excluded_;
  std::vector<z3::expr> assumptions_;
  std::vector<Bool> atoms_;
  std::unordered_map<Bool, z3::expr> encoded_;
  std::map<Dimension, z3::expr> dimensions_;
  std::map<Var, z3::expr> related_;              // encoded by value
  std::map<std::uint32_t, z3::expr> addresses_;  // by field
  std::map<std::pair<std::uint32_t, std::uint32_t>, z3::expr> ranks_;
  std::vector<Constraint> constraints_;  // of the last model
  std::vector<z3::expr> literals_;       // that state them
};

SolverAnswer Solver::check(const std::vector<Bool>& required, const std::vector<Bool>& excluded,
                           const std::string& name, bool shown) {
  try {
    if (shown) {
      Context own;
      return Query(*this, own.z3, required, excluded).run(name);
    }
    // Most runs never ask: a context is made when the first question comes.
    if (context_ == nullptr) context_ = std::make_unique<Context>();
    return Query(*this, context_->z3, required, excluded).run(name);
  } catch (const z3::exception& e) {
    SolverAnswer answer;
    answer.reason = std::string("the solver failed: ") + e.msg();
    return answer;
  }
}

}  // namespace lapis::verify
