#include "conditions.h"

#include <algorithm>
#include <map>

#include "join.h"
#include "locate.h"

namespace lapis::verify {
namespace {

using lang::Expr;
using lang::Kind;
using lang::Op;

/// Walks a typed tree as the semantics does, keeping under which condition each node is evaluated.
class Branches {
 public:
  Branches(Model& model, std::vector<AnswerQuestions::Conditions::Branch>& out)
      : terms_(model.terms()), algebra_(model.algebra()), out_(out) {}

  void visit(const Expr& e, Bool path) {
    switch (e.op) {
      case Op::let:
        visit(*e.args[0], path);
        store(e.index, *e.args[0]);
        visit(*e.args[1], path);
        return;
      case Op::if_: {
        visit(*e.args[0], path);
        const Bool test = algebra_.condition(*e.args[0]);
        const Bool yes = terms_.both(path, test);
        const Bool no = terms_.both(path, terms_.negate(test));
        out_.push_back({yes, e.args[0]->span, e.args[1]->span, true});
        out_.push_back({no, e.args[0]->span, e.args[2]->span, false});
        visit(*e.args[1], yes);
        visit(*e.args[2], no);
        return;
      }
      case Op::and_:
      case Op::or_:
        for (const Expr* arg : e.args) {
          visit(*arg, path);
          const Bool value = algebra_.condition(*arg);
          path = terms_.both(path, e.op == Op::and_ ? value : terms_.negate(value));
        }
        return;
      default:
        for (const Expr* arg : e.args) visit(*arg, path);
        return;
    }
  }

 private:
  void store(std::uint32_t slot, const Expr& value) {
    lang::Semantics<Symbolic> semantics(algebra_);
    switch (value.type.kind) {
      case Kind::boolean:
        algebra_.store(slot, semantics.boolean(value));
        break;
      case Kind::integer:
      case Kind::ttl:
        algebra_.store(slot, semantics.integer(value));
        break;
      case Kind::text:
        algebra_.store(slot, semantics.text(value));
        break;
      case Kind::name:
        algebra_.store(slot, semantics.name(value));
        break;
      case Kind::key:
        algebra_.store(slot, semantics.key(value));
        break;
      case Kind::list:
        algebra_.store(slot, semantics.list(value));
        break;
      default:
        algebra_.store(slot, semantics.address(value));
        break;
    }
  }

