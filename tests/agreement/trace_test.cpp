// A trace says what the interpreter does: same program, same answer, same scope; and what it shows
// of the parts of a decision adds up to the decision.
#include "lapis/program/trace.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "generator.h"

namespace lapis::agreement {
namespace {

using lang::Observation;
using lang::Op;

std::vector<IpAddress> addresses(const Observation& seen) {
  return lang::list_in(seen.value).addresses;
}

/// What was seen of connectives must explain their value; and every part must be a part.
void expect_explained(const Observation& seen) {
  ASSERT_NE(seen.expr, nullptr);
  bool all = true;
  bool any = false;
  for (const Observation& part : seen.parts) {
    EXPECT_FALSE(part.expr->is_constant());
    if (const bool* value = std::get_if<bool>(&part.value)) {
      all = all && *value;
      any = any || *value;
    }
    expect_explained(part);
  }
  const bool* value = std::get_if<bool>(&seen.value);
  if (value == nullptr || seen.parts.empty()) return;
  // Constants are left out, so only the deciding part counts.
  if (seen.expr->op == Op::and_) {
    EXPECT_TRUE(all || !*value);
  } else if (seen.expr->op == Op::or_) {
    EXPECT_TRUE(!any || *value);
  } else if (seen.expr->op == Op::not_) {
    EXPECT_NE(*value, std::get<bool>(seen.parts[0].value));
  }
}

TEST(Trace, SaysWhatTheInterpreterDoes) {
  Random random(404);
  for (int i = 0; i < 120; ++i) {
    SourceMap sources;
    Diagnostics warnings;
    const std::uint32_t file = sources.add("random.lisp", random_set(random, {}));
    auto checked = lang::check_set({{file}}, sources, warnings);
    if (!checked.ok()) continue;
    const program::ProgramSet set(std::move(checked).value());
    const QuerySource queries(set.definition());
    program::Scratch scratch;
    set.prepare(scratch);
    for (int j = 0; j < 20; ++j) {
      const RandomQuery query = queries.next(random);
      const program::Trace trace = program::trace(set, query.fields(), [](std::uint32_t) {
        return program::FieldSource{"random", {}};
      });
      const program::Decision decision = set.decide(query.fields(), scratch);
      ASSERT_EQ(trace.program, decision.program);
      ASSERT_EQ(trace.scope, decision.scope);
      for (const program::TracedProgram& tried : trace.tried) {
        ASSERT_EQ(tried.matched, set.matches(tried.program, query.fields(), scratch));
        expect_explained(tried.match);
      }
      if (decision.program >= 0) {
        const program::Decision again =
            set.respond(static_cast<std::size_t>(decision.program), query.fields(), scratch);
        ASSERT_EQ(addresses(query.ipv6 ? trace.ipv6 : trace.ipv4),
                  std::vector<IpAddress>(again.addresses, again.addresses + again.count));
        ASSERT_EQ(std::get<std::int64_t>(trace.ttl.value), std::int64_t{again.ttl});
      }
      const auto json = nlohmann::json::parse(program::trace_json(trace, set, sources));
      ASSERT_EQ(json["tried"].size(), trace.tried.size());
      ASSERT_NE(program::trace_text(trace, set, sources), "");
    }
  }
}

}  // namespace
}  // namespace lapis::agreement
