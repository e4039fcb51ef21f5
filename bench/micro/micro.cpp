// The packet path by parts, timed: reading a query, looking up names, choosing a program, writing a
// message, and whole answers. Names say what a part costs for one query, look-up or message.
//
//     build/release/bench/micro/bench_micro --benchmark_filter=lookup
#include <benchmark/benchmark.h>

#include <array>
#include <cstdlib>
#include <random>

#include "lapis/dns/message_writer.h"
#include "lapis/dns/query.h"
#include "lapis/program/program_set.h"
#include "served_zone.h"
#include "snapshot_state.h"
#include "workloads.h"
#include "zone_index.h"

namespace lapis::bench {
namespace {

using benchmark::DoNotOptimize;
using benchmark::State;

constexpr std::size_t rounds = 4096;  // inputs that take turns; a power of two

// ---- parse

void parse(State& state, std::uint32_t subnet) {
  const Octets message = make_query("h4711", dns::type::a, subnet);
  dns::Query query;
  for (auto _ : state) {
    DoNotOptimize(dns::parse_query(message, query));
    DoNotOptimize(query);
  }
}
BENCHMARK_CAPTURE(parse, plain, 0U);
BENCHMARK_CAPTURE(parse, client_subnet, 0x0A010200U);

void parse_hash_name(State& state) {
  const dns::Name name = *dns::parse_name("h4711.p00042.bench.test.");
  dns::HashedName hashed;
  for (auto _ : state) {
    hashed.assign(name);
    DoNotOptimize(hashed);
  }
}
BENCHMARK(parse_hash_name);

// ---- lookup

void lookup_zone(State& state) {
  const auto zones = static_cast<std::size_t>(state.range(0));
  answer::ZoneIndex index(zones);
  std::vector<dns::HashedName> names(rounds);
  for (std::size_t i = 0; i < zones; ++i) {
    index.add(*dns::parse_name("z" + std::to_string(i) + ".example."),
              static_cast<std::int32_t>(i));
  }
  std::mt19937 random(1);
  for (dns::HashedName& name : names) {
    name.assign(*dns::parse_name("www.z" + std::to_string(random() % zones) + ".example."));
  }
  std::size_t i = 0;
  for (auto _ : state) {
    const dns::HashedName& name = names[i++ % rounds];
    DoNotOptimize(index.find(name, name.labels()));
  }
}
BENCHMARK(lookup_zone)->Arg(1)->Arg(10'000);

/// Names of a zone of range(0) hosts that exist, or ones of which only the apex does.
void lookup_name(State& state, const char* letter) {
  const auto hosts = static_cast<std::size_t>(state.range(0));
  const auto snapshot = serve(plain_zone(hosts), "", "");
  const answer::ServedZone& zone = snapshot->state().zones[0];
  std::vector<dns::HashedName> names(rounds);
  std::mt19937 random(1);
  for (dns::HashedName& name : names) {
    name.assign(*dns::parse_name(letter + std::to_string(random() % hosts) + ".bench.test."));
  }
  std::size_t i = 0;
  for (auto _ : state) {
    const dns::HashedName& name = names[i++ % rounds];
    int labels = 0;
    DoNotOptimize(zone.closest_encloser(name, name.labels(), labels));
  }
}
BENCHMARK_CAPTURE(lookup_name, there, "h")->Arg(10'000)->Arg(300'000);
BENCHMARK_CAPTURE(lookup_name, missing, "x")->Arg(10'000)->Arg(300'000);

void lookup_attributes(State& state) {
  const auto snapshot =
      serve(grouped_zone(5), many_programs(Kind::attribute, 10), grouped_attributes(5));
  const program::AttributeTable& table = snapshot->state().zones[0].attributes;
  std::vector<dns::Name> names;
  std::mt19937 random(1);
  for (std::size_t i = 0; i < rounds; ++i) {
    names.push_back(*dns::parse_name(grouped_name(random() % zone_names, 5) + ".bench.test."));
  }
  std::size_t i = 0;
  for (auto _ : state) DoNotOptimize(table.row(names[i++ % rounds]));
}
BENCHMARK(lookup_attributes);

// ---- index: the program for a query, among range(0) programs; with parse_hash_name

void index(State& state, Kind kind, bool want_scope) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const std::size_t groups = groups_of(kind, count);
  const auto snapshot = serve(grouped_zone(groups), many_programs(kind, count), "");
  const program::ProgramSet& set = *snapshot->programs();
  std::vector<dns::Name> names;
  std::vector<IpAddress> clients;
  std::mt19937 random(1);
  for (std::size_t i = 0; i < rounds; ++i) {
    names.push_back(*dns::parse_name(grouped_name(random() % zone_names, groups) + ".bench.test."));
    clients.push_back(IpAddress::v4(static_cast<std::uint32_t>(random())));
  }
  const dns::Name apex = *dns::parse_name("bench.test.");
  // A prepared name is large, and in the server always the one just read.
  dns::HashedName name;
  program::QueryContext query;
  query.hashed_qname = &name;
  query.zone = apex;
  query.resolver = IpAddress::v4(0xC0000235);
  query.attributes = set.defaults().data();
  program::Scratch scratch;
  set.prepare(scratch);
  std::size_t i = 0;
  for (auto _ : state) {
    name.assign(names[i % rounds]);
    query.qname = name.view();
    query.client = clients[i++ % rounds];
    const program::Decision decision = set.decide(query, scratch, want_scope);
    if (decision.program < 0) std::abort();  // each of these sets answers every query
    DoNotOptimize(decision);
  }
}
BENCHMARK_CAPTURE(index, by_name, Kind::name, false)->Arg(10)->Arg(10'000);
BENCHMARK_CAPTURE(index, by_subnet, Kind::subnet, false)->Arg(10)->Arg(10'000);
BENCHMARK_CAPTURE(index, by_subnet_with_scope, Kind::subnet, true)->Arg(10)->Arg(10'000);
BENCHMARK_CAPTURE(index, by_weight, Kind::weight, false)->Arg(10)->Arg(10'000);
BENCHMARK_CAPTURE(index, by_attribute, Kind::attribute, false)->Arg(10)->Arg(10'000);

// ---- encode

/// A header, a question, and `count` records of one owner and type.
void encode(State& state, std::uint16_t type, const Octets& rdata, int count) {
  dns::HashedName question, work;
  question.assign(*dns::parse_name("www.bench.test."));
  std::array<std::uint8_t, 4096> out{};
  static dns::CompressionTable table;
  for (auto _ : state) {
    dns::MessageWriter writer(out.data(), out.size(), table);
    writer.skip(dns::header_octets);
    writer.raw(question.data(), question.size());
    writer.u32(0x00010001);
    writer.remember(question, dns::header_octets);
    for (int i = 0; i < count; ++i) {
      writer.put_name(question);
      writer.u16(type);
      writer.u16(dns::rrclass::in);
      writer.u32(3600);
      if (!writer.put_rdata(type, rdata, work)) std::abort();
    }
    DoNotOptimize(out);
    benchmark::ClobberMemory();
  }
}

Octets mx_rdata() {
  Octets out{0, 10};
  const dns::Name name = *dns::parse_name("mail.bench.test.");
  out.insert(out.end(), name.data(), name.data() + name.size());
  return out;
}
BENCHMARK_CAPTURE(encode, one_address, dns::type::a, Octets{192, 0, 2, 1}, 1);
BENCHMARK_CAPTURE(encode, eight_addresses, dns::type::a, Octets{192, 0, 2, 1}, 8);
BENCHMARK_CAPTURE(encode, names_compressed, dns::type::mx, mx_rdata(), 4);

// ---- response: whole answers, all that happens between two system calls

void response(State& state, const Recipe& recipe) {
  const Workload workload = recipe.make();
  Player player(workload);
  player.check();
  for (auto _ : state) DoNotOptimize(player.play(answer::max_batch));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(answer::max_batch));
}

}  // namespace
}  // namespace lapis::bench

int main(int argc, char** argv) {
  for (const lapis::bench::Recipe& recipe : lapis::bench::recipes()) {
    benchmark::RegisterBenchmark(("response/" + recipe.name + "/64").c_str(),
                                 lapis::bench::response, recipe);
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
}
