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
  z3::expr encode(Bool x) { return encoding_->encode(x); }

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
      const z3::expr& x = encoding_->by_value(var);
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
  std::optional<Encoding> encoding_;
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
