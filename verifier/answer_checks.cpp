// Checks of what programs answer: empty-answer, mixed-family-gap, answer-outside-pool, invariant,
// coverage, and the bound on evaluation steps.
#include <algorithm>

#include "checks.h"
#include "conditions.h"

namespace lapis::verify {
namespace {

/// Addresses of all declared pools, sorted.
std::vector<IpAddress> pool_addresses(const lang::Set& set) {
  std::vector<IpAddress> out;
  for (const lang::Binding& binding : set.definitions) {
    if (std::find(set.pools.begin(), set.pools.end(), binding.name) == set.pools.end()) continue;
    if (const auto* list = lang::list_if(binding.value)) {
      out.insert(out.end(), list->addresses.begin(), list->addresses.end());
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

Bool outside(Terms& terms, const SymList& list, const std::vector<IpAddress>& pools) {
  std::vector<Bool> parts;
  for (const auto& element : list.elements) {
    if (!std::binary_search(pools.begin(), pools.end(), element.address.constant)) {
      parts.push_back(element.present);
    }
  }
  return terms.any(std::move(parts));
}

/// What the interpreter answers, for both families.
struct Answered {
  std::vector<IpAddress> ipv4;
  std::vector<IpAddress> ipv6;
  std::int64_t ttl = 0;
};

Answered answer_of(const lang::Program& program, const lang::QueryFields& q, lang::Memory& memory) {
  lang::Interpreter interpreter(q, memory);
  Answered out;
  lang::AddressList list = interpreter.list(*program.ipv4);
  out.ipv4.assign(list.data, list.data + list.count);
  list = interpreter.list(*program.ipv6);
  out.ipv6.assign(list.data, list.data + list.count);
  out.ttl = interpreter.number(*program.ttl);
  return out;
}

bool invariant_holds(const Run& run, const lang::Invariant& invariant, std::uint32_t program,
                     const lang::QueryFields& q, lang::Memory& memory) {
  lang::AnswerView view;
  Answered answered;
  if (program < run.model.items().size()) {
    const lang::Program& p = run.program(program);
    answered = answer_of(p, q, memory);
    view.program = p.name;
    view.ipv4 = answered.ipv4;
    view.ipv6 = answered.ipv6;
    view.ttl = answered.ttl;
  }
  lang::Interpreter interpreter(q, memory, &view);
  return interpreter.evaluate(*invariant.condition);
}

std::vector<std::uint32_t> all_programs(const Run& run) {
  std::vector<std::uint32_t> all(run.model.items().size());
  for (std::uint32_t i = 0; i < all.size(); ++i) all[i] = i;
  return all;
}

/// Asks whether a query reaches program `i` for which `formula` holds; on yes `report` gets it.
void ask(Run& run, Finder& finder, std::uint32_t i, Bool formula, const std::string& name,
         const std::function<bool(const lang::QueryFields&)>& holds,
         const std::function<void(const ConcreteQuery&)>& report) {
  if (formula == bool_false) return;
  const ProgramModel& item = run.model.items()[i];
  Question question{{formula},
                    nullptr,
                    item.earlier,
                    [&](const lang::QueryFields& q) { return finder.matches(i, q) && holds(q); },
                    name + ": " + run.program(i).name,
                    Question::Quiet::none};
  const Found found = finder.find(question);
  if (found.found()) {
    report(found.query);
  } else if (!found.none()) {
    run.undecided(question.name, found.reason);
  }
}

}  // namespace

AnswerQuestions make_questions(Model& model) {
  Terms& terms = model.terms();
  Symbolic& algebra = model.algebra();
  const lang::Set& set = model.set();
  AnswerQuestions out;
  const std::vector<IpAddress> pools = pool_addresses(set);
  for (std::uint32_t i = 0; i < model.items().size(); ++i) {
    const ProgramModel& item = model.items()[i];
    auto& questions = out.programs.emplace_back();
    const Bool some4 = algebra.not_empty(item.ipv4);
    const Bool some6 = algebra.not_empty(item.ipv6);
    questions.empty = terms.all({item.match, terms.negate(some4), terms.negate(some6)});
    questions.gap = terms.both(item.match, terms.negate(terms.same(some4, some6)));
    if (set.pools_span.known()) {
      questions.outside_pools = terms.both(
          item.match,
          terms.either(outside(terms, item.ipv4, pools), outside(terms, item.ipv6, pools)));
    }
    const SymAnswer answer{set.programs[i].name, item.ipv4, item.ipv6, item.ttl};
    algebra.set_answer(&answer);
    for (const lang::Invariant& invariant : set.invariants) {
      questions.broken.push_back(
          terms.both(item.match, terms.negate(algebra.condition(*invariant.condition))));
    }
    algebra.set_answer(nullptr);
  }
  const SymAnswer nobody{"", {}, {}, terms.number(0)};
  algebra.set_answer(&nobody);
  for (const lang::Invariant& invariant : set.invariants) {
    out.broken_without.push_back(terms.negate(algebra.condition(*invariant.condition)));
  }
  algebra.set_answer(nullptr);
  make_conditions(model, out);
  return out;
}

std::vector<Bool> all_of(const AnswerQuestions& questions) {
  std::vector<Bool> out = questions.broken_without;
  for (const auto& q : questions.programs) {
    out.insert(out.end(), {q.empty, q.gap, q.outside_pools});
    out.insert(out.end(), q.broken.begin(), q.broken.end());
  }
  for (const auto& c : questions.conditions) {
    for (const auto& branch : c.branches) out.push_back(branch.taken);
    for (const auto& conjunct : c.conjuncts) out.push_back(conjunct.without);
  }
  return out;
}

void check_answers(Run& run, const AnswerQuestions& questions) {
  const lang::Set& set = run.model.set();
  const std::vector<IpAddress> pools = pool_addresses(set);
  run.for_each(run.model.items().size(), [&](std::size_t k, Finder& finder) {
    const auto i = static_cast<std::uint32_t>(k);
    if (run.reachable[i] == 0) return;
    const auto& q = questions.programs[i];
    const lang::Program& p = run.program(i);
    auto answered = [&](const lang::QueryFields& fields) {
      return answer_of(p, fields, finder.memory());
    };
    ask(
        run, finder, i, q.empty, "empty-answer",
        [&](const lang::QueryFields& f) {
          const Answered a = answered(f);
          return a.ipv4.empty() && a.ipv6.empty();
        },
        [&](const ConcreteQuery& w) {
          Diagnostic d = run.finding("empty-answer", Severity::error, i,
                                     "program '" + p.name + "' answers a query with no address",
                                     p.response_span);
          d.help = "give a fallback with (if-empty LIST FALLBACK), or narrow the match";
          d.witness = w.witness(set);
          run.add({i, 3, 0, std::move(d)});
        });
    ask(
        run, finder, i, q.gap, "mixed-family-gap",
        [&](const lang::QueryFields& f) {
          const Answered a = answered(f);
          return a.ipv4.empty() != a.ipv6.empty();
        },
        [&](const ConcreteQuery& w) {
          const bool v4 = answered(w.fields()).ipv4.empty();
          Diagnostic d =
              run.finding("mixed-family-gap", Severity::warning, i,
                          "program '" + p.name + "' has no " + (v4 ? "IPv4" : "IPv6") +
                              " address where it has an " + (v4 ? "IPv6" : "IPv4") + " one",
                          p.response_span);
          ConcreteQuery shown = w;
          shown.ipv6 = !v4;
          // Only when the family asked for does not matter for the match.
          d.witness = (finder.matches(i, shown.fields()) ? shown : w).witness(set);
          run.add({i, 6, 0, std::move(d)});
        });
    ask(
        run, finder, i, q.outside_pools, "answer-outside-pool",
        [&](const lang::QueryFields& f) {
          const Answered a = answered(f);
          auto strange = [&](const IpAddress& ip) {
            return !std::binary_search(pools.begin(), pools.end(), ip);
          };
          return std::any_of(a.ipv4.begin(), a.ipv4.end(), strange) ||
                 std::any_of(a.ipv6.begin(), a.ipv6.end(), strange);
        },
        [&](const ConcreteQuery& w) {
          const Answered a = answered(w.fields());
          std::string which;
          for (const auto* list : {&a.ipv4, &a.ipv6}) {
            for (const IpAddress& ip : *list) {
              if (which.empty() && !std::binary_search(pools.begin(), pools.end(), ip)) {
                which = ip.to_string();
              }
            }
          }
          Diagnostic d = run.finding(
              "answer-outside-pool", Severity::error, i,
              "program '" + p.name + "' answers " + which + ", which is in no declared pool",
              p.response_span);
          d.related.push_back({"", "the pools are declared here", set.pools_span});
          d.witness = w.witness(set);
          run.add({i, 4, 0, std::move(d)});
        });
    for (std::size_t v = 0; v < set.invariants.size(); ++v) {
      const lang::Invariant& invariant = set.invariants[v];
      ask(
          run, finder, i, q.broken[v], "invariant " + invariant.name,
          [&](const lang::QueryFields& f) {
            return !invariant_holds(run, invariant, i, f, finder.memory());
          },
          [&](const ConcreteQuery& w) {
            Diagnostic d = run.finding(
                "invariant", Severity::error, i,
                "invariant '" + invariant.name + "' is broken by program '" + p.name + "'",
                invariant.name_span);
            d.related.push_back({p.name, "answers the witness", p.name_span});
            d.witness = w.witness(set);
            run.add({i, 5, static_cast<std::uint32_t>(v), std::move(d)});
          });
    }
  });
  // Queries that no program answers must keep the invariants too.
  const auto nobody = static_cast<std::uint32_t>(run.model.items().size());
  const std::vector<std::uint32_t> everyone = all_programs(run);
  run.for_each(set.invariants.size(), [&](std::size_t v, Finder& finder) {
    const lang::Invariant& invariant = set.invariants[v];
    Question question{{questions.broken_without[v]},
                      nullptr,
                      everyone,
                      [&](const lang::QueryFields& q) {
                        return !invariant_holds(run, invariant, nobody, q, finder.memory());
                      },
                      "invariant " + invariant.name + " without program",
                      Question::Quiet::none};
    const Found found = finder.find(question);
    if (found.none()) return;
    if (!found.found()) {
      run.undecided(question.name, found.reason);
      return;
    }
    Diagnostic d = run.finding(
        "invariant", Severity::error, nobody,
        "invariant '" + invariant.name + "' is broken by a query that no program answers",
        invariant.name_span);
    d.witness = found.query.witness(set);
    run.add({nobody, 5, static_cast<std::uint32_t>(v), std::move(d)});
  });
}

void check_coverage(Run& run) {
  const lang::Set& set = run.model.set();
  if (!set.total && !run.options.coverage) return;
  const std::vector<std::uint32_t> everyone = all_programs(run);
  const auto nobody = static_cast<std::uint32_t>(everyone.size());
  run.for_each(1, [&](std::size_t, Finder& finder) {
    Question question{{bool_true}, nullptr,
                      everyone,    [](const lang::QueryFields&) { return true; },
                      "coverage",  Question::Quiet::none};
    const Found found = finder.find(question);
    if (found.none()) return;
    if (!found.found()) {
      run.undecided(question.name, found.reason);
      return;
    }
    Diagnostic d = run.finding("coverage", set.total ? Severity::error : Severity::note, nobody,
                               set.total ? "the set is total, but no program matches a query"
                                         : "a query reaches no program; the zone answers it",
                               set.total_span);
    d.witness = found.query.witness(set);
    run.add({nobody, 9, 0, std::move(d)});
  });
}

std::uint64_t check_steps(Run& run) {
  std::uint64_t before = 0;
  std::uint64_t most = 0;
  std::uint32_t dearest = 0;
  for (std::uint32_t i = 0; i < run.model.items().size(); ++i) {
    // A query that reaches program i has evaluated the matches before it; steps count match and
    // response together, so this is an upper bound.
    const std::uint64_t here = before + run.program(i).steps;
    if (here > most) {
      most = here;
      dearest = i;
    }
    before += run.program(i).match_steps;
  }
  most = std::max(most, before);
  if (run.options.limit_steps > 0 && most > run.options.limit_steps) {
    const lang::Program& p = run.program(dearest);
    Diagnostic d = run.finding("step-limit", Severity::error, dearest,
                               "a query that reaches program '" + p.name + "' can cost " +
                                   std::to_string(most) + " steps, the limit is " +
                                   std::to_string(run.options.limit_steps),
                               p.name_span);
    run.add({dearest, 10, 0, std::move(d)});
  }
  return most;
}

}  // namespace lapis::verify
