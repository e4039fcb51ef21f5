// The dispatch index against the ordered list, on random sets and queries: the same program, the
// same answer and the same client-subnet scope; and the scope against what other clients get.
#include <gtest/gtest.h>

#include <cstdlib>

#include "generator.h"
#include "lapis/program/program_set.h"

namespace lapis {
namespace {

using agreement::QuerySource;
using agreement::Random;
using agreement::RandomQuery;
using program::Decision;
using program::DispatchIndex;
using program::ProgramSet;

int set_count(int usual) {
  const char* wanted = std::getenv("LAPIS_AGREEMENT_SETS");
  return wanted != nullptr ? std::atoi(wanted) : usual;
}

struct World {
  SourceMap sources;
  std::string text;
  std::unique_ptr<ProgramSet> set;
  program::Scratch scratch;
};

/// Sets of a few programs and of many, so that indexes have one node and several levels of them.
std::unique_ptr<World> make_world(std::uint64_t seed) {
  Random random(seed);
  agreement::Size size;
  size.programs = seed % 3 == 0 ? 6 : seed % 3 == 1 ? 40 : 150;
  size.depth = seed % 3 == 2 ? 2 : 3;
  size.invariants = 0;
  auto out = std::make_unique<World>();
  out->text = agreement::random_set(random, size);
  Diagnostics warnings;
  auto set =
      lang::check_set({{out->sources.add("random.lisp", out->text)}}, out->sources, warnings);
  if (!set) return nullptr;
  out->set = std::make_unique<ProgramSet>(std::move(set).value());
  out->set->prepare(out->scratch);
  return out;
}

std::vector<IpAddress> addresses_of(const Decision& decision) {
  return {decision.addresses, decision.addresses + decision.count};
}

/// What a client is told, without the scope.
struct Told {
  std::int32_t program;
  std::vector<IpAddress> addresses;
  std::uint32_t ttl;
  friend bool operator==(const Told&, const Told&) = default;
};

Told told(const Decision& decision) {
  return {decision.program, addresses_of(decision), decision.ttl};
}

/// A client that shares exactly the first `bits` bits with `client`, and any others.
IpAddress sharing(const IpAddress& client, int bits, Random& random) {
  if (bits >= client.width()) return client;
  const std::uint64_t high = random();
  const std::uint64_t low = random();
  const auto mask = [](int n) {
    return n <= 0 ? std::uint64_t{0} : n >= 64 ? ~std::uint64_t{0} : ~(~std::uint64_t{0} >> n);
  };
  std::uint64_t h = (client.high() & mask(bits)) | (high & ~mask(bits));
  std::uint64_t l = (client.low() & mask(bits - 64)) | (low & ~mask(bits - 64));
  if (client.is_v4()) {
    h &= 0xFFFFFFFF00000000u;
    l = 0;
  }
  return IpAddress::from_bits(client.family(), h, l);
}

TEST(Dispatch, IndexChoosesWhatTheListChooses) {
  const int sets = set_count(900);
  std::uint64_t pairs = 0;
  std::uint64_t matched = 0;
  std::uint64_t candidates = 0;
  std::uint64_t programs = 0;
  for (int i = 0; i < sets; ++i) {
    const std::uint64_t seed = 500'000 + static_cast<std::uint64_t>(i);
    const auto world = make_world(seed);
    if (!world) continue;
    const ProgramSet& set = *world->set;
    const QuerySource source(set.definition());
    Random random(seed * 7919);
    DispatchIndex::Search search;
    search.prepare(set.index());
    lang::Memory memory;
    memory.prepare(set.definition());
    std::vector<std::uint32_t> found;
    for (int k = 0; k < 150; ++k) {
      const RandomQuery query = source.next(random);
      lang::QueryFields fields = query.fields();
      for (auto& bits : fields.place_bits) bits = static_cast<std::uint8_t>(random() % 4 * 8);
      const Decision by_index = set.decide(fields, world->scratch);
      const Told indexed = told(by_index);
      const Decision in_order = set.decide_in_order(fields, world->scratch);
      ASSERT_EQ(indexed.program, in_order.program) << "seed " << seed << "\n" << world->text;
      ASSERT_EQ(indexed, told(in_order)) << "seed " << seed << "\n" << world->text;
      ASSERT_EQ(int{by_index.scope}, int{in_order.scope}) << "seed " << seed << "\n" << world->text;
      ++pairs;
      matched += indexed.program >= 0 ? 1 : 0;

      // Every program that matches is a candidate, not just the first.
      const dns::Name qname = query.qname.lowered();
      const dns::Name zone = query.zone.lowered();
      lang::QueryFields lower = fields;
      lower.qname = qname;
      lower.zone = zone;
      set.index().candidates(lower, memory, search, found);
      for (std::uint32_t p = 0; p < set.programs().size(); ++p) {
        if (!std::binary_search(found.begin(), found.end(), p)) {
          ASSERT_FALSE(set.matches(p, fields, world->scratch))
              << set.programs()[p].name << " seed " << seed << "\n"
              << world->text;
        }
      }
      candidates += found.size();
      programs += set.programs().size();
    }
  }
  RecordProperty("pairs", static_cast<int>(pairs));
  EXPECT_GE(pairs, static_cast<std::uint64_t>(sets) * 110);
  EXPECT_GT(matched, pairs / 4) << "queries that meet no program show little";
  EXPECT_LT(candidates, programs) << "the index rules something out";
}

TEST(Dispatch, ClientsInTheScopeAreToldTheSame) {
  const int sets = set_count(300);
  std::uint64_t short_scopes = 0;
  for (int i = 0; i < sets; ++i) {
    const std::uint64_t seed = 900'000 + static_cast<std::uint64_t>(i);
    const auto world = make_world(seed);
    if (!world) continue;
    const ProgramSet& set = *world->set;
    const QuerySource source(set.definition());
    Random random(seed * 15485863);
    for (int k = 0; k < 60; ++k) {
      const RandomQuery query = source.next(random);
      lang::QueryFields fields = query.fields();
      for (auto& bits : fields.place_bits) bits = static_cast<std::uint8_t>(random() % 4 * 8);
      const Decision decision = set.decide(fields, world->scratch);
      const int scope = decision.scope;
      const Told expected = told(decision);
      ASSERT_LE(scope, fields.client.width());
      short_scopes += scope < fields.client.width() ? 1 : 0;
      for (int other = 0; other < 40; ++other) {
        // A client of the set's own constants when it shares the bits, else any that does.
        const RandomQuery elsewhere = source.next(random);
        lang::QueryFields asked = fields;
        const bool near = elsewhere.client.family() == fields.client.family() &&
                          elsewhere.client.common_bits(fields.client) >= scope;
        asked.client = near ? elsewhere.client : sharing(fields.client, scope, random);
        // Clients this far apart may be in different places.
        const int common = asked.client.common_bits(fields.client);
        if (common < fields.place_bits[0]) asked.country = elsewhere.country;
        if (common < fields.place_bits[1]) asked.continent = elsewhere.continent;
        if (common < fields.place_bits[2]) asked.asn = elsewhere.asn;
        ASSERT_EQ(told(set.decide(asked, world->scratch)), expected)
            << "seed " << seed << " scope " << scope << " of " << fields.client.to_string()
            << " and " << asked.client.to_string() << "\n"
            << world->text;
      }
    }
  }
  EXPECT_GT(short_scopes, 1000U);
}

}  // namespace
}  // namespace lapis
