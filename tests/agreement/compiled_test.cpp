// Compiled programs against the walk over their trees, on random programs of the whole language and
// random queries: the same values, the same client bits, the same records.
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "generator.h"
#include "lapis/lang/code.h"
#include "made_set.h"

namespace lapis {
namespace {

using agreement::Random;
using agreement::RandomQuery;
using lang::ClientTrace;
using lang::Code;
using lang::Expr;
using lang::Interpreter;
using lang::Op;

int set_count(int usual) {
  const char* wanted = std::getenv("LAPIS_AGREEMENT_SETS");
  return wanted != nullptr ? std::atoi(wanted) : usual;
}

void collect(const Expr& e, std::set<Op>& out) {
  out.insert(e.op);
  for (const Expr* arg : e.args) collect(*arg, out);
}

std::vector<IpAddress> addresses_of(const lang::AddressList& list) {
  return {list.data, list.data + list.count};
}

/// What `wire` has to say of a list, written record by record.
std::vector<std::uint8_t> records_of(const lang::AddressList& list, std::uint32_t ttl) {
  std::vector<std::uint8_t> out;
  for (std::uint32_t i = 0; i < list.count; ++i) {
    const IpAddress& address = list.data[i];
    const std::uint8_t size = address.is_v4() ? 4 : 16;
    const std::uint8_t type = address.is_v4() ? 1 : 28;
    out.insert(out.end(), {0xC0, 12, 0, type, 0, 1});
    for (const int shift : {24, 16, 8, 0}) out.push_back(static_cast<std::uint8_t>(ttl >> shift));
    out.insert(out.end(), {0, size});
    const auto octets = address.octets();
    out.insert(out.end(), octets.begin(), octets.begin() + size);
  }
  return out;
}

bool repeats(const lang::AddressList& list) {
  const std::set<IpAddress> different(list.data, list.data + list.count);
  return different.size() != list.count;
}

/// What is gone through, so that a generator that has lost a form is noticed.
struct Seen {
  std::set<Op> ops;
  std::uint64_t matches = 0, holding = 0, with_bits = 0, answers = 0, wired = 0, scoped = 0;
};

struct Machine {
  explicit Machine(const program::ProgramSet& set) : code(set.index().code()) {
    memory.prepare(set.definition());
    registers.prepare(code);
  }
  const Code& code;
  lang::Memory memory;
  lang::Registers registers;
};

void compare_match(Machine& machine, const lang::Program& program, std::uint32_t p,
                   const lang::QueryFields& fields, Seen& seen) {
  Interpreter walking(fields, machine.memory);
  const bool walked = walking.evaluate(*program.match);
  Interpreter running(fields, machine.memory);
  ASSERT_EQ(machine.code.matches(p, running, machine.registers), walked);
  ASSERT_EQ(int{running.scope()}, int{walking.scope()});
  ClientTrace tracing(fields, machine.memory);
  const lang::Truth traced = tracing.evaluate(*program.match);
  ClientTrace running_traced(fields, machine.memory);
  const lang::Truth found = machine.code.matches(p, running_traced, machine.registers);
  ASSERT_EQ(found.value, traced.value);
  ASSERT_EQ(int{found.bits}, int{traced.bits});
  ++seen.matches;
  seen.holding += walked ? 1 : 0;
  seen.with_bits += traced.bits > 0 ? 1 : 0;
}

void compare_answer(Machine& machine, const lang::Program& program, std::uint32_t p, bool ipv6,
                    const lang::QueryFields& fields, Seen& seen) {
  Interpreter walking(fields, machine.memory);
  const std::vector<IpAddress> walked =
      addresses_of(walking.list(ipv6 ? *program.ipv6 : *program.ipv4));
  const std::int64_t ttl = walking.number(*program.ttl);
  Interpreter running(fields, machine.memory);
  const lang::CompiledAnswer found = machine.code.answer(p, ipv6, running, machine.registers);
  ASSERT_EQ(addresses_of(found.list), walked);
  ASSERT_EQ(found.ttl, ttl);
  ASSERT_EQ(int{running.scope()}, int{walking.scope()});
  ++seen.answers;
  seen.scoped += walking.scope() > 0 ? 1 : 0;
  if (found.wire != nullptr) {
    ASSERT_FALSE(repeats(found.list));
    const std::vector<std::uint8_t> expected = records_of(found.list, found.ttl);
    ASSERT_EQ(std::vector<std::uint8_t>(found.wire, found.wire + expected.size()), expected);
    ++seen.wired;
  }
}

TEST(Compiled, SaysWhatTheWalkSays) {
  const int sets = set_count(700);
  Seen seen;
  for (int i = 0; i < sets; ++i) {
    const std::uint64_t seed = 3'000'000 + static_cast<std::uint64_t>(i);
    agreement::Size size;
    size.depth = 2 + i % 5;
    size.invariants = 0;
    const auto checked = agreement::make_set(seed, size);
    if (!checked) continue;
    const program::ProgramSet& set = *checked->set;
    Machine machine(set);
    const agreement::QuerySource source(set.definition());
    Random random(seed * 7919);
    for (const lang::Program& program : set.programs()) {
      for (const Expr* part : {program.match, program.ipv4, program.ipv6, program.ttl}) {
        collect(*part, seen.ops);
      }
    }
    for (int k = 0; k < 60; ++k) {
      const RandomQuery query = source.next(random);
      const dns::Name qname = query.qname.lowered();
      const dns::Name zone = query.zone.lowered();
      lang::QueryFields fields = query.fields();
      fields.qname = qname;
      fields.zone = zone;
      for (auto& bits : fields.place_bits) bits = static_cast<std::uint8_t>(random() % 4 * 8);
      for (std::uint32_t p = 0; p < set.programs().size(); ++p) {
        const lang::Program& program = set.programs()[p];
        SCOPED_TRACE("seed " + std::to_string(seed) + " " + program.name + "\n" + checked->text);
        compare_match(machine, program, p, fields, seen);
        compare_answer(machine, program, p, false, fields, seen);
        compare_answer(machine, program, p, true, fields, seen);
        if (testing::Test::HasFatalFailure()) return;
      }
    }
  }
  // All forms but those about an answer, which stand in invariants.
  for (int op = 0; op <= static_cast<int>(Op::subset); ++op) {
    if (op >= static_cast<int>(Op::answered_by) && op <= static_cast<int>(Op::answer_ttl)) continue;
    EXPECT_TRUE(seen.ops.contains(static_cast<Op>(op))) << to_string(static_cast<Op>(op));
  }
  EXPECT_GT(seen.holding, seen.matches / 10);
  EXPECT_GT(seen.with_bits, seen.matches / 20);
  EXPECT_GT(seen.wired, seen.answers / 20);
  EXPECT_GT(seen.scoped, seen.answers / 100);
}

}  // namespace
}  // namespace lapis