  Terms& terms_;
  Symbolic& algebra_;
  std::vector<AnswerQuestions::Conditions::Branch>& out_;
};

}  // namespace

void make_conditions(Model& model, AnswerQuestions& questions) {
  Terms& terms = model.terms();
  for (std::uint32_t i = 0; i < model.items().size(); ++i) {
    const lang::Program& p = model.set().programs[i];
    auto& out = questions.conditions.emplace_back();
    Branches branches(model, out.branches);
    branches.visit(*p.match, bool_true);
    const Bool match = model.items()[i].match;
    for (const Expr* e : {p.ipv4, p.ipv6, p.ttl}) branches.visit(*e, match);
    if (p.match->op != Op::and_) continue;
    std::vector<Bool> parts;
    for (const Expr* arg : p.match->args) parts.push_back(model.algebra().condition(*arg));
    for (std::size_t k = 0; k < parts.size(); ++k) {
      std::vector<Bool> rest = parts;
      rest[k] = terms.negate(parts[k]);
      auto& conjunct = out.conjuncts.emplace_back();
      conjunct.without = terms.all(std::move(rest));
      conjunct.span = p.match->args[k]->span;
      conjunct.expr = p.match->args[k];
      for (std::size_t j = 0; j < parts.size(); ++j) {
        if (j != k) conjunct.rest.push_back(p.match->args[j]);
      }
    }
  }
}

namespace {

bool evaluate(const Expr& e, const lang::QueryFields& q, lang::Memory& memory) {
  lang::Interpreter interpreter(q, memory);
  return interpreter.evaluate(e);
}

/// The cube, and the cube at some distance from its first classes: where earlier programs have
/// taken one end of it, the other may be free.
std::vector<Cube> variants(const Model& model, const Cube& cube) {
  std::vector<Cube> out{cube};
  for (const std::uint64_t part : {2U, 1U}) {
    Cube moved = cube;
    for (const Cube::Factor& factor : cube.factors()) {
      const Var var = model.space().axis(factor.dimension).var;
      if (var == UINT32_MAX || factor.set.count() < 2) continue;
      const std::uint64_t last = factor.set.count() - 1;
      const ClassNumber c = factor.set.at(last / part);
      moved.replace(factor.dimension, ClassSet(c, factor.set.last()));
    }
    if (!(moved == cube)) out.push_back(std::move(moved));
  }
  return out;
}

void check_conjuncts(Run& run, const AnswerQuestions& questions) {
  const Model& model = run.model;
  const std::size_t n = model.items().size();
  // Cubes of "the rest holds and this conjunct does not", and which earlier programs they touch.
  struct Asked {
    std::uint32_t program = 0;
    const AnswerQuestions::Conditions::Conjunct* conjunct = nullptr;
    Cover cover;
  };
  std::vector<Asked> asked;
  // What an exclusive program says holds whatever the order is, and of a program that is never
  // reached everything would follow.
  auto by_order = [&](std::uint32_t program) {
    return !run.program(program).exclusive && run.reachable[program] != 0;
  };
  ProofCache* const cache = run.finder_stats.cache;
  auto key = [&](const AnswerQuestions::Conditions::Conjunct& conjunct) {
    return key_of(model, {&conjunct.without, 1}, {}, Question::Quiet::query);
  };
  for (std::uint32_t i = 0; i < n; ++i) {
    if (run.satisfiable[i] == 0) continue;
    for (const auto& conjunct : questions.conditions[i].conjuncts) {
      if (cache != nullptr && !by_order(i) && cache->holds(key(conjunct))) {
        ++run.finder_stats.settled_by_cache;
        continue;
      }
      asked.push_back({i, &conjunct, model.space().cover(conjunct.without)});
    }
  }
  const Locator locator(model);
  // First the cheap way: a query that shows the conjunct to be needed. The rest, usually few, is
  // asked with the earlier programs that could take such queries.
  auto evaluates = [&](const Asked& a, const lang::QueryFields& q, Finder& finder) {
    for (const Expr* e : a.conjunct->rest) {
      if (!evaluate(*e, q, finder.memory())) return false;
    }
    return !evaluate(*a.conjunct->expr, q, finder.memory());
  };
  std::vector<char> needed(asked.size());
  run.for_each(asked.size(), [&](std::size_t k, Finder& finder) {
    const Asked& a = asked[k];
    const bool ordered = by_order(a.program);
    std::vector<std::uint32_t> earlier;
    for (std::size_t c = 0; c < std::min<std::size_t>(a.cover.cubes.size(), 4); ++c) {
      for (const Cube& cube : variants(model, a.cover.cubes[c])) {
        ConcreteQuery query;
        constexpr std::uint64_t few_tries = 1024;
        if (finder.realiser().realise(cube, few_tries, query) != Realiser::Outcome::found) continue;
        const lang::QueryFields q = query.fields();
        if (!evaluates(a, q, finder)) continue;
        if (ordered) locator.candidates(query, a.program, earlier);
        if (!ordered || finder.first_of(earlier, q) == UINT32_MAX) {
          needed[k] = 1;
          if (!ordered && cache != nullptr) cache->add(key(*a.conjunct));
          return;
        }
      }
    }
  });
  std::vector<Owned> cubes;
  for (std::uint32_t k = 0; k < asked.size(); ++k) {
    if (needed[k] != 0 || !by_order(asked[k].program)) continue;
    for (const Cube& cube : asked[k].cover.cubes) cubes.push_back({asked[k].program, &cube, k});
  }
  const bool any_order = !cubes.empty();
  for (std::uint32_t i = 0; any_order && i < n; ++i) {
    for (const Cube& cube : model.items()[i].cover.cubes) cubes.push_back({i, &cube});
  }
  const auto earlier = touching_questions(model.space(), cubes, asked.size(), run.compared);
  run.for_each(asked.size(), [&](std::size_t k, Finder& finder) {
    if (needed[k] != 0) return;
    const Asked& a = asked[k];
    const lang::Program& p = run.program(a.program);
    Question question{{a.conjunct->without},
                      &a.cover,
                      earlier[k],
                      [&](const lang::QueryFields& q) { return evaluates(a, q, finder); },
                      "redundant-condition: " + p.name,
                      Question::Quiet::query};
    const Found found = finder.find(question);
    if (found.found()) return;
    if (!found.none()) {
      run.undecided(question.name, found.reason);
      return;
    }
    const bool ordered = !found.by.empty();
    Diagnostic d = run.finding(
        "redundant-condition", Severity::warning, a.program,
        ordered ? "this condition holds whenever the program is reached and the rest holds"
                : "this condition follows from the rest of the match",
        a.conjunct->span);
    d.help = "leaving it out changes no answer";
    run.add({a.program, 7, static_cast<std::uint32_t>(k), std::move(d)});
  });
}

void check_branches(Run& run, const AnswerQuestions& questions) {
  // A definition is put in at each use: an arm is dead when it is at every use.
  struct Arm {
    std::uint32_t program = 0;
    const AnswerQuestions::Conditions::Branch* branch = nullptr;
    bool taken = true;
  };
  std::vector<Arm> arms;
  for (std::uint32_t i = 0; i < questions.conditions.size(); ++i) {
    if (run.reachable[i] == 0) continue;
    for (const auto& branch : questions.conditions[i].branches) arms.push_back({i, &branch, true});
  }
  run.for_each(arms.size(), [&](std::size_t k, Finder& finder) {
    Arm& arm = arms[k];
    // A path through a program has no interpreter of its own: its formula is evaluated.
    Question question{{arm.branch->taken},
                      nullptr,
                      {},
                      nullptr,
                      "constant-branch: " + run.program(arm.program).name,
                      Question::Quiet::query};
    const Found found = finder.find(question);
    arm.taken = !found.none();
    if (!found.none() && !found.found()) run.undecided(question.name, found.reason);
  });
  std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t, bool>, std::vector<const Arm*>>
      by_place;
  for (const Arm& arm : arms) {
    const Span& s = arm.branch->test;
    by_place[{s.file, s.begin, s.end, arm.branch->value}].push_back(&arm);
  }
  for (const auto& [place, at] : by_place) {
    if (std::any_of(at.begin(), at.end(), [](const Arm* arm) { return arm->taken; })) continue;
    const Arm& arm = *at.front();
    Diagnostic d =
        run.finding("constant-branch", Severity::warning, arm.program,
                    std::string("this test is always ") + (arm.branch->value ? "false" : "true") +
                        ", so one branch is never taken",
                    arm.branch->test);
    d.related.push_back({"", "the branch no query takes", arm.branch->arm});
    run.add({arm.program, 8, arm.branch->test.begin, std::move(d)});
  }
}

}  // namespace

void check_conditions(Run& run, const AnswerQuestions& questions) {
  check_conjuncts(run, questions);
  check_branches(run, questions);
}

}  // namespace lapis::verify
