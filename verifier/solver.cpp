#include "solver.h"

#include <z3++.h>

#include <algorithm>
#include <fstream>
#include <optional>

#include "encoding.h"
#include "implicant.h"

namespace lapis::verify {

struct Solver::Context {
  z3::context z3;
};

Solver::Solver(const Space& space, const Realiser& realiser, SolverLimits& limits)
    : space_(space), realiser_(realiser), limits_(limits) {}
Solver::~Solver() = default;

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
    encoding_.emplace(space_, z3_, solver_, atoms_);
    for (Bool x : required) solver_.add(encode(x));
    for (std::size_t i = 0; i < excluded_.size(); ++i) {
      const z3::expr needed = z3_.bool_const(("needed" + std::to_string(i)).c_str());
      solver_.add(z3::implies(needed, !encode(excluded_[i])));
      assumptions_.push_back(needed);
    }
    encoding_->add_facts();
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
        return postponed_.empty() ? answer : search_postponed(std::move(answer));
      }
      if (result == z3::unknown) {
        answer.reason = owner_.limits_.expired()
                            ? "the time limit was reached"
                            : "the solver gave up: " + solver_.reason_unknown();
        return answer;
      }
      read_model(solver_.get_model());
      switch (settle(claim_, first_tries, first_tries_of_relations, answer.query)) {
        case Outcome::found:
          answer.kind = SolverAnswer::Kind::satisfiable;
          return answer;
        case Outcome::gave_up:
          // Others may be easier; this one is looked at again when there are none.
          postponed_.push_back(claim_);
          if (postponed_.size() > most_postponed) return search_postponed(answer);
          solver_.add(!claim_.stated(z3_));
          break;
        case Outcome::impossible:
          break;
      }
    }
    answer.reason = "too many combinations of names, patterns and buckets had to be excluded";
    return answer;
  }

 private:
  /// Before other models are looked at.
  static constexpr std::uint64_t first_tries = std::uint64_t{1} << 18;
  static constexpr std::uint64_t first_tries_of_relations = std::uint64_t{1} << 12;
  static constexpr std::size_t most_postponed = 4;
  static constexpr std::size_t most_refuted_addresses = 300;

  z3::expr encode(Bool x) { return encoding_->encode(x); }

  // ---- models

  /// What a model says of a query, as far as the formulas need it, with the literals that say so.
  struct Claim {
    struct Part {
      std::vector<Constraint> constraints;
      std::vector<z3::expr> literals;
      void add(Constraint c, z3::expr literal) {
        constraints.push_back(std::move(c));
        literals.push_back(std::move(literal));
      }
      void add(const Part& other) {
        constraints.insert(constraints.end(), other.constraints.begin(), other.constraints.end());
        literals.insert(literals.end(), other.literals.begin(), other.literals.end());
      }
    };
    Part kept;       // classes, and values of numbers that are compared
    Part relations;  // comparisons of buckets and of addresses
    Part values;     // instead of these: the values the model has for them

    Part with(const Part& other) const {
      Part out = kept;
      out.add(other);
      return out;
    }
    z3::expr stated(z3::context& z3) const {
      z3::expr_vector all(z3);
      for (const Part* part : {&kept, &relations}) {
        for (const z3::expr& literal : part->literals) all.push_back(literal);
      }
      return z3::mk_and(all);
    }
  };

  void read_model(const z3::model& model) {
    claim_ = Claim();
    Implicant needed(terms_, [&](Bool atom) { return model.eval(encode(atom), true).is_true(); });
    for (Bool x : required_) needed.keep(x);
    for (Bool x : excluded_) needed.keep(x);
    needed.settle();
    std::vector<std::uint32_t> fields;  // of addresses that are compared
    for (Bool atom : needed.atoms()) {
      const BoolNode& n = terms_.node(atom);
      const bool of_addresses = n.op == BoolOp::address_equal || n.op == BoolOp::address_less;
      if (of_addresses) {
        fields.push_back(terms_.masked(n.a).field);
        fields.push_back(terms_.masked(n.b).field);
      }
      if (is_relation(n.op) && !of_addresses && !compares_buckets(n)) {
        continue;  // met by the exact values below
      }
      const bool holds = needed.value(atom);
      const Space::Test& test = space_.test(atom);
      const ClassSet& universe = space_.axis(test.dimension).universe;
      Claim::Part& part = is_relation(n.op) ? claim_.relations : claim_.kept;
      part.add({test.dimension, holds ? test.set : universe.without(test.set), std::nullopt,
                std::nullopt},
               holds ? encode(atom) : !encode(atom));
    }
    for (Var var : needed.numbers()) {
      const z3::expr& x = encoding_->by_value(var);
      const z3::expr value = model.eval(x, true);
      Constraint c;
      c.dimension = space_.of_variable(var);
      std::uint64_t raw = value.get_numeral_uint64();
      const unsigned bits = x.get_sort().bv_size();
      if (bits < 64 && (raw >> (bits - 1) & 1U) != 0) raw |= ~std::uint64_t{0} << bits;
      const auto number = static_cast<std::int64_t>(raw);
      c.numbers = {number, number};
      c.set = space_.axis(c.dimension).universe;
      const bool bucket = terms_.variable_of(var).kind == VarKind::bucket;
      (bucket ? claim_.values : claim_.kept).add(std::move(c), x == value);
    }
    std::sort(fields.begin(), fields.end());
    fields.erase(std::unique(fields.begin(), fields.end()), fields.end());
    for (std::uint32_t field : fields) {
      const z3::expr& x = encoding_->address(field);
      const z3::expr value = model.eval(x, true);
      auto part = [&](unsigned high, unsigned low) {
        return model.eval(x.extract(high, low), true).get_numeral_uint64();
      };
      const Family family = part(128, 128) == 0 ? Family::v4 : Family::v6;
      Constraint c;
      c.address = IpAddress::from_bits(family, part(127, 64), part(63, 0));
      c.dimension = space_.of_field(VarKind::address, field);
      c.set = space_.axis(c.dimension).universe;
      claim_.values.add(std::move(c), x == value);
    }
  }

  bool compares_buckets(const BoolNode& n) const {
    std::vector<Var> vars;
    terms_.variables(n.a, vars);
    terms_.variables(n.b, vars);
    return std::any_of(vars.begin(), vars.end(),
                       [&](Var var) { return terms_.variable_of(var).kind == VarKind::bucket; });
  }

  /// Makes a query of the claim, or excludes what no query has.
  Outcome settle(const Claim& claim, std::uint64_t tries, std::uint64_t tries_of_relations,
                 ConcreteQuery& query) {
    std::vector<std::size_t> culprits;
    if (!claim.relations.constraints.empty()) {
      // Which values make a comparison hold is not for the model to say: those of its many
      // solutions that some key has are found sooner by trying keys.
      const Claim::Part part = claim.with(claim.relations);
      const Outcome outcome =
          owner_.realiser_.realise(part.constraints, tries_of_relations, query, culprits);
      if (outcome == Outcome::impossible) exclude(part, culprits);
      if (outcome != Outcome::gave_up) return outcome;
    }
    culprits.clear();
    const Claim::Part part = claim.with(claim.values);
    const Outcome outcome = owner_.realiser_.realise(part.constraints, tries, query, culprits);
    if (outcome != Outcome::impossible) return outcome;
    exclude(part, culprits);
    // Addresses are too many to be refuted one by one.
    const bool of_address = std::any_of(culprits.begin(), culprits.end(), [&](std::size_t i) {
      return part.constraints[i].address.has_value();
    });
    return of_address && ++refuted_addresses_ > most_refuted_addresses ? Outcome::gave_up : outcome;
  }

  /// Takes the time that the claims need for which no query was found at first.
  SolverAnswer search_postponed(SolverAnswer answer) {
    const std::uint64_t tries = owner_.limits_.key_tries;
    answer.kind = SolverAnswer::Kind::undecided;  // until every claim is
    bool all_excluded = postponed_.size() <= most_postponed;
    for (const Claim& claim : postponed_) {
      if (owner_.limits_.expired()) break;
      const Outcome outcome = settle(claim, tries, tries, answer.query);
      if (outcome == Outcome::found) {
        answer.kind = SolverAnswer::Kind::satisfiable;
        return answer;
      }
      // Only the values are excluded where a comparison could hold with others.
      all_excluded =
          all_excluded && outcome == Outcome::impossible && claim.relations.constraints.empty();
    }
    if (owner_.limits_.expired()) {
      answer.reason = "the time limit was reached";
      return answer;
    }
    answer.reason =
        "no query was found for a combination of names, patterns and buckets that could not be "
        "excluded either";
    if (all_excluded) answer.kind = SolverAnswer::Kind::unsatisfiable;
    return answer;
  }

  /// Excludes the culprits, after dropping those that are not needed.
  void exclude(const Claim::Part& part, std::vector<std::size_t> culprits) {
    std::sort(culprits.begin(), culprits.end());
    culprits.erase(std::unique(culprits.begin(), culprits.end()), culprits.end());
    std::vector<Constraint> constraints;
    std::vector<z3::expr> literals;
    for (std::size_t i : culprits) {
      constraints.push_back(part.constraints[i]);
      literals.push_back(part.literals[i]);
    }
    auto impossible = [&](const std::vector<Constraint>& some) {
      ConcreteQuery unused;
      std::vector<std::size_t> ignored;
      constexpr std::uint64_t few_tries = 4096;
      return owner_.realiser_.realise(some, few_tries, unused, ignored) == Outcome::impossible;
    };
    constexpr std::size_t worthwhile = 64;
    for (std::size_t i = 0; i < constraints.size() && constraints.size() <= worthwhile;) {
      std::vector<Constraint> fewer = constraints;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      if (impossible(fewer)) {
        constraints = std::move(fewer);
        literals.erase(literals.begin() + static_cast<std::ptrdiff_t>(i));
      } else {
        ++i;
      }
    }
    for (std::size_t i = 0; i < constraints.size(); ++i) {
      if (!constraints[i].numbers) continue;
      const VarKind kind = terms_.variable_of(space_.axis(constraints[i].dimension).var).kind;
      if (kind == VarKind::bucket || kind == VarKind::label_count) {
        literals[i] = widen(constraints, i, impossible);
      }
    }
    z3::expr_vector some_not(z3_);
    for (const z3::expr& literal : literals) some_not.push_back(!literal);
    solver_.add(z3::mk_or(some_not));
  }

  /// One value is refuted: so are, mostly, those around it. A key that can have one bucket only
  /// would else have all others refuted one by one.
  template <class Impossible>
  z3::expr widen(std::vector<Constraint>& constraints, std::size_t i, Impossible impossible) {
    auto& [low, high] = *constraints[i].numbers;
    const Var var = space_.axis(constraints[i].dimension).var;
    const Variable& v = terms_.variable_of(var);
    auto stretch = [&](std::int64_t& end, std::int64_t to) {
      const std::int64_t kept = end;
      end = to;
      if (kept == to || impossible(constraints)) return;
      std::int64_t good = kept;
      std::int64_t bad = to;
      while (good - bad > 1 || bad - good > 1) {
        end = good + (bad - good) / 2;
        (impossible(constraints) ? good : bad) = end;
      }
      end = good;
    };
    stretch(high, v.high);
    stretch(low, v.low);
    return encoding_->between(var, low, high);
  }

  void set_timeout() {
    const Deadline& deadline = owner_.limits_.deadline;
    if (deadline.never()) return;
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(deadline.left()).count();
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
  std::optional<Encoding> encoding_;
  Claim claim_;  // of the last model
  std::vector<Claim> postponed_;
  std::size_t refuted_addresses_ = 0;
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
